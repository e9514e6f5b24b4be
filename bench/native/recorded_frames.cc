// Parts of the path over frames that the driver hands in, so that peers in JavaScript read the very
// same bytes: decoding alone, decoding with the proven book, and the whole path.
#include <string>
#include <type_traits>

#include "book/book_sync.h"
#include "decode/binance.h"
#include "recorded_path.h"

namespace bot4::bench {
namespace {

using Frames = std::shared_ptr<const RecordedFrames>;

std::uint64_t sum_of_levels(const Level* levels, int count) noexcept {
  std::int64_t sum = 0;
  for (int i = 0; i < count; ++i) sum += levels[i].ticks * 3 + levels[i].lots;
  return static_cast<std::uint64_t>(sum);
}

class DecodeFrames : public Workload {
 public:
  explicit DecodeFrames(Frames frames)
      : frames_(std::move(frames)), decoder_(frames_->instruments) {}
  std::uint64_t operations() const noexcept override { return frames_->frames.size(); }
  std::uint64_t run() noexcept override {
    Checksum sum;
    for (const auto& frame : frames_->frames) {
      MarketMessage message{};
      const Status status = decoder_.decode(frames_->bytes.data() + frame.offset, frame.length,
                                            frame.symbol, &message);
      if (status != Status::kOk) continue;
      if (message.kind != MessageKind::kDepth) continue;
      sum.fold(sum_of_levels(message.bids, message.bid_count) +
               sum_of_levels(message.asks, message.ask_count));
    }
    return sum.value();
  }

 private:
  Frames frames_;
  BinanceDecoder decoder_;
};

/// A book that proves its sequence, by whichever constructor the book has.
template <typename Book>
Book make_book(const InstrumentSpec& spec) {
  if constexpr (std::is_constructible_v<Book, int, SequenceRule>) {
    return Book(0, spec.rule);
  } else {
    return Book(0, spec);
  }
}

/// Frames of one instrument: decoded, proven, booked; the best prices after every depth update.
class BookFrames : public Workload {
 public:
  explicit BookFrames(Frames frames)
      : frames_(std::move(frames)),
        decoder_(frames_->instruments),
        sync_(make_book<BookSync>(frames_->instruments[0])) {}
  std::uint64_t operations() const noexcept override { return frames_->frames.size(); }
  std::uint64_t run() noexcept override {
    Checksum sum;
    sync_.break_proof(Status::kSequenceGap, frames_->frames.front().at_ns);
    for (const auto& frame : frames_->frames) {
      MarketMessage message{};
      if (decoder_.decode(frames_->bytes.data() + frame.offset, frame.length, frame.symbol,
                          &message) != Status::kOk) {
        continue;
      }
      if (message.kind == MessageKind::kSnapshot) {
        static_cast<void>(sync_.on_snapshot(message, frame.at_ns));
      } else if (message.kind == MessageKind::kDepth &&
                 sync_.on_depth(message, frame.at_ns) == Status::kOk) {
        sum.fold(sync_.book().best(Side::kBuy) * 3 + sync_.book().best(Side::kSell));
      }
    }
    return sum.value();
  }

 private:
  Frames frames_;
  BinanceDecoder decoder_;
  BookSync sync_;
};

/// A fresh Session each time: its checksum is the state hash, its time includes the making.
class WholePath : public Workload {
 public:
  explicit WholePath(Frames frames) : frames_(std::move(frames)) {}
  std::uint64_t operations() const noexcept override { return frames_->frames.size(); }
  std::uint64_t run() noexcept override {
    const char* fault = nullptr;
    RecordedPath path(frames_, &fault);
    path.saturate(frames_->frames.size());
    return path.state_hash();
  }

 private:
  Frames frames_;
};

}  // namespace

std::unique_ptr<Workload> make_path_workload(const std::string& kind, Frames frames) {
  if (kind == "decode") return std::make_unique<DecodeFrames>(std::move(frames));
  if (kind == "book") return std::make_unique<BookFrames>(std::move(frames));
  if (kind == "path") return std::make_unique<WholePath>(std::move(frames));
  return nullptr;
}

}  // namespace bot4::bench
