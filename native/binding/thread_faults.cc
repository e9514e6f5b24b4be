// What can be wrong with the threads of an engine, in words.
#include <algorithm>

#include "binding/threaded_session.h"
#include "core/affinity.h"

namespace bot4 {
namespace {

std::string number(int value) { return std::to_string(value); }

std::string placed(int instrument, int shards) {
  return "instrument " + number(instrument) + " on shard " + number(instrument % shards);
}

std::string list_of(const std::vector<int>& values) {
  std::string out;
  for (const int value : values) out += (out.empty() ? "" : ", ") + number(value);
  return out;
}

}  // namespace

std::vector<int> usable_cpus() {
  std::vector<int> cpus(1024);
  cpus.resize(std::min(allowed_cpus(cpus.data(), cpus.size()), cpus.size()));
  return cpus;
}

std::string thread_fault(const ThreadOptions& options, int instruments,
                         const std::vector<int>& cpus) {
  if (options.shards < 1 || options.shards > instruments) {
    return "threads.shards is " + number(options.shards) + "; allowed are 1 to " +
           number(instruments) + ", the number of instruments";
  }
  const auto shards = static_cast<std::size_t>(options.shards);
  if (options.idle == IdlePolicy::kSpin && cpus.size() < shards + 1) {
    return "threads.idle is 'spin' with " + number(options.shards) +
           " shards; that needs one CPU more than shards, and this process may use " +
           number(static_cast<int>(cpus.size())) + "; allowed are 'yield' and 'park'";
  }
  if (options.pin.empty()) return "";
  if (options.pin.size() != shards) {
    return "threads.pin names " + number(static_cast<int>(options.pin.size())) +
           " CPUs; it must name one for each of the " + number(options.shards) + " shards";
  }
  for (std::size_t i = 0; i < shards; ++i) {
    const int cpu = options.pin[i];
    if (std::find(cpus.begin(), cpus.end(), cpu) == cpus.end()) {
      return "threads.pin[" + number(static_cast<int>(i)) + "] is " + number(cpu) +
             "; this process may use " + list_of(cpus);
    }
    if (std::count(options.pin.begin(), options.pin.end(), cpu) > 1) {
      return "threads.pin names CPU " + number(cpu) + " twice; every shard needs its own";
    }
  }
  return "";
}

std::string composite_fault(const std::vector<CompositeSpec>& composites, int shards) {
  for (std::size_t i = 0; i < composites.size(); ++i) {
    const std::vector<int>& members = composites[i].instruments;
    for (const int member : members) {
      if (member % shards == members.front() % shards) continue;
      return "composites[" + number(static_cast<int>(i)) + "] has " +
             placed(members.front(), shards) + " and " + placed(member, shards) +
             "; all members must be on one shard (instrument i is on shard i mod threads.shards)";
    }
  }
  return "";
}

}  // namespace bot4
