// Node-API face of native/match: each matching engine and replay matcher is memory plus a doorbell.
#include "binding/match.h"

#include <cmath>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "binding/engine_handle.h"
#include "binding/memory.h"
#include "match/command_buffer.h"
#include "match/command_codec.h"
#include "match/replay_buffer.h"

namespace bot4::binding {

namespace {

using match::BufferLayout;
using match::CommandBuffer;
using match::ReplayBuffer;
using match::ReplayLayout;

constexpr double kMaxSymbols = 4096;
constexpr double kMaxOrders = 1 << 20;  // With the room of their events some 1.2 GiB of addresses.
constexpr double kMaxReplayOrders = 1 << 16;
constexpr std::uint32_t kRecordedOrders = 1 << 18;  // Of a symbol at a time, some 20 MiB.
constexpr double kMaxCommands = 1 << 16;

/// Something shared by its ArrayBuffer and its doorbell; the last of them to go frees it.
template <typename Buffer>
struct Held {
  template <typename... Arguments>
  explicit Held(Arguments&&... arguments) : buffer(std::forward<Arguments>(arguments)...) {}
  ~Held() {
    if (engine == nullptr) return;
    if (engine->replay_matcher == this) {
      engine->session->engine().observe(MarketObserver{});
      engine->replay_matcher = nullptr;
    }
    engine->release();
  }

  Buffer buffer;
  EngineHandle* engine = nullptr;  // Of a replay matcher only; retained.
  int holders = 0;

  static void release(napi_env, void*, void* hint) {
    auto* held = static_cast<Held*>(hint);
    if (--held->holders == 0) delete held;
  }
};

napi_value fail(napi_env env, const char* message) {
  napi_throw_range_error(env, "ERR_BOT4_ARGUMENT", message);
  return nullptr;
}

template <typename Buffer>
napi_value ring_doorbell(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  static_cast<Held<Buffer>*>(data)->buffer.run();
  return nullptr;
}

bool set_number(napi_env env, napi_value object, const char* name, std::size_t value) {
  napi_value number;
  return napi_create_double(env, static_cast<double>(value), &number) == napi_ok &&
         napi_set_named_property(env, object, name, number) == napi_ok;
}

bool set_layout(napi_env env, napi_value object, const BufferLayout& layout) {
  return set_number(env, object, "commandCount", BufferLayout::kCommandCount) &&
         set_number(env, object, "commandsDone", BufferLayout::kCommandsDone) &&
         set_number(env, object, "eventCount", BufferLayout::kEventCount) &&
         set_number(env, object, "restingOrders", BufferLayout::kRestingOrders) &&
         set_number(env, object, "pending", BufferLayout::kPending) &&
         set_number(env, object, "commandSlots", BufferLayout::kCommandSlots) &&
         set_number(env, object, "terms", match::kCommandSlots) &&
         set_number(env, object, "recordSlots", BufferLayout::kRecordSlots) &&
         set_number(env, object, "touchSlots", BufferLayout::kTouchSlots) &&
         set_number(env, object, "commands", layout.commands) &&
         set_number(env, object, "maxCommands", layout.max_commands) &&
         set_number(env, object, "events", layout.events) &&
         set_number(env, object, "maxEvents", layout.max_events) &&
         set_number(env, object, "touches", layout.touches);
}

bool set_layout(napi_env env, napi_value object, const ReplayLayout& layout) {
  return set_number(env, object, "commandCount", ReplayLayout::kCommandCount) &&
         set_number(env, object, "commandsDone", ReplayLayout::kCommandsDone) &&
         set_number(env, object, "eventCount", ReplayLayout::kEventCount) &&
         set_number(env, object, "restingOrders", ReplayLayout::kRestingOrders) &&
         set_number(env, object, "pending", ReplayLayout::kPending) &&
         set_number(env, object, "refusedChanges", ReplayLayout::kRefusedChanges) &&
         set_number(env, object, "commandSlots", ReplayLayout::kCommandSlots) &&
         set_number(env, object, "terms", match::kCommandSlots) &&
         set_number(env, object, "recordSlots", ReplayLayout::kRecordSlots) &&
         set_number(env, object, "commands", layout.commands) &&
         set_number(env, object, "maxCommands", layout.max_commands) &&
         set_number(env, object, "events", layout.events) &&
         set_number(env, object, "maxEvents", layout.max_events);
}

/// Makes { memory, layout, run } of something held, which they own from here on.
template <typename Buffer>
napi_value expose(napi_env env, Held<Buffer>* held) {
  napi_value result, memory, layout, run;
  held->holders = 1;
  if (napi_create_external_arraybuffer(env, held->buffer.data(), held->buffer.size(),
                                       Held<Buffer>::release, held, &memory) != napi_ok) {
    delete held;
    return fail(env, "no ArrayBuffer for the matcher's memory");
  }
  bool good = napi_create_function(env, "run", NAPI_AUTO_LENGTH, ring_doorbell<Buffer>, held,
                                   &run) == napi_ok &&
              napi_add_finalizer(env, run, nullptr, Held<Buffer>::release, held, nullptr) ==
                  napi_ok;
  if (good) held->holders += 1;
  good = good && napi_create_object(env, &layout) == napi_ok &&
         set_layout(env, layout, held->buffer.layout()) &&
         napi_create_object(env, &result) == napi_ok &&
         napi_set_named_property(env, result, "memory", memory) == napi_ok &&
         napi_set_named_property(env, result, "layout", layout) == napi_ok &&
         napi_set_named_property(env, result, "run", run) == napi_ok;
  return good ? result : fail(env, "the matcher could not be exposed");
}

/// prepareMemory(hugePages, lock, prefault) for the orders of a matching engine and their index.
napi_value prepare_orders(napi_env env, napi_callback_info info) {
  std::size_t argc = 3;
  napi_value argv[3];
  void* data = nullptr;
  MemoryOptions options;
  napi_get_cb_info(env, info, &argc, argv, nullptr, &data);
  if (!read_memory_options(env, argv, &options)) {
    return fail(env, "prepareMemory takes three booleans: hugePages, lock, prefault");
  }
  auto* held = static_cast<Held<CommandBuffer>*>(data);
  return show_memory_report(env, held->buffer.engine().prepare(options));
}

/// createMatchingEngine(symbols, maxOrders, maxCommands) -> { memory, layout, run, prepareMemory }.
napi_value create_matching_engine(napi_env env, napi_callback_info info) {
  std::size_t argc = 3;
  napi_value argv[3];
  double asked[3] = {0, 0, 0};
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  for (std::size_t i = 0; i < 3; ++i) {
    if (i >= argc || napi_get_value_double(env, argv[i], &asked[i]) != napi_ok) {
      return fail(env, "createMatchingEngine takes three numbers: symbols, maxOrders, maxCommands");
    }
  }
  if (!(asked[0] >= 1 && asked[0] <= kMaxSymbols)) return fail(env, "symbols must be 1 to 4096");
  if (!(asked[1] >= 1 && asked[1] <= kMaxOrders)) {
    return fail(env, "maxOrders must be 1 to 1048576");
  }
  if (!(asked[2] >= 1 && asked[2] <= kMaxCommands)) {
    return fail(env, "maxCommands must be 1 to 65536");
  }
  auto* held = new (std::nothrow) Held<CommandBuffer>(static_cast<std::int32_t>(asked[0]),
                                                      static_cast<std::uint32_t>(asked[1]),
                                                      static_cast<std::uint32_t>(asked[2]));
  if (held == nullptr) return fail(env, "no memory for a matching engine");
  napi_value result = expose(env, held);
  napi_value prepare = nullptr;
  if (result == nullptr) return nullptr;
  if (napi_create_function(env, "prepareMemory", NAPI_AUTO_LENGTH, prepare_orders, held,
                           &prepare) != napi_ok ||
      napi_add_finalizer(env, prepare, nullptr, Held<CommandBuffer>::release, held, nullptr) !=
          napi_ok) {
    return fail(env, "the matcher could not be exposed");
  }
  held->holders += 1;
  napi_set_named_property(env, result, "prepareMemory", prepare);
  return result;
}

/// createReplayMatcher(engine, maxOrders, maxCommands[, queueModel]) -> { memory, layout, run }.
/// `engine` is what createEngine returned, `queueModel` a value of QueueModel (with kExact the
/// market is what kRecord commands tell, not the engine's); the engine keeps the matcher alive and
/// can have one only.
napi_value create_replay_matcher(napi_env env, napi_callback_info info) {
  std::size_t argc = 4;
  napi_value argv[4];
  double orders = 0;
  double commands = 0;
  double model = 0;
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  if (argc < 3 || napi_get_value_double(env, argv[1], &orders) != napi_ok ||
      napi_get_value_double(env, argv[2], &commands) != napi_ok ||
      (argc > 3 && napi_get_value_double(env, argv[3], &model) != napi_ok)) {
    return fail(env,
                "createReplayMatcher takes an engine and numbers: maxOrders, maxCommands, and "
                "perhaps queueModel");
  }
  if (!(orders >= 1 && orders <= kMaxReplayOrders)) {
    return fail(env, "maxOrders must be 1 to 65536");
  }
  if (!(commands >= 1 && commands <= kMaxCommands)) {
    return fail(env, "maxCommands must be 1 to 65536");
  }
  if (!(model >= 0 && model < match::kQueueModels) || model != std::floor(model)) {
    return fail(env, "queueModel must be a whole number from 0 to 5");
  }
  EngineHandle* handle = engine_handle(env, argv[0]);
  if (handle == nullptr) return nullptr;
  if (handle->session == nullptr) {
    return fail(env, "an engine on threads has no replay matcher");
  }
  if (handle->replay_matcher != nullptr) {
    return fail(env, "an engine has one replay matcher at most");
  }
  Engine& engine = handle->session->engine();
  const auto max_orders = static_cast<std::uint32_t>(orders);
  const auto max_commands = static_cast<std::uint32_t>(commands);
  const auto queue_model = static_cast<match::QueueModel>(static_cast<int>(model));
  const bool exact = queue_model == match::QueueModel::kExact;
  Held<ReplayBuffer>* held = nullptr;
  if (exact) {
    held = new (std::nothrow) Held<ReplayBuffer>(static_cast<std::int32_t>(engine.symbol_count()),
                                                 kRecordedOrders, max_orders, max_commands);
  } else {
    std::vector<const L2Book*> books;
    for (int symbol = 0; symbol < engine.symbol_count(); ++symbol) {
      books.push_back(&engine.book(symbol));
    }
    held = new (std::nothrow) Held<ReplayBuffer>(std::move(books), max_orders, max_commands,
                                                 engine.attention_word(), queue_model);
  }
  if (held == nullptr) return fail(env, "no memory for a replay matcher");
  held->engine = handle;
  handle->retain();
  handle->replay_matcher = held;
  if (!exact) engine.observe(held->buffer.observer());
  napi_value result = expose(env, held);
  if (result != nullptr) napi_set_named_property(env, argv[0], "replayMatcher", result);
  return result;
}

struct NamedNumber {
  const char* name;
  int value;
};

/// {name: value, …}, or null when Node-API refuses.
template <std::size_t N>
napi_value numbers(napi_env env, const NamedNumber (&list)[N]) {
  napi_value object = nullptr;
  if (napi_create_object(env, &object) != napi_ok) return nullptr;
  for (const NamedNumber& each : list) {
    napi_value number = nullptr;
    if (napi_create_int32(env, each.value, &number) != napi_ok ||
        napi_set_named_property(env, object, each.name, number) != napi_ok) {
      return nullptr;
    }
  }
  return object;
}

napi_value reason_names(napi_env env) {
  napi_value list = nullptr;
  if (napi_create_array(env, &list) != napi_ok) return nullptr;
  for (int i = 0; i < match::kMatchReasonCount; ++i) {
    napi_value name = nullptr;
    const char* text = match::match_reason_name(static_cast<match::Reason>(i));
    if (napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_set_element(env, list, static_cast<std::uint32_t>(i), name) != napi_ok) {
      return nullptr;
    }
  }
  return list;
}

/// matchProtocol: {commands, events, flags, head, reasons}, the numbers of the records.
napi_value export_protocol(napi_env env) {
  using match::CommandKind;
  using match::EventKind;
  const NamedNumber commands[] = {{"limit", static_cast<int>(CommandKind::kLimit)},
                                  {"market", static_cast<int>(CommandKind::kMarket)},
                                  {"cancel", static_cast<int>(CommandKind::kCancel)},
                                  {"depth", static_cast<int>(CommandKind::kDepth)},
                                  {"place", static_cast<int>(CommandKind::kPlace)},
                                  {"amend", static_cast<int>(CommandKind::kAmend)},
                                  {"replace", static_cast<int>(CommandKind::kReplace)},
                                  {"clock", static_cast<int>(CommandKind::kClock)},
                                  {"position", static_cast<int>(CommandKind::kPosition)},
                                  {"shift", static_cast<int>(CommandKind::kShift)},
                                  {"record", static_cast<int>(CommandKind::kRecord)}};
  const NamedNumber events[] = {{"accepted", static_cast<int>(EventKind::kAccepted)},
                                {"rejected", static_cast<int>(EventKind::kRejected)},
                                {"trade", static_cast<int>(EventKind::kTrade)},
                                {"cancelled", static_cast<int>(EventKind::kCancelled)},
                                {"expired", static_cast<int>(EventKind::kExpired)},
                                {"cancelRejected", static_cast<int>(EventKind::kCancelRejected)},
                                {"level", static_cast<int>(EventKind::kLevel)},
                                {"triggered", static_cast<int>(EventKind::kTriggered)},
                                {"amended", static_cast<int>(EventKind::kAmended)},
                                {"amendRejected", static_cast<int>(EventKind::kAmendRejected)},
                                {"prevented", static_cast<int>(EventKind::kPrevented)},
                                {"trailed", static_cast<int>(EventKind::kTrailed)}};
  const NamedNumber flags[] = {{"gtc", 0},
                               {"ioc", static_cast<int>(match::kFlagIoc)},
                               {"postOnly", static_cast<int>(match::kFlagPostOnly)},
                               {"fok", static_cast<int>(match::kFlagFok)},
                               {"reduceOnly", static_cast<int>(match::kFlagReduceOnly)},
                               {"market", static_cast<int>(match::kFlagMarket)},
                               {"allowFailure", static_cast<int>(match::kFlagAllowFailure)},
                               {"prevention", static_cast<int>(match::kFlagPrevention)}};
  const NamedNumber head[] = {{"reason", match::kHeadReason},
                              {"side", match::kHeadSide},
                              {"maker", match::kHeadMaker}};
  const struct {
    const char* name;
    napi_value value;
  } parts[] = {{"commands", numbers(env, commands)},
               {"events", numbers(env, events)},
               {"flags", numbers(env, flags)},
               {"head", numbers(env, head)},
               {"reasons", reason_names(env)}};
  napi_value protocol = nullptr;
  if (napi_create_object(env, &protocol) != napi_ok) return nullptr;
  for (const auto& part : parts) {
    if (part.value == nullptr ||
        napi_set_named_property(env, protocol, part.name, part.value) != napi_ok) {
      return nullptr;
    }
  }
  return protocol;
}

}  // namespace

void register_match(napi_env env, napi_value exports) {
  if (napi_value protocol = export_protocol(env); protocol != nullptr) {
    napi_set_named_property(env, exports, "matchProtocol", protocol);
  }
  napi_value create;
  if (napi_create_function(env, "createMatchingEngine", NAPI_AUTO_LENGTH, create_matching_engine,
                           nullptr, &create) == napi_ok) {
    napi_set_named_property(env, exports, "createMatchingEngine", create);
  }
  if (napi_create_function(env, "createReplayMatcher", NAPI_AUTO_LENGTH, create_replay_matcher,
                           nullptr, &create) == napi_ok) {
    napi_set_named_property(env, exports, "createReplayMatcher", create);
  }
}

}  // namespace bot4::binding
