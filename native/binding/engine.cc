// createEngine: lifetime and control of one engine. The hot entry `run` is raw Node-API.
#include <napi.h>

#include <string>
#include <vector>

#include "binding/engine_handle.h"
#include "binding/engine_options.h"
#include "binding/layout_export.h"
#include "binding/memory.h"
#include "binding/option_values.h"
#include "engine/features.h"
#include "engine/reasons.h"

namespace bot4::binding {
namespace {

constexpr napi_type_tag kEngineTag = {0x626f7434656e6769ull, 0x6e65206f626a6563ull};
void release_handle(napi_env, void* data, void*) { static_cast<EngineHandle*>(data)->release(); }

/// Ties the handle's life to one more JavaScript value; not, when the environment is ending.
void share(napi_env env, napi_value value, EngineHandle* handle) {
  handle->retain();
  if (napi_add_finalizer(env, value, handle, release_handle, nullptr, nullptr) != napi_ok) {
    handle->release();
  }
}

/// run(): processes the inbox and returns a RunResult as an integer. No argument.
napi_value run(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* handle = static_cast<EngineHandle*>(data);
  const RunResult result = handle->session ? handle->session->run() : handle->threaded->run();
  napi_value out = nullptr;
  napi_create_int32(env, static_cast<std::int32_t>(result), &out);
  return out;
}

/// Reads an index below `count`; throws what is wrong with it and returns false.
bool read_index(const Napi::CallbackInfo& info, const char* what, int count, std::int32_t* out) {
  if (read_whole(info[0], count - 1, out)) return true;
  throw_argument(info.Env(), std::string(what) + " must be a whole number from 0 to " +
                                 std::to_string(count - 1));
  return false;
}

/// applyPolicy(symbol): null, or the name of the policy field that is out of bounds.
Napi::Value apply_policy(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  std::int32_t symbol = 0;
  if (!read_index(info, "applyPolicy: symbol", handle->symbol_count(), &symbol)) {
    return info.Env().Undefined();
  }
  const char* field = nullptr;
  const Status status = handle->session ? handle->session->engine().apply_policy(symbol, &field)
                                        : handle->threaded->apply_policy(symbol, &field);
  if (status == Status::kOk) return info.Env().Null();
  return Napi::String::New(info.Env(), field);
}

/// Copies the best `depth` levels of a side: of the book, or of what a shard shows of it.
std::vector<Level> levels_of(EngineHandle* handle, int symbol, Side side, std::int32_t depth) {
  std::vector<Level> out;
  if (depth == 0) return out;
  const auto most = static_cast<std::size_t>(depth);
  if (handle->session) {
    handle->session->engine().book(symbol).visit(side, [&](std::int64_t ticks, std::int64_t lots) {
      out.push_back({ticks, lots});
      return out.size() < most;
    });
    return out;
  }
  const SymbolView& view = handle->threaded->view(symbol);
  const Level* levels = side == Side::kBuy ? view.bids : view.asks;
  const std::uint32_t count = side == Side::kBuy ? view.bid_count : view.ask_count;
  for (std::uint32_t i = 0; i < count && out.size() < most; ++i) out.push_back(levels[i]);
  return out;
}

/// book(symbol, depth): a Float64Array [bids, asks, then ticks and lots of each bid and ask].
Napi::Value book(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  std::int32_t symbol = 0;
  std::int32_t depth = 0;
  if (!read_index(info, "book: symbol", handle->symbol_count(), &symbol)) {
    return info.Env().Undefined();
  }
  if (!read_whole(info[1], INT32_MAX, &depth)) {
    return throw_argument(info.Env(), "book: depth must be a whole number from 0 to 2147483647");
  }
  const std::vector<Level> bids = levels_of(handle, symbol, Side::kBuy, depth);
  const std::vector<Level> asks = levels_of(handle, symbol, Side::kSell, depth);
  auto out = Napi::Float64Array::New(info.Env(), 2 + 2 * (bids.size() + asks.size()));
  if (out.IsEmpty()) return info.Env().Undefined();  // The environment is ending.
  double* at = out.Data();
  *at++ = static_cast<double>(bids.size());
  *at++ = static_cast<double>(asks.size());
  for (const auto* side : {&bids, &asks}) {
    for (const Level& level : *side) {
      *at++ = static_cast<double>(level.ticks);
      *at++ = static_cast<double>(level.lots);
    }
  }
  return out;
}

/// stateHash(): the fingerprint as a bigint. On threads it waits until they have nothing to do.
Napi::Value state_hash(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  std::uint64_t hash = 0;
  if (handle->session) {
    hash = handle->session->engine().state_hash();
  } else if (!handle->threaded->state_hash(&hash)) {
    return throw_argument(info.Env(), "stateHash: the shards did not settle within 10 seconds");
  }
  return Napi::BigInt::New(info.Env(), hash);
}

/// settle(timeoutMs): on threads, runs until every shard has processed what it was given; false
/// when the time was too short. In the loop there is nothing to wait for.
Napi::Value settle(const Napi::CallbackInfo& info) {
  constexpr std::int32_t kMostMs = 60'000;
  auto* handle = static_cast<EngineHandle*>(info.Data());
  std::int32_t timeout = 0;
  if (!read_whole(info[0], kMostMs, &timeout)) {
    return throw_argument(info.Env(), "settle: timeoutMs must be a whole number from 0 to " +
                                          std::to_string(kMostMs));
  }
  const bool settled = handle->threaded == nullptr || handle->threaded->settle(timeout);
  return Napi::Boolean::New(info.Env(), settled);
}

/// resetConnection(connection): the next frame is the first of a new connection.
Napi::Value reset_connection(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  const auto count = static_cast<int>(handle->layout().connections);
  std::int32_t connection = 0;
  if (!read_index(info, "resetConnection: connection", count, &connection)) {
    return info.Env().Undefined();
  }
  if (handle->session) {
    handle->session->reset_connection(connection);
  } else {
    handle->threaded->reset_connection(connection);
  }
  return info.Env().Undefined();
}

/// refreshComposites(): the arena shows the composites as of the last frame's receive time. Those
/// of shards come with their views.
Napi::Value refresh_composites(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  if (handle->session) {
    handle->session->engine().publish_composites(handle->session->control().now_ns);
  }
  return info.Env().Undefined();
}

template <typename Function>
void add_function(Napi::Object object, const char* name, Function function, EngineHandle* handle) {
  Napi::Function value = Napi::Function::New(object.Env(), function, name, handle);
  if (value.IsEmpty()) return;  // The environment is ending.
  share(object.Env(), value, handle);
  object.Set(name, value);
}

/// Makes the object that owns `handle` from here on. Where Node-API refuses, as it does when the
/// environment is ending, what that value would have held is released at once.
Napi::Value make_engine_object(Napi::Env env, EngineHandle* handle) {
  Napi::Object object = Napi::Object::New(env);
  napi_type_tag_object(env, object, &kEngineTag);
  // The creation's own reference goes to the engine object.
  if (napi_wrap(env, object, handle, release_handle, nullptr, nullptr) != napi_ok) {
    handle->release();
    return env.Undefined();
  }

  handle->retain();
  napi_value arena = nullptr;
  if (napi_create_external_arraybuffer(env, handle->arena().data(), handle->arena().size(),
                                       [](napi_env, void*, void* hint) {
                                         static_cast<EngineHandle*>(hint)->release();
                                       },
                                       handle, &arena) != napi_ok) {
    handle->release();
    return env.Undefined();
  }
  object.Set("arena", Napi::Value(env, arena));
  object.Set("layout", export_layout(env, handle->layout()));

  napi_value run_function = nullptr;
  if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, handle, &run_function) != napi_ok) {
    return env.Undefined();
  }
  share(env, run_function, handle);
  object.Set("run", Napi::Value(env, run_function));
  add_function(object, "applyPolicy", apply_policy, handle);
  add_function(object, "book", book, handle);
  add_function(object, "stateHash", state_hash, handle);
  add_function(object, "settle", settle, handle);
  add_function(object, "resetConnection", reset_connection, handle);
  add_function(object, "refreshComposites", refresh_composites, handle);
  return object;
}

/// Adds `memory` to an engine's object: what became of the memory that was prepared, or null.
Napi::Value with_memory_report(Napi::Value engine, const EngineRequest& request,
                               const MemoryReport& report) {
  if (!engine.IsObject()) return engine;
  Napi::Env env = engine.Env();
  napi_value memory = env.Null();
  if (request.memory.has_value()) memory = show_memory_report(env, report);
  engine.As<Napi::Object>().Set("memory", memory);
  return engine;
}

/// createEngine(options), see `read_engine_request`.
Napi::Value create_engine(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  EngineRequest request;
  if (!read_engine_request(info[0], &request)) return env.Undefined();
  const DecisionTable* kernels = decision_kernels(loaded_target());
  MemoryReport report;
  if (!request.threads.has_value()) {
    auto* handle = new EngineHandle(env, request.session, kernels);
    handle->keep(request.breaker);
    if (request.memory.has_value()) report = handle->session->prepare(*request.memory);
    return with_memory_report(make_engine_object(env, handle), request, report);
  }
  auto* handle = new EngineHandle(env, request.session, *request.threads, kernels);
  handle->keep(request.breaker);
  // Before the threads start: pages that they write are not touched from here.
  if (request.memory.has_value()) report = handle->threaded->prepare(*request.memory);
  if (!handle->threaded->start()) {
    handle->release();
    return throw_argument(env, "createEngine: the system refuses a thread for a shard");
  }
  return with_memory_report(make_engine_object(env, handle), request, report);
}

template <typename Name>
Napi::Array names(Napi::Env env, int count, Name name) {
  Napi::Array out = Napi::Array::New(env, static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    out.Set(static_cast<std::uint32_t>(i), Napi::String::New(env, name(i)));
  }
  return out;
}

}  // namespace

EngineHandle* engine_handle(napi_env env, napi_value value) {
  bool tagged = false;
  void* data = nullptr;
  if (napi_check_object_type_tag(env, value, &kEngineTag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(env, value, &data) != napi_ok) {
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    if (!pending) throw_argument(Napi::Env(env), "expected the object that createEngine returned");
    return nullptr;
  }
  return static_cast<EngineHandle*>(data);
}

void register_engine(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("createEngine", Napi::Function::New(env, create_engine, "createEngine"));
  exports.Set("sequenceRuleCircuits", rule_circuits(env));
  exports.Set("statusNames", names(env, kStatusCount,
                                   [](int i) { return status_name(static_cast<Status>(i)); }));
  exports.Set("reasonNames", names(env, kReasonCount, reason_name));
  exports.Set("featureNames", names(env, kFeatureCount, feature_name));
  exports.Set("syncStateNames", names(env, 3, [](int i) {
                return sync_state_name(static_cast<SyncState>(i));
              }));
  exports.Set("framingErrorNames", names(env, kWebSocketErrorCount, [](int i) {
                return websocket_error_name(static_cast<WebSocketError>(i));
              }));
}

}  // namespace bot4::binding
