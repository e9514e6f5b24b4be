#include "binding/layout_export.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <type_traits>

namespace bot4::binding {
namespace {

template <typename T>
const char* type_name() {
  if constexpr (std::is_enum_v<T>) {
    return type_name<std::underlying_type_t<T>>();
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return "u32";
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return "i32";
  } else if constexpr (std::is_same_v<T, std::int16_t>) {
    return "i16";
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return "u16";
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return "i64";
  } else {
    static_assert(std::is_same_v<T, double>);
    return "f64";
  }
}

/// position_lots becomes positionLots.
std::string camel_case(const char* name) {
  std::string out;
  for (; *name != '\0'; ++name) {
    if (*name == '_' && name[1] != '\0') {
      ++name;
      out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(*name))));
    } else {
      out.push_back(*name);
    }
  }
  return out;
}

template <typename Member>
void add_field(Napi::Object fields, const char* name, std::size_t offset) {
  using Element = std::remove_all_extents_t<Member>;
  Napi::Env env = fields.Env();
  Napi::Object field = Napi::Object::New(env);
  field.Set("offset", Napi::Number::New(env, static_cast<double>(offset)));
  field.Set("type", Napi::String::New(env, type_name<Element>()));
  field.Set("count", Napi::Number::New(env, static_cast<double>(sizeof(Member) / sizeof(Element))));
  fields.Set(camel_case(name), field);
}

#define BOT4_FIELD(Record, member) \
  add_field<decltype(Record::member)>(fields, #member, offsetof(Record, member))

void control_fields(Napi::Object fields) {
  BOT4_FIELD(ControlBlock, version);
  BOT4_FIELD(ControlBlock, symbol_count);
  BOT4_FIELD(ControlBlock, halt);
  BOT4_FIELD(ControlBlock, attention);
  BOT4_FIELD(ControlBlock, inbox_read);
  BOT4_FIELD(ControlBlock, inbox_write);
  BOT4_FIELD(ControlBlock, intent_head);
  BOT4_FIELD(ControlBlock, intent_tail);
  BOT4_FIELD(ControlBlock, trade_head);
  BOT4_FIELD(ControlBlock, trade_tail);
  BOT4_FIELD(ControlBlock, control_frame_head);
  BOT4_FIELD(ControlBlock, control_frame_tail);
  BOT4_FIELD(ControlBlock, until_ns);
  BOT4_FIELD(ControlBlock, now_ns);
  BOT4_FIELD(ControlBlock, frames);
  BOT4_FIELD(ControlBlock, bytes);
  BOT4_FIELD(ControlBlock, intents);
  BOT4_FIELD(ControlBlock, intents_dropped);
  BOT4_FIELD(ControlBlock, trades_dropped);
  BOT4_FIELD(ControlBlock, control_frames_dropped);
  BOT4_FIELD(ControlBlock, clock_backwards);
  BOT4_FIELD(ControlBlock, refused);
}

void steering_fields(Napi::Object fields) {
  BOT4_FIELD(SymbolSteering, position_lots);
  BOT4_FIELD(SymbolSteering, max_position_lots);
  BOT4_FIELD(SymbolSteering, max_order_lots);
  BOT4_FIELD(SymbolSteering, budget_lots);
  BOT4_FIELD(SymbolSteering, max_position_notional);
  BOT4_FIELD(SymbolSteering, max_order_notional);
  BOT4_FIELD(SymbolSteering, max_collar_ticks);
  BOT4_FIELD(SymbolSteering, collar_bps);
  BOT4_FIELD(SymbolSteering, stale_mark_after_ns);
  BOT4_FIELD(SymbolSteering, halt);
}

void state_fields(Napi::Object fields) {
  BOT4_FIELD(SymbolState, sync_state);
  BOT4_FIELD(SymbolState, broken_by);
  BOT4_FIELD(SymbolState, last_message_ns);
  BOT4_FIELD(SymbolState, last_depth_ns);
  BOT4_FIELD(SymbolState, decided_ns);
  BOT4_FIELD(SymbolState, last_update_id);
  BOT4_FIELD(SymbolState, messages);
  BOT4_FIELD(SymbolState, depth_applied);
  BOT4_FIELD(SymbolState, trades);
  BOT4_FIELD(SymbolState, tickers);
  BOT4_FIELD(SymbolState, snapshots);
  BOT4_FIELD(SymbolState, gaps);
  BOT4_FIELD(SymbolState, duplicates);
  BOT4_FIELD(SymbolState, stale_dropped);
  BOT4_FIELD(SymbolState, held_dropped);
  BOT4_FIELD(SymbolState, stale_snapshots);
  BOT4_FIELD(SymbolState, crossed);
  BOT4_FIELD(SymbolState, ticker_checks);
  BOT4_FIELD(SymbolState, ticker_mismatches);
  BOT4_FIELD(SymbolState, rounded_quantities);
  BOT4_FIELD(SymbolState, checksum_checks);
  BOT4_FIELD(SymbolState, checksum_mismatches);
  BOT4_FIELD(SymbolState, pending);
  BOT4_FIELD(SymbolState, best_bid_ticks);
  BOT4_FIELD(SymbolState, best_bid_lots);
  BOT4_FIELD(SymbolState, best_ask_ticks);
  BOT4_FIELD(SymbolState, best_ask_lots);
  BOT4_FIELD(SymbolState, bid_levels);
  BOT4_FIELD(SymbolState, ask_levels);
  BOT4_FIELD(SymbolState, last_trade_ticks);
  BOT4_FIELD(SymbolState, marks);
  BOT4_FIELD(SymbolState, mark_e8);
  BOT4_FIELD(SymbolState, index_e8);
  BOT4_FIELD(SymbolState, funding_rate_e8);
  BOT4_FIELD(SymbolState, next_funding_ms);
  BOT4_FIELD(SymbolState, mark_ns);
  BOT4_FIELD(SymbolState, liquidations);
  BOT4_FIELD(SymbolState, decisions);
  BOT4_FIELD(SymbolState, intents);
  BOT4_FIELD(SymbolState, side);
  BOT4_FIELD(SymbolState, quantity);
  BOT4_FIELD(SymbolState, probability);
  BOT4_FIELD(SymbolState, edge);
  BOT4_FIELD(SymbolState, bid_ticks);
  BOT4_FIELD(SymbolState, bid_lots);
  BOT4_FIELD(SymbolState, ask_ticks);
  BOT4_FIELD(SymbolState, ask_lots);
  BOT4_FIELD(SymbolState, reasons);
  BOT4_FIELD(SymbolState, policy);
  BOT4_FIELD(SymbolState, refused);
  BOT4_FIELD(SymbolState, features);
}

/// The model's members, as members of the policy or of a record that begins with the model.
void model_fields(Napi::Object fields, std::size_t base) {
#define BOT4_MODEL_FIELD(member)                          \
  add_field<decltype(DecisionModel::member)>(fields, #member, \
                                             base + offsetof(DecisionModel, member))
  BOT4_MODEL_FIELD(weights);
  BOT4_MODEL_FIELD(inverse_sds);
  BOT4_MODEL_FIELD(negative_means);
  BOT4_MODEL_FIELD(bias);
  BOT4_MODEL_FIELD(platt_a);
  BOT4_MODEL_FIELD(platt_b);
  BOT4_MODEL_FIELD(payoff);
  BOT4_MODEL_FIELD(cost);
  BOT4_MODEL_FIELD(kelly_fraction);
  BOT4_MODEL_FIELD(kelly_cap);
  BOT4_MODEL_FIELD(buy_threshold);
  BOT4_MODEL_FIELD(sell_threshold);
  BOT4_MODEL_FIELD(minimum);
#undef BOT4_MODEL_FIELD
}

void policy_fields(Napi::Object fields) {
  BOT4_FIELD(PolicyBlock, kind);
  BOT4_FIELD(PolicyBlock, centre_on_microprice);
  model_fields(fields, offsetof(PolicyBlock, model));
  BOT4_FIELD(PolicyBlock, volatility_target_bps);
  BOT4_FIELD(PolicyBlock, volatility_scale_cap);
  BOT4_FIELD(PolicyBlock, max_spread_ticks);
  BOT4_FIELD(PolicyBlock, stale_after_ns);
  BOT4_FIELD(PolicyBlock, warm_up_updates);
  BOT4_FIELD(PolicyBlock, min_interval_ns);
  BOT4_FIELD(PolicyBlock, max_intents_per_s);
  BOT4_FIELD(PolicyBlock, intent_burst);
  BOT4_FIELD(PolicyBlock, collar_ticks);
  BOT4_FIELD(PolicyBlock, gamma);
  BOT4_FIELD(PolicyBlock, horizon_s);
  BOT4_FIELD(PolicyBlock, half_spread_ticks);
  BOT4_FIELD(PolicyBlock, min_half_spread_ticks);
  BOT4_FIELD(PolicyBlock, volatility_floor_ticks);
  BOT4_FIELD(PolicyBlock, inventory_unit_lots);
  BOT4_FIELD(PolicyBlock, skew_ticks);
  BOT4_FIELD(PolicyBlock, quote_lots);
  BOT4_FIELD(PolicyBlock, requote_ticks);
  BOT4_FIELD(PolicyBlock, refresh_interval_ns);
}

void intent_fields(Napi::Object fields) {
  BOT4_FIELD(IntentRecord, kind);
  BOT4_FIELD(IntentRecord, symbol);
  BOT4_FIELD(IntentRecord, at_ns);
  BOT4_FIELD(IntentRecord, sequence);
  BOT4_FIELD(IntentRecord, side);
  BOT4_FIELD(IntentRecord, price_ticks);
  BOT4_FIELD(IntentRecord, lots);
  BOT4_FIELD(IntentRecord, bid_ticks);
  BOT4_FIELD(IntentRecord, bid_lots);
  BOT4_FIELD(IntentRecord, ask_ticks);
  BOT4_FIELD(IntentRecord, ask_lots);
  BOT4_FIELD(IntentRecord, probability);
  BOT4_FIELD(IntentRecord, edge);
  BOT4_FIELD(IntentRecord, mid_ticks);
  BOT4_FIELD(IntentRecord, volatility_bps);
  BOT4_FIELD(IntentRecord, reasons);
}

void trade_fields(Napi::Object fields) {
  BOT4_FIELD(TradeRecord, symbol);
  BOT4_FIELD(TradeRecord, aggressor);
  BOT4_FIELD(TradeRecord, at_ns);
  BOT4_FIELD(TradeRecord, ticks);
  BOT4_FIELD(TradeRecord, lots);
  BOT4_FIELD(TradeRecord, trade_id);
  BOT4_FIELD(TradeRecord, transaction_ms);
}

void connection_fields(Napi::Object fields) {
  BOT4_FIELD(ConnectionState, framing_error);
  BOT4_FIELD(ConnectionState, closed);
  BOT4_FIELD(ConnectionState, frames);
  BOT4_FIELD(ConnectionState, bytes);
  BOT4_FIELD(ConnectionState, messages);
  BOT4_FIELD(ConnectionState, fallbacks);
  BOT4_FIELD(ConnectionState, sequence);
  BOT4_FIELD(ConnectionState, sequence_gaps);
}

void control_frame_fields(Napi::Object fields) {
  BOT4_FIELD(ControlFrameRecord, connection);
  BOT4_FIELD(ControlFrameRecord, opcode);
  BOT4_FIELD(ControlFrameRecord, length);
  BOT4_FIELD(ControlFrameRecord, at_ns);
  BOT4_FIELD(ControlFrameRecord, body);
}

void composite_fields(Napi::Object fields) {
  BOT4_FIELD(CompositeState, at_ns);
  BOT4_FIELD(CompositeState, bid_e8);
  BOT4_FIELD(CompositeState, bid_quantity_e8);
  BOT4_FIELD(CompositeState, bid_total_e8);
  BOT4_FIELD(CompositeState, ask_e8);
  BOT4_FIELD(CompositeState, ask_quantity_e8);
  BOT4_FIELD(CompositeState, ask_total_e8);
  BOT4_FIELD(CompositeState, bid_symbol);
  BOT4_FIELD(CompositeState, ask_symbol);
  BOT4_FIELD(CompositeState, fresh);
  BOT4_FIELD(CompositeState, stale);
  BOT4_FIELD(CompositeState, locked);
  BOT4_FIELD(CompositeState, crossed);
}

void frame_fields(Napi::Object fields) {
  BOT4_FIELD(FrameHeader, length);
  BOT4_FIELD(FrameHeader, symbol);
  BOT4_FIELD(FrameHeader, connection);
  BOT4_FIELD(FrameHeader, received_ns);
}

void context_fields(Napi::Object fields) {
  BOT4_FIELD(DecisionContext, budget);
  BOT4_FIELD(DecisionContext, inverse_volatility);
  BOT4_FIELD(DecisionContext, step);
  BOT4_FIELD(DecisionContext, halted);
}

void decision_fields(Napi::Object fields) {
  BOT4_FIELD(Decision, side);
  BOT4_FIELD(Decision, quantity);
  BOT4_FIELD(Decision, probability);
  BOT4_FIELD(Decision, edge);
  BOT4_FIELD(Decision, reasons);
}

void model_block_fields(Napi::Object fields) {
  BOT4_FIELD(DecisionModelBlock, weights);
  BOT4_FIELD(DecisionModelBlock, inverse_sds);
  BOT4_FIELD(DecisionModelBlock, negative_means);
  BOT4_FIELD(DecisionModelBlock, bias);
  BOT4_FIELD(DecisionModelBlock, platt_a);
  BOT4_FIELD(DecisionModelBlock, platt_b);
  BOT4_FIELD(DecisionModelBlock, payoff);
  BOT4_FIELD(DecisionModelBlock, cost);
  BOT4_FIELD(DecisionModelBlock, kelly_fraction);
  BOT4_FIELD(DecisionModelBlock, kelly_cap);
  BOT4_FIELD(DecisionModelBlock, buy_threshold);
  BOT4_FIELD(DecisionModelBlock, sell_threshold);
  BOT4_FIELD(DecisionModelBlock, minimum);
}

void block_fields(Napi::Object fields) {
  BOT4_FIELD(DecisionBlock, features);
  BOT4_FIELD(DecisionBlock, budget);
  BOT4_FIELD(DecisionBlock, inverse_volatility);
  BOT4_FIELD(DecisionBlock, step);
  BOT4_FIELD(DecisionBlock, halted);
}

void block_result_fields(Napi::Object fields) {
  BOT4_FIELD(DecisionBlockResult, side);
  BOT4_FIELD(DecisionBlockResult, quantity);
  BOT4_FIELD(DecisionBlockResult, probability);
  BOT4_FIELD(DecisionBlockResult, edge);
  BOT4_FIELD(DecisionBlockResult, reasons);
}

#undef BOT4_FIELD

Napi::Object region(Napi::Env env, std::size_t offset, std::size_t stride, std::size_t count,
                    void (*fill)(Napi::Object)) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("offset", Napi::Number::New(env, static_cast<double>(offset)));
  out.Set("stride", Napi::Number::New(env, static_cast<double>(stride)));
  out.Set("count", Napi::Number::New(env, static_cast<double>(count)));
  Napi::Object fields = Napi::Object::New(env);
  fill(fields);
  out.Set("fields", fields);
  return out;
}

}  // namespace

Napi::Object export_layout(Napi::Env env, const ArenaLayout& layout) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("version", Napi::Number::New(env, kArenaVersion));
  out.Set("bytes", Napi::Number::New(env, static_cast<double>(layout.bytes)));
  out.Set("control", region(env, layout.control, sizeof(ControlBlock), 1, control_fields));
  out.Set("steering", region(env, layout.steering, sizeof(SymbolSteering), layout.symbols,
                             steering_fields));
  out.Set("states", region(env, layout.states, sizeof(SymbolState), layout.symbols, state_fields));
  out.Set("policy", region(env, layout.policy, sizeof(PolicyBlock), 1, policy_fields));
  out.Set("intents", region(env, layout.intents, sizeof(IntentRecord), layout.intent_capacity,
                            intent_fields));
  out.Set("trades", region(env, layout.trades, sizeof(TradeRecord), layout.trade_capacity,
                           trade_fields));
  out.Set("connections", region(env, layout.connection_states, sizeof(ConnectionState),
                                layout.connections, connection_fields));
  out.Set("controlFrames", region(env, layout.control_frames, sizeof(ControlFrameRecord),
                                  layout.control_frame_capacity, control_frame_fields));
  out.Set("composites", region(env, layout.composites, sizeof(CompositeState),
                               layout.composite_count, composite_fields));
  // The inbox counts bytes: stride is the size of a frame's header.
  out.Set("inbox",
          region(env, layout.inbox, sizeof(FrameHeader), layout.inbox_bytes, frame_fields));
  return out;
}

Napi::Object export_decision_layout(Napi::Env env) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("model", region(env, 0, sizeof(DecisionModel), 1,
                          [](Napi::Object fields) { model_fields(fields, 0); }));
  out.Set("context", region(env, 0, sizeof(DecisionContext), 1, context_fields));
  out.Set("result", region(env, 0, sizeof(Decision), 1, decision_fields));
  out.Set("modelBlock",
          region(env, 0, sizeof(DecisionModelBlock), 1, model_block_fields));
  out.Set("block", region(env, 0, sizeof(DecisionBlock), 1, block_fields));
  out.Set("blockResult", region(env, 0, sizeof(DecisionBlockResult), 1, block_result_fields));
  return out;
}

}  // namespace bot4::binding
