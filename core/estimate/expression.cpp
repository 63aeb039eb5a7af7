#include "core/estimate/expression.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

namespace cantilever::estimate {
namespace {

bool isOfName(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}

bool isFunction(std::string_view name) {
  return name == "max" || name == "ceil";
}

/// A name, a number or a sign; blanks are skipped. Empty at the end.
std::string_view nextToken(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') {
    rest.remove_prefix(1);
  }
  std::size_t length = rest.empty() ? 0 : 1;
  if (!rest.empty() && isOfName(rest.front())) {
    while (length < rest.size() && isOfName(rest[length])) {
      ++length;
    }
  } else if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
    while (length < rest.size() && rest[length] >= '0' && rest[length] <= '9') {
      ++length;
    }
  }
  const std::string_view token = rest.substr(0, length);
  rest.remove_prefix(length);
  return token;
}

/// Sums of products of factors, by recursive descent.
class Reader {
 public:
  Reader(std::string_view formula, const std::function<double(std::string_view)>& valueOf)
      : m_rest(formula), m_valueOf(valueOf) {
    advance();
  }

  double sum() {
    double value = product();
    while (m_token == "+" || m_token == "-") {
      const bool isPlus = m_token == "+";
      advance();
      const double next = product();
      value = isPlus ? value + next : value - next;
    }
    return value;
  }
  bool isAtEnd() const { return m_token.empty(); }

 private:
  void advance() { m_token = nextToken(m_rest); }
  void expect([[maybe_unused]] std::string_view token) {
    assert(m_token == token);
    advance();
  }
  double product() {
    double value = factor();
    while (m_token == "*" || m_token == "/") {
      const bool isTimes = m_token == "*";
      advance();
      const double next = factor();
      value = isTimes ? value * next : next == 0 ? 0 : value / next;
    }
    return value;
  }
  double factor() {
    const std::string_view token = m_token;
    assert(!token.empty());
    advance();
    if (token == "(") {
      const double value = sum();
      expect(")");
      return value;
    }
    if (isFunction(token)) {
      return called(token);
    }
    if (isOfName(token.front())) {
      return m_valueOf(token);
    }
    double number = 0;
    std::from_chars(token.data(), token.data() + token.size(), number);
    return number;
  }
  double called(std::string_view function) {
    expect("(");
    double value = sum();
    if (function == "max") {
      expect(",");
      value = std::max(value, sum());
    } else {
      // What is a whole number but for rounding stays it: 0.7 * 10 / 0.7 is ten servers.
      const double nearest = std::round(value);
      value = std::abs(value - nearest) <= 1e-9 * std::abs(value) ? nearest : std::ceil(value);
    }
    expect(")");
    return value;
  }

  std::string_view m_rest;
  std::string_view m_token;
  const std::function<double(std::string_view)>& m_valueOf;
};

}  // namespace

double workedOut(std::string_view formula, const std::function<double(std::string_view)>& valueOf) {
  Reader reader(formula, valueOf);
  const double value = reader.sum();
  assert(reader.isAtEnd());
  return value;
}

std::vector<std::string> namesIn(std::string_view formula) {
  std::vector<std::string> names;
  while (true) {
    const std::string_view token = nextToken(formula);
    if (token.empty()) {
      return names;
    }
    if (isOfName(token.front()) && !isFunction(token) &&
        std::find(names.begin(), names.end(), token) == names.end()) {
      names.emplace_back(token);
    }
  }
}

std::string inWords(std::string_view formula, const std::function<std::string(std::string_view)>& textOf) {
  std::string words;
  while (true) {
    const std::string_view token = nextToken(formula);
    if (token.empty()) {
      return words;
    }
    if (token == "*") {
      words += " \u00d7 ";
    } else if (token == "-") {
      words += " \u2212 ";
    } else if (token == "+" || token == "/") {
      words += " " + std::string(token) + " ";
    } else if (token == ",") {
      words += ", ";
    } else {
      words += isOfName(token.front()) && !isFunction(token) ? textOf(token) : std::string(token);
    }
  }
}

}  // namespace cantilever::estimate
