#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kEngineWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];
extern const WorkloadEntry kGateWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kDecisionWorkloads, kEngineWorkloads,
                                       kFeaturesWorkloads, kGateWorkloads, nullptr};

}  // namespace bot4::bench
