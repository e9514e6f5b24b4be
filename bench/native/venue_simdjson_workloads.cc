// simdjson as a peer, compiled for x86-64-v3 (see CMakeLists.txt); nothing of Bot4 is in here.
#include "venue_simdjson.h"

#include <string_view>
#include <utility>

#include "decode/json.h"

namespace bot4::bench {

namespace ondemand = simdjson::SIMDJSON_BUILTIN_IMPLEMENTATION::ondemand;

struct SimdjsonBook::Parser {
  ondemand::parser ondemand;
};

SimdjsonBook::SimdjsonBook() : parser_(std::make_unique<Parser>()) {}
SimdjsonBook::~SimdjsonBook() = default;

namespace {

bool read_side(ondemand::object& element, const char* key, std::vector<BookDoubles::Level>* side) {
  ondemand::array array;
  if (element.find_field(key).get_array().get(array)) return false;
  side->clear();
  for (auto item : array) {
    ondemand::object level;
    BookDoubles::Level out;
    if (std::move(item).get_object().get(level)) return false;
    if (level.find_field("price").get_double().get(out.price)) return false;
    if (level.find_field("qty").get_double().get(out.quantity)) return false;
    side->push_back(out);
  }
  return true;
}

}  // namespace

bool SimdjsonBook::parse_kraken(const char* data, std::size_t length, BookDoubles* book) noexcept {
  ondemand::document document;
  std::string_view channel;
  std::string_view timestamp;
  ondemand::array elements;
  if (parser_->ondemand.iterate(data, length, length + simdjson::SIMDJSON_PADDING).get(document) ||
      document.find_field("channel").get_string().get(channel) || channel != "book" ||
      document.find_field("data").get_array().get(elements)) {
    return false;
  }
  for (auto item : elements) {
    ondemand::object element;
    std::string_view symbol;
    if (std::move(item).get_object().get(element) ||
        element.find_field("symbol").get_string().get(symbol) ||
        !read_side(element, "bids", &book->bids) || !read_side(element, "asks", &book->asks) ||
        element.find_field("checksum").get_int64().get(book->proof) ||
        element.find_field("timestamp").get_string().get(timestamp)) {
      return false;
    }
  }
  return true;
}

bool SimdjsonBook::parse_coinbase(const char* data, std::size_t length,
                                  BookDoubles* book) noexcept {
  ondemand::document document;
  std::string_view channel;
  std::string_view timestamp;
  ondemand::array events;
  if (parser_->ondemand.iterate(data, length, length + simdjson::SIMDJSON_PADDING).get(document) ||
      document.find_field("channel").get_string().get(channel) || channel != "l2_data" ||
      document.find_field("timestamp").get_string().get(timestamp) ||
      document.find_field("sequence_num").get_int64().get(book->proof) ||
      document.find_field("events").get_array().get(events)) {
    return false;
  }
  book->bids.clear();
  book->asks.clear();
  for (auto item : events) {
    ondemand::object event;
    ondemand::array updates;
    std::string_view product;
    if (std::move(item).get_object().get(event) ||
        event.find_field("product_id").get_string().get(product) ||
        event.find_field("updates").get_array().get(updates)) {
      return false;
    }
    for (auto entry : updates) {
      ondemand::object update;
      std::string_view side;
      std::string_view time;
      BookDoubles::Level level;
      if (std::move(entry).get_object().get(update) ||
          update.find_field("side").get_string().get(side) ||
          update.find_field("event_time").get_string().get(time) ||
          update.find_field("price_level").get_double_in_string().get(level.price) ||
          update.find_field("new_quantity").get_double_in_string().get(level.quantity)) {
        return false;
      }
      (side == "bid" ? book->bids : book->asks).push_back(level);
    }
  }
  return true;
}

}  // namespace bot4::bench
