#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/json_value.h"

namespace cantilever::exchange {

/// Writes JSON as this program lays it out: two spaces a level, one field or item a line, lists written with
/// `inlineList` on one. Always valid: numbers that JSON cannot say are null, a repeated key is left out.
class JsonWriter {
 public:
  JsonWriter& beginObject();
  JsonWriter& endObject();
  JsonWriter& beginArray();
  JsonWriter& endArray();
  /// What the next value is called. False, and the next value must not be written, if the object has it.
  bool key(std::string_view name);

  void text(std::string_view value);
  void number(double value);
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  void boolean(bool value);
  void null();
  /// A value of parseJson, laid out like the rest.
  void value(const JsonValue& value);
  /// JSON text; if it is not valid JSON it is written as a string, so that nothing is lost.
  void raw(std::string_view json);
  void inlineList(const std::vector<std::string>& texts);
  void inlineList(const std::vector<double>& numbers);

  void field(std::string_view name, std::string_view value) {
    if (key(name)) {
      text(value);
    }
  }
  void field(std::string_view name, const char* value) { field(name, std::string_view(value)); }
  void field(std::string_view name, bool value) {
    if (key(name)) {
      boolean(value);
    }
  }
  void field(std::string_view name, double value) {
    if (key(name)) {
      number(value);
    }
  }
  template <std::integral Integer>
  void field(std::string_view name, Integer value) {
    if (key(name)) {
      if constexpr (std::signed_integral<Integer>) {
        integer(static_cast<std::int64_t>(value));
      } else {
        integer(static_cast<std::uint64_t>(value));
      }
    }
  }
  void field(std::string_view name, const std::optional<double>& value) {
    if (key(name)) {
      value ? number(*value) : null();
    }
  }

  /// The document, ending in a newline. All begun objects and arrays must have ended.
  std::string take();

 private:
  struct Level {
    char closing = '}';
    std::vector<std::string> keys;  // of an object
    std::size_t items = 0;
  };
  void separate();
  void append(std::string_view text);
  JsonWriter& begin(char opening, char closing);
  JsonWriter& end(char closing);

  std::string m_out;
  std::vector<Level> m_levels;
  bool m_afterKey = false;
};

}  // namespace cantilever::exchange
