// pair_bench [DIRECTORY] NAME [NAME/PEER]: measures a workload, or a pair of them alternating A B B A.
// Without names it lists the workloads. DIRECTORY (default ../shared/market) holds recorded input.
#include "measure.h"
#include "workloads.h"

using namespace bot4::bench;

namespace {

std::unique_ptr<Workload> make(const char* name, const char* directory) {
  for (const WorkloadList* list = kWorkloadLists; *list != nullptr; ++list) {
    for (const WorkloadEntry* entry = *list; entry->name != nullptr; ++entry) {
      if (std::strcmp(entry->name, name) != 0) continue;
      std::unique_ptr<Workload> workload = entry->make(directory);
      if (workload == nullptr) std::fprintf(stderr, "%s cannot run here\n", name);
      return workload;
    }
  }
  std::fprintf(stderr, "no workload is called %s\n", name);
  return nullptr;
}

void list_names() {
  for (const WorkloadList* list = kWorkloadLists; *list != nullptr; ++list) {
    for (const WorkloadEntry* entry = *list; entry->name != nullptr; ++entry) {
      std::printf("%s\n", entry->name);
    }
  }
}

std::uint64_t run(void* workload) { return static_cast<Workload*>(workload)->run(); }

}  // namespace

int main(int count, char** arguments) {
  const char* directory = "../shared/market";
  int first = 1;
  if (count > 1 && std::strchr(arguments[1], '.') != nullptr && arguments[1][0] != '/' &&
      arguments[1][0] != '.') {
    first = 1;
  } else if (count > 1) {
    directory = arguments[1];
    first = 2;
  }
  if (count <= first) {
    list_names();
    return 0;
  }
  std::unique_ptr<Workload> subject = make(arguments[first], directory);
  if (subject == nullptr) return 2;
  print_manifest("chosen by BOT4_TARGET");
  if (count == first + 1) {
    std::vector<double> ns;
    std::uint64_t sum = 0;
    for (int i = 0; i < 64; ++i) {
      const double all = nanoseconds({arguments[first], run, subject.get()}, &sum);
      ns.push_back(all / static_cast<double>(subject->operations()));
    }
    std::printf("%s: median %.2f ns, 5%% %.2f, 95%% %.2f, sum %016lx\n", arguments[first],
                quantile(ns, 0.5), quantile(ns, 0.05), quantile(ns, 0.95), sum);
    return 0;
  }
  std::unique_ptr<Workload> peer = make(arguments[first + 1], directory);
  if (peer == nullptr) return 2;
  if (peer->operations() != subject->operations()) return 2;
  paired("pair", {arguments[first], run, subject.get()}, {arguments[first + 1], run, peer.get()},
         static_cast<double>(subject->operations()));
  return 0;
}
