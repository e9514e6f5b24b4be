// libFuzzer target of the Binance decoders and of everything behind them: what an exact-shape decoder
// accepts, the general one accepts with the same event. Build and run with clang:
//   CXX=clang++ cmake -S . -B build-fuzz -G Ninja -DBOT4_FUZZ=ON -DBOT4_TESTS=OFF
//   cmake --build build-fuzz && build-fuzz/decode_fuzz -max_total_time=60 -dict=test/native/decode.dict
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "binding/session.h"
#include "native/decode_compare.h"

namespace {

bot4::Instruments instruments() {
  bot4::Instruments list;
  list.add("BTCUSDT", 7, 10'000'000, 100'000, bot4::SequenceRule::kBinanceFutures);
  list.add("BTCSPOT", 7, 1'000'000, 1'000, bot4::SequenceRule::kBinanceSpot);
  list.add("BTCUSD_PERP", 11, 10'000'000, 100'000'000, bot4::SequenceRule::kBinanceFutures);
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

/// Both decoders on a copy whose padding ends where its memory does, so that a read past it is seen.
void compare(const std::uint8_t* data, std::size_t length, int symbol) {
  static bot4::Instruments names = instruments();
  static bot4::BinanceExact exact(names);
  static bot4::BinanceJson general(names);
  const std::unique_ptr<char[]> copy(new char[length + bot4::kDecodePadding]);
  if (length > 0) std::memcpy(copy.get(), data, length);
  // What follows looks like more of the same message.
  for (std::size_t i = 0; i < bot4::kDecodePadding; ++i) {
    copy[length + i] = length == 0 ? '}' : copy[length - 1 - i % length];
  }
  bot4::MarketMessage a;
  bot4::MarketMessage b;
  const bool accepted = exact.decode(copy.get(), length, symbol, &a);
  const bot4::Status status = general.decode(copy.get(), length, symbol, &b);
  if (!accepted) return;
  if (status != bot4::Status::kOk || bot4::test::difference(a, b) != nullptr) __builtin_trap();
}

}  // namespace

/// The first byte says for which frame symbol; lines are messages one after the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 16384) return 0;
  static const bot4::DecisionTable* kernels = bot4::decision_kernels(bot4::best_target());
  static bot4::Session session(instruments(), 1 << 16, 64, kernels);
  const int symbol = data[0] % 4 - 1;
  const std::uint8_t* at = data + 1;
  const std::uint8_t* const end = data + size;
  while (at < end) {
    const auto* newline =
        static_cast<const std::uint8_t*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const std::uint8_t* stop = newline == nullptr ? end : newline;
    const auto length = static_cast<std::size_t>(stop - at);
    compare(at, length, symbol);
    push(session, symbol, at, length);
    at = stop + 1;
  }
  for (int i = 0; i < 3; ++i) {
    if (session.engine().sync(i).state() == bot4::SyncState::kSynchronised &&
        session.engine().book(i).crossed()) {
      __builtin_trap();
    }
  }
  return 0;
}
