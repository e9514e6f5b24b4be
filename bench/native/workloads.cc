#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kDecisionWorkloads, kDecodeWorkloads,
                                       kFeaturesWorkloads, nullptr};

}  // namespace bot4::bench
