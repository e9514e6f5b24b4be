#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kRingWorkloads[];
extern const WorkloadEntry kDecodeWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kRingWorkloads, kDecodeWorkloads, nullptr};

}  // namespace bot4::bench
