#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"
#include "decode/frame_events.h"
#include "decode/scan.h"
#include "decode/utc_time.h"

namespace bot4 {

class JsonParser;

/// Decodes market messages of Coinbase's Advanced Trade WebSocket into exact integers.
///
/// Reads the channels `l2_data` (what a subscription to level2 sends; snapshot: kSnapshot, update:
/// kDepth) and `market_trades`. Quoted decimals go to integers of 1e-8 and from there to ticks and
/// lots, with no float on the way; a price off its grid is refused, a quantity off its grid is
/// rounded down to whole lots, but never to zero, and counted in `rounded`. `new_quantity` is the
/// level's new size, 0 removes it.
///
/// One frame holds one event or more, of one product or several: decode() gives the first, next()
/// the others, in the order of the wire. The trades of an event come oldest first, product by
/// product: where the ids of one fall from trade to trade, its trades are given in reverse order.
/// `side` of a trade is the maker's, so the aggressor is the other one. A `trade_id` that is no
/// integer up to 2^53 - 1 gives 0. Past trades (events of type snapshot) are read and left out; a
/// frame of only those is refused with kSkippedHistory. `event_ms` is the frame's timestamp,
/// `transaction_ms` that of the trade or of the event's last update; 0 when the venue gives none
/// (year 1970 or earlier).
///
/// `sequence` is the frame's sequence_num, which counts every message of the connection, of all
/// channels. It stands in kOk, in kSkippedHistory, in kUnknownEvent, and in refused messages that
/// cost no book its proof or name the one book that they cost. It is -1 in all others: the loss
/// then shows as a gap in the connection's sequence, which concerns every book. Ids are 0 and -1:
/// the venue gives none.
///
/// Heartbeats, answers (channel `subscriptions`) and frames without events are kOk with kHeartbeat.
/// Any other channel, and messages of type error, are kUnknownEvent with kHeartbeat for their kind.
///
/// Two forms give identical events: one for messages of the venue's exact bytes (its order of
/// fields, no white space, `client_id` there or not, trades in the order of the documentation or of
/// today's feed), and behind it one that reads any JSON of the same meaning. Names of members may
/// come in any order; unknown ones are passed over, but must be valid JSON; known ones must stand
/// once.
///
/// Requires: `kDecodePadding` readable bytes behind every message.
/// Errors:   all or nothing: a frame with any fault gives a status, no event. `message->kind` and
///           `message->symbol` still say what it was and which instrument it concerned, as far as
///           that was read; -1 when it concerned several. A refused l2_data frame is kDepth.
/// Cost:     one pass, no allocation in the exact form; bench workload decode.coinbase.
/// Source:   https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/
///           websocket-channels, "Level2 Channel" and "Market Trades Channel" ("a side, which
///           refers to the makers side").
class CoinbaseDecoder {
 public:
  /// Most levels of one side in one frame: a snapshot holds the whole book.
  static constexpr int kMaxLevels = 1 << 16;
  /// Most events of one frame.
  static constexpr int kMaxEvents = 1024;

  /// `instruments` must outlive the decoder.
  explicit CoinbaseDecoder(const Instruments& instruments);
  ~CoinbaseDecoder();

  /// Decodes one frame and gives its first event. `frame_symbol` is the instrument's index, or -1
  /// when the messages name theirs. The event's levels are valid until the next call.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept;

  /// Gives the next event of the frame that decode() read last; false when there is none.
  bool next(MarketMessage* message) noexcept { return events_.give(message); }

  /// Decodes by the general form only: what decode() does with a shape it does not know.
  Status decode_general(const char* data, std::size_t length, int frame_symbol,
                        MarketMessage* message) noexcept;

  /// Frames whose bytes had the exact shape.
  std::int64_t exact_hits() const noexcept { return exact_hits_; }
  /// Frames that may have been l2_data or market_trades and had another shape, also refused ones.
  std::int64_t fallbacks() const noexcept { return fallbacks_; }

 private:
  bool read_exact(Scanner scan, int frame_symbol, MarketMessage* message) noexcept;
  bool read_exact_books(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_updates(Scanner& scan, const InstrumentSpec& spec, FrameEvent& event) noexcept;
  bool read_exact_trades(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_trade(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_product(Scanner& scan, int frame_symbol, int* symbol) noexcept;
  Status read_json(const char* data, std::size_t length, int frame_symbol,
                   MarketMessage* message) noexcept;

  const Instruments& instruments_;
  FrameEvents events_;
  std::unique_ptr<JsonParser> parser_;
  UtcReader times_;
  int last_symbol_ = 0;
  std::int64_t exact_hits_ = 0;
  std::int64_t fallbacks_ = 0;
};

}  // namespace bot4
