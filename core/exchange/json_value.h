#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace cantilever::exchange {

/// A JSON value that knows where in the text it stood, so that messages can point there, and that keeps the
/// spelling of numbers, so that what is not understood is written back digit for digit.
struct JsonValue {
  enum class Kind { Null, Bool, Number, String, Array, Object };
  struct Member;

  Kind kind = Kind::Null;
  std::size_t offset = 0;        ///< of its first byte
  std::string text;              ///< String: decoded; Number and Bool: as spelt
  std::vector<JsonValue> items;  ///< Array
  std::vector<Member> members;   ///< Object, in the order of the file; keys are unique

  const JsonValue* find(std::string_view key) const;
  bool isText() const { return kind == Kind::String; }
};

struct JsonValue::Member {
  std::string key;
  std::size_t offset = 0;  ///< of the key
  JsonValue value;
};

/// Deeper nesting is refused: readers and writers recurse.
inline constexpr std::size_t kMaxJsonDepth = 100;

/// Strict JSON (RFC 8259) in UTF-8. Errors: "json.syntax", "json.too_deep", "json.duplicate_key"; `where` is
/// fileName:line:column.
Result<JsonValue> parseJson(std::string_view text, std::string_view fileName);

/// Turns offsets into "file:line:column"; lines and columns (in bytes) count from 1.
class TextPlaces {
 public:
  TextPlaces(std::string_view text, std::string_view fileName);
  std::string at(std::size_t offset) const;

 private:
  std::string m_fileName;
  std::vector<std::size_t> m_lineBegins;
};

/// The value on one line without spaces: how Extra and OpaqueValue keep it.
std::string compactJson(const JsonValue& value);

/// A JSON string literal. Bytes that are not UTF-8 become U+FFFD: what is written can always be read.
std::string quotedJson(std::string_view text);

}  // namespace cantilever::exchange
