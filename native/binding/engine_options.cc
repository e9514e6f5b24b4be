// The options of createEngine: read once, checked to the last field. A getter that throws leaves
// its exception pending, and that is the one that stands.
#include "binding/engine_options.h"

#include <algorithm>
#include <iterator>

#include "binding/breaker.h"
#include "binding/composite_options.h"
#include "binding/memory.h"
#include "binding/option_values.h"
#include "binding/thread_options.h"

namespace bot4::binding {
namespace {

constexpr std::int32_t kMinInbox = 4096;
constexpr std::int32_t kMaxInbox = 1 << 28;
constexpr std::int32_t kMaxIntents = 1 << 20;
constexpr std::int32_t kMaxTrades = 1 << 24;
constexpr std::int32_t kMaxConnections = 64;
constexpr std::int32_t kMaxDepth = 10000;
constexpr std::int32_t kMinMessage = 1024;
constexpr std::int32_t kMaxMessage = 1 << 28;
/// Memory that the streams of all connections may take together: every one at its default size.
constexpr std::uint64_t kMaxMessages = std::uint64_t{1} << 30;
/// What Kraken lets one subscribe to; a level beyond the depth is never taken back by the venue.
constexpr std::int32_t kKrakenDepths[] = {10, 25, 100, 500, 1000};

struct RuleName {
  const char* name;
  SequenceRule rule;
};
constexpr RuleName kRules[] = {{"binance-spot", SequenceRule::kBinanceSpot},
                               {"binance-futures", SequenceRule::kBinanceFutures},
                               {"binance-partial", SequenceRule::kBinancePartial},
                               {"kraken", SequenceRule::kKrakenChecksum},
                               {"coinbase", SequenceRule::kCoinbaseSequence}};
struct VenueName {
  const char* name;
  Venue venue;
};
constexpr VenueName kVenues[] = {
    {"binance", Venue::kBinance}, {"kraken", Venue::kKraken}, {"coinbase", Venue::kCoinbase}};
struct FramingName {
  const char* name;
  Framing framing;
};
constexpr FramingName kFramings[] = {{"messages", Framing::kMessages},
                                     {"websocket", Framing::kWebSocket}};

/// A positive grid in 1e-8 units, or 0 when the value is not one.
std::int64_t read_grid(Napi::Value value) {
  if (!value.IsBigInt()) return 0;
  bool lossless = false;
  const std::int64_t grid = value.As<Napi::BigInt>().Int64Value(&lossless);
  return lossless && grid > 0 ? grid : 0;
}

/// Which of an instrument's numbers were given besides its grids.
struct InstrumentNumbers {
  std::int32_t depth = 0;
  std::int32_t price_decimals = InstrumentSpec::kDecimalsOfGrid;
  std::int32_t quantity_decimals = InstrumentSpec::kDecimalsOfGrid;
  std::int32_t connection = -1;
};

std::string read_numbers(Napi::Object object, std::int64_t tick, std::int64_t step,
                         InstrumentNumbers* numbers) {
  std::string wrong = optional_whole(object, "depth", 0, kMaxDepth, &numbers->depth);
  if (!wrong.empty()) return wrong;
  wrong = optional_whole(object, "priceDecimals", 0, 8, &numbers->price_decimals);
  if (!wrong.empty()) return wrong;
  wrong = optional_whole(object, "quantityDecimals", 0, 8, &numbers->quantity_decimals);
  if (!wrong.empty()) return wrong;
  if (InstrumentSpec::digit_factor(tick, numbers->price_decimals) == 0) {
    return "priceDecimals is " + std::to_string(numbers->price_decimals) +
           ", which cannot show every multiple of tickSizeE8 " + std::to_string(tick);
  }
  if (InstrumentSpec::digit_factor(step, numbers->quantity_decimals) == 0) {
    return "quantityDecimals is " + std::to_string(numbers->quantity_decimals) +
           ", which cannot show every multiple of stepSizeE8 " + std::to_string(step);
  }
  return optional_whole(object, "connection", 0, kMaxConnections - 1, &numbers->connection);
}

/// What is wrong with the depth for the rule, or an empty string.
std::string depth_fault(SequenceRule rule, std::int32_t depth) {
  if (rule != SequenceRule::kKrakenChecksum) return "";
  const auto* end = std::end(kKrakenDepths);
  if (std::find(std::begin(kKrakenDepths), end, depth) != end) return "";
  return "depth is " + (depth == 0 ? "absent" : std::to_string(depth)) +
         "; allowed for sequenceRule 'kraken' are 10, 25, 100, 500 and 1000, as subscribed";
}

/// What is wrong with a name on a connection: messages name their instrument by it.
std::string name_fault(const std::string& name, std::int32_t connection,
                       const Instruments& instruments) {
  for (int i = 0; i < instruments.size(); ++i) {
    if (instruments[i].connection != connection) continue;
    if (!instruments.is_named(i, name.c_str(), static_cast<int>(name.size()))) continue;
    return "symbol '" + name + "' is that of instruments[" + std::to_string(i) +
           "], too, on connection " + std::to_string(connection) +
           "; give each a connection of its own";
  }
  return "";
}

/// Finds the connection that carries a rule's messages: the one asked for, or the first of its
/// venue. Without a list of connections the first instrument's venue makes one.
std::string find_connection(const RuleName* rule, std::vector<ConnectionSpec>* connections,
                            std::int32_t* connection) {
  const Venue venue = venue_of(rule->rule);
  if (connections->empty()) connections->push_back({.venue = venue});
  const auto count = static_cast<std::int32_t>(connections->size());
  for (std::int32_t i = 0; *connection < 0 && i < count; ++i) {
    if ((*connections)[static_cast<std::size_t>(i)].venue == venue) *connection = i;
  }
  const std::string name = "sequenceRule '" + std::string(rule->name) + "'";
  if (*connection < 0) return name + " has no connection of its venue";
  if (*connection >= count) {
    return "connection is " + std::to_string(*connection) + "; allowed are 0 to " +
           std::to_string(count - 1);
  }
  if ((*connections)[static_cast<std::size_t>(*connection)].venue != venue) {
    return name + " is not of the venue of connection " + std::to_string(*connection);
  }
  return "";
}

/// Adds one instrument; returns what is wrong with it, or an empty string.
std::string add_instrument(Napi::Value value, std::vector<ConnectionSpec>* connections,
                           Instruments* instruments) {
  constexpr const char* kThrown = "a property could not be read";
  if (!value.IsObject()) return "must be an object";
  Napi::Object object = value.As<Napi::Object>();
  const std::optional<Napi::Value> symbol = property(object, "symbol");
  if (!symbol.has_value()) return kThrown;
  if (!symbol->IsString()) return "symbol must be a string";
  const std::string name = symbol->As<Napi::String>().Utf8Value();
  if (name.empty() || name.size() > InstrumentSpec::kMaxName) {
    return "symbol '" + name + "' must have 1 to " + std::to_string(InstrumentSpec::kMaxName) +
           " characters";
  }
  const std::optional<Napi::Value> tick_value = property(object, "tickSizeE8");
  if (!tick_value.has_value()) return kThrown;
  const std::optional<Napi::Value> step_value = property(object, "stepSizeE8");
  if (!step_value.has_value()) return kThrown;
  const std::int64_t tick = read_grid(*tick_value);
  const std::int64_t step = read_grid(*step_value);
  if (tick == 0) return "tickSizeE8 must be a positive bigint";
  if (step == 0) return "stepSizeE8 must be a positive bigint";
  const std::optional<Napi::Value> rule_value = property(object, "sequenceRule");
  if (!rule_value.has_value()) return kThrown;
  std::string wrong;
  const RuleName* rule = named(kRules, "sequenceRule", *rule_value, &wrong);
  if (rule == nullptr) return wrong;
  InstrumentNumbers numbers;
  wrong = read_numbers(object, tick, step, &numbers);
  if (wrong.empty()) wrong = find_connection(rule, connections, &numbers.connection);
  if (wrong.empty()) wrong = depth_fault(rule->rule, numbers.depth);
  if (wrong.empty()) wrong = name_fault(name, numbers.connection, *instruments);
  if (!wrong.empty()) return wrong;
  const int index = instruments->add(name.c_str(), static_cast<int>(name.size()), tick, step,
                                     rule->rule, numbers.depth, numbers.price_decimals,
                                     numbers.quantity_decimals);
  instruments->edit(index).connection = numbers.connection;
  return "";
}

std::string read_connection(Napi::Value value, ConnectionSpec* spec) {
  if (!value.IsObject()) return "must be an object";
  Napi::Object object = value.As<Napi::Object>();
  std::string wrong = "a property could not be read";
  const std::optional<Napi::Value> venue_value = property(object, "venue");
  if (!venue_value.has_value()) return wrong;
  const VenueName* venue = named(kVenues, "venue", *venue_value, &wrong);
  if (venue == nullptr) return wrong;
  const std::optional<Napi::Value> framing_value = property(object, "framing");
  if (!framing_value.has_value()) return "a property could not be read";
  const FramingName* framing = named(kFramings, "framing", *framing_value, &wrong);
  if (framing == nullptr) return wrong;
  auto bytes = static_cast<std::int32_t>(spec->max_message);
  wrong = optional_whole(object, "maxMessageBytes", kMinMessage, kMaxMessage, &bytes);
  if (!wrong.empty()) return wrong;
  *spec = {venue->venue, framing->framing, static_cast<std::uint32_t>(bytes)};
  return "";
}

/// Reads each element of a list option with `read`; what is wrong is thrown. An absent list is
/// empty where that is allowed.
template <typename Read>
bool read_list(Napi::Object options, const char* name, bool may_be_absent, std::int32_t most,
               Read read) {
  Napi::Env env = options.Env();
  const std::string prefix = std::string("createEngine: ");
  const std::optional<Napi::Value> value = property(options, name);
  if (!value.has_value()) return false;
  if (may_be_absent && value->IsUndefined()) return true;
  if (!value->IsArray()) {
    throw_argument(env, prefix + name + " must be an array");
    return false;
  }
  Napi::Array list = value->As<Napi::Array>();
  if (list.Length() == 0 || list.Length() > static_cast<std::uint32_t>(most)) {
    throw_argument(env, prefix + std::to_string(list.Length()) + " " + name +
                            "; allowed are 1 to " + std::to_string(most));
    return false;
  }
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    Napi::Value each = list.Get(i);
    if (env.IsExceptionPending()) return false;
    const std::string wrong = read(each);
    if (wrong.empty()) continue;
    throw_argument(env, prefix + name + "[" + std::to_string(i) + "]: " + wrong);
    return false;
  }
  return true;
}

std::string read_sizes(Napi::Object options, SessionOptions* session) {
  std::uint64_t stream_bytes = 0;
  for (const ConnectionSpec& each : session->connections) {
    if (each.framing == Framing::kWebSocket) stream_bytes += each.max_message;
  }
  if (stream_bytes > kMaxMessages) {
    return "maxMessageBytes of all connections with framing 'websocket' are " +
           std::to_string(stream_bytes) + " together; allowed are at most " +
           std::to_string(kMaxMessages);
  }
  std::int32_t inbox = 0;
  std::int32_t intents = 0;
  std::int32_t trades = 0;
  std::string wrong = whole(options, "inboxBytes", kMinInbox, kMaxInbox, &inbox);
  if (wrong.empty()) wrong = whole(options, "intentCapacity", 1, kMaxIntents, &intents);
  if (wrong.empty()) wrong = optional_whole(options, "tradeCapacity", 1, kMaxTrades, &trades);
  session->inbox_bytes = static_cast<std::uint32_t>(inbox);
  session->intent_capacity = static_cast<std::uint32_t>(intents);
  session->trade_capacity = static_cast<std::uint32_t>(trades);
  return wrong;
}

bool read_breaker(Napi::Object options, EngineRequest* request) {
  const std::optional<Napi::Value> value = property(options, "breaker");
  if (!value.has_value()) return false;
  if (value->IsUndefined() || value->IsNull()) return true;
  request->breaker = breaker_handle(options.Env(), *value);
  if (request->breaker == nullptr) return false;
  request->session.breaker.emplace(request->breaker->breaker());
  return true;
}

bool read_memory(Napi::Object options, std::optional<MemoryOptions>* memory) {
  Napi::Env env = options.Env();
  const std::optional<Napi::Value> value = property(options, "memory");
  if (!value.has_value()) return false;
  if (value->IsUndefined() || value->IsNull()) return true;
  napi_value flags[3] = {};
  if (value->IsObject()) {
    const char* const names[] = {"hugePages", "lock", "prefault"};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::optional<Napi::Value> flag = property(value->As<Napi::Object>(), names[i]);
      if (!flag.has_value()) return false;
      flags[i] = *flag;
    }
  }
  memory->emplace();
  if (value->IsObject() && read_memory_options(env, flags, &**memory)) return true;
  throw_argument(env, "createEngine: memory must be null or {hugePages, lock, prefault}, booleans");
  return false;
}

}  // namespace

Napi::Object rule_circuits(Napi::Env env) {
  Napi::Object circuits = Napi::Object::New(env);
  for (const RuleName& rule : kRules) {
    circuits.Set(rule.name, Napi::Number::New(env, circuit_of(rule.rule)));
  }
  return circuits;
}

bool read_engine_request(Napi::Value value, EngineRequest* request) {
  Napi::Env env = value.Env();
  if (!value.IsObject()) {
    throw_argument(env, "createEngine: options must be an object");
    return false;
  }
  Napi::Object options = value.As<Napi::Object>();
  SessionOptions& session = request->session;
  const bool connected = read_list(
      options, "connections", true, kMaxConnections, [&](Napi::Value each) {
        return read_connection(each, &session.connections.emplace_back());
      });
  if (!connected) return false;
  const bool listed =
      read_list(options, "instruments", false, Instruments::kMax, [&](Napi::Value each) {
        return add_instrument(each, &session.connections, &session.instruments);
      });
  if (!listed) return false;
  const std::string wrong = read_sizes(options, &session);
  if (!wrong.empty()) {
    throw_argument(env, "createEngine: " + wrong);
    return false;
  }
  return read_breaker(options, request) && read_memory(options, &request->memory) &&
         read_composites(options, session.instruments.size(), &session.composites) &&
         read_thread_options(options, session, &request->threads);
}

}  // namespace bot4::binding
