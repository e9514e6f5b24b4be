#pragma once
// The memory that C++ and TypeScript share. One block per engine:
//
//   ControlBlock | SymbolSteering x symbols | SymbolState x symbols | PolicyBlock |
//   IntentRecord x capacity | TradeRecord x capacity | ConnectionState x connections |
//   ControlFrameRecord x capacity | CompositeState x composites | inbox bytes
//
// Prices in ticks, quantities in lots, ids and counters stand as f64: whole numbers below 2^53 are
// exact there and JavaScript reads them without a BigInt. Times stand as i64, ns since the epoch.
// TypeScript takes every offset from the exported layout (binding/layout_export.cc), never from
// a constant of its own.
#include <cstddef>
#include <cstdint>

#include "core/aligned_buffer.h"
#include "core/status.h"
#include "kernels/table.h"

namespace bot4 {

/// Version of the layout; changes whenever a field does.
inline constexpr std::uint32_t kArenaVersion = 5;

/// Words of the whole engine.
struct alignas(128) ControlBlock {
  std::uint32_t version;
  std::uint32_t symbol_count;
  /// Set by the match observer when it has fills to report; `run` returns and clears it.
  std::uint32_t attention;
  std::uint32_t inbox_read;   ///< Bytes consumed by C++.
  std::uint32_t inbox_write;  ///< Bytes written by JavaScript.
  std::uint32_t intent_head;  ///< Intents written by C++, modulo 2^32.
  std::uint32_t intent_tail;  ///< Intents taken by JavaScript, modulo 2^32.
  std::uint32_t trade_head;   ///< Trades written by C++, modulo 2^32.
  std::uint32_t trade_tail;   ///< Trades taken by JavaScript, modulo 2^32.
  std::uint32_t control_frame_head;  ///< Control frames written by C++, modulo 2^32.
  std::uint32_t control_frame_tail;  ///< Control frames taken by JavaScript, modulo 2^32.
  std::int64_t until_ns;      ///< Frames received later stay in the inbox.
  std::int64_t now_ns;        ///< Receive time of the last frame; never goes back.
  double frames;              ///< Frames processed.
  double bytes;               ///< Bytes of their messages.
  double intents;             ///< Intents emitted.
  double intents_dropped;     ///< Intents not emitted because the ring was full.
  double trades_dropped;      ///< Trades not kept because the ring was full.
  double control_frames_dropped;  ///< Control frames not kept because their ring was full.
  double clock_backwards;         ///< Frames stamped earlier than the one before them.
  std::uint32_t refused[kStatusCount];  ///< Frames by status that concerned no known instrument.
  /// Nonzero stops every new intent. Written by JavaScript, read by every gate, also of shards on
  /// other threads: nothing that changes with each frame shares its cache line.
  alignas(128) std::uint32_t halt;
};

/// What TypeScript tells the gate about one symbol; read at every decision.
struct alignas(128) SymbolSteering {
  double position_lots;      ///< Signed position, as far as the gate shall know it.
  double max_position_lots;  ///< Bound of |position| after the order.
  double max_order_lots;     ///< Bound of one order.
  double budget_lots;        ///< Stake at Kelly fraction 1.
  double max_position_notional;  ///< Bound of |position| x price after the order; 0 none.
  double max_order_notional;     ///< Bound of one order's lots x price; 0 none.
  double max_collar_ticks;       ///< A price beyond the other side's touch is cut to this; 0 none.
  double collar_bps;             ///< Bound of |price - reference|, bps of it; 0 none. Reference:
                                 ///< the mark, else the last trade, else the mid.
  double stale_mark_after_ns;    ///< Older mark price: no intent; 0 none.
  std::uint32_t halt;        ///< Nonzero stops this symbol's intents; as ControlBlock::halt.
};

/// What C++ tells about one symbol.
struct alignas(128) SymbolState {
  std::uint32_t sync_state;  ///< SyncState.
  std::uint32_t broken_by;   ///< Status that broke the book; 0 when not broken.
  std::int64_t last_message_ns;
  std::int64_t last_depth_ns;  ///< Receive time of the last depth update in the book.
  std::int64_t decided_ns;     ///< Time of the last decision; 0 before the first.
  double last_update_id;
  double messages;  ///< Messages decoded for this symbol.
  double depth_applied;
  double trades;
  double tickers;
  double snapshots;
  double gaps;
  double duplicates;
  double stale_dropped;
  double held_dropped;
  double stale_snapshots;
  double crossed;
  double ticker_checks;
  double ticker_mismatches;
  double rounded_quantities;  ///< Quantities off the step, rounded down by the decoder.
  double checksum_checks;
  double checksum_mismatches;
  double pending;  ///< Depth updates held for a snapshot now.
  double best_bid_ticks;
  double best_bid_lots;
  double best_ask_ticks;
  double best_ask_lots;
  double bid_levels;
  double ask_levels;
  double last_trade_ticks;
  double marks;            ///< Mark prices taken.
  double mark_e8;          ///< Last mark price, 1e-8 quote units; 0 before the first.
  double index_e8;         ///< Index price with it, 1e-8 quote units; 0 absent.
  double funding_rate_e8;  ///< Funding rate with it, signed, 1e-8; 0 absent.
  double next_funding_ms;  ///< Time of the next funding, ms since the epoch; 0 absent.
  std::int64_t mark_ns;    ///< Receive time of the last mark price; 0 before the first.
  double liquidations;     ///< Forced orders of the venue.
  double decisions;
  double intents;
  double side;         ///< Of the last decision: +1, -1 or 0.
  double quantity;     ///< Lots the last decision asked for.
  double probability;  ///< Of the last decision.
  double edge;         ///< Of the last decision.
  double bid_ticks;    ///< Last emitted quote; lots 0 = none.
  double bid_lots;
  double ask_ticks;
  double ask_lots;
  std::uint32_t reasons;  ///< Reason bits of the last decision.
  std::uint32_t policy;   ///< PolicyKind in force.
  std::uint32_t refused[kStatusCount];  ///< This symbol's frames by status other than kOk.
  double features[kFeatureSlots];       ///< Slots beyond the feature count stay zero.
};

/// What a symbol does with its decisions.
enum class PolicyKind : std::uint32_t {
  kNone = 0,   ///< Nothing.
  kTake = 1,   ///< The decision's side and size as an aggressive limit order.
  kQuote = 2,  ///< Avellaneda-Stoikov quotes, skewed by the decision's probability.
};

/// A policy on its way in: TypeScript fills it, `apply_policy` checks and copies it.
struct alignas(128) PolicyBlock {
  PolicyKind kind;
  std::uint32_t centre_on_microprice;  ///< Quotes: 1 = around the microprice, 0 = around the mid.
  DecisionModel model;
  double volatility_target_bps;  ///< invVol = target / realised volatility; 0 = invVol is 1. Take:
                                 ///< no intent while the volatility is 0, that is not known.
  double volatility_scale_cap;   ///< Largest invVol.
  double max_spread_ticks;       ///< Wider: no intent.
  double stale_after_ns;         ///< Older depth: no intent.
  double warm_up_updates;        ///< Depth updates before the first intent.
  double min_interval_ns;        ///< Between two intents.
  double max_intents_per_s;      ///< Rate of a token bucket.
  double intent_burst;           ///< Size of that bucket, >= 1.
  double collar_ticks;           ///< Take: limit price beyond the touch.
  double gamma;                  ///< Quote: risk aversion, 1 / tick.
  double horizon_s;              ///< Quote: tau.
  double half_spread_ticks;      ///< Quote: (1/gamma) ln(1 + gamma/k), computed by the caller.
  double min_half_spread_ticks;  ///< Quote: lower bound of the half spread.
  double volatility_floor_ticks; ///< Quote: lower bound of sigma, ticks per sqrt(s).
  double inventory_unit_lots;    ///< Quote: lots that count as one unit of inventory, > 0.
  double skew_ticks;             ///< Quote: shift of the centre at p = 1; -shift at p = 0.
  double quote_lots;             ///< Quote: size of each side.
  double requote_ticks;          ///< Quote: smaller moves emit nothing.
  double refresh_interval_ns;    ///< Quote: emits again after this even when nothing moved.
};

/// What an intent asks for.
enum class IntentKind : std::uint32_t {
  kTake = 1,   ///< One aggressive limit order.
  kQuote = 2,  ///< A bid and an ask; zero lots = no order on that side.
};

/// One intent.
struct alignas(64) IntentRecord {
  IntentKind kind;
  std::int32_t symbol;
  std::int64_t at_ns;
  double sequence;  ///< From 1, without gaps over the emitted intents of the engine.
  double side;      ///< Take: +1 or -1.
  double price_ticks;
  double lots;
  double bid_ticks;
  double bid_lots;
  double ask_ticks;
  double ask_lots;
  double probability;
  double edge;
  double mid_ticks;
  double volatility_bps;  ///< Realised volatility, bps per sqrt(s).
  std::uint32_t reasons;
  std::uint32_t reserved;
};

/// One print of the tape.
struct TradeRecord {
  std::int32_t symbol;
  std::uint32_t aggressor;  ///< Side: 0 a buyer, 1 a seller took liquidity.
  std::int64_t at_ns;       ///< Receive time.
  double ticks;
  double lots;
  double trade_id;
  double transaction_ms;  ///< Venue time, ms since the epoch.
};

/// What C++ tells about one connection.
struct alignas(128) ConnectionState {
  std::uint32_t framing_error;  ///< WebSocketError that broke the stream; 0 = none.
  std::uint32_t closed;         ///< 1 once the server sent its close frame.
  double frames;                ///< Frames of the inbox.
  double bytes;                 ///< Bytes of these.
  double messages;              ///< Messages given to the decoder.
  double fallbacks;             ///< Of these, what the exact-shape decoder left to the general one.
  double sequence;              ///< Last sequence number of the connection; -1 = none.
  double sequence_gaps;         ///< Messages whose number did not follow.
};

/// A WebSocket control frame for JavaScript, which answers it.
struct alignas(64) ControlFrameRecord {
  std::uint32_t connection;
  std::uint32_t opcode;  ///< 8 close, 9 ping, 10 pong.
  std::uint32_t length;  ///< Bytes of the body, at most 125.
  std::uint32_t reserved;
  std::int64_t at_ns;  ///< Receive time.
  std::uint32_t body[32];
};

/// Best bid and offer over the members of a composite, at `at_ns`; see CompositeTop.
struct alignas(128) CompositeState {
  std::int64_t at_ns;  ///< The time it is judged for; 0 before the first.
  std::int64_t bid_e8;        ///< 1e-8 quote units; 0 = no member has a bid.
  std::int64_t bid_quantity_e8;
  std::int64_t bid_total_e8;  ///< Over all fresh members at that price.
  std::int64_t ask_e8;
  std::int64_t ask_quantity_e8;
  std::int64_t ask_total_e8;
  std::int32_t bid_symbol;  ///< Whose bid it is; -1 = nobody's.
  std::int32_t ask_symbol;
  std::uint32_t fresh;  ///< Bit m: member m quotes and is within the age limit.
  std::uint32_t stale;  ///< Bit m: member m quotes and is too old.
  std::uint32_t locked;   ///< 1: best bid == best ask.
  std::uint32_t crossed;  ///< 1: best bid > best ask.
};

/// Before each frame's bytes in the inbox; the bytes are padded to a multiple of 8.
///
/// On a connection with WebSocket framing the bytes are a piece of its stream when `symbol` is -1,
/// and one whole message (a snapshot from a request, say) when it names an instrument.
struct FrameHeader {
  FrameHeader() noexcept = default;
  FrameHeader(std::uint32_t bytes, int instrument, std::int64_t at_ns, int on = 0) noexcept
      : length(bytes),
        symbol(static_cast<std::int16_t>(instrument)),
        connection(static_cast<std::uint16_t>(on)),
        received_ns(at_ns) {}

  std::uint32_t length;      ///< Bytes of the message.
  std::int16_t symbol;       ///< Instrument index, or -1: the message names it.
  std::uint16_t connection;  ///< Index of the connection that it came by.
  std::int64_t received_ns;  ///< Receive time, ns since the epoch.
};

static_assert(sizeof(FrameHeader) == 16 && sizeof(TradeRecord) == 48);
static_assert(sizeof(IntentRecord) == 128 && sizeof(ControlFrameRecord) == 192);

/// Where the parts lie, in bytes from the start of the arena.
struct ArenaLayout {
  std::size_t control = 0;
  std::size_t steering = 0;
  std::size_t states = 0;
  std::size_t policy = 0;
  std::size_t intents = 0;
  std::size_t trades = 0;
  std::size_t connection_states = 0;
  std::size_t control_frames = 0;
  std::size_t composites = 0;
  std::size_t inbox = 0;
  std::size_t bytes = 0;
  std::uint32_t symbols = 0;
  std::uint32_t intent_capacity = 0;  ///< A power of two.
  std::uint32_t trade_capacity = 0;   ///< A power of two.
  bool is_sparse = false;  ///< A ring is larger than usual: its pages come as they are used.
  std::uint32_t connections = 0;
  std::uint32_t control_frame_capacity = 0;  ///< A power of two.
  std::uint32_t composite_count = 0;
  std::uint32_t inbox_bytes = 0;

  /// Readable bytes behind the inbox, of no meaning: decoders load ahead of what they check.
  static constexpr std::uint32_t kInboxSlack = 64;

  /// Lays out an arena. The trade ring holds at least `trade_capacity` trades and every trade that
  /// fits into the inbox at once, so a caller that takes the trades after each `run` loses none.
  static ArenaLayout make(std::uint32_t symbols, std::uint32_t intent_capacity,
                          std::uint32_t inbox_bytes, std::uint32_t connections = 1,
                          std::uint32_t trade_capacity = 0,
                          std::uint32_t composites = 0) noexcept;

  /// The memory of such an arena, zeroed. Where a ring was given a large size, what is never
  /// touched takes no memory of the machine; otherwise every page is there from the start.
  AlignedBuffer allocate() const noexcept;
};

}  // namespace bot4
