#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kVenueDecodeWorkloads[];
extern const WorkloadEntry kFeaturesWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {
    kBookWorkloads,     kDecisionWorkloads, kDecodeWorkloads, kVenueDecodeWorkloads,
    kFeaturesWorkloads, nullptr};

}  // namespace bot4::bench
