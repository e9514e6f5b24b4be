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

struct JsonParser;

/// Decodes market messages of Kraken's WebSocket API v2 into exact integers.
///
/// Reads the channels `book` (snapshot: kSnapshot, update: kDepth) and `trade`. Numbers are bare
/// JSON decimals and go to integers of 1e-8 and from there to ticks and lots, with no float on the
/// way; a price off its grid is refused, a quantity off its grid is rounded down to whole lots, but
/// never to zero, and counted in `rounded`. The venue numbers no messages: first_id and last_id are
/// 0, previous_id and sequence are -1, and `checksum`, which every book message must have, is what
/// proves the book. The event time of a message is the `timestamp` of its element; 0 when a book has
/// none. A frame of several elements gives one event for each, in the order of the wire.
///
/// Of trades, `side` is the taker's. A snapshot of past trades is read whole and then refused with
/// kSkippedHistory. Heartbeats, the channel `status`, and answers to requests (a `method`: pong,
/// subscribe, unsubscribe, accepted or not) are kOk with kHeartbeat: the connection lives. Any other
/// channel is kUnknownEvent with kHeartbeat for its kind, so that it costs no book its proof.
///
/// Two forms give identical events: one for messages of the venue's exact bytes (its order of
/// fields, no white space), and behind it one that reads any JSON of the same meaning. Names of
/// members may come in any order; unknown ones are passed over, but must be valid JSON; known ones
/// must stand once.
///
/// Requires: `kDecodePadding` readable bytes behind every message.
/// Errors:   all or nothing: a frame with any fault gives a status and no event. `message->kind` and
///           `message->symbol` still say what it was and which instrument it concerned, as far as
///           that was read; -1 when it concerned several.
/// Cost:     one pass, no allocation in the exact form; bench workload decode.kraken.
/// Source:   https://docs.kraken.com/api/docs/websocket-v2/book and …/trade ("side": taker order
///           direction), https://docs.kraken.com/api/docs/guides/spot-ws-book-v2.
class KrakenDecoder {
 public:
  /// Most levels of one side in one frame; the venue's deepest subscription is 1000.
  static constexpr int kMaxLevels = 4096;
  /// Most events of one frame.
  static constexpr int kMaxEvents = 1024;

  /// `instruments` must outlive the decoder.
  explicit KrakenDecoder(const Instruments& instruments);
  ~KrakenDecoder();

  /// Decodes one frame and gives its first event. `frame_symbol` is the instrument's index, or -1
  /// when the messages name theirs. The event's levels are valid until the next call.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept;

  /// Gives the next event of the frame that decode() read last; false when there is none.
  bool next(MarketMessage* message) noexcept;

  /// Decodes by the general form only: what decode() does with a shape it does not know.
  Status decode_general(const char* data, std::size_t length, int frame_symbol,
                        MarketMessage* message) noexcept;

  /// Frames whose bytes had the exact shape.
  std::int64_t exact_hits() const noexcept { return exact_hits_; }
  /// Frames that may have been book or trade messages and had another shape, refused ones included.
  std::int64_t fallbacks() const noexcept { return fallbacks_; }

 private:
  bool read_exact(Scanner scan, int frame_symbol) noexcept;
  bool read_exact_book(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_side(Scanner& scan, Side side, const InstrumentSpec& spec,
                       FrameEvent& event) noexcept;
  bool read_exact_trades(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_trade(Scanner& scan, int frame_symbol) noexcept;
  bool read_exact_time(Scanner& scan, std::int64_t* ms) noexcept;
  bool read_exact_symbol(Scanner& scan, int frame_symbol, int* symbol) noexcept;
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
