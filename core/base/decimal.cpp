#include "core/base/decimal.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>

namespace cantilever {
namespace {

bool isDecimalDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits at the front of `text`; with `mayGroup`, also "1,234,567".
std::optional<std::string> takeDigits(std::string_view& text, bool mayGroup) {
  std::string digits;
  std::size_t i = 0;
  while (i < text.size() && isDecimalDigit(text[i])) {
    digits += text[i++];
  }
  const bool isGroupable = mayGroup && i >= 1 && i <= 3;
  while (i < text.size() && text[i] == ',') {
    if (!isGroupable || text.size() < i + 4) {
      return std::nullopt;
    }
    for (std::size_t k = i + 1; k < i + 4; ++k) {
      if (!isDecimalDigit(text[k])) {
        return std::nullopt;
      }
      digits += text[k];
    }
    i += 4;
    if (i < text.size() && isDecimalDigit(text[i])) {
      return std::nullopt;
    }
  }
  text.remove_prefix(i);
  return digits;
}

/// The form without leading and trailing zeros.
void normalise(Decimal& decimal) {
  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) {
    decimal = {decimal.isNegative, "0", 0};
    return;
  }
  const std::size_t last = decimal.digits.find_last_not_of('0');
  decimal.exponent += static_cast<int>(decimal.digits.size() - 1 - last);
  decimal.digits = decimal.digits.substr(first, last - first + 1);
}

std::optional<Decimal> parseDecimalText(std::string_view text) {
  Decimal result;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    result.isNegative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto whole = takeDigits(text, true);
  if (!whole) {
    return std::nullopt;
  }
  std::string fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const auto digits = takeDigits(text, false);
    if (!digits) {
      return std::nullopt;
    }
    fraction = *digits;
  }
  if (whole->empty() && fraction.empty()) {
    return std::nullopt;
  }
  int exponent = 0;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    if (text.size() > 1 && text.front() == '+' && isDecimalDigit(text[1])) {
      text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || std::abs(exponent) > 10'000) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (!text.empty() || fraction.size() > 10'000) {
    return std::nullopt;
  }
  result.digits = *whole + fraction;
  result.exponent = exponent - static_cast<int>(fraction.size());
  normalise(result);
  return result;
}

/// For the output of to_chars, which is always well formed.
Decimal fromScientific(const char* begin, const char* end) {
  return parseDecimalText({begin, static_cast<std::size_t>(end - begin)}).value_or(Decimal{});
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const auto result = parseDecimalText(text);
  return result && std::isfinite(result->toDouble()) ? result : std::nullopt;
}

Decimal Decimal::shortest(double value) {
  assert(std::isfinite(value));
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return fromScientific(buffer.data(), end.ptr);
}

Decimal Decimal::rounded(double value, int significant) {
  assert(std::isfinite(value) && significant >= 1 && significant <= 17);
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, significant - 1);
  return fromScientific(buffer.data(), end.ptr);
}

Decimal Decimal::of(std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  Decimal result;
  result.isNegative = value < 0;
  result.digits.assign(buffer.data() + (value < 0 ? 1 : 0), end.ptr);
  normalise(result);
  return result;
}

Decimal Decimal::shifted(int powerOfTen) const {
  Decimal result = *this;
  if (!isZero()) {
    result.exponent += powerOfTen;
  }
  return result;
}

double Decimal::toDouble() const {
  const std::string text = (isNegative ? "-" : "") + digits + "e" + std::to_string(exponent);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {  // from_chars leaves the value alone
    const bool isTiny = exponent + static_cast<int>(digits.size()) < 0;
    value = isTiny ? 0.0 : std::numeric_limits<double>::infinity();
    return isNegative ? -value : value;
  }
  return value;
}

std::optional<std::int64_t> Decimal::toInteger() const {
  std::string whole = digits;
  bool roundsUp = false;
  if (exponent < 0) {
    const auto drop = static_cast<std::size_t>(-exponent);
    if (drop > whole.size()) {
      return 0;
    }
    roundsUp = whole[whole.size() - drop] >= '5';
    whole.resize(whole.size() - drop);
  } else if (exponent > 18) {
    return isZero() ? std::optional<std::int64_t>(0) : std::nullopt;
  } else {
    whole.append(static_cast<std::size_t>(exponent), '0');
  }
  std::int64_t value = 0;
  if (!whole.empty()) {
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc()) {
      return std::nullopt;
    }
  }
  if (roundsUp && value == std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  value += roundsUp ? 1 : 0;
  return isNegative ? -value : value;
}

std::string Decimal::text() const {
  const std::string sign = isNegative ? "-" : "";
  const int count = static_cast<int>(digits.size());
  const int magnitude = exponent + count;  // value < 10^magnitude
  if (magnitude > 21 || magnitude < -5) {
    const std::string mantissa = count == 1 ? digits : digits.substr(0, 1) + "." + digits.substr(1);
    return sign + mantissa + "e" + std::to_string(magnitude - 1);
  }
  if (exponent >= 0) {
    return sign + digits + std::string(static_cast<std::size_t>(exponent), '0');
  }
  if (magnitude > 0) {
    const auto point = static_cast<std::size_t>(magnitude);
    return sign + digits.substr(0, point) + "." + digits.substr(point);
  }
  return sign + "0." + std::string(static_cast<std::size_t>(-magnitude), '0') + digits;
}

}  // namespace cantilever
