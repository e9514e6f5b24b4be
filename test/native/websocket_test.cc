// The WebSocket reader: whatever the chunks, the same messages; whatever is malformed, an error.
#include <cstring>
#include <string>
#include <vector>

#include "decode/websocket.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kClose = 8;
constexpr int kPing = 9;

/// One unmasked frame with the shortest length form.
std::string frame(int opcode, const std::string& body, bool final = true) {
  std::string out(1, static_cast<char>((final ? 0x80 : 0) | opcode));
  const std::size_t n = body.size();
  if (n < 126) {
    out += static_cast<char>(n);
  } else if (n < 65536) {
    out += {static_cast<char>(126), static_cast<char>(n >> 8), static_cast<char>(n & 255)};
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 255);
  }
  return out + body;
}

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int each : list) out += static_cast<char>(each);
  return out;
}

/// Reads `stream` in chunks that end at `cuts`; one line for each event, the error's name at the end.
std::vector<std::string> read(const std::string& stream, const std::vector<std::size_t>& cuts,
                              std::size_t bound = 1 << 20) {
  WebSocketReader reader(bound);
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t to = i < cuts.size() ? cuts[i] : stream.size();
    // A copy with its slack, so that a read past the chunk is seen by the sanitizers.
    std::vector<char> chunk(stream.begin() + static_cast<std::ptrdiff_t>(from),
                            stream.begin() + static_cast<std::ptrdiff_t>(to));
    chunk.resize(chunk.size() + WebSocketReader::kSlack);
    const char* at = chunk.data();
    const char* const end = at + (to - from);
    for (;;) {
      const WebSocketEvent event = reader.next(&at, end);
      if (event.kind == WebSocketKind::kNone) break;
      if (event.kind == WebSocketKind::kError) {
        out.push_back(websocket_error_name(reader.error()));
        return out;
      }
      out.push_back(std::to_string(static_cast<int>(event.kind)) + ":" +
                    std::string(event.data, event.length));
    }
    EXPECT(at == end);
    from = to;
  }
  return out;
}

std::string error_of(const std::string& stream, std::size_t bound = 1 << 20) {
  const std::vector<std::string> events = read(stream, {}, bound);
  return events.empty() ? "" : events.back();
}

}  // namespace

BOT4_TEST("a stream gives the same messages wherever one chunk ends, and byte by byte") {
  const std::string stream = frame(kText, "{\"a\":1}") + frame(kText, "") +
                             frame(kBinary, std::string(126, 'b')) +
                             frame(kText, "one ", false) + frame(kPing, "are you there") +
                             frame(0, "two ", false) + frame(0, "") + frame(10, "") +
                             frame(kText, std::string(300, 'x')) + frame(kText, "", false) +
                             frame(0, "late") + frame(kClose, bytes({3, 232}) + "bye");
  const std::vector<std::string> expected{
      "1:{\"a\":1}",     "1:", "2:" + std::string(126, 'b'), "9:are you there", "1:one two ",
      "10:",             "1:" + std::string(300, 'x'),       "1:late",
      "8:" + bytes({3, 232}) + "bye"};
  EXPECT(read(stream, {}) == expected);
  std::vector<std::size_t> every;
  for (std::size_t i = 1; i < stream.size(); ++i) {
    EXPECT(read(stream, {i}) == expected);
    every.push_back(i);
  }
  EXPECT(read(stream, every) == expected);
  test::Random random(11);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0;;) {
      at += static_cast<std::size_t>(random.below(90));  // Empty chunks, too.
      if (at > stream.size()) break;
      cuts.push_back(at);
    }
    EXPECT(read(stream, cuts) == expected);
  }
}

BOT4_TEST("a message that lies whole in its chunk is given where it lies, one that does not is not") {
  WebSocketReader reader(100);
  std::string stream = frame(kText, "whole") + frame(kText, "cut");
  stream.append(WebSocketReader::kSlack, '\0');
  const char* at = stream.data();
  const char* end = stream.data() + 11;  // Two bytes of the second body.
  WebSocketEvent event = reader.next(&at, end);
  EXPECT(event.data == stream.data() + 2);
  EXPECT_EQ(reader.next(&at, end).kind, WebSocketKind::kNone);
  event = reader.next(&at, stream.data() + 12);
  EXPECT(event.kind == WebSocketKind::kText && std::string(event.data, event.length) == "cut");
  EXPECT(event.data < stream.data() || event.data > stream.data() + stream.size());
}

BOT4_TEST("lengths of 7, 16 and 64 bits are read at their edges") {
  for (const std::size_t n : {0u, 125u, 126u, 127u, 65535u, 65536u, 70000u}) {
    const std::string body(n, 'q');
    const std::vector<std::string> expected{"2:" + body, "1:z"};
    const std::string stream = frame(kBinary, body) + frame(kText, "z");
    EXPECT(read(stream, {}) == expected);
    EXPECT(read(stream, {1}) == expected);
    EXPECT(read(stream, {3}) == expected);
  }
}

BOT4_TEST("what breaks RFC 6455 is an error with a name, and stays one until reset") {
  EXPECT_EQ(error_of(bytes({0xc1, 0})), std::string("reserved-bits"));
  EXPECT_EQ(error_of(bytes({0x91, 0})), std::string("reserved-bits"));
  EXPECT_EQ(error_of(bytes({0x83, 0})), std::string("reserved-opcode"));
  EXPECT_EQ(error_of(bytes({0x8f, 0})), std::string("reserved-opcode"));
  EXPECT_EQ(error_of(bytes({0x81, 0x81, 0, 0, 0, 0, 1})), std::string("masked"));
  EXPECT_EQ(error_of(frame(kPing, "x", false)), std::string("fragmented-control"));
  EXPECT_EQ(error_of(frame(kPing, std::string(126, 'x'))), std::string("control-too-long"));
  EXPECT_EQ(error_of(frame(0, "x")), std::string("unexpected-continuation"));
  EXPECT_EQ(error_of(frame(kText, "a", false) + frame(kText, "b")),
            std::string("interrupted-message"));
  EXPECT_EQ(error_of(bytes({0x81, 126, 0, 125})), std::string("length-not-minimal"));
  EXPECT_EQ(error_of(bytes({0x81, 127, 0, 0, 0, 0, 0, 0, 255, 255})),
            std::string("length-not-minimal"));
  EXPECT_EQ(error_of(bytes({0x81, 127, 128, 0, 0, 0, 0, 0, 0, 0})),
            std::string("length-not-minimal"));
  EXPECT_EQ(error_of(frame(kClose, "x")), std::string("bad-close"));
  WebSocketReader reader(16);
  const std::string bad = bytes({0xc1, 0}), good = frame(kText, "ok");
  const char* at = bad.data();
  EXPECT_EQ(reader.next(&at, bad.data() + bad.size()).kind, WebSocketKind::kError);
  at = good.data();
  EXPECT_EQ(reader.next(&at, good.data() + good.size()).kind, WebSocketKind::kError);
  EXPECT(at == good.data() + good.size());
  reader.reset();
  at = good.data();
  EXPECT_EQ(reader.next(&at, good.data() + good.size()).kind, WebSocketKind::kText);
}

BOT4_TEST("a message beyond the bound is refused by its header, alone or in parts") {
  EXPECT_EQ(error_of(frame(kText, std::string(17, 'x')), 16), std::string("message-too-long"));
  EXPECT(read(frame(kText, std::string(16, 'x')), {}, 16).front() == "1:" + std::string(16, 'x'));
  EXPECT_EQ(error_of(frame(kText, std::string(10, 'x'), false) + frame(0, std::string(7, 'x')), 16),
            std::string("message-too-long"));
  EXPECT_EQ(error_of(bytes({0x81, 127, 127, 255, 255, 255, 255, 255, 255, 255}), 16),
            std::string("message-too-long"));
}

BOT4_TEST("nothing is read behind a close frame") {
  const std::vector<std::string> events = read(frame(kClose, "") + frame(kText, "late"), {});
  EXPECT_EQ(events.size(), std::size_t{1});
  EXPECT_EQ(events.front(), std::string("8:"));
}

BOT4_TEST("random bytes never give a message beyond the bound, and end the same in any chunks") {
  test::Random random(5);
  for (int round = 0; round < 20000; ++round) {
    std::string stream;
    for (std::int64_t n = random.below(60); n > 0; --n) {
      stream += static_cast<char>(random.below(3) == 0 ? 0x80 | random.below(11) : random.below(20));
    }
    const std::vector<std::string> whole = read(stream, {}, 40);
    for (const std::string& each : whole) EXPECT(each.size() <= 3 + 125);
    const auto cut = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(stream.size()) + 1));
    EXPECT(read(stream, {cut}, 40) == whole);
  }
}

BOT4_TEST_MAIN
