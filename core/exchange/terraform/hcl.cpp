#include "core/exchange/terraform/hcl.h"

#include <algorithm>

namespace cantilever::exchange::hcl {
namespace {

std::string indent(int level) {
  return std::string(2 * static_cast<std::size_t>(level), ' ');
}

bool isIdentifier(std::string_view name) {
  const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && isLetter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string escaped(std::string_view literal) {
  std::string out;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    const char c = literal[i];
    const bool opensTemplate = (c == '$' || c == '%') && literal.substr(i + 1, 1) == "{";
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += opensTemplate ? std::string(2, c) : std::string(1, c);
    }
  }
  return out;
}

/// Writes name = value, the names padded to `width`.
void renderArgument(std::string& out, int level, const std::string& name, std::size_t width,
                    const Expression& value) {
  out += indent(level) + name + std::string(width > name.size() ? width - name.size() : 0, ' ') + " = ";
  value.render(out, level);
  out += "\n";
}

/// For each of a sequence the width of the run of one-line arguments it is in. `isInRun` says which are such,
/// `lengthOf` how long their names are.
template <class Items, class IsInRun, class LengthOf>
std::vector<std::size_t> alignedWidths(const Items& items, const IsInRun& isInRun, const LengthOf& lengthOf) {
  std::vector<std::size_t> widths(items.size(), 0);
  std::size_t begin = 0;
  std::size_t index = 0;
  std::size_t widest = 0;
  const auto close = [&](std::size_t end) {
    std::fill(widths.begin() + static_cast<std::ptrdiff_t>(begin),
              widths.begin() + static_cast<std::ptrdiff_t>(end), widest);
    begin = end + 1;
    widest = 0;
  };
  for (const auto& item : items) {
    if (isInRun(item)) {
      widest = std::max(widest, lengthOf(item));
    } else {
      close(index);
    }
    ++index;
  }
  close(index);
  return widths;
}

std::string keyText(const std::string& key) {
  return isIdentifier(key) ? key : quoted(key);
}

}  // namespace

std::string quoted(std::string_view literal) {
  return "\"" + escaped(literal) + "\"";
}

Expression Expression::text(std::string_view literal) {
  return code(quoted(literal));
}

Expression Expression::code(std::string text) {
  Expression expression;
  expression.m_opening = std::move(text);
  return expression;
}

Expression Expression::prefixed(std::string_view code, std::string_view suffix) {
  return Expression::code("\"${" + std::string(code) + "}" + escaped(suffix) + "\"");
}

Expression Expression::number(long long value) {
  return code(std::to_string(value));
}

Expression Expression::flag(bool value) {
  return code(value ? "true" : "false");
}

Expression Expression::list(const std::vector<Expression>& items) {
  std::string text = "[";
  for (const Expression& item : items) {
    text += (text.size() == 1 ? "" : ", ") + item.m_opening;
  }
  return code(text + "]");
}

Expression Expression::object(std::vector<Entry> entries) {
  Expression expression;
  expression.m_opening = entries.empty() ? "{}" : "{";
  expression.m_closing = "}";
  expression.m_entries = std::move(entries);
  return expression;
}

Expression Expression::call(std::string function, std::vector<Entry> entries) {
  Expression expression = object(std::move(entries));
  expression.m_opening = function + "(" + expression.m_opening + (expression.isOneLine() ? ")" : "");
  expression.m_closing += ")";
  return expression;
}

Expression Expression::call(std::string function, const Expression& first, std::vector<Entry> entries) {
  Expression expression = object(std::move(entries));
  expression.m_opening =
      function + "(" + first.m_opening + ", " + expression.m_opening + (expression.isOneLine() ? ")" : "");
  expression.m_closing += ")";
  return expression;
}

void Expression::render(std::string& out, int level) const {
  out += m_opening;
  if (isOneLine()) {
    return;
  }
  out += "\n";
  const auto widths = alignedWidths(
      m_entries, [](const Entry& entry) { return entry.second.isOneLine(); },
      [](const Entry& entry) { return keyText(entry.first).size(); });
  for (std::size_t i = 0; i < m_entries.size(); ++i) {
    renderArgument(out, level + 1, keyText(m_entries[i].first), widths[i], m_entries[i].second);
  }
  out += indent(level) + m_closing;
}

Body& Body::set(std::string name, Expression value) {
  m_items.emplace_back(Argument{std::move(name), std::move(value)});
  return *this;
}

Body& Body::block(std::string type, std::vector<std::string> labels) {
  std::string header = std::move(type);
  for (const std::string& label : labels) {
    header += " " + quoted(label);
  }
  m_items.emplace_back(Block{std::move(header), {}});
  return std::get<Block>(m_items.back()).body;
}

Body& Body::comment(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  m_items.emplace_back(Comment{std::move(line)});
  return *this;
}

std::string Body::text() const {
  std::string out;
  render(out, 0);
  return out;
}

void Body::render(std::string& out, int level) const {
  const auto widths = alignedWidths(
      m_items,
      [](const Item& item) {
        const auto* argument = std::get_if<Argument>(&item);
        return argument != nullptr && argument->value.isOneLine();
      },
      [](const Item& item) { return std::get<Argument>(item).name.size(); });
  const Item* previous = nullptr;
  std::size_t index = 0;
  for (const Item& item : m_items) {
    const bool isBlock = std::holds_alternative<Block>(item);
    const bool afterComment = previous != nullptr && std::holds_alternative<Comment>(*previous);
    const bool afterBlock = previous != nullptr && std::holds_alternative<Block>(*previous);
    if (previous != nullptr && (afterBlock || (isBlock && !afterComment))) {
      out += "\n";
    }
    if (const auto* comment = std::get_if<Comment>(&item)) {
      out += indent(level) + "# " + comment->text + "\n";
    } else if (const auto* argument = std::get_if<Argument>(&item)) {
      renderArgument(out, level, argument->name, widths[index], argument->value);
    } else {
      const Block& block = std::get<Block>(item);
      out += indent(level) + block.header + (block.body.isEmpty() ? " {}\n" : " {\n");
      if (!block.body.isEmpty()) {
        block.body.render(out, level + 1);
        out += indent(level) + "}\n";
      }
    }
    previous = &item;
    ++index;
  }
}

}  // namespace cantilever::exchange::hcl
