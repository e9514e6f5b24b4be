// simdjson as a peer, compiled for x86-64-v3 (see CMakeLists.txt); nothing of Bot4 is in here.
#include "decode_simdjson.h"

#include <utility>

#include "decode/json.h"

namespace bot4::bench {

namespace ondemand = simdjson::SIMDJSON_BUILTIN_IMPLEMENTATION::ondemand;

struct SimdjsonDepth::Parser {
  ondemand::parser ondemand;
};

SimdjsonDepth::SimdjsonDepth() : parser_(std::make_unique<Parser>()) {}
SimdjsonDepth::~SimdjsonDepth() = default;

namespace {

bool read_levels(ondemand::object& data, const char* key, double (*levels)[2], int* count) {
  ondemand::array array;
  if (data.find_field(key).get_array().get(array)) return false;
  *count = 0;
  for (auto element : array) {
    ondemand::array pair;
    if (*count == 64 || std::move(element).get_array().get(pair)) return false;
    int i = 0;
    for (auto number : pair) {
      if (i == 2 || std::move(number).get_double_in_string().get(levels[*count][i++])) return false;
    }
    ++*count;
  }
  return true;
}

}  // namespace

bool SimdjsonDepth::parse(const char* data, std::size_t length, DepthDoubles* depth) noexcept {
  ondemand::document document;
  ondemand::object message;
  if (parser_->ondemand.iterate(data, length, length + simdjson::SIMDJSON_PADDING).get(document)) {
    return false;
  }
  if (document.find_field("data").get_object().get(message)) return false;
  return !message.find_field("E").get_int64().get(depth->event_ms) &&
         !message.find_field("T").get_int64().get(depth->transaction_ms) &&
         !message.find_field("U").get_int64().get(depth->first_id) &&
         !message.find_field("u").get_int64().get(depth->last_id) &&
         !message.find_field("pu").get_int64().get(depth->previous_id) &&
         read_levels(message, "b", depth->bids, &depth->bid_count) &&
         read_levels(message, "a", depth->asks, &depth->ask_count);
}

}  // namespace bot4::bench
