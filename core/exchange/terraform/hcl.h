#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Terraform's configuration language, written as `terraform fmt` would: two spaces, "=" aligned within a run
/// of single-line arguments, one blank line around nested blocks.
namespace cantilever::exchange::hcl {

/// The right-hand side of an argument.
class Expression {
 public:
  using Entry = std::pair<std::string, Expression>;

  /// A string; "${", "%{", quotes, backslashes and line breaks in it are escaped, so that it means itself.
  static Expression text(std::string_view literal);
  /// Code as it is: a reference such as aws_vpc.main.id, or a function call on one line.
  static Expression code(std::string text);
  /// "${code}suffix": a string that begins with a value.
  static Expression prefixed(std::string_view code, std::string_view suffix);
  static Expression number(long long value);
  static Expression flag(bool value);
  /// [a, b]
  static Expression list(const std::vector<Expression>& items);
  /// { key = value ... }, one a line. Keys that are no identifiers are quoted.
  static Expression object(std::vector<Entry> entries);
  /// name({ key = value ... })
  static Expression call(std::string function, std::vector<Entry> entries);
  /// name(first, { key = value ... })
  static Expression call(std::string function, const Expression& first, std::vector<Entry> entries);

  bool isOneLine() const { return m_entries.empty(); }
  void render(std::string& out, int level) const;

 private:
  std::string m_opening;
  std::vector<Entry> m_entries;
  std::string m_closing;
};

/// What stands between braces, or in a file.
class Body {
 public:
  Body& set(std::string name, Expression value);
  Body& set(std::string name, const char* literal) { return set(std::move(name), Expression::text(literal)); }
  Body& set(std::string name, const std::string& literal) {
    return set(std::move(name), Expression::text(literal));
  }
  Body& set(std::string name, bool value) { return set(std::move(name), Expression::flag(value)); }
  Body& set(std::string name, int value) { return set(std::move(name), Expression::number(value)); }
  /// A nested block; the reference is good as long as the body.
  Body& block(std::string type, std::vector<std::string> labels = {});
  Body& resource(const std::string& type, const std::string& name) { return block("resource", {type, name}); }
  Body& data(const std::string& type, const std::string& name) { return block("data", {type, name}); }
  /// A line beginning with '#'.
  Body& comment(std::string_view text);

  bool isEmpty() const { return m_items.empty(); }
  std::string text() const;

 private:
  struct Comment {
    std::string text;
  };
  struct Argument {
    std::string name;
    Expression value;
  };
  struct Block;
  using Item = std::variant<Comment, Argument, Block>;

  void render(std::string& out, int level) const;
  std::list<Item> m_items;  // a list: blocks stay where they are
};

struct Body::Block {
  std::string header;
  Body body;
};

/// "…" with everything escaped that HCL would interpret.
std::string quoted(std::string_view literal);

}  // namespace cantilever::exchange::hcl
