#include "core/exchange/json_writer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

std::string numberText(double value) {
  return std::isfinite(value) ? formatNumber(value) : "null";
}

}  // namespace

void JsonWriter::separate() {
  if (m_afterKey) {
    m_afterKey = false;
    return;
  }
  if (m_levels.empty()) {
    return;
  }
  m_out += m_levels.back().items++ == 0 ? "\n" : ",\n";
  m_out.append(2 * m_levels.size(), ' ');
}

void JsonWriter::append(std::string_view text) {
  separate();
  m_out += text;
}

JsonWriter& JsonWriter::begin(char opening, char closing) {
  separate();
  m_out += opening;
  m_levels.push_back({closing, {}, 0});
  return *this;
}

JsonWriter& JsonWriter::end(char closing) {
  assert(!m_levels.empty() && m_levels.back().closing == closing && !m_afterKey);
  const bool isEmpty = m_levels.back().items == 0;
  m_levels.pop_back();
  if (!isEmpty) {
    m_out += '\n';
    m_out.append(2 * m_levels.size(), ' ');
  }
  m_out += closing;
  return *this;
}

JsonWriter& JsonWriter::beginObject() {
  return begin('{', '}');
}
JsonWriter& JsonWriter::endObject() {
  return end('}');
}
JsonWriter& JsonWriter::beginArray() {
  return begin('[', ']');
}
JsonWriter& JsonWriter::endArray() {
  return end(']');
}

bool JsonWriter::key(std::string_view name) {
  assert(!m_levels.empty() && m_levels.back().closing == '}' && !m_afterKey);
  std::vector<std::string>& keys = m_levels.back().keys;
  if (std::find(keys.begin(), keys.end(), name) != keys.end()) {
    return false;
  }
  keys.emplace_back(name);
  append(quotedJson(name) + ": ");
  m_afterKey = true;
  return true;
}

void JsonWriter::text(std::string_view value) {
  append(quotedJson(value));
}

void JsonWriter::number(double value) {
  append(numberText(value));
}

void JsonWriter::integer(std::int64_t value) {
  append(std::to_string(value));
}

void JsonWriter::integer(std::uint64_t value) {
  append(std::to_string(value));
}

void JsonWriter::boolean(bool value) {
  append(value ? "true" : "false");
}

void JsonWriter::null() {
  append("null");
}

void JsonWriter::value(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Array:
      beginArray();
      for (const JsonValue& item : value.items) {
        this->value(item);
      }
      endArray();
      return;
    case JsonValue::Kind::Object:
      beginObject();
      for (const JsonValue::Member& member : value.members) {
        append(quotedJson(member.key) + ": ");
        m_afterKey = true;
        this->value(member.value);
      }
      endObject();
      return;
    default:
      append(compactJson(value));
  }
}

void JsonWriter::raw(std::string_view json) {
  const Result<JsonValue> parsed = parseJson(json, {});
  if (parsed) {
    value(*parsed);
  } else {
    text(json);
  }
}

void JsonWriter::inlineList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& item : texts) {
    list += (list.size() == 1 ? "" : ", ") + quotedJson(item);
  }
  append(list + "]");
}

void JsonWriter::inlineList(const std::vector<double>& numbers) {
  std::string list = "[";
  for (const double number : numbers) {
    list += (list.size() == 1 ? "" : ", ") + numberText(number);
  }
  append(list + "]");
}

std::string JsonWriter::take() {
  assert(m_levels.empty());
  return std::exchange(m_out, {}) + "\n";
}

}  // namespace cantilever::exchange
