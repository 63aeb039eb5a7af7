#include "core/exchange/object_reader.h"

#include <algorithm>

namespace cantilever::exchange {

std::size_t ObjectReader::indexOf(std::string_view key) const {
  const auto at = std::find_if(m_object.members.begin(), m_object.members.end(),
                               [&](const JsonValue::Member& member) { return member.key == key; });
  return static_cast<std::size_t>(at - m_object.members.begin());
}

const JsonValue* ObjectReader::take(std::string_view key) {
  m_asked.emplace_back(key);
  const std::size_t index = indexOf(key);
  if (index == m_object.members.size()) {
    return nullptr;
  }
  m_fates[index] = Fate::Taken;
  return &m_object.members[index].value;
}

void ObjectReader::remark(Severity severity, std::string code, std::string message, std::string_view param,
                          std::size_t offset) {
  Diagnostic diagnostic = m_subject;
  diagnostic.severity = severity;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  diagnostic.param = param;
  diagnostic.where = m_state.places.at(offset);
  m_state.remarks.push_back(std::move(diagnostic));
}

void ObjectReader::malformed(std::string_view key, std::string_view reason) {
  const std::size_t index = indexOf(key);
  m_fates[index] = Fate::Malformed;
  remark(Severity::Error, "file.bad_value",
         "The field \"" + std::string(key) + "\" of " + m_name +
             " was not understood: " + std::string(reason) + " It is kept as it is and counts as not given.",
         key, m_object.members[index].value.offset);
}

void ObjectReader::finish(Extras& extras) {
  for (std::size_t i = 0; i < m_fates.size(); ++i) {
    const JsonValue::Member& member = m_object.members[i];
    if (m_fates[i] == Fate::Unseen) {
      remark(Severity::Warning, "file.unknown_field",
             "The field " + quotedJson(member.key) + " of " + m_name +
                 " is unknown; it is kept as it is and changes nothing" + didYouMean(member.key, m_asked),
             member.key, member.offset);
    }
    if (m_fates[i] != Fate::Taken) {
      extras.push_back({member.key, compactJson(member.value)});
    }
  }
}

std::string ObjectReader::checkedId(const JsonValue& value) {
  if (!value.isText()) {
    m_state.fail("file.bad_id", "The id of a " + m_name + " is text, such as \"" + m_name + "-1\".",
                 value.offset);
  } else if (!isSlug(value.text)) {
    m_state.fail("file.bad_id",
                 quotedJson(value.text) + " cannot be the id of a " + m_name + "; write \"" +
                     slugOf(value.text) + "\" and put the name into \"name\".",
                 value.offset);
  }
  return value.text;
}

void ObjectReader::text(std::string_view key, std::string& target) {
  if (const JsonValue* value = take(key)) {
    if (value->isText()) {
      target = value->text;
    } else {
      malformed(key, compactJson(*value) + " is not text.");
    }
  }
}

void ObjectReader::number(std::string_view key, double& target) {
  const JsonValue* value = take(key);
  if (value == nullptr) {
    return;
  }
  double number = 0;
  const char* end = value->text.data() + value->text.size();
  const auto [at, error] = std::from_chars(value->text.data(), end, number);
  if (value->kind != JsonValue::Kind::Number || error != std::errc() || at != end) {
    return malformed(key, compactJson(*value) + " is not a number.");
  }
  target = number;
}

void ObjectReader::flag(std::string_view key, bool& target) {
  if (const JsonValue* value = take(key)) {
    if (value->kind == JsonValue::Kind::Bool) {
      target = value->text == "true";
    } else {
      malformed(key, compactJson(*value) + " is neither true nor false.");
    }
  }
}

void ObjectReader::textList(std::string_view key, std::vector<std::string>& target) {
  const JsonValue* value = take(key);
  if (value == nullptr) {
    return;
  }
  const bool isTextList = value->kind == JsonValue::Kind::Array &&
                          std::all_of(value->items.begin(), value->items.end(),
                                      [](const JsonValue& item) { return item.isText(); });
  if (!isTextList) {
    return malformed(key, compactJson(*value) + " is not a list of texts.");
  }
  for (const JsonValue& item : value->items) {
    target.push_back(item.text);
  }
}

}  // namespace cantilever::exchange
