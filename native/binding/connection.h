#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/instruments.h"
#include "decode/venue_decoder.h"
#include "decode/websocket.h"
#include "engine/arena_layout.h"

namespace bot4 {

/// How the bytes of a connection reach the inbox.
enum class Framing : std::uint8_t {
  kMessages = 0,   ///< One frame is one message.
  kWebSocket = 1,  ///< Frames without a symbol are pieces of a WebSocket stream.
};

/// What a connection is.
struct ConnectionSpec {
  Venue venue = Venue::kBinance;
  Framing framing = Framing::kMessages;
  /// Bound of one message over several WebSocket frames, in bytes.
  std::uint32_t max_message = 16u << 20;
};

/// One connection to a venue: its stream, its decoder and its sequence numbers.
class Connection {
 public:
  /// `all` are the engine's instruments; those of this connection can be named in its messages.
  Connection(int index, const ConnectionSpec& spec, const Instruments& all, ConnectionState* state)
      : venue_(spec.venue),
        names_(all.of_connection(index)),
        decoder_(spec.venue, names_),
        state_(state) {
    if (spec.framing == Framing::kWebSocket) stream_.emplace(spec.max_message);
    for (int i = 0; i < all.size(); ++i) {
      if (all[i].connection == index) symbols_.push_back(i);
    }
    state_->sequence = -1.0;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Venue venue() const noexcept { return venue_; }
  VenueDecoder& decoder() noexcept { return decoder_; }
  ConnectionState& state() noexcept { return *state_; }
  /// The stream's reader; null where a frame is a message.
  WebSocketReader* stream() noexcept { return stream_.has_value() ? &*stream_ : nullptr; }
  /// Indices of the instruments whose messages come by here.
  const std::vector<int>& symbols() const noexcept { return symbols_; }

  /// Whether a message with this number follows the last one.
  bool follows(std::int64_t sequence) noexcept {
    const double last = state_->sequence;
    state_->sequence = static_cast<double>(sequence);
    return last < 0.0 || static_cast<double>(sequence) == last + 1.0;
  }

  /// Begins anew: the next byte is the first of a new connection.
  void reset() noexcept {
    if (stream_.has_value()) stream_->reset();
    state_->sequence = -1.0;
    state_->framing_error = 0;
    state_->closed = 0;
  }

 private:
  Venue venue_;
  Instruments names_;
  VenueDecoder decoder_;
  std::optional<WebSocketReader> stream_;
  std::vector<int> symbols_;
  ConnectionState* state_;
};

}  // namespace bot4
