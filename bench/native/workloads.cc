#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kBreakerWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kEngineWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];
extern const WorkloadEntry kFrameWorkloads[];
extern const WorkloadEntry kGateWorkloads[];
extern const WorkloadEntry kMatchWorkloads[];
extern const WorkloadEntry kPoolWorkloads[];
extern const WorkloadEntry kRingOneWayWorkloads[];
extern const WorkloadEntry kRingWorkloads[];
extern const WorkloadEntry kThreadsWorkloads[];
extern const WorkloadEntry kVenueDecodeWorkloads[];
extern const WorkloadEntry kVolatilityWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {
    kBookWorkloads,       kBreakerWorkloads, kDecisionWorkloads, kDecodeWorkloads,
    kEngineWorkloads,     kFeaturesWorkloads, kFrameWorkloads,   kGateWorkloads,
    kMatchWorkloads,      kPoolWorkloads,    kRingOneWayWorkloads, kRingWorkloads,
    kThreadsWorkloads,    kVenueDecodeWorkloads, kVolatilityWorkloads,
    nullptr};

}  // namespace bot4::bench
