#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cantilever::exchange {

/// Writes YAML in block style. The one place that decides how a scalar is spelt: whatever some YAML reader
/// might take for a number, a boolean, a time or nothing ("yes", "22:22", "1e3", "~") is double-quoted, so
/// that YAML 1.1 and 1.2 readers agree.
class YamlWriter {
 public:
  YamlWriter();
  YamlWriter(const YamlWriter&) = delete;
  YamlWriter& operator=(const YamlWriter&) = delete;
  ~YamlWriter();

  YamlWriter& beginMap();
  YamlWriter& endMap();
  YamlWriter& beginList();
  YamlWriter& endList();
  YamlWriter& key(std::string_view name);
  YamlWriter& text(std::string_view value);
  YamlWriter& number(long long value);
  YamlWriter& boolean(bool value);
  /// At the end of the line just written; at the beginning of the document on a line of its own.
  YamlWriter& comment(std::string_view text);

  YamlWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  /// name: {}
  YamlWriter& emptyMap(std::string_view name);
  /// Each on a line of its own.
  YamlWriter& list(std::string_view name, const std::vector<std::string>& values);
  /// On one line: ["a", "b"].
  YamlWriter& inlineList(std::string_view name, const std::vector<std::string>& values);

  /// The document, ending in a newline.
  std::string take();

 private:
  struct Emitter;
  std::unique_ptr<Emitter> m_emitter;
};

/// True if the text may be written without quotes.
bool isPlainYaml(std::string_view text);

}  // namespace cantilever::exchange
