#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cantilever {

/// A number as decimal text has it: +-digits * 10^exponent. Text with decimal unit prefixes is read and
/// written by moving the exponent, so that "80 %" is exactly the double 0.8 and every double survives the
/// trip through any decimal unit.
struct Decimal {
  bool isNegative = false;
  std::string digits = "0";  ///< no leading zeros ("0" for zero), no trailing zeros
  int exponent = 0;

  /// "12", "-0.5", "1e-3", "1,234.5" (groups of three). Nothing if the text is anything else, or beyond any
  /// double.
  static std::optional<Decimal> parse(std::string_view text);
  /// The shortest decimal that reads back as `value`, which must be finite.
  static Decimal shortest(double value);
  /// `value` rounded to so many significant digits; `value` must be finite, significant >= 1.
  static Decimal rounded(double value, int significant);
  static Decimal of(std::int64_t value);

  Decimal shifted(int powerOfTen) const;
  bool isZero() const { return digits == "0"; }

  /// The nearest double; infinite if out of range.
  double toDouble() const;
  /// Rounded to the nearest integer, ties away from zero; nothing if it does not fit.
  std::optional<std::int64_t> toInteger() const;
  bool isInteger() const { return exponent >= 0; }
  /// Plain text ("0.25", "1500"), with an exponent only below 1e-6 and from 1e21 on.
  std::string text() const;
};

}  // namespace cantilever
