#pragma once
#include <cstdint>

namespace bot4 {

/// A side of the book, and the direction of an order or of a trade's aggressor.
enum class Side : std::uint8_t {
  kBuy = 0,   ///< Bids; a buyer.
  kSell = 1,  ///< Asks; a seller.
};

/// Returns the other side.
constexpr Side opposite(Side side) noexcept {
  return side == Side::kBuy ? Side::kSell : Side::kBuy;
}

/// Returns +1 for a buy and -1 for a sell.
constexpr int sign_of(Side side) noexcept { return side == Side::kBuy ? 1 : -1; }

}  // namespace bot4
