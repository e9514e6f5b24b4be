#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bot4::bench {

/// Where a message lies in its stream; 64 readable bytes follow it.
struct Piece {
  std::size_t at;
  std::size_t length;
};

/// A depth update as floating-point programs hold it.
struct DepthDoubles {
  std::int64_t event_ms, transaction_ms, first_id, last_id, previous_id;
  int bid_count, ask_count;
  double bids[64][2];
  double asks[64][2];
};

/// The peer: simdjson's on-demand parser, used the way its documentation advises for a known shape:
/// one parser for all messages, padded input, fields asked for in their order, numbers in strings
/// straight to doubles. Compiled for x86-64-v3, so that simdjson uses AVX2 throughout.
class SimdjsonDepth {
 public:
  SimdjsonDepth();
  SimdjsonDepth(const SimdjsonDepth&) = delete;
  SimdjsonDepth& operator=(const SimdjsonDepth&) = delete;
  ~SimdjsonDepth();

  /// False when the message is no depth update with at most 64 levels a side.
  bool parse(const char* data, std::size_t length, DepthDoubles* depth) noexcept;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace bot4::bench
