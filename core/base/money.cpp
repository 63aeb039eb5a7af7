#include "core/base/money.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>

namespace cantilever {
namespace {

// g++'s 128-bit integer is not ISO C++; this keeps -Wpedantic content.
__extension__ using Wide = __int128;

constexpr std::int64_t kTooManyDigits = 1'000'000'000'000'000'000;
constexpr int kMostScale = 18;
constexpr std::int64_t kMicrosPerDollar = 1'000'000;
constexpr std::int64_t kMicrosPerCent = 10'000;

Wide powerOfTen(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

/// numerator / denominator to the nearest integer, ties to even. denominator > 0.
Wide dividedHalfEven(Wide numerator, Wide denominator) {
  const bool isNegative = numerator < 0;
  const Wide magnitude = isNegative ? -numerator : numerator;
  Wide quotient = magnitude / denominator;
  const Wide twice = 2 * (magnitude % denominator);
  if (twice > denominator || (twice == denominator && quotient % 2 != 0)) {
    ++quotient;
  }
  return isNegative ? -quotient : quotient;
}

std::int64_t saturated(Wide value) {
  constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
  if (value > kMost) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return value < -kMost ? -std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(value);
}

/// `amount` in millionths of a unit, at most 9e18 of them.
std::int64_t inMillionths(double amount) {
  const double scaled = amount * 1e6;
  constexpr double kMost = 9e18;
  return static_cast<std::int64_t>(std::nearbyint(std::fmin(std::fmax(scaled, -kMost), kMost)));
}

Error priceError(std::string_view text, const std::string& reason) {
  return {"price.not_a_number",
          "\"" + std::string(text.substr(0, 60)) + "\" is not a price: " + reason +
              ". Write a plain decimal number, such as \"0.0116\".",
          {}};
}

/// "1234567" -> "1,234,567"
std::string grouped(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string paddedDigits(std::int64_t value, std::size_t width) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  const std::string digits(buffer.data(), end.ptr);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

Result<UnitPrice> UnitPrice::parse(std::string_view text) {
  if (text.find_first_of("0123456789") == std::string_view::npos) {
    return priceError(text, "it has no digits");
  }
  std::string_view kept = text;
  const std::size_t point = text.find('.');
  while (point != std::string_view::npos && kept.size() > point + 1 && kept.back() == '0') {
    kept.remove_suffix(1);  // so that equal prices are equal values
  }
  UnitPrice price;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i == point) {
      continue;
    }
    if (kept[i] < '0' || kept[i] > '9') {
      return priceError(text, "it contains '" + std::string(1, kept[i]) + "'");
    }
    if (price.digits >= kTooManyDigits / 10 || price.scale == kMostScale) {
      return priceError(text, "it has more than 18 digits");
    }
    price.digits = price.digits * 10 + (kept[i] - '0');
    price.scale += i > point ? 1 : 0;
  }
  return price;
}

std::string UnitPrice::text() const {
  const auto decimals = static_cast<std::size_t>(scale);
  const std::string all = paddedDigits(digits, decimals + 1);
  const std::string whole = all.substr(0, all.size() - decimals);
  return decimals == 0 ? whole : whole + "." + all.substr(all.size() - decimals);
}

Money multiply(UnitPrice price, double amount) {
  assert(std::isfinite(amount));
  // digits < 10^18 and |millionths| < 10^19, so the product is below 10^37 and fits 127 bits.
  const Wide product = static_cast<Wide>(price.digits) * inMillionths(amount);
  return Money::micros(saturated(dividedHalfEven(product, powerOfTen(price.scale))));
}

std::string format(Money value) {
  const std::int64_t micros = value.inMicros();
  const std::string sign = micros < 0 ? "-$" : "$";
  const std::int64_t magnitude = saturated(micros < 0 ? -static_cast<Wide>(micros) : micros);
  if (magnitude < kMicrosPerDollar) {
    std::string decimals = paddedDigits(magnitude, 6);
    while (decimals.size() > 2 && decimals.back() == '0') {
      decimals.pop_back();
    }
    return sign + "0." + decimals;
  }
  const auto cents = static_cast<std::int64_t>(dividedHalfEven(magnitude, kMicrosPerCent));
  return sign + grouped(paddedDigits(cents / 100, 1)) + "." + paddedDigits(cents % 100, 2);
}

}  // namespace cantilever
