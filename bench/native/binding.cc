// Node-API face of the bench addon: workloads by name, the recorded path, the machine. Control only:
// every call does at least a batch, so that its own cost is nothing.
#include <node_api.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "binding_values.h"
#include "core/cpu.h"
#include "machine.h"
#include "recorded_books.h"
#include "recorded_path.h"
#include "tick_clock.h"
#include "trip_latency.h"
#include "workloads.h"

namespace bot4::bench {
namespace {

using Frames = std::shared_ptr<const RecordedFrames>;

struct PathHandle {
  Frames frames;
  std::unique_ptr<RecordedPath> path;
};

template <typename Visit>
void each_entry(Visit visit) {
  for (const WorkloadList* list = kWorkloadLists; *list != nullptr; ++list) {
    for (const WorkloadEntry* entry = *list; entry->name != nullptr; ++entry) visit(*entry);
  }
}

/// list(): the names of all workloads.
napi_value list(napi_env env, napi_callback_info) {
  napi_value out = nullptr;
  napi_create_array(env, &out);
  std::uint32_t index = 0;
  each_entry([&](const WorkloadEntry& entry) {
    napi_set_element(env, out, index++, text(env, entry.name));
  });
  return out;
}

/// make(name, directory): a workload, or null where this machine cannot run it.
napi_value make(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const std::string name = arguments.text(0);
  const std::string directory = arguments.text(1);
  std::unique_ptr<Workload> workload;
  each_entry([&](const WorkloadEntry& entry) {
    if (workload == nullptr && name == entry.name) workload = entry.make(directory.c_str());
  });
  if (workload != nullptr) return external(env, std::move(workload));
  napi_value none = nullptr;
  napi_get_null(env, &none);
  return none;
}

/// operations(workload): operations of one batch.
napi_value operations(napi_env env, napi_callback_info info) {
  const auto* workload = Arguments(env, info).external<Workload>(0);
  if (workload == nullptr) return fail(env, "operations: no workload");
  return number(env, static_cast<double>(workload->operations()));
}

/// run(workload): [ns of one batch, its checksum].
napi_value run(napi_env env, napi_callback_info info) {
  auto* workload = Arguments(env, info).external<Workload>(0);
  if (workload == nullptr) return fail(env, "run: no workload");
  const auto from = std::chrono::steady_clock::now();
  const std::uint64_t sum = workload->run();
  const auto to = std::chrono::steady_clock::now();
  napi_value out = nullptr;
  napi_create_array_with_length(env, 2, &out);
  napi_set_element(env, out, 0,
                   number(env, std::chrono::duration<double, std::nano>(to - from).count()));
  napi_set_element(env, out, 1, hexadecimal(env, sum));
  return out;
}

/// Reads an array of {symbol, tickSizeE8, stepSizeE8, sequenceRule}; false where one is wrong.
bool read_instruments(napi_env env, const Arguments& arguments, napi_value list,
                      Instruments* instruments) {
  std::uint32_t count = 0;
  napi_get_array_length(env, list, &count);
  for (std::uint32_t i = 0; i < count; ++i) {
    napi_value item = nullptr, value = nullptr;
    napi_get_element(env, list, i, &item);
    napi_get_named_property(env, item, "symbol", &value);
    const std::string name = arguments.text_of(value);
    std::int64_t tick = 0, step = 0;
    bool whole = false;
    napi_get_named_property(env, item, "tickSizeE8", &value);
    napi_get_value_bigint_int64(env, value, &tick, &whole);
    napi_get_named_property(env, item, "stepSizeE8", &value);
    napi_get_value_bigint_int64(env, value, &step, &whole);
    napi_get_named_property(env, item, "sequenceRule", &value);
    const bool spot = arguments.text_of(value) == "binance-spot";
    if (name.empty() || name.size() > InstrumentSpec::kMaxName || tick <= 0 || step <= 0) {
      return false;
    }
    instruments->add(name.c_str(), static_cast<int>(name.size()), tick, step,
                     spot ? SequenceRule::kBinanceSpot : SequenceRule::kBinanceFutures);
  }
  return count > 0;
}

/// createPath(instruments, bytes: Uint8Array, lengths: Uint32Array, symbols: Int32Array,
/// receivedAtNs: BigInt64Array): frames one after the other in `bytes`.
napi_value create_path(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  std::size_t byte_count = 0, length_count = 0, symbol_count = 0, time_count = 0;
  const auto* bytes = arguments.array<char>(1, napi_uint8_array, &byte_count);
  const auto* lengths = arguments.array<std::uint32_t>(2, napi_uint32_array, &length_count);
  const auto* symbols = arguments.array<std::int32_t>(3, napi_int32_array, &symbol_count);
  const auto* times = arguments.array<std::int64_t>(4, napi_bigint64_array, &time_count);
  auto frames = std::make_shared<RecordedFrames>();
  if (bytes == nullptr || lengths == nullptr || symbols == nullptr || times == nullptr ||
      length_count == 0 || symbol_count != length_count || time_count != length_count ||
      !read_instruments(env, arguments, arguments.at(0), &frames->instruments)) {
    return fail(env, "createPath: instruments, bytes, lengths, symbols and times do not fit");
  }
  frames->bytes.assign(byte_count + 64, '\0');
  std::memcpy(frames->bytes.data(), bytes, byte_count);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < length_count; ++i) {
    if (lengths[i] > byte_count - offset || symbols[i] < 0 ||
        symbols[i] >= frames->instruments.size()) {
      return fail(env, "createPath: a frame lies outside of the bytes or of the instruments");
    }
    frames->frames.push_back(
        {static_cast<std::uint32_t>(offset), lengths[i], symbols[i], times[i]});
    offset += lengths[i];
  }
  auto handle = std::make_unique<PathHandle>();
  const char* fault = nullptr;
  handle->frames = frames;
  handle->path = std::make_unique<RecordedPath>(frames, &fault);
  if (fault != nullptr) return fail(env, std::string("createPath: the engine refuses ") + fault);
  return external(env, std::move(handle));
}

/// pathWorkload(path, kind): see make_path_workload.
napi_value path_workload(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* handle = arguments.external<PathHandle>(0);
  if (handle == nullptr) return fail(env, "pathWorkload: no path");
  auto workload = make_path_workload(arguments.text(1), handle->frames);
  if (workload == nullptr) return fail(env, "pathWorkload: no such kind");
  return external(env, std::move(workload));
}

/// createBook(words: Int32Array): the L2 book over triples of side, ticks and lots.
napi_value create_book(napi_env env, napi_callback_info info) {
  std::size_t count = 0;
  const auto* words =
      Arguments(env, info).array<std::int32_t>(0, napi_int32_array, &count);
  if (words == nullptr || count == 0 || count % 3 != 0) {
    return fail(env, "createBook: words are triples of side, ticks and lots");
  }
  std::vector<BookUpdate> updates;
  for (std::size_t i = 0; i < count; i += 3) {
    if (words[i + 1] < 1 || words[i + 2] < 0) return fail(env, "createBook: a level is negative");
    updates.push_back({words[i], words[i + 1], words[i + 2]});
  }
  return external(env, make_book_workload(std::move(updates)));
}

/// createOrders(words: Int32Array): the L3 book over fives of cancel, id, side, ticks and lots.
napi_value create_orders(napi_env env, napi_callback_info info) {
  std::size_t count = 0;
  const auto* words = Arguments(env, info).array<std::int32_t>(0, napi_int32_array, &count);
  if (words == nullptr || count == 0 || count % 5 != 0) {
    return fail(env, "createOrders: words are fives of cancel, id, side, ticks and lots");
  }
  std::vector<OrderStep> steps;
  for (std::size_t i = 0; i < count; i += 5) {
    steps.push_back({words[i], words[i + 1], words[i + 2], words[i + 3], words[i + 4]});
  }
  return external(env, make_orders_workload(std::move(steps)));
}

/// openLoop(path, messagesPerSecond, count, block): ns taken; adds to the path's measures.
napi_value open_loop(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* handle = arguments.external<PathHandle>(0);
  const double rate = arguments.number(1);
  if (handle == nullptr || !(rate > 0)) return fail(env, "openLoop: no path or no rate");
  return number(env, handle->path->open_loop(rate, arguments.count(2), arguments.count(3)));
}

/// saturate(path, count): ns taken by `count` messages one after the other.
napi_value saturate(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* handle = arguments.external<PathHandle>(0);
  if (handle == nullptr) return fail(env, "saturate: no path");
  return number(env, handle->path->saturate(arguments.count(1)));
}

/// allocations(path, count): calls of the allocator while `count` messages pass.
napi_value allocations(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* handle = arguments.external<PathHandle>(0);
  if (handle == nullptr) return fail(env, "allocations: no path");
  return number(env, static_cast<double>(handle->path->allocations(arguments.count(1))));
}

/// measures(path): what the open loops since the last call found.
napi_value measures(napi_env env, napi_callback_info info) {
  auto* handle = Arguments(env, info).external<PathHandle>(0);
  if (handle == nullptr) return fail(env, "measures: no path");
  RecordedPath& path = *handle->path;
  napi_value out = object(env, {{"latency", percentiles(env, path.latency())},
                                {"intentLatency", percentiles(env, path.intent_latency())},
                                {"stalls", stalls(env, path.stalls())},
                                {"stageRows", numbers(env, path.stage_rows())},
                                {"intents", number(env, path.intents())},
                                {"stateHash", hexadecimal(env, path.state_hash())}});
  path.clear_measures();
  return out;
}

/// machine(): clock and counter of this machine, compiler of this addon.
napi_value machine(napi_env env, napi_callback_info) {
  return object(env, {{"effectiveGhz", number(env, effective_ghz())},
                      {"tscGhz", number(env, 1.0 / TickClock::ns_per_tick())},
                      {"tscStepNs", number(env, tick_step_ns())},
                      {"clockPairNs", percentiles(env, clock_pairs(1'000'000))},
                      {"compiler", text(env, __VERSION__)}});
}

/// tripLatency(trips): percentiles in ns; n is 0 where it cannot be measured.
napi_value trip_latency(napi_env env, napi_callback_info info) {
  const auto trips = static_cast<int>(Arguments(env, info).count(0));
  return percentiles(env, trip_latencies(trips));
}

/// watchStalls(ms): the ledger of a loop that only waited.
napi_value watch(napi_env env, napi_callback_info info) {
  return stalls(env, watch_stalls(Arguments(env, info).number(0)));
}

napi_value init(napi_env env, napi_value exports) {
  Target target = Target::kSse2;
  const TargetChoice how = choose_target(std::getenv("BOT4_TARGET"), &target);
  if (how == TargetChoice::kUnknown || how == TargetChoice::kUnsupported) {
    napi_throw_error(env, "ERR_BOT4_CPU", "BOT4_TARGET names no target of this machine");
    return exports;
  }
  napi_set_named_property(env, exports, "target", text(env, target_name(target)));
  const std::pair<const char*, napi_callback> functions[] = {
      {"list", list},           {"make", make},           {"operations", operations},
      {"run", run},             {"createPath", create_path}, {"pathWorkload", path_workload},
      {"createBook", create_book},
      {"createOrders", create_orders},
      {"openLoop", open_loop},  {"saturate", saturate},   {"allocations", allocations},
      {"measures", measures},   {"machine", machine},     {"watchStalls", watch},
      {"tripLatency", trip_latency}};
  for (const auto& [name, callback] : functions) {
    napi_value function = nullptr;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  }
  return exports;
}

}  // namespace
}  // namespace bot4::bench

NAPI_MODULE_INIT() { return bot4::bench::init(env, exports); }
