#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace cantilever {

/// An amount in integer micro-units of the currency (USD for now: one price book has one currency).
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money micros(std::int64_t n) { return Money(n); }
  constexpr std::int64_t inMicros() const { return m_micros; }
  /// For charts and JSON only; sums are made of Money.
  constexpr double toDouble() const { return static_cast<double>(m_micros) * 1e-6; }

  constexpr auto operator<=>(const Money&) const = default;
  /// Sums stop at the ends of the range (nine million million units) instead of wrapping around.
  friend constexpr Money operator+(Money a, Money b) { return Money(sum(a.m_micros, b.m_micros)); }
  friend constexpr Money operator-(Money a, Money b) { return Money(sum(a.m_micros, -b.m_micros)); }
  constexpr Money& operator+=(Money b) { return *this = *this + b; }

 private:
  constexpr explicit Money(std::int64_t micros) : m_micros(micros) {}
  static constexpr std::int64_t sum(std::int64_t a, std::int64_t b) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (b > 0 && a > most - b) {
      return most;
    }
    return b < 0 && a < -most - b ? -most : a + b;
  }
  std::int64_t m_micros = 0;
};

/// An exact decimal price per unit: digits * 10^-scale. Cloud prices go down to 3e-8 USD, so micro-units do
/// not do.
struct UnitPrice {
  std::int64_t digits = 0;
  int scale = 0;

  /// From decimal text such as "0.0000000309" (at most 18 digits; no exponent, no sign). Trailing zeros after
  /// the point are dropped, so that equal prices are equal values.
  static Result<UnitPrice> parse(std::string_view text);
  std::string text() const;
  constexpr bool operator==(const UnitPrice&) const = default;
};

/// price * amount, in 128 bits, rounded half-even to micro-units once. `amount` is a number of billing units
/// (hours, GB-months, thousands of requests) and is itself first rounded to 1e-6 of a unit.
Money multiply(UnitPrice price, double amount);

/// "$1,234.56"; below one dollar up to six decimals.
std::string format(Money value);

}  // namespace cantilever
