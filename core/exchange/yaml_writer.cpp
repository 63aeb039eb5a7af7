#include "core/exchange/yaml_writer.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace cantilever::exchange {

struct YamlWriter::Emitter {
  YAML::Emitter out;
};

YamlWriter::YamlWriter() : m_emitter(std::make_unique<Emitter>()) {
  m_emitter->out.SetIndent(2);
}

YamlWriter::~YamlWriter() = default;

YamlWriter& YamlWriter::beginMap() {
  m_emitter->out << YAML::BeginMap;
  return *this;
}
YamlWriter& YamlWriter::endMap() {
  m_emitter->out << YAML::EndMap;
  return *this;
}
YamlWriter& YamlWriter::beginList() {
  m_emitter->out << YAML::BeginSeq;
  return *this;
}
YamlWriter& YamlWriter::endList() {
  m_emitter->out << YAML::EndSeq;
  return *this;
}

YamlWriter& YamlWriter::key(std::string_view name) {
  m_emitter->out << YAML::Key;
  text(name);
  m_emitter->out << YAML::Value;
  return *this;
}

YamlWriter& YamlWriter::text(std::string_view value) {
  if (!isPlainYaml(value)) {
    m_emitter->out << YAML::DoubleQuoted;
  }
  m_emitter->out << std::string(value);
  return *this;
}

YamlWriter& YamlWriter::number(long long value) {
  m_emitter->out << value;
  return *this;
}

YamlWriter& YamlWriter::boolean(bool value) {
  m_emitter->out << (value ? "true" : "false");
  return *this;
}

YamlWriter& YamlWriter::comment(std::string_view text) {
  m_emitter->out << YAML::Comment(std::string(text)) << YAML::Newline;
  return *this;
}

YamlWriter& YamlWriter::emptyMap(std::string_view name) {
  key(name);
  m_emitter->out << YAML::Flow << YAML::BeginMap << YAML::EndMap;
  return *this;
}

YamlWriter& YamlWriter::list(std::string_view name, const std::vector<std::string>& values) {
  key(name).beginList();
  for (const std::string& value : values) {
    text(value);
  }
  return endList();
}

YamlWriter& YamlWriter::inlineList(std::string_view name, const std::vector<std::string>& values) {
  key(name);
  m_emitter->out << YAML::Flow << YAML::BeginSeq;
  for (const std::string& value : values) {
    m_emitter->out << YAML::DoubleQuoted << value;
  }
  m_emitter->out << YAML::EndSeq;
  return *this;
}

std::string YamlWriter::take() {
  assert(m_emitter->out.good());
  return std::string(m_emitter->out.c_str(), m_emitter->out.size()) + "\n";
}

bool isPlainYaml(std::string_view text) {
  const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto isPlain = [&](char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '-' || c == ' ';
  };
  if (text.empty() || !(isLetter(text.front()) || text.front() == '/' || text.front() == '_') ||
      text.back() == ' ' || !std::all_of(text.begin(), text.end(), isPlain)) {
    return false;
  }
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array words{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"};
  return std::find(words.begin(), words.end(), lower) == words.end();
}

}  // namespace cantilever::exchange
