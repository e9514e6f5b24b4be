#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kBreakerWorkloads[];
extern const WorkloadEntry kPoolWorkloads[];
extern const WorkloadEntry kRingWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kEngineWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];
extern const WorkloadEntry kFrameWorkloads[];
extern const WorkloadEntry kGateWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {
    kBookWorkloads, kBreakerWorkloads, kPoolWorkloads, kRingWorkloads, kDecodeWorkloads, kDecisionWorkloads, kEngineWorkloads, kFeaturesWorkloads, kFrameWorkloads, kGateWorkloads, nullptr};

}  // namespace bot4::bench
