#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bot4::bench {

/// A book message as floating-point programs hold it; only as much as every venue has.
struct BookDoubles {
  struct Level {
    double price;
    double quantity;
  };
  std::vector<Level> bids;
  std::vector<Level> asks;
  std::int64_t proof;  ///< Kraken's checksum, Coinbase's sequence.
};

/// The peer: simdjson's on-demand parser, used the way its documentation advises for a known shape:
/// one parser for all messages, padded input, members asked for in their order, numbers straight to
/// doubles. Compiled for x86-64-v3, so that simdjson uses AVX2 throughout.
class SimdjsonBook {
 public:
  SimdjsonBook();
  SimdjsonBook(const SimdjsonBook&) = delete;
  SimdjsonBook& operator=(const SimdjsonBook&) = delete;
  ~SimdjsonBook();

  /// A Kraken v2 message; true when it is of the channel book.
  bool parse_kraken(const char* data, std::size_t length, BookDoubles* book) noexcept;
  /// A Coinbase l2_data message of one event.
  bool parse_coinbase(const char* data, std::size_t length, BookDoubles* book) noexcept;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace bot4::bench
