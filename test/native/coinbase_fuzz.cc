// libFuzzer target of the Coinbase decoder: see venue_fuzz.h. Build and run with clang:
//   CXX=clang++ cmake -S . -B build-fuzz -G Ninja -DBOT4_FUZZ=ON -DBOT4_TESTS=OFF
//   cmake --build build-fuzz --target coinbase_fuzz && build-fuzz/coinbase_fuzz -max_total_time=300
//       -dict=test/native/venue.dict
#include "decode/coinbase.h"
#include "native/venue_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bot4::Instruments instruments = [] {
    bot4::Instruments list;
    list.add("BTC-USD", 7, 10'000'000, 1, bot4::SequenceRule::kCoinbaseSequence);
    list.add("ETH-USD", 7, 1'000'000, 1'000, bot4::SequenceRule::kCoinbaseSequence);
    return list;
  }();
  static bot4::CoinbaseDecoder decoder(instruments);
  static bot4::CoinbaseDecoder general(instruments);
  return bot4::test::fuzz_venue(decoder, general, data, size);
}
