#include "core/exchange/json_value.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

namespace cantilever::exchange {
namespace {

/// Finds where each token begins. nlohmann's reader tells what it has read but not where; the text up to the
/// end of that token is then known to be well-formed, so walking it again needs no checks of its own.
class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text) : m_text(text) {
    if (m_text.substr(0, 3) == "\xEF\xBB\xBF") {
      m_at = 3;
    }
  }

  /// The offset of the next token, which is then stepped over.
  std::size_t next() {
    while (m_at < m_text.size() &&
           std::string_view(" \t\r\n,:").find(m_text[m_at]) != std::string_view::npos) {
      ++m_at;
    }
    const std::size_t begin = m_at;
    if (m_at >= m_text.size()) {
      return begin;
    }
    switch (m_text[m_at]) {
      case '"':
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
          m_at += m_text[m_at] == '\\' ? 1U : 0U;
        }
        ++m_at;
        break;
      case '{':
      case '}':
      case '[':
      case ']':
        ++m_at;
        break;
      default:  // numbers and literals end at punctuation or space
        m_at = std::min(m_text.find_first_of(" \t\r\n,:]}", m_at), m_text.size());
    }
    return begin;
  }

  std::string_view tokenAt(std::size_t begin) const { return m_text.substr(begin, m_at - begin); }

 private:
  std::string_view m_text;
  std::size_t m_at = 0;
};

/// Builds the tree from nlohmann's events.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, std::string_view fileName)
      : m_text(text), m_fileName(fileName), m_cursor(text) {}

  bool null() override { return add(JsonValue::Kind::Null); }
  bool boolean(bool) override { return add(JsonValue::Kind::Bool); }
  bool number_integer(number_integer_t) override { return add(JsonValue::Kind::Number); }
  bool number_unsigned(number_unsigned_t) override { return add(JsonValue::Kind::Number); }
  bool number_float(number_float_t, const string_t&) override { return add(JsonValue::Kind::Number); }
  bool string(string_t& value) override {
    place(JsonValue::Kind::String).text = std::move(value);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::Object); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::Array); }
  bool end_array() override { return close(); }
  bool end_object() override { return hasUniqueKeys(*m_open.back()) && close(); }
  bool key(string_t& name) override {
    const std::size_t offset = m_cursor.next();
    m_open.back()->members.push_back({std::move(name), offset, {}});
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // position counts the bytes read, the offending one included
    m_error = {"json.syntax", sentenceOf(error.what()),
               placeOf(position == 0 ? 0 : std::min(position - 1, m_text.size()))};
    return false;
  }

  Result<JsonValue> take() && {
    if (!m_error.code.empty()) {
      return std::move(m_error);
    }
    return std::move(m_root);
  }

 private:
  /// nlohmann's "[json.exception...] parse error at line 1, column 2: syntax error while parsing value -
  /// invalid literal; last read: 'nul'" without its frame and without the bytes it read, which may be
  /// anything.
  static std::string sentenceOf(std::string_view what) {
    if (what.find("out_of_range") != std::string_view::npos) {
      return "This number is too large; numbers must be below 1.8e308.";
    }
    std::string_view reason = what;
    if (const auto at = reason.find(" - "); at != std::string_view::npos) {
      reason.remove_prefix(at + 3);
    }
    std::string_view expected;
    if (const auto at = reason.find("; expected "); at != std::string_view::npos) {
      expected = reason.substr(at);
    }
    reason = reason.substr(0, std::min(reason.find("; last read"), reason.find("; expected ")));
    std::string sentence = "This is not valid JSON: " + std::string(reason) + std::string(expected) + ".";
    std::replace_if(
        sentence.begin(), sentence.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return sentence;
  }

  std::string placeOf(std::size_t offset) const { return TextPlaces(m_text, m_fileName).at(offset); }

  JsonValue& place(JsonValue::Kind kind) {
    JsonValue* value = &m_root;
    if (!m_open.empty()) {
      JsonValue& parent = *m_open.back();
      value = parent.kind == JsonValue::Kind::Object ? &parent.members.back().value
                                                     : &parent.items.emplace_back();
    }
    value->kind = kind;
    value->offset = m_cursor.next();
    return *value;
  }

  bool add(JsonValue::Kind kind) {
    JsonValue& value = place(kind);
    value.text = m_cursor.tokenAt(value.offset);
    return true;
  }

  bool open(JsonValue::Kind kind) {
    JsonValue& value = place(kind);
    m_open.push_back(&value);  // stays put: its parent gets no further child before it is closed
    if (m_open.size() <= kMaxJsonDepth) {
      return true;
    }
    m_error = {"json.too_deep",
               "This is nested more than " + std::to_string(kMaxJsonDepth) + " deep; no design needs that.",
               placeOf(value.offset)};
    return false;
  }

  bool close() {
    m_cursor.next();
    m_open.pop_back();
    return true;
  }

  bool hasUniqueKeys(const JsonValue& object) {
    std::unordered_map<std::string_view, std::size_t> seen;
    seen.reserve(object.members.size());
    for (const JsonValue::Member& member : object.members) {
      const auto [at, isNew] = seen.emplace(member.key, member.offset);
      if (!isNew) {
        m_error = {"json.duplicate_key",
                   "The key " + quotedJson(member.key) + " appears twice in one object, first at " +
                       placeOf(at->second) + "; remove one of them.",
                   placeOf(member.offset)};
        return false;
      }
    }
    return true;
  }

  std::string_view m_text;
  std::string_view m_fileName;
  TokenCursor m_cursor;
  JsonValue m_root;
  std::vector<JsonValue*> m_open;
  Error m_error;
};

/// The length of the UTF-8 sequence that `text` begins with (Unicode 15, table 3-7); 0 if it is ill-formed.
std::size_t sequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const auto isTail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return isTail(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool isOverlong = first == 0xE0 && byte(1) < 0xA0;
    const bool isSurrogate = first == 0xED && byte(1) > 0x9F;
    return isTail(1) && isTail(2) && !isOverlong && !isSurrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool isOverlong = first == 0xF0 && byte(1) < 0x90;
    const bool isBeyond = first == 0xF4 && byte(1) > 0x8F;
    return isTail(1) && isTail(2) && isTail(3) && !isOverlong && !isBeyond ? 4 : 0;
  }
  return 0;
}

std::string escapedControl(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    default: {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(c);
      return std::string("\\u00") + digits[code >> 4] + digits[code & 15];
    }
  }
}

void appendCompact(const JsonValue& value, std::string& out) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      out += "null";
      return;
    case JsonValue::Kind::Bool:
    case JsonValue::Kind::Number:
      out += value.text;
      return;
    case JsonValue::Kind::String:
      out += quotedJson(value.text);
      return;
    case JsonValue::Kind::Array:
      out += '[';
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        out += i == 0 ? "" : ",";
        appendCompact(value.items[i], out);
      }
      out += ']';
      return;
    case JsonValue::Kind::Object:
      out += '{';
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        out += (i == 0 ? "" : ",") + quotedJson(value.members[i].key) + ":";
        appendCompact(value.members[i].value, out);
      }
      out += '}';
      return;
  }
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto at = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return at == members.end() ? nullptr : &at->value;
}

Result<JsonValue> parseJson(std::string_view text, std::string_view fileName) {
  // nlohmann takes a NUL byte for the end of the text and would accept whatever follows.
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    return Error{"json.syntax", "This is not a text file: it contains a NUL byte.",
                 TextPlaces(text, fileName).at(at)};
  }
  TreeBuilder builder(text, fileName);
  try {
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
      Result<JsonValue> failure = std::move(builder).take();
      assert(!failure.ok());
      return failure;
    }
  } catch (const std::exception& exception) {
    return Error{"json.syntax", std::string("The file could not be read as JSON: ") + exception.what() + ".",
                 std::string(fileName)};
  }
  return std::move(builder).take();
}

TextPlaces::TextPlaces(std::string_view text, std::string_view fileName)
    : m_fileName(fileName), m_lineBegins{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    m_lineBegins.push_back(at + 1);
  }
}

std::string TextPlaces::at(std::size_t offset) const {
  const auto next = std::upper_bound(m_lineBegins.begin(), m_lineBegins.end(), offset);
  const auto line = static_cast<std::size_t>(next - m_lineBegins.begin());
  return m_fileName + ":" + std::to_string(line) + ":" + std::to_string(offset - *(next - 1) + 1);
}

std::string compactJson(const JsonValue& value) {
  std::string out;
  appendCompact(value, out);
  return out;
}

std::string quotedJson(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = sequenceLength(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += escapedControl(c);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out + "\"";
}

}  // namespace cantilever::exchange
