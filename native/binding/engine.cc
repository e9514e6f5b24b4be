// createEngine: lifetime and control of one engine. The hot entry `run` is raw Node-API.
#include <napi.h>

#include <cmath>
#include <string>

#include "binding/engine_handle.h"
#include "binding/layout_export.h"
#include "engine/features.h"
#include "engine/reasons.h"

namespace bot4::binding {
namespace {

constexpr napi_type_tag kEngineTag = {0x626f7434656e6769ull, 0x6e65206f626a6563ull};
constexpr double kMinInbox = 4096;
constexpr double kMaxInbox = 1 << 28;
constexpr double kMaxIntents = 1 << 20;

/// Throws a TypeError, unless something is being thrown already: then that stands.
Napi::Value throw_argument(Napi::Env env, const std::string& message) {
  if (env.IsExceptionPending()) return env.Undefined();
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_BOT4_ARGUMENT"));
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

void release_handle(napi_env, void* data, void*) { static_cast<EngineHandle*>(data)->release(); }

/// Ties the handle's life to one more JavaScript value; not, when the environment is ending.
void share(napi_env env, napi_value value, EngineHandle* handle) {
  handle->retain();
  if (napi_add_finalizer(env, value, handle, release_handle, nullptr, nullptr) != napi_ok) {
    handle->release();
  }
}

/// Reads a whole number from 0 to `most`; false for anything else.
bool read_whole(Napi::Value value, std::int32_t most, std::int32_t* out) {
  if (!value.IsNumber()) return false;
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0.0 && number <= most) || std::floor(number) != number) return false;
  *out = static_cast<std::int32_t>(number);
  return true;
}

/// run(): processes the inbox and returns a RunResult as an integer. No argument.
napi_value run(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const RunResult result = static_cast<EngineHandle*>(data)->session.run();
  napi_value out = nullptr;
  napi_create_int32(env, static_cast<std::int32_t>(result), &out);
  return out;
}

/// applyPolicy(symbol): null, or the name of the policy field that is out of bounds.
Napi::Value apply_policy(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  Engine& engine = handle->session.engine();
  std::int32_t symbol = 0;
  if (!read_whole(info[0], engine.symbol_count() - 1, &symbol)) {
    return throw_argument(info.Env(), "applyPolicy: symbol must be a whole number from 0 to " +
                                          std::to_string(engine.symbol_count() - 1));
  }
  const char* field = nullptr;
  const Status status = engine.apply_policy(symbol, &field);
  if (status == Status::kOk) return info.Env().Null();
  return Napi::String::New(info.Env(), field);
}

/// book(symbol, depth): a Float64Array [bids, asks, then ticks and lots of each bid and ask].
Napi::Value book(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  const Engine& engine = handle->session.engine();
  std::int32_t symbol = 0;
  std::int32_t depth = 0;
  if (!read_whole(info[0], engine.symbol_count() - 1, &symbol)) {
    return throw_argument(info.Env(), "book: symbol must be a whole number from 0 to " +
                                          std::to_string(engine.symbol_count() - 1));
  }
  if (!read_whole(info[1], INT32_MAX, &depth)) {
    return throw_argument(info.Env(), "book: depth must be a whole number from 0 to 2147483647");
  }
  const L2Book& levels = engine.book(symbol);
  const auto count = [&](Side side) {
    const std::int64_t size = levels.size(side);
    return static_cast<std::size_t>(size < depth ? size : depth);
  };
  const std::size_t bids = count(Side::kBuy);
  const std::size_t asks = count(Side::kSell);
  auto out = Napi::Float64Array::New(info.Env(), 2 + 2 * (bids + asks));
  if (out.IsEmpty()) return info.Env().Undefined();  // The environment is ending.
  double* at = out.Data();
  *at++ = static_cast<double>(bids);
  *at++ = static_cast<double>(asks);
  const auto copy = [&](Side side, std::size_t limit) {
    std::size_t written = 0;
    if (limit == 0) return;
    levels.visit(side, [&](std::int64_t ticks, std::int64_t lots) {
      *at++ = static_cast<double>(ticks);
      *at++ = static_cast<double>(lots);
      return ++written < limit;
    });
  };
  copy(Side::kBuy, bids);
  copy(Side::kSell, asks);
  return out;
}

/// stateHash(): the fingerprint as a bigint.
Napi::Value state_hash(const Napi::CallbackInfo& info) {
  auto* handle = static_cast<EngineHandle*>(info.Data());
  return Napi::BigInt::New(info.Env(), handle->session.engine().state_hash());
}

/// A positive grid in 1e-8 units, or 0 when the value is not one.
std::int64_t read_grid(Napi::Value value) {
  if (!value.IsBigInt()) return 0;
  bool lossless = false;
  const std::int64_t grid = value.As<Napi::BigInt>().Int64Value(&lossless);
  return lossless && grid > 0 ? grid : 0;
}

/// Adds one instrument; returns what is wrong with it, or an empty string. A getter that throws
/// leaves its exception pending, and nothing is added.
std::string add_instrument(Napi::Value value, Instruments* instruments) {
  constexpr const char* kThrown = "a property could not be read";
  if (!value.IsObject()) return "must be an object";
  Napi::Object object = value.As<Napi::Object>();
  Napi::Env env = object.Env();
  Napi::Value symbol = object.Get("symbol");
  if (env.IsExceptionPending()) return kThrown;
  if (!symbol.IsString()) return "symbol must be a string";
  const std::string name = symbol.As<Napi::String>().Utf8Value();
  if (name.empty() || name.size() > InstrumentSpec::kMaxName) {
    return "symbol '" + name + "' must have 1 to " + std::to_string(InstrumentSpec::kMaxName) +
           " characters";
  }
  Napi::Value tick_value = object.Get("tickSizeE8");
  if (env.IsExceptionPending()) return kThrown;
  Napi::Value step_value = object.Get("stepSizeE8");
  if (env.IsExceptionPending()) return kThrown;
  const std::int64_t tick = read_grid(tick_value);
  const std::int64_t step = read_grid(step_value);
  if (tick == 0) return "tickSizeE8 must be a positive bigint";
  if (step == 0) return "stepSizeE8 must be a positive bigint";
  Napi::Value rule = object.Get("sequenceRule");
  if (env.IsExceptionPending()) return kThrown;
  const std::string rule_name = rule.IsString() ? rule.As<Napi::String>().Utf8Value() : "";
  if (rule_name != "binance-spot" && rule_name != "binance-futures") {
    return "sequenceRule '" + rule_name + "' must be 'binance-spot' or 'binance-futures'";
  }
  instruments->add(name.c_str(), static_cast<int>(name.size()), tick, step,
                   rule_name == "binance-spot" ? SequenceRule::kBinanceSpot
                                               : SequenceRule::kBinanceFutures);
  return "";
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
  Session& session = handle->session;
  Napi::Object object = Napi::Object::New(env);
  napi_type_tag_object(env, object, &kEngineTag);
  // The creation's own reference goes to the engine object.
  if (napi_wrap(env, object, handle, release_handle, nullptr, nullptr) != napi_ok) {
    handle->release();
    return env.Undefined();
  }

  handle->retain();
  napi_value arena = nullptr;
  if (napi_create_external_arraybuffer(env, session.arena().data(), session.arena().size(),
                                       [](napi_env, void*, void* hint) {
                                         static_cast<EngineHandle*>(hint)->release();
                                       },
                                       handle, &arena) != napi_ok) {
    handle->release();
    return env.Undefined();
  }
  object.Set("arena", Napi::Value(env, arena));
  object.Set("layout", export_layout(env, session.layout()));

  napi_value run_function = nullptr;
  if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, handle, &run_function) != napi_ok) {
    return env.Undefined();
  }
  share(env, run_function, handle);
  object.Set("run", Napi::Value(env, run_function));
  add_function(object, "applyPolicy", apply_policy, handle);
  add_function(object, "book", book, handle);
  add_function(object, "stateHash", state_hash, handle);
  return object;
}

/// createEngine({instruments: [{symbol, tickSizeE8, stepSizeE8, sequenceRule}], inboxBytes,
/// intentCapacity}).
Napi::Value create_engine(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsObject()) return throw_argument(env, "createEngine: options must be an object");
  Napi::Object options = info[0].As<Napi::Object>();
  Napi::Value list = options.Get("instruments");
  if (env.IsExceptionPending()) return env.Undefined();
  if (!list.IsArray()) return throw_argument(env, "createEngine: instruments must be an array");
  Napi::Array specs = list.As<Napi::Array>();
  if (specs.Length() == 0 || specs.Length() > static_cast<std::uint32_t>(Instruments::kMax)) {
    return throw_argument(env, "createEngine: " + std::to_string(specs.Length()) +
                                   " instruments; allowed are 1 to " +
                                   std::to_string(Instruments::kMax));
  }
  Instruments instruments;
  for (std::uint32_t i = 0; i < specs.Length(); ++i) {
    Napi::Value spec = specs.Get(i);
    if (env.IsExceptionPending()) return env.Undefined();
    const std::string wrong = add_instrument(spec, &instruments);
    if (!wrong.empty()) {
      return throw_argument(env, "createEngine: instruments[" + std::to_string(i) + "]: " + wrong);
    }
  }
  const auto number = [&](const char* name) {
    Napi::Value value = options.Get(name);
    if (env.IsExceptionPending()) return std::nan("");
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  };
  const double inbox = number("inboxBytes");
  if (env.IsExceptionPending()) return env.Undefined();
  const double intents = number("intentCapacity");
  if (!(inbox >= kMinInbox && inbox <= kMaxInbox)) {
    return throw_argument(env, "createEngine: inboxBytes must be 4096 to 268435456");
  }
  if (!(intents >= 1 && intents <= kMaxIntents)) {
    return throw_argument(env, "createEngine: intentCapacity must be 1 to 1048576");
  }
  auto* handle =
      new EngineHandle(static_cast<Instruments&&>(instruments), static_cast<std::uint32_t>(inbox),
                       static_cast<std::uint32_t>(intents), decision_kernels(loaded_target()));
  return make_engine_object(env, handle);
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
  exports.Set("statusNames", names(env, kStatusCount,
                                   [](int i) { return status_name(static_cast<Status>(i)); }));
  exports.Set("reasonNames", names(env, kReasonCount, reason_name));
  exports.Set("featureNames", names(env, kFeatureCount, feature_name));
  exports.Set("syncStateNames", names(env, 3, [](int i) {
                return sync_state_name(static_cast<SyncState>(i));
              }));
}

}  // namespace bot4::binding
