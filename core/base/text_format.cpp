#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/base/decimal.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace cantilever {
namespace {

using units::Unit;

/// Rates, ratios and counts as people write them: "500/s", "80 %".
std::string joined(const std::string& number, std::string_view unit) {
  const bool isTight = unit.empty() || unit.front() == '/' || unit == "k" || unit == "M" || unit == "G" ||
                       unit == "T" || unit == "k/s" || unit == "M/s";
  return number + (isTight ? "" : " ") + std::string(unit);
}

double valueOf(const Decimal& number, const Unit& unit) {
  return number.shifted(unit.shift).toDouble() * unit.factor / unit.divisor;
}

/// The shortest text among the units that reads back as `value`; of equally short ones, that of the first
/// unit. The first unit is the base unit, in which every value reads back.
template <class Units>
std::string shortestText(double value, const Units& unitsOfKind) {
  std::string best;
  for (const Unit& unit : unitsOfKind) {
    if (!unit.isWritten) {
      continue;
    }
    const double inUnit = value * unit.divisor / unit.factor;
    if (!std::isfinite(inUnit)) {
      continue;
    }
    const Decimal number = Decimal::shortest(inUnit).shifted(-unit.shift);
    if (valueOf(number, unit) != value) {
      continue;
    }
    std::string text = joined(number.text(), unit.name);
    if (best.empty() || text.size() < best.size()) {
      best = std::move(text);
    }
  }
  return best.empty() ? formatNumber(value) : best;
}

/// So many significant digits in the largest of the units (ascending) in which the value is at least 1.
std::string shortText(double value, std::span<const Unit> ascending, int digits = 3) {
  if (!std::isfinite(value)) {
    return formatNumber(value);
  }
  const double rounded = Decimal::rounded(value, digits).toDouble();  // first: 999.9 KB is 1 MB, not 1000 KB
  const Unit* chosen = &ascending.front();
  for (const Unit& unit : ascending) {
    if (std::abs(rounded) >= valueOf(Decimal::of(1), unit)) {
      chosen = &unit;
    }
  }
  const double inUnit =
      Decimal::shortest(value * chosen->divisor / chosen->factor).shifted(-chosen->shift).toDouble();
  return joined(formatNumber(inUnit, digits), chosen->name);
}

constexpr Unit kShortDurations[] = {{"ns"}, {"us", 3}, {"ms", 6}, {"s", 9}};
constexpr Unit kShortRates[] = {{"/s"}, {"k/s", 3}, {"M/s", 6}};
constexpr Unit kShortBytes[] = {{"B"}, {"KB", 3}, {"MB", 6}, {"GB", 9}, {"TB", 12}, {"PB", 15}};
constexpr Unit kShortBandwidths[] = {{"B/s"}, {"KB/s", 3}, {"MB/s", 6}, {"GB/s", 9}, {"TB/s", 12}};
constexpr Unit kShortCounts[] = {{""}, {"k", 3}, {"M", 6}, {"G", 9}};
constexpr Unit kShortAmounts[] = {{""}, {"k", 3}, {"M", 6}, {"G", 9}, {"T", 12}};

}  // namespace

std::string format(Duration value) {
  const std::int64_t ns = value.ns();
  if (ns == 0) {
    return "0 s";
  }
  constexpr std::int64_t kMinute = 60'000'000'000;
  // Days, hours and minutes only for whole numbers of them: "90 s", not "1.5 min".
  for (const auto& [name, size] :
       {std::pair{" d", 24 * 60 * kMinute}, {" h", 60 * kMinute}, {" min", kMinute}}) {
    if (ns % size == 0) {
      return Decimal::of(ns / size).text() + name;
    }
  }
  const Unit* chosen = &kShortDurations[0];
  for (const Unit& unit : kShortDurations) {
    if (std::abs(static_cast<double>(ns)) >= valueOf(Decimal::of(1), unit)) {
      chosen = &unit;
    }
  }
  return Decimal::of(ns).shifted(-chosen->shift).text() + " " + std::string(chosen->name);
}

std::string format(Rate value) {
  return shortestText(value.raw(), units::kRate);
}

std::string format(Bytes value) {
  return shortestText(value.raw(), units::kBytes);
}

std::string format(Bandwidth value) {
  return shortestText(value.raw(), units::kBandwidth);
}

std::string format(Ratio value) {
  if (!std::isfinite(value.raw())) {
    return formatNumber(value.raw());
  }
  return Decimal::shortest(value.raw()).shifted(2).text() + " %";
}

std::string format(Count value) {
  return Decimal::of(value.value()).text();
}

namespace {

std::string textOfPoints(const Law& law) {
  const bool isEmpirical = law.kind == Law::Kind::Empirical;
  std::string text = isEmpirical ? "empirical" : "quantiles";
  for (const Law::Point& point : law.points) {
    text += &point == &law.points.front() ? " " : ", ";
    if (!isEmpirical) {
      text += format(ratio(point.weight)) + ": " + format(point.value);
    } else {
      text += format(point.value) + (point.weight == 1 ? "" : ": " + format(ratio(point.weight)));
    }
  }
  return text;
}

}  // namespace

std::string format(const Law& value) {
  const std::string mean = format(value.mean);
  switch (value.kind) {
    case Law::Kind::Constant:
      return mean;
    case Law::Kind::Exponential:
      return "exponential " + mean;
    case Law::Kind::Erlang:
      return "erlang " + mean + " k " + formatNumber(value.shape);
    case Law::Kind::Lognormal:
      return "lognormal " + mean + " cv " + formatNumber(value.shape);
    case Law::Kind::Uniform:
      return "uniform " + mean + " +-" + format(ratio(value.shape));
    case Law::Kind::Hyperexponential:
      return "hyperexponential " + mean + " cv " + formatNumber(value.shape);
    case Law::Kind::Gamma:
      return "gamma " + mean + " cv " + formatNumber(value.shape);
    case Law::Kind::Pareto:
      return "pareto " + mean + " alpha " + formatNumber(value.shape);
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return textOfPoints(value);
  }
  return mean;
}

std::string formatShort(Duration value, int digits) {
  const double seconds = std::abs(value.inSeconds());
  if (value.ns() == 0) {
    return "0 s";
  }
  if (seconds >= 48 * 3600.0) {
    return formatNumber(value.inHours() / 24, digits) + " d";
  }
  if (seconds >= 2 * 3600.0) {
    return formatNumber(value.inHours(), digits) + " h";
  }
  if (seconds >= 120) {
    return formatNumber(value.inSeconds() / 60, digits) + " min";
  }
  return shortText(static_cast<double>(value.ns()), kShortDurations, digits);
}

std::string formatShort(Rate value, int digits) {
  return shortText(value.raw(), kShortRates, digits);
}

std::string formatShort(Bytes value) {
  // Memory comes in powers of two: "8 GiB" rather than "8.59 GB" where the short binary text is exact.
  const std::string exact = format(value);
  const bool isShortBinary = exact.size() <= 8 && exact.size() > 2 && exact[exact.size() - 2] == 'i';
  return isShortBinary ? exact : shortText(value.raw(), kShortBytes);
}

std::string formatShort(Bandwidth value) {
  return shortText(value.raw(), kShortBandwidths);
}

std::string formatShort(Ratio value) {
  return formatNumber(value.raw() * 100, 3) + " %";
}

std::string formatAmount(double value) {
  return shortestText(value, units::kAmount);
}

std::string formatShortAmount(double value) {
  return std::abs(value) < 10'000 ? formatNumber(value, 4) : shortText(value, kShortAmounts);
}

std::string formatShort(Count value) {
  const double number = static_cast<double>(value.value());
  return std::abs(number) < 10'000 ? format(value) : shortText(number, kShortCounts);
}

}  // namespace cantilever
