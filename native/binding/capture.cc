// createCaptureFeed: the text of recorded captures into a session, one call a piece of text.
#include "binding/capture.h"

#include <napi.h>

#include <string>
#include <vector>

#include "binding/engine_handle.h"
#include "binding/option_values.h"

namespace bot4::binding {
namespace {

constexpr std::uint32_t kMaxCaptures = 1024;

CaptureMerge& captures_of(const Napi::CallbackInfo& info) {
  return *static_cast<EngineHandle*>(info.Data())->session->captures();
}

/// The lines of the capture that the first argument names; null with a pending TypeError.
CaptureLines* lines_of(const Napi::CallbackInfo& info) {
  CaptureMerge& captures = captures_of(info);
  std::int32_t index = 0;
  if (read_whole(info[0], captures.size() - 1, &index)) return &captures.lines(index);
  throw_argument(info.Env(), "capture is " + shown(info[0]) +
                                 "; allowed are whole numbers from 0 to " +
                                 std::to_string(captures.size() - 1));
  return nullptr;
}

/// append(capture, bytes): copies a piece of text; false when there is no room before a run.
Napi::Value append(const Napi::CallbackInfo& info) {
  CaptureLines* lines = lines_of(info);
  if (lines == nullptr) return info.Env().Undefined();
  if (lines->finished()) return throw_argument(info.Env(), "append: the capture is finished");
  if (!info[1].IsTypedArray() ||
      info[1].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    return throw_argument(info.Env(), "append: bytes must be a Uint8Array");
  }
  const auto bytes = info[1].As<Napi::Uint8Array>();
  if (bytes.ByteLength() > CaptureLines::kMaxPiece) {
    return throw_argument(info.Env(), "append: " + std::to_string(bytes.ByteLength()) +
                                          " bytes; allowed are at most " +
                                          std::to_string(CaptureLines::kMaxPiece));
  }
  const auto* data = reinterpret_cast<const char*>(bytes.Data());
  return Napi::Boolean::New(info.Env(), lines->append(data, bytes.ByteLength()));
}

/// finish(capture): no text follows.
Napi::Value finish(const Napi::CallbackInfo& info) {
  if (CaptureLines* lines = lines_of(info); lines != nullptr) lines->finish();
  return info.Env().Undefined();
}

/// dry(): the capture whose text is needed to go on; -1: none.
Napi::Value dry(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), captures_of(info).dry());
}

/// headAt(): receive time of the line that is next, ns as a bigint; null: more text is needed, or
/// all captures have ended.
Napi::Value head_at(const Napi::CallbackInfo& info) {
  const CaptureLine* head = captures_of(info).head();
  if (head == nullptr) return info.Env().Null();
  return Napi::BigInt::New(info.Env(), head->received_ns);
}

/// messages(capture): lines taken.
Napi::Value messages(const Napi::CallbackInfo& info) {
  const CaptureLines* lines = lines_of(info);
  if (lines == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(lines->messages()));
}

/// unreadable(capture): lines passed over.
Napi::Value unreadable(const Napi::CallbackInfo& info) {
  const CaptureLines* lines = lines_of(info);
  if (lines == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(lines->unreadable()));
}

/// levelUpdates(): price levels in the depth updates and snapshots that the engine decoded.
Napi::Value level_updates(const Napi::CallbackInfo& info) {
  const auto* handle = static_cast<EngineHandle*>(info.Data());
  return Napi::Number::New(info.Env(), static_cast<double>(handle->session->level_updates()));
}

/// Reads the instruments of the captures; empty with a pending TypeError.
std::vector<int> read_symbols(Napi::Value value, int symbol_count) {
  const std::string wanted = "createCaptureFeed: symbols must be 1 to " +
                             std::to_string(kMaxCaptures) + " whole numbers from 0 to " +
                             std::to_string(symbol_count - 1);
  std::vector<int> symbols;
  const std::uint32_t count = value.IsArray() ? value.As<Napi::Array>().Length() : 0;
  for (std::uint32_t i = 0; i < count && count <= kMaxCaptures; ++i) {
    std::int32_t symbol = 0;
    if (!read_whole(value.As<Napi::Array>().Get(i), symbol_count - 1, &symbol)) break;
    symbols.push_back(symbol);
  }
  if (symbols.empty() || symbols.size() != count) {
    throw_argument(value.Env(), wanted);
    symbols.clear();
  }
  return symbols;
}

using Function = Napi::Value (*)(const Napi::CallbackInfo&);

/// Adds a function that keeps the engine alive.
void add_function(Napi::Object object, const char* name, Function function, EngineHandle* handle) {
  Napi::Function value = Napi::Function::New(object.Env(), function, name, handle);
  if (value.IsEmpty()) return;  // The environment is ending.
  handle->retain();
  const auto release = [](napi_env, void* data, void*) {
    static_cast<EngineHandle*>(data)->release();
  };
  if (napi_add_finalizer(object.Env(), value, handle, release, nullptr, nullptr) != napi_ok) {
    handle->release();
  }
  object.Set(name, value);
}

/// createCaptureFeed(engine, symbols) -> { append, finish, dry, headAt, messages, unreadable,
/// levelUpdates }. An engine in the loop takes one; `symbols` names the instrument of each capture.
Napi::Value create_capture_feed(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  EngineHandle* handle = engine_handle(env, info[0]);
  if (handle == nullptr) return env.Undefined();
  if (handle->session == nullptr) {
    return throw_argument(env, "createCaptureFeed: an engine on threads replays no captures");
  }
  if (handle->session->captures() != nullptr) {
    return throw_argument(env, "createCaptureFeed: an engine has one capture feed at most");
  }
  const std::vector<int> symbols = read_symbols(info[1], handle->symbol_count());
  if (symbols.empty()) return env.Undefined();
  handle->session->replay(symbols);
  Napi::Object feed = Napi::Object::New(env);
  add_function(feed, "append", append, handle);
  add_function(feed, "finish", finish, handle);
  add_function(feed, "dry", dry, handle);
  add_function(feed, "headAt", head_at, handle);
  add_function(feed, "messages", messages, handle);
  add_function(feed, "unreadable", unreadable, handle);
  add_function(feed, "levelUpdates", level_updates, handle);
  return feed;
}

}  // namespace

void register_capture(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("createCaptureFeed",
              Napi::Function::New(env, create_capture_feed, "createCaptureFeed"));
}

}  // namespace bot4::binding
