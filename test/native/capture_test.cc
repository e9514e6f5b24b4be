// Recorded captures: lines out of text in any cut, several as one, and a session over them.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "decode/capture_lines.h"
#include "decode/capture_merge.h"
#include "native/session_market.h"

using namespace bot4;
using namespace bot4::test;

namespace {

std::string stamp(std::int64_t n) { return std::to_string(1'700'000'000 * kSecond + n); }

std::string line(std::int64_t n, std::string_view body) {
  return stamp(n) + " " + std::string(body) + "\n";
}

/// What a reader gave: each line as `<time> <body>`, and how many it passed over.
struct Read {
  std::vector<std::string> lines;
  std::uint64_t unreadable = 0;
  bool operator==(const Read&) const = default;
};

void take_all(CaptureLines& lines, Read* read) {
  while (const CaptureLine* head = lines.head()) {
    read->lines.push_back(std::to_string(head->received_ns) + " " +
                          std::string(head->data, head->length));
    lines.pop();
  }
}

Read read_pieces(const std::vector<std::string_view>& pieces) {
  CaptureLines lines;
  Read read;
  for (const std::string_view piece : pieces) {
    EXPECT(lines.append(piece.data(), piece.size()));
    take_all(lines, &read);
  }
  EXPECT(!lines.ended());
  lines.finish();
  take_all(lines, &read);
  EXPECT(lines.ended());
  EXPECT_EQ(lines.messages(), static_cast<std::uint64_t>(read.lines.size()));
  read.unreadable = lines.unreadable();
  return read;
}

void append(CaptureMerge& merge, int capture, const std::string& text) {
  EXPECT(merge.lines(capture).append(text.data(), text.size()));
}

/// `0{"a"}1{"b"}…` as far as it is known which line is next.
std::string take_merged(CaptureMerge& merge) {
  std::string out;
  while (const CaptureLine* head = merge.head()) {
    out += std::to_string(merge.symbol()) + std::string(head->data, head->length);
    merge.pop();
  }
  return out;
}

void replay(Market& m, const std::vector<int>& symbols) { m.session.replay(symbols); }

void give(Market& m, int capture, const std::string& text) {
  append(*m.session.captures(), capture, text);
}

}  // namespace

BOT4_TEST("text in pieces gives the same lines wherever it is cut") {
  const std::string text = line(1, "{\"a\":1}") + stamp(2) + " {\"b\":2}\r\n" +  // CRLF
                           "\n\r\nhello\n" +                                  // No receive time.
                           "170000000000000000 {\"short\":1}\n" +             // 18 digits.
                           "17000000000000000001 {\"long\":1}\n" +            // 20 digits.
                           stamp(3) + "x{\"d\":4}\n" + stamp(4) + " \n" + stamp(4) + " \r\n" +
                           "9999999999999999999 {\"late\":1}\n" +  // Beyond 64 bits with a sign.
                           "170000000000000000: {\"colon\":1}\n" + line(5, "{\"e\":\"\r\"}") +
                           stamp(6) + " {\"unfinished\":";
  const Read whole = read_pieces({text});
  const std::vector<std::string> expected = {stamp(1) + " {\"a\":1}", stamp(2) + " {\"b\":2}",
                                             stamp(5) + " {\"e\":\"\r\"}"};
  EXPECT(whole.lines == expected);
  EXPECT_EQ(whole.unreadable, std::uint64_t{11});
  const std::string_view view = text;
  for (std::size_t cut = 0; cut <= view.size(); ++cut) {
    EXPECT(read_pieces({view.substr(0, cut), view.substr(cut)}) == whole);
  }
  for (std::size_t step = 1; step < 40; ++step) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < view.size(); at += step) pieces.push_back(view.substr(at, step));
    EXPECT(read_pieces(pieces) == whole);
  }
}

BOT4_TEST("a last line is read when its line feed is the last byte, and not without it") {
  EXPECT(read_pieces({line(1, "{}")}) == (Read{{stamp(1) + " {}"}, 0}));
  EXPECT(read_pieces({stamp(1) + " {}"}) == (Read{{}, 1}));
  EXPECT(read_pieces({""}) == Read{});
}

BOT4_TEST("a line stamped more than a year from the one before it, or after 2199, is unreadable") {
  const auto body = [](std::int64_t ns) { return std::to_string(ns) + " {}\n"; };
  const std::int64_t start = 1'700'000'000 * kSecond;
  const std::int64_t year = CaptureLines::kMaxJumpNs;
  const std::string text = body(start) + body(start + year + 1) + body(start - year - 1) +
                           body(start + year) + body(start + 2) + body(INT64_MAX) + body(start + 3);
  const Read read = read_pieces({text});
  EXPECT_EQ(read.lines.size(), std::size_t{4});
  EXPECT_EQ(read.lines.back(), std::to_string(start + 3) + " {}");
  EXPECT_EQ(read.unreadable, std::uint64_t{3});
  EXPECT_EQ(read_pieces({body(kMaxReceivedNs)}).lines.size(), std::size_t{1});
  EXPECT_EQ(read_pieces({body(kMaxReceivedNs + 1)}).unreadable, std::uint64_t{1});
}

BOT4_TEST("a line at the bound is read, a longer one is counted once and passed over") {
  const std::string most(CaptureLines::kMaxLine - 20, 'x');
  for (const std::size_t piece : {std::size_t{1} << 16, CaptureLines::kMaxPiece}) {
    for (const std::size_t more : {std::size_t{0}, std::size_t{1}, 2 * CaptureLines::kMaxLine}) {
      const std::string body = most + std::string(more, 'x');
      const std::string text = line(1, body + (more == 0 ? "\r" : "")) + line(2, "{}");
      std::vector<std::string_view> pieces;
      for (std::size_t at = 0; at < text.size(); at += piece) {
        pieces.push_back(std::string_view(text).substr(at, piece));
      }
      const Read read = read_pieces(pieces);
      EXPECT_EQ(read.lines.size(), std::size_t{more == 0 ? 2u : 1u});
      EXPECT_EQ(read.lines.back(), stamp(2) + " {}");
      EXPECT_EQ(read.unreadable, std::uint64_t{more == 0 ? 0u : 1u});
    }
  }
}

BOT4_TEST("a long line that never ends is counted once, in bounded memory") {
  const std::string piece(CaptureLines::kMaxPiece, 'x');
  EXPECT(read_pieces({piece, piece, piece, piece}) == (Read{{}, 1}));
}

BOT4_TEST("text that nobody takes is refused beyond its bound and taken once there is room") {
  CaptureLines lines;
  const std::string text = line(1, std::string(1000, 'x'));
  std::size_t pieces = 0;
  while (lines.append(text.data(), text.size())) ++pieces;
  EXPECT_EQ(pieces, CaptureLines::kMaxUnread / text.size());
  EXPECT(lines.head() != nullptr);
  lines.pop();
  EXPECT(lines.append(text.data(), text.size()));
  Read read;
  take_all(lines, &read);
  EXPECT_EQ(read.lines.size(), pieces);
  EXPECT_EQ(lines.unreadable(), std::uint64_t{0});
}

BOT4_TEST("a head stays what it is while more text comes") {
  CaptureLines lines;
  const std::string first = line(1, "{\"first\":1}");
  const std::string rest = line(2, std::string(100'000, 'y'));
  lines.append(first.data(), first.size());
  EXPECT(lines.head() != nullptr);
  lines.append(rest.data(), rest.size());
  EXPECT_EQ(std::string(lines.head()->data, lines.head()->length), std::string("{\"first\":1}"));
  lines.pop();
  EXPECT_EQ(lines.head()->length, std::size_t{100'000});
}

BOT4_TEST("captures merge by receive time, ties in their order, each keeping its own order") {
  CaptureMerge merge({0, 1, 2});
  append(merge, 0, line(1, "a") + line(4, "b") + line(6, "c"));
  append(merge, 1, line(2, "d") + line(4, "e") + line(3, "f"));
  EXPECT(merge.head() == nullptr);  // What the third begins with is not known.
  EXPECT_EQ(merge.dry(), 2);
  append(merge, 2, line(4, "g"));
  EXPECT_EQ(take_merged(merge), std::string("0a1d0b1e1f"));
  EXPECT_EQ(merge.dry(), 1);
  append(merge, 1, "170");
  EXPECT_EQ(take_merged(merge), std::string());
  merge.lines(1).finish();
  EXPECT_EQ(take_merged(merge), std::string("2g"));
  EXPECT_EQ(merge.dry(), 2);
  merge.lines(2).finish();
  EXPECT_EQ(take_merged(merge), std::string("0c"));
  merge.lines(0).finish();
  EXPECT(merge.head() == nullptr);
  EXPECT_EQ(merge.dry(), -1);
  EXPECT_EQ(merge.lines(1).unreadable(), std::uint64_t{1});
}

BOT4_TEST("a session takes the lines of captures as it takes frames, to the same fingerprint") {
  Market frames;
  Market text;
  replay(text, {0});
  frames.apply(0, take_policy());
  text.apply(0, take_policy());
  std::string capture;
  std::size_t by_frames = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string body = i == 0 ? frames.snapshot({{1000, 900}}, {{1010, 100}})
                             : i % 7 == 3 ? Market::trade(1010, 1 + i, i % 2 == 0)
                             : i % 31 == 30
                                 ? "{\"e\":\"depthUpdate\",\"broken"
                                 : frames.depth({{1000, 900 - i}}, {{1010, 100 + i}, {1020, i}});
    const std::int64_t at = frames.now + i * (kSecond / 10);
    capture += std::to_string(at) + " " + body + "\n";
    frames.push_at(0, body, at);
    while (frames.session.run() != RunResult::kDrained) {
    }
    by_frames += frames.take().size();
  }
  give(text, 0, capture);
  std::size_t by_lines = 0;
  RunResult result = RunResult::kIntent;
  while (result != RunResult::kDrained) {
    result = text.session.run();
    const std::size_t taken = text.take().size();
    EXPECT_EQ(taken, std::size_t{result == RunResult::kIntent ? 1u : 0u});
    by_lines += taken;
  }
  EXPECT(by_frames > 0);
  EXPECT_EQ(by_lines, by_frames);
  EXPECT_EQ(text.control().frames, frames.control().frames);
  EXPECT_EQ(text.control().bytes, frames.control().bytes);
  EXPECT_EQ(text.session.level_updates(), frames.session.level_updates());
  EXPECT_EQ(text.session.engine().state_hash(), frames.session.engine().state_hash());
}

BOT4_TEST("a line later than until stays, and the inbox goes first") {
  Market m;
  replay(m, {0});
  give(m, 0, line(10, m.depth({{1000, 5}}, {})));
  m.id -= 2;
  m.control().until_ns = 1'700'000'000 * kSecond + 9;
  m.push(0, m.snapshot({{1000, 1}}, {{1010, 1}}));
  EXPECT_EQ(m.session.run(), RunResult::kUntil);
  EXPECT_EQ(m.state(0).best_bid_lots, 1.0);
  EXPECT_EQ(m.session.run(), RunResult::kUntil);
  m.control().until_ns += 1;
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  EXPECT_EQ(m.state(0).best_bid_lots, 5.0);
  EXPECT_EQ(m.control().now_ns, 1'700'000'000 * kSecond + 10);
}

BOT4_TEST("time inside the engine never goes back with a capture's own") {
  Market m;
  replay(m, {0});
  give(m, 0, line(50, m.snapshot({{1000, 1}}, {{1010, 1}})));
  give(m, 0, line(40, m.depth({{1000, 5}}, {})));
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  EXPECT_EQ(m.control().now_ns, 1'700'000'000 * kSecond + 50);
  EXPECT_EQ(m.state(0).last_depth_ns, 1'700'000'000 * kSecond + 50);
  EXPECT_EQ(m.control().clock_backwards, 1.0);
}

BOT4_TEST("more trades than their ring holds are handed over in several runs, none is lost") {
  Market m(decision_kernels(target()), 8, 4096);
  replay(m, {0});
  const int count = 500;
  EXPECT(m.session.layout().trade_capacity < count);
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i, Market::trade(1010, 1, true));
  give(m, 0, text);
  std::uint32_t taken = 0;
  ControlBlock& control = m.control();
  while (m.session.run() == RunResult::kIntent) {
    taken += control.trade_head - control.trade_tail;
    control.trade_tail = control.trade_head;
  }
  taken += control.trade_head - control.trade_tail;
  EXPECT_EQ(taken, std::uint32_t{count});
  EXPECT_EQ(control.trades_dropped, 0.0);
}

BOT4_TEST("a line of as many trades as a frame may hold loses none, however small the inbox") {
  SessionOptions options;
  options.inbox_bytes = 4096;
  const int symbol = options.instruments.add("X", 1, 100'000'000, 100'000'000,
                                             SequenceRule::kKrakenChecksum, 10);
  Session session(std::move(options), decision_kernels(target()));
  session.replay({symbol});
  std::string text;
  for (int n = 0; n < 4; ++n) {
    text += stamp(n) + R"( {"channel":"trade","type":"update","data":[)";
    for (int i = 0; i < KrakenDecoder::kMaxEvents; ++i) {
      text += (i == 0 ? "" : ",") +
              std::string(R"({"symbol":"X","side":"buy","price":5,"qty":1,"ord_type":"limit",)") +
              R"("trade_id":)" + std::to_string(i + 1) +
              R"(,"timestamp":"2026-10-06T17:35:55.440295Z"})";
    }
    text += "]}\n";
  }
  append(*session.captures(), 0, text);
  ControlBlock& control = session.control();
  std::uint32_t taken = 0;
  RunResult result = RunResult::kIntent;
  while (result == RunResult::kIntent) {
    result = session.run();
    taken += control.trade_head - control.trade_tail;
    control.trade_tail = control.trade_head;
  }
  EXPECT_EQ(taken, 4u * KrakenDecoder::kMaxEvents);
  EXPECT_EQ(control.trades_dropped, 0.0);
}

BOT4_TEST("a caller that takes no trades loses the latest, counted, and comes to the end") {
  Market m(decision_kernels(target()), 8, 4096);
  replay(m, {0});
  const std::uint32_t count = 500;
  std::string text;
  for (std::uint32_t i = 0; i < count; ++i) text += line(i, Market::trade(1010, 1, true));
  give(m, 0, text);
  int runs = 1;
  while (m.session.run() != RunResult::kDrained) ++runs;
  EXPECT_EQ(runs, 3);  // After half a ring, after the other half, and to the end without room.
  EXPECT_EQ(m.control().trades_dropped,
            static_cast<double>(count - m.session.layout().trade_capacity));
}

BOT4_TEST_MAIN
