// Parts of the path over frames that the driver hands in, so that peers in JavaScript read the very
// same bytes: decoding alone, decoding with the proven book, and the whole path.
#include <string>

#include "book/book_sync.h"
#include "decode/binance.h"
#include "decode/websocket.h"
#include "recorded_path.h"
#include "websocket_frame.h"

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

/// Messages of one instrument: decoded, proven, booked; the best prices after every depth update.
class BookFrames : public Workload {
 public:
  explicit BookFrames(Frames frames)
      : frames_(std::move(frames)),
        decoder_(frames_->instruments),
        sync_(0, frames_->instruments[0]) {}
  std::uint64_t operations() const noexcept override { return frames_->frames.size(); }
  std::uint64_t run() noexcept override {
    Checksum sum;
    sync_.break_proof(Status::kSequenceGap, frames_->frames.front().at_ns);
    for (const auto& frame : frames_->frames) {
      take(frames_->bytes.data() + frame.offset, frame.length, frame.at_ns, &sum);
    }
    return sum.value();
  }

 protected:
  void take(const char* bytes, std::size_t length, std::int64_t at_ns, Checksum* sum) noexcept {
    MarketMessage message{};
    if (decoder_.decode(bytes, length, 0, &message) != Status::kOk) return;
    if (message.kind == MessageKind::kSnapshot) {
      static_cast<void>(sync_.on_snapshot(message, at_ns));
    } else if (message.kind == MessageKind::kDepth &&
               sync_.on_depth(message, at_ns) == Status::kOk) {
      sum->fold(sync_.book().best(Side::kBuy) * 3 + sync_.book().best(Side::kSell));
    }
  }

  Frames frames_;

 private:
  BinanceDecoder decoder_;

 protected:
  BookSync sync_;
};

/// The same from the bytes of a WebSocket stream, in chunks as TLS gives them.
class FramedBook : public BookFrames {
 public:
  explicit FramedBook(const Frames& frames) : BookFrames(frames), reader_(kLongest) {
    for (const auto& frame : frames_->frames) {
      append_text_frame(&stream_, frames_->bytes.data() + frame.offset, frame.length);
    }
    size_ = stream_.size();
    stream_.resize(size_ + WebSocketReader::kSlack);
  }
  std::uint64_t run() noexcept override {
    Checksum sum;
    reader_.reset();
    const std::int64_t at_ns = frames_->frames.front().at_ns;
    sync_.break_proof(Status::kSequenceGap, at_ns);
    const char* const end = stream_.data() + size_;
    for (const char* chunk = stream_.data(); chunk < end;) {
      const auto left = static_cast<std::size_t>(end - chunk);
      const char* const chunk_end = chunk + (left < kChunk ? left : kChunk);
      for (const char* at = chunk;;) {
        const WebSocketEvent event = reader_.next(&at, chunk_end);
        if (event.kind != WebSocketKind::kText) break;
        take(event.data, event.length, at_ns, &sum);
      }
      chunk = chunk_end;
    }
    return sum.value();
  }

 private:
  static constexpr std::size_t kLongest = 1 << 20;
  static constexpr std::size_t kChunk = 16 << 10;  // The longest TLS record.

  WebSocketReader reader_;
  std::vector<char> stream_;
  std::size_t size_ = 0;
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
  if (kind == "framed-book") return std::make_unique<FramedBook>(frames);
  if (kind == "path") return std::make_unique<WholePath>(std::move(frames));
  return nullptr;
}

}  // namespace bot4::bench
