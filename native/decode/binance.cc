#include "decode/binance.h"

namespace bot4 {

Status BinanceDecoder::decode(const char* data, std::size_t length, int frame_symbol,
                              MarketMessage* message) noexcept {
  if (frame_symbol < -1 || frame_symbol >= instruments_.size()) [[unlikely]] {
    *message = kEmptyMessage;
    return Status::kUnknownSymbol;
  }
  if (exact_.decode(data, length, frame_symbol, message)) [[likely]] {
    ++exact_count_;
    return Status::kOk;
  }
  ++fallback_count_;
  return general_.decode(data, length, frame_symbol, message);
}

}  // namespace bot4
