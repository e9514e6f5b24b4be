#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kDecisionWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kDecisionWorkloads, nullptr};

}  // namespace bot4::bench
