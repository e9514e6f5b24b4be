// Connections of a session: WebSocket streams in any cut, venues side by side, sequence numbers.
#include <cstring>
#include <string>
#include <vector>

#include "binding/session.h"
#include "native/policies.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

/// One unmasked WebSocket frame.
std::string frame(const std::string& body, int first = 0x81) {
  std::string out(1, static_cast<char>(first));
  if (body.size() < 126) return out + static_cast<char>(body.size()) + body;
  out += {126, static_cast<char>(body.size() >> 8), static_cast<char>(body.size() & 255)};
  return out + body;
}

std::string depth(std::int64_t previous, std::int64_t id, int lots) {
  return "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"A\",\"U\":" + std::to_string(previous) +
         ",\"u\":" + std::to_string(id) + ",\"pu\":" + std::to_string(previous) +
         ",\"b\":[[\"100.0\",\"0." + std::to_string(800 + lots) + "\"]],\"a\":[]}";
}

const std::string kSnapshot =
    "{\"lastUpdateId\":100,\"bids\":[[\"100.0\",\"0.900\"]],\"asks\":[[\"101.0\",\"0.100\"]]}";

std::string coinbase(const std::string& product, const std::string& type, int sequence, int lots) {
  return "{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\"2026-04-07T14:30:00.123456Z\","
         "\"sequence_num\":" + std::to_string(sequence) + ",\"events\":[{\"type\":\"" + type +
         "\",\"product_id\":\"" + product +
         "\",\"updates\":[{\"side\":\"bid\",\"event_time\":\"2026-04-07T14:30:00.123456Z\","
         "\"price_level\":\"100.0\",\"new_quantity\":\"0." + std::to_string(100 + lots) +
         "\"},{\"side\":\"offer\",\"event_time\":\"2026-04-07T14:30:00.123456Z\","
         "\"price_level\":\"101.0\",\"new_quantity\":\"0.500\"}]}]}";
}

/// Buys on every update: the bid outweighs the ask.
PolicyBlock buying() {
  PolicyBlock p = test::take_policy();
  p.max_intents_per_s = 1e6;
  p.intent_burst = 1e6;
  p.collar_ticks = 0;
  return p;
}

struct Feed {
  Session session;
  std::int64_t now = kStart;
  int intents = 0;

  explicit Feed(SessionOptions options)
      : session(std::move(options), decision_kernels(test::target())) {}

  ControlBlock& control() { return session.control(); }
  template <typename Record>
  Record& record(std::size_t region, int index) {
    return *session.arena().at<Record>(region + static_cast<std::size_t>(index) * sizeof(Record));
  }
  SymbolState& state(int i) { return record<SymbolState>(session.layout().states, i); }
  ConnectionState& connection(int i) {
    return record<ConnectionState>(session.layout().connection_states, i);
  }
  SyncState sync(int symbol) { return session.engine().sync(symbol).state(); }

  void buy(int symbol) {
    *session.arena().at<PolicyBlock>(session.layout().policy) = buying();
    const char* field = nullptr;
    EXPECT_EQ(session.engine().apply_policy(symbol, &field), Status::kOk);
    auto& steering = record<SymbolSteering>(session.layout().steering, symbol);
    steering.max_position_lots = steering.max_order_lots = 50;
    steering.budget_lots = 1000;
  }

  void push(int symbol, const std::string& bytes, int on = 0) {
    ControlBlock& c = control();
    if (c.inbox_read == c.inbox_write) c.inbox_read = c.inbox_write = 0;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const FrameHeader header(size, symbol, now, on);
    std::byte* at = session.arena().data() + session.layout().inbox + c.inbox_write;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, bytes.data(), bytes.size());
    c.inbox_write += static_cast<std::uint32_t>(sizeof header) + ((size + 7u) & ~7u);
  }
  /// What waits moves to the front, as the inbox does it between two runs.
  void compact() {
    ControlBlock& c = control();
    std::byte* inbox = session.arena().data() + session.layout().inbox;
    std::memmove(inbox, inbox + c.inbox_read, c.inbox_write - c.inbox_read);
    c.inbox_write -= c.inbox_read;
    c.inbox_read = 0;
  }
  /// Runs to the end of the inbox and counts the stops at intents.
  void drain(bool moving = false) {
    for (;;) {
      const RunResult result = session.run();
      EXPECT(result == RunResult::kDrained || result == RunResult::kIntent);
      intents += static_cast<int>(control().intent_head - control().intent_tail);
      control().intent_tail = control().intent_head;
      if (moving) compact();
      if (result != RunResult::kIntent) return;
    }
  }
  std::vector<ControlFrameRecord> control_frames() {
    std::vector<ControlFrameRecord> out;
    ControlBlock& c = control();
    for (; c.control_frame_tail != c.control_frame_head; ++c.control_frame_tail) {
      out.push_back(record<ControlFrameRecord>(
          session.layout().control_frames,
          static_cast<int>(c.control_frame_tail & (session.layout().control_frame_capacity - 1))));
    }
    return out;
  }
};

SessionOptions one_stream() {
  SessionOptions options;
  options.instruments.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  options.connections.push_back({Venue::kBinance, Framing::kWebSocket, 1 << 16});
  return options;
}

std::string ping(const std::string& body) { return frame(body, 0x89); }

}  // namespace

BOT4_TEST("a stream gives the same books, decisions and pings wherever it is cut") {
  std::string stream;
  for (int i = 0; i < 12; ++i) {
    if (i == 5) stream += ping("alive?");
    const std::string body = depth(100 + 2 * i, 102 + 2 * i, i);
    // Every third message comes in two frames, the ping of a fourth kind between them.
    if (i % 3 == 2) {
      stream += frame(body.substr(0, 50), 0x01) + ping("between") + frame(body.substr(50), 0x80);
    } else {
      stream += frame(body);
    }
  }
  const auto replay = [&](const std::vector<std::size_t>& cuts, bool moving) {
    Feed feed(one_stream());
    feed.buy(0);
    feed.push(0, kSnapshot);  // A whole message: it names its instrument.
    std::size_t from = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
      const std::size_t to = i < cuts.size() ? cuts[i] : stream.size();
      feed.push(-1, stream.substr(from, to - from));
      if (i % 3 != 0) feed.drain(moving);
      from = to;
    }
    feed.drain(moving);
    EXPECT_EQ(feed.state(0).depth_applied, 12.0);
    EXPECT_EQ(feed.connection(0).messages, 13.0);
    EXPECT_EQ(feed.connection(0).frames, static_cast<double>(cuts.size() + 2));
    EXPECT_EQ(feed.intents, 13);
    const std::vector<ControlFrameRecord> control = feed.control_frames();
    EXPECT_EQ(control.size(), std::size_t{5});
    EXPECT(control.size() == 5 && control[1].opcode == 9 && control[1].length == 6 &&
           std::memcmp(control[1].body, "alive?", 6) == 0);
    return feed.session.engine().state_hash();
  };
  const std::uint64_t expected = replay({}, false);
  EXPECT_EQ(replay({}, true), expected);
  for (std::size_t at = 1; at < stream.size(); at += test::emulated() ? 97 : 1) {
    EXPECT_EQ(replay({at}, at % 2 == 0), expected);
  }
  std::vector<std::size_t> every;
  for (std::size_t at = 7; at < stream.size(); at += 7) every.push_back(at);
  EXPECT_EQ(replay(every, true), expected);
}

BOT4_TEST("a run returns after the message that led to an intent, also within one piece of a stream") {
  Feed feed(one_stream());
  feed.buy(0);
  feed.push(0, kSnapshot);
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  feed.push(-1, frame(depth(100, 102, 1)) + frame(depth(102, 104, 2)));
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  EXPECT_EQ(feed.state(0).depth_applied, 1.0);
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  EXPECT_EQ(feed.state(0).depth_applied, 2.0);
  EXPECT_EQ(feed.control().frames, 2.0);
  EXPECT_EQ(feed.session.run(), RunResult::kDrained);
}

BOT4_TEST("a broken stream breaks the connection's books, once, and a reset begins anew") {
  Feed feed(one_stream());
  feed.push(0, kSnapshot);
  feed.push(-1, frame(depth(100, 102, 1)) + std::string("\xc1\x01x", 3));
  feed.push(-1, frame(depth(102, 104, 2)));
  feed.drain();
  EXPECT_EQ(feed.sync(0), SyncState::kBroken);
  EXPECT_EQ(feed.session.engine().sync(0).broken_by(), Status::kBadFrame);
  EXPECT_EQ(feed.connection(0).framing_error,
            static_cast<std::uint32_t>(WebSocketError::kReservedBits));
  EXPECT_EQ(feed.state(0).refused[static_cast<int>(Status::kBadFrame)], 1u);
  EXPECT_EQ(feed.state(0).depth_applied, 1.0);
  feed.session.reset_connection(0);
  EXPECT_EQ(feed.connection(0).framing_error, 0u);
  feed.push(0, kSnapshot);
  feed.push(-1, frame(depth(100, 102, 1)));
  feed.drain();
  EXPECT_EQ(feed.sync(0), SyncState::kSynchronised);
}

BOT4_TEST("a reset between two runs drops the rest of a piece that was read in part") {
  Feed feed(one_stream());
  feed.buy(0);
  feed.push(0, kSnapshot);
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  feed.push(-1, frame(depth(100, 102, 1)) + frame(depth(102, 104, 2)));
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  feed.session.reset_connection(0);
  feed.push(-1, frame(depth(102, 104, 3)));
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  EXPECT_EQ(feed.state(0).depth_applied, 2.0);
  EXPECT_EQ(feed.session.run(), RunResult::kDrained);
}

BOT4_TEST("a reset drops the frames of its connection that no run has read, and none of another") {
  Feed feed(one_stream());
  feed.buy(0);
  feed.push(0, kSnapshot);
  feed.push(-1, frame(depth(100, 102, 1)));
  EXPECT_EQ(feed.session.run(), RunResult::kIntent);
  feed.push(-1, frame(depth(102, 104, 2)));
  feed.push(-1, frame(depth(104, 106, 3)).substr(0, 40));
  feed.session.reset_connection(0);
  const double before = feed.state(0).messages;
  feed.drain();
  EXPECT_EQ(feed.state(0).messages, before);
  feed.push(-1, frame(depth(100, 102, 3)));
  feed.drain();
  EXPECT_EQ(feed.state(0).messages, before + 1.0);
  EXPECT_EQ(feed.state(0).depth_applied, 1.0);
}

BOT4_TEST("a close frame ends the stream, and unanswered pings are counted when their ring is full") {
  Feed feed(one_stream());
  std::string pings;
  for (int i = 0; i < 70; ++i) pings += ping("p");
  feed.push(-1, pings + frame(std::string("\x03\xe8", 2), 0x88) + frame(depth(1, 2, 1)));
  feed.drain();
  EXPECT_EQ(feed.control_frames().size(), std::size_t{64});
  EXPECT_EQ(feed.control().control_frames_dropped, 7.0);
  EXPECT_EQ(feed.connection(0).closed, 1u);
  EXPECT_EQ(feed.connection(0).messages, 0.0);
}

BOT4_TEST("two connections of one venue may use one name; a frame of the other's instrument is refused") {
  SessionOptions options;
  for (int i = 0; i < 2; ++i) {
    options.instruments.edit(options.instruments.add("A", 1, 10'000'000, 100'000,
                                                     SequenceRule::kBinanceFutures))
        .connection = i;
    options.connections.push_back({});
  }
  Feed feed(std::move(options));
  feed.push(0, kSnapshot, 0);
  feed.push(1, kSnapshot, 1);
  feed.push(-1, depth(100, 102, 3), 1);
  feed.push(0, kSnapshot, 1);
  feed.push(1, depth(102, 104, 3), 0);
  feed.drain();
  EXPECT_EQ(feed.state(0).depth_applied, 0.0);
  EXPECT_EQ(feed.state(1).depth_applied, 1.0);
  EXPECT_EQ(feed.state(0).refused[static_cast<int>(Status::kWrongSymbol)], 1u);
  EXPECT_EQ(feed.state(1).refused[static_cast<int>(Status::kWrongSymbol)], 1u);
  EXPECT_EQ(feed.sync(0), SyncState::kSynchronised);
  EXPECT_EQ(feed.sync(1), SyncState::kSynchronised);
}

BOT4_TEST("a missing number of a Coinbase connection breaks every book of it and no other") {
  SessionOptions options;
  options.instruments.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  options.connections.push_back({});
  options.connections.push_back({Venue::kCoinbase});
  for (const char* name : {"BTC-USD", "ETH-USD"}) {
    const int index =
        options.instruments.add(name, 7, 10'000'000, 100'000, SequenceRule::kCoinbaseSequence);
    options.instruments.edit(index).connection = 1;
  }
  Feed feed(std::move(options));
  feed.push(0, kSnapshot);
  feed.push(-1, coinbase("BTC-USD", "snapshot", 0, 1), 1);
  feed.push(-1, coinbase("ETH-USD", "snapshot", 1, 1), 1);
  feed.push(-1, coinbase("BTC-USD", "update", 2, 2), 1);
  feed.drain();
  EXPECT_EQ(feed.state(1).depth_applied, 1.0);
  EXPECT_EQ(feed.sync(2), SyncState::kSynchronised);
  EXPECT_EQ(feed.connection(1).sequence, 2.0);
  feed.push(-1, coinbase("BTC-USD", "update", 4, 3), 1);
  feed.drain();
  EXPECT_EQ(feed.connection(1).sequence_gaps, 1.0);
  for (const int symbol : {1, 2}) {
    EXPECT_EQ(feed.sync(symbol), SyncState::kBroken);
    EXPECT_EQ(feed.session.engine().sync(symbol).broken_by(), Status::kSequenceGap);
  }
  EXPECT_EQ(feed.sync(0), SyncState::kSynchronised);
  feed.push(-1, coinbase("ETH-USD", "snapshot", 5, 1), 1);
  feed.drain();
  EXPECT_EQ(feed.sync(2), SyncState::kSynchronised);
  EXPECT_EQ(feed.sync(1), SyncState::kBroken);
  // A new connection counts from its own beginning, and what was sent in between is lost.
  feed.session.reset_connection(1);
  EXPECT_EQ(feed.session.engine().sync(2).broken_by(), Status::kConnectionReset);
  feed.push(-1, coinbase("ETH-USD", "snapshot", 0, 1), 1);
  feed.drain();
  EXPECT_EQ(feed.connection(1).sequence_gaps, 1.0);
  EXPECT_EQ(feed.sync(2), SyncState::kSynchronised);
}

BOT4_TEST("a refused message of Coinbase that has a number leaves no gap behind it") {
  const auto trade = [](const char* type, const char* product, const char* price) {
    return std::string("{\"channel\":\"market_trades\",\"client_id\":\"\",\"timestamp\":"
                       "\"2026-04-07T14:30:02.789012Z\",\"sequence_num\":1,\"events\":[{\"type\":\"") +
           type + "\",\"trades\":[{\"trade_id\":\"12\",\"product_id\":\"" + product +
           "\",\"price\":\"" + price +
           "\",\"size\":\"0.1\",\"side\":\"BUY\",\"time\":\"2026-04-07T14:30:02.789012Z\"}]}]}";
  };
  struct Refused {
    std::string bytes;
    int sequence;
    Status status;
    int symbol;  // -1: counted for none.
  };
  const std::vector<Refused> all = {
      {trade("snapshot", "BTC-USD", "100.0"), 1, Status::kSkippedHistory, 0},
      {trade("update", "BTC-USD", "100.03"), 1, Status::kOffGrid, 0},
      {trade("update", "XYZ-USD", "100.0"), 1, Status::kUnknownSymbol, -1},
      {"{\"channel\":\"ticker\",\"client_id\":\"\",\"timestamp\":\"2026-04-07T14:30:02.789012Z\","
       "\"sequence_num\":1,\"events\":[]}", 1, Status::kUnknownEvent, -1},
      {coinbase("XYZ-USD", "update", 1, 2), 1, Status::kUnknownSymbol, -1}};
  for (const Refused& refused : all) {
    SessionOptions options;
    options.instruments.add("BTC-USD", 7, 10'000'000, 100'000, SequenceRule::kCoinbaseSequence);
    Feed feed(std::move(options));
    feed.push(-1, coinbase("BTC-USD", "snapshot", 0, 1));
    feed.push(-1, refused.bytes);
    feed.push(-1, coinbase("BTC-USD", "update", 2, 2));
    feed.drain();
    const auto status = static_cast<int>(refused.status);
    EXPECT_EQ(refused.symbol < 0 ? feed.control().refused[status] : feed.state(0).refused[status],
              1u);
    EXPECT_EQ(feed.sync(0), SyncState::kSynchronised);
    EXPECT_EQ(feed.connection(0).sequence_gaps, 0.0);
    EXPECT_EQ(feed.state(0).depth_applied, 1.0);
  }
  // One that comes after a missing number shows the gap, though it is refused itself.
  SessionOptions options;
  options.instruments.add("BTC-USD", 7, 10'000'000, 100'000, SequenceRule::kCoinbaseSequence);
  Feed feed(std::move(options));
  feed.push(-1, coinbase("BTC-USD", "snapshot", 5, 1));
  feed.push(-1, trade("snapshot", "BTC-USD", "100.0"));
  feed.drain();
  EXPECT_EQ(feed.connection(0).sequence_gaps, 1.0);
  EXPECT_EQ(feed.sync(0), SyncState::kBroken);
}

BOT4_TEST("a reset breaks partial books, whose ids may begin anew, and no book whose updates join") {
  const auto partial = [](int id) {
    return "{\"lastUpdateId\":" + std::to_string(id) +
           ",\"bids\":[[\"100.0\",\"0.900\"]],\"asks\":[[\"101.0\",\"0.100\"]]}";
  };
  SessionOptions options;
  options.instruments.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinancePartial);
  options.instruments.add("B", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  Feed feed(std::move(options));
  feed.push(0, partial(1000));
  feed.push(1, kSnapshot);
  feed.drain();
  feed.session.reset_connection(0);
  EXPECT_EQ(feed.sync(0), SyncState::kBroken);
  EXPECT_EQ(feed.session.engine().sync(0).broken_by(), Status::kConnectionReset);
  EXPECT_EQ(feed.sync(1), SyncState::kSynchronised);
  feed.push(0, partial(10));
  feed.drain();
  EXPECT_EQ(feed.sync(0), SyncState::kSynchronised);
  EXPECT_EQ(feed.state(0).stale_dropped, 0.0);
}

BOT4_TEST("frames stamped before the one before them are counted, impossible stamps are a bug") {
  for (const std::int64_t stamp : {std::int64_t{-1}, kMaxReceivedNs + 1, INT64_MAX}) {
    Feed feed(one_stream());
    feed.push(0, kSnapshot);
    feed.now -= 5;
    feed.push(0, kSnapshot);
    feed.drain();
    EXPECT_EQ(feed.control().clock_backwards, 1.0);
    EXPECT_EQ(feed.control().now_ns, kStart);
    feed.now = stamp;
    feed.push(0, kSnapshot);
    EXPECT_EQ(feed.session.run(), RunResult::kMalformed);
  }
  Feed last(one_stream());
  last.now = kMaxReceivedNs;
  last.push(0, kSnapshot);
  last.drain();
  EXPECT_EQ(last.sync(0), SyncState::kSynchronised);
}

BOT4_TEST("a frame of a connection that does not exist is the caller's bug") {
  Feed feed(one_stream());
  feed.push(-1, "x", 1);
  EXPECT_EQ(feed.session.run(), RunResult::kMalformed);
}

BOT4_TEST_MAIN
