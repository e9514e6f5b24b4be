#pragma once
// What the tests of one venue's decoder share beyond venue_frames.h.
#include <memory>
#include <string>
#include <string_view>

#include "core/instruments.h"
#include "core/market_message.h"
#include "native/testing.h"
#include "native/venue_frames.h"

namespace bot4::test {

/// A decoder and a second one for the general form, over the same instruments.
template <typename Decoder>
struct VenueDecoderFixture {
  Instruments instruments;
  Decoder decoder{instruments};
  Decoder general{instruments};
  std::unique_ptr<PaddedFrame> frame;
  MarketMessage m{};

  Status decode(std::string_view text, int symbol = -1) {
    frame = std::make_unique<PaddedFrame>(text);
    return decoder.decode(frame->data(), frame->length(), symbol, &m);
  }

  /// Whether both forms say the same of a frame, and what they accept is JSON.
  bool agree(std::string_view text, int symbol = -1) {
    const Decoded a = decode_all(decoder, text, symbol, false);
    const Decoded b = decode_all(general, text, symbol, true);
    const bool valid = a.status != Status::kOk || JsonOracle::is_object(text);
    return a.status == b.status && a.events == b.events && valid;
  }
};

/// The text with the first `from` replaced; a failed test where there is none.
inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  if (at == std::string::npos) {
    fail(__FILE__, __LINE__, "the text does not hold " + std::string(from));
  } else {
    out.replace(at, from.size(), to);
  }
  return out;
}

}  // namespace bot4::test
