// libFuzzer target of the decoder and of everything behind it. Build and run with clang:
//   CXX=clang++ cmake -S . -B build-fuzz -G Ninja -DBOT4_FUZZ=ON -DBOT4_TESTS=OFF
//   cmake --build build-fuzz && build-fuzz/decode_fuzz -max_total_time=60 -dict=test/native/decode.dict
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "binding/session.h"

namespace {

bot4::Instruments instruments() {
  bot4::Instruments list;
  list.add("BTCUSDT", 7, 10'000'000, 100'000, bot4::SequenceRule::kBinanceFutures);
  list.add("BTCSPOT", 7, 1'000'000, 1'000, bot4::SequenceRule::kBinanceSpot);
  return list;
}

void push(bot4::Session& session, int symbol, const std::uint8_t* data, std::size_t size) {
  bot4::ControlBlock& control = session.control();
  const bot4::FrameHeader header{static_cast<std::uint32_t>(size), symbol, control.now_ns + 1};
  std::byte* inbox = session.arena().data() + session.layout().inbox;
  std::memcpy(inbox, &header, sizeof header);
  std::memcpy(inbox + sizeof header, data, size);
  control.inbox_read = 0;
  control.inbox_write = static_cast<std::uint32_t>(sizeof header + ((size + 7) & ~std::size_t{7}));
  session.run();
  control.intent_tail = control.intent_head;
  control.trade_tail = control.trade_head;
}

}  // namespace

/// The first byte says for which frame symbol; lines are messages one after the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 16384) return 0;
  static const bot4::DecisionTable* kernels = bot4::decision_kernels(bot4::best_target());
  static bot4::Session session(instruments(), 1 << 16, 64, kernels);
  const int symbol = data[0] % 3 - 1;
  const std::uint8_t* at = data + 1;
  const std::uint8_t* const end = data + size;
  while (at < end) {
    const auto* newline =
        static_cast<const std::uint8_t*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const std::uint8_t* stop = newline == nullptr ? end : newline;
    const auto length = static_cast<std::size_t>(stop - at);
    // An exact copy, so that a read past the end of the message is seen.
    const std::unique_ptr<char[]> copy(new char[length]);
    if (length > 0) std::memcpy(copy.get(), at, length);
    static bot4::Instruments names = instruments();
    static bot4::BinanceDecoder decoder(names);
    bot4::MarketMessage message;
    decoder.decode(copy.get(), length, symbol, &message);
    push(session, symbol, at, length);
    at = stop + 1;
  }
  for (int i = 0; i < 2; ++i) {
    if (session.engine().sync(i).state() == bot4::SyncState::kSynchronised &&
        session.engine().book(i).crossed()) {
      __builtin_trap();
    }
  }
  return 0;
}
