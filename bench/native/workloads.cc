#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];
extern const WorkloadEntry kVenueDecodeWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kDecodeWorkloads, kVenueDecodeWorkloads,
                                       nullptr};

}  // namespace bot4::bench
