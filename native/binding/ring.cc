// createRing and openRing: a bounded ring of records of eight numbers that any number of Node's
// threads push to and pop from. Memory of this process is shared between its environments, so a
// thread opens by number what another one made.
#include "binding/ring.h"

#include <napi.h>

#include <atomic>
#include <bit>
#include <cstring>
#include <mutex>

#include "ring/index_pool.h"
#include "ring/mpmc_ring.h"

namespace bot4::binding {
namespace {

struct Record {
  double words[8];
};

/// One ring and how many ends of it are open; the last one to be closed frees it.
struct Shared {
  explicit Shared(std::uint32_t capacity) noexcept : ring(capacity) {}
  MpmcRing<Record> ring;
  std::uint64_t number = 0;
  int ends = 0;  ///< Guarded by the mutex of `Rings`.
};

/// The rings of this process by number. A number is never given to a second ring, because it holds
/// the generation of its place in the pool.
class Rings {
 public:
  static constexpr std::uint32_t kMost = 256;

  /// Adds a ring with one end; null when there are kMost.
  Shared* add(std::uint32_t capacity) {
    const std::lock_guard lock(mutex_);
    const auto index = pool_.allocate();
    if (index == pool_.kNone) return nullptr;
    auto* shared = new Shared(capacity);
    pool_[index] = shared;
    shared->number = std::uint64_t{pool_.handle(index).generation} * kMost + index;
    shared->ends = 1;
    return shared;
  }

  /// Opens one more end of a ring; null when none has this number, or no longer.
  Shared* open(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    Shared** found = pool_.find({static_cast<std::uint32_t>(number % kMost),
                                 static_cast<std::uint32_t>(number / kMost)});
    if (found == nullptr) return nullptr;
    ++(*found)->ends;
    return *found;
  }

  void close(Shared* shared) {
    const std::lock_guard lock(mutex_);
    if (--shared->ends > 0) return;
    pool_.release(static_cast<std::uint32_t>(shared->number % kMost));
    delete shared;
  }

 private:
  std::mutex mutex_;
  IndexPool<Shared*, Generations::kOn> pool_{kMost};
};

/// One for the process, made at its first use; what is left at its end needs no destruction.
Rings& rings() {
  static auto* all = new Rings();
  return *all;
}

/// One thread's end of a ring, held by its object, its memory and its functions. It is open until it
/// is closed or collected.
struct End {
  explicit End(Shared* of) noexcept : shared(of) {}
  Shared* shared;  ///< Null once closed.
  Record record{};
  int references = 0;

  static std::int64_t bytes(const Shared* shared) noexcept {
    return static_cast<std::int64_t>(shared->ring.bytes());
  }
  /// The collector learns what an end keeps alive; every end counts the whole ring, which lives for
  /// as long as one of them.
  void account(napi_env env, std::int64_t change) noexcept {
    std::int64_t now = 0;
    napi_adjust_external_memory(env, change, &now);
  }
  void close(napi_env env) {
    if (shared == nullptr) return;
    account(env, -bytes(shared));
    rings().close(shared);
    shared = nullptr;
  }
  static void release(napi_env env, void* data, void* hint) {
    auto* end = static_cast<End*>(hint != nullptr ? hint : data);
    if (--end->references > 0) return;
    end->close(env);
    delete end;
  }
};

Napi::Value refuse(Napi::Env env, const std::string& message) {
  if (env.IsExceptionPending()) return env.Undefined();
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_BOT4_ARGUMENT"));
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

/// push() and pop() copy between the end's record and the ring; whether there was room or a record.
template <bool kPush>
napi_value move_record(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* end = static_cast<End*>(data);
  if (end->shared == nullptr) return refuse(env, "the end of the ring is closed");
  MpmcRing<Record>& ring = end->shared->ring;
  const bool moved = kPush ? ring.try_push(end->record) : ring.try_pop(&end->record);
  napi_value out = nullptr;
  napi_get_boolean(env, moved, &out);
  return out;
}

/// close(): a second call does nothing.
napi_value close_end(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  static_cast<End*>(data)->close(env);
  return nullptr;
}

bool add_function(napi_env env, napi_value object, const char* name, napi_callback function,
                  End* end) {
  napi_value value = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, end, &value) != napi_ok ||
      napi_add_finalizer(env, value, end, End::release, nullptr, nullptr) != napi_ok) {
    return false;
  }
  ++end->references;
  return napi_set_named_property(env, object, name, value) == napi_ok;
}

/// { number, capacity, record, push, pop, close } of a ring whose end this takes over.
Napi::Value make_end(Napi::Env env, Shared* shared) {
  auto* end = new End(shared);
  end->account(env, End::bytes(shared));
  end->references = 1;  // Of this function, until everything else holds its own.
  Napi::Object object = Napi::Object::New(env);
  napi_value record = nullptr;
  bool good = napi_create_external_arraybuffer(env, &end->record, sizeof end->record, End::release,
                                               end, &record) == napi_ok;
  if (good) ++end->references;
  good = good && add_function(env, object, "push", move_record<true>, end) &&
         add_function(env, object, "pop", move_record<false>, end) &&
         add_function(env, object, "close", close_end, end);
  if (good) {
    object.Set("number", Napi::Number::New(env, static_cast<double>(shared->number)));
    object.Set("capacity", Napi::Number::New(env, shared->ring.capacity()));
    object.Set("record", Napi::Value(env, record));
  }
  End::release(env, end, nullptr);
  return good ? Napi::Value(object) : refuse(env, "the ring could not be made");
}

/// createRing(capacity).
Napi::Value create_ring(const Napi::CallbackInfo& info) {
  const double capacity =
      info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0.0;
  const bool fits = capacity >= 2 && capacity <= 1 << 20;
  const std::uint32_t whole = fits ? static_cast<std::uint32_t>(capacity) : 0;
  if (whole != capacity || !std::has_single_bit(whole)) {
    return refuse(info.Env(), "createRing: capacity must be a power of two from 2 to 1048576");
  }
  Shared* shared = rings().add(whole);
  if (shared == nullptr) {
    return refuse(info.Env(), "createRing: there are " + std::to_string(Rings::kMost) +
                                  " open rings, as many as one process may have; close() those that are not used");
  }
  return make_end(info.Env(), shared);
}

/// openRing(number).
Napi::Value open_ring(const Napi::CallbackInfo& info) {
  const double number = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1.0;
  const auto whole = number >= 0 && number < 0x1p40 ? static_cast<std::uint64_t>(number) : 0;
  // 0 belongs to no ring: a generation in use is odd.
  Shared* shared = static_cast<double>(whole) == number ? rings().open(whole) : nullptr;
  if (shared == nullptr) {
    return refuse(info.Env(), "openRing: number must be that of a ring that a thread holds open");
  }
  return make_end(info.Env(), shared);
}

}  // namespace

void register_ring(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("createRing", Napi::Function::New(env, create_ring, "createRing"));
  exports.Set("openRing", Napi::Function::New(env, open_ring, "openRing"));
}

}  // namespace bot4::binding
