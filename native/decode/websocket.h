#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bot4 {

/// Why a WebSocket stream cannot be read on. Values are stable: the arena shows them by number and
/// `websocket_error_name` by name.
enum class WebSocketError : std::uint8_t {
  kNone = 0,
  kReservedBits,            ///< RSV1-3 set, though no extension was negotiated.
  kReservedOpcode,          ///< An opcode that RFC 6455 leaves open.
  kMasked,                  ///< A server's frame with a mask.
  kFragmentedControl,       ///< A ping, pong or close without FIN.
  kControlTooLong,          ///< A ping, pong or close of more than 125 bytes.
  kUnexpectedContinuation,  ///< A continuation where no message was begun.
  kInterruptedMessage,      ///< A new message before the last one ended.
  kLengthNotMinimal,        ///< A length in more bytes than it needs, or beyond 2^63.
  kMessageTooLong,          ///< A message longer than the reader's bound.
  kBadClose,                ///< A close frame with a body of one byte.
  kCount                    ///< Number of values; not an error.
};

/// Number of errors, kNone included.
inline constexpr int kWebSocketErrorCount = static_cast<int>(WebSocketError::kCount);

/// Returns the stable kebab-case name, for example "reserved-bits".
const char* websocket_error_name(WebSocketError error) noexcept;

/// What a WebSocket stream carried. The values of the last five are the opcodes of RFC 6455.
enum class WebSocketKind : std::uint8_t {
  kNone = 0,    ///< The bytes are used up: more are needed. After a close frame always.
  kText = 1,    ///< A whole message.
  kBinary = 2,  ///< A whole message.
  kError = 3,   ///< The stream is broken; see `WebSocketReader::error`.
  kClose = 8,   ///< The body holds a code of two bytes, big endian, and a reason, or nothing.
  kPing = 9,    ///< To be answered with a pong of the same body.
  kPong = 10,
};

/// One message or control frame. The body is valid until the reader's next call, and as long as the
/// bytes it was read from.
struct WebSocketEvent {
  WebSocketKind kind;
  const char* data;
  std::size_t length;
};

/// Reads the server's side of a WebSocket connection, chunk by chunk as it comes out of TLS.
///
/// A message that lies whole in one chunk is given where it lies; a message over several frames or
/// chunks is put together in the reader's own buffer. Bodies are not checked for UTF-8: the
/// decoders behind refuse what they do not know.
///
/// Errors: a stream that breaks RFC 6455 gives kError at every call until `reset`.
/// Cost:   no allocation after construction; bench/native "frame.depth20".
/// Source: RFC 6455, section 5.
class WebSocketReader {
 public:
  /// Readable bytes behind every body: the chunk's owner gives them, the own buffer has them.
  static constexpr std::size_t kSlack = 64;
  /// Most bytes of a control frame's body.
  static constexpr std::size_t kMaxControl = 125;

  /// Requires `max_message` > 0: the bound of one message, in bytes.
  explicit WebSocketReader(std::size_t max_message);

  /// Reads on at `*at` and moves it behind what was read. To be called until it gives kNone; then
  /// `*at` is `end` and the next chunk continues. Between two calls the chunk may move.
  WebSocketEvent next(const char** at, const char* end) noexcept;

  /// Forgets everything: the next byte is the first of a new connection.
  void reset() noexcept;

  WebSocketError error() const noexcept { return error_; }
  /// Whether the server sent its close frame; what follows it is not read.
  bool closed() const noexcept { return closed_; }

 private:
  enum Opcode : std::uint8_t { kContinuation = 0, kTextOpcode = 1, kBinaryOpcode = 2 };

  bool read_header(const char** at, const char* end) noexcept;
  bool accept_header(const unsigned char* header) noexcept;
  WebSocketError check_header(std::uint8_t first, std::uint8_t second) const noexcept;
  WebSocketEvent read_control(const char** at, const char* end) noexcept;
  WebSocketEvent finish_control(const char* body) noexcept;
  bool fail(WebSocketError error) noexcept;

  std::size_t max_message_;
  std::unique_ptr<char[]> message_;  // max_message_ + kSlack.
  std::size_t gathered_ = 0;         // Bytes of the open message in message_.
  std::uint64_t remaining_ = 0;      // Bytes of the open frame still to come.
  WebSocketKind kind_ = WebSocketKind::kNone;  // Of the open message; kNone: none is open.
  std::uint8_t opcode_ = 0;          // Of the open frame.
  bool final_ = false;               // FIN of the open frame.
  bool in_frame_ = false;
  bool closed_ = false;
  WebSocketError error_ = WebSocketError::kNone;
  std::uint8_t header_length_ = 0;   // Bytes of a header that a chunk's end cut.
  std::uint8_t control_length_ = 0;  // Bytes of a cut control frame in control_.
  unsigned char header_[10] = {};
  char control_[kMaxControl + kSlack] = {};
};

}  // namespace bot4
