#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kRingWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];
extern const WorkloadEntry kFrameWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {
    kBookWorkloads, kRingWorkloads, kDecodeWorkloads, kDecisionWorkloads, kFeaturesWorkloads, kFrameWorkloads, nullptr};

}  // namespace bot4::bench
