#include "core/fluid/profile.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/fluid/curve_walk.h"

namespace cantilever::fluid {

namespace {

constexpr int kHoursOfDay = 24;
constexpr int kDaysOfWeek = 7;

/// A day of a consumer service as seen from its own time zone, by the hour from midnight. The numbers are a
/// judgement, no measurement. What they keep to: one trough before dawn, a shoulder through working hours and
/// a peak in the evening, close to a sine over the day (Urdaneta, Pierre and van Steen 2009, "Wikipedia
/// workload analysis for decentralized hosting", Computer Networks 53, of the requests of one region).
constexpr std::array<double, kHoursOfDay> kDay = {0.45, 0.35, 0.30, 0.27, 0.26, 0.28, 0.35, 0.47,
                                                  0.60, 0.70, 0.77, 0.81, 0.84, 0.85, 0.85, 0.86,
                                                  0.87, 0.89, 0.92, 0.96, 1.00, 0.98, 0.85, 0.63};
/// From Monday on. A judgement too: Monday to Thursday are the busiest, Saturday and Sunday the quietest
/// days, as in the request statistics of Wikimedia's servers (2007).
constexpr std::array<double, kDaysOfWeek> kWeek = {1.00, 1.00, 1.00, 0.99, 0.95, 0.85, 0.88};

double levelAtHour(Shape shape, int hour) {
  const double day =
      shape == Shape::Day ? 1.0 : kWeek[static_cast<std::size_t>(hour / kHoursOfDay % kDaysOfWeek)];
  return day * kDay[static_cast<std::size_t>(hour % kHoursOfDay)];
}

/// Of straight lines between the hours, each level raised to a power; the curve is closed.
double meanOfPower(Shape shape, int hours, double power) {
  double sum = 0;
  for (int hour = 0; hour < hours; ++hour) {
    sum += std::pow(levelAtHour(shape, hour), power);
  }
  return sum / hours;
}

}  // namespace

std::optional<Shape> shapeNamed(std::string_view name) {
  return name == "day"     ? std::optional(Shape::Day)
         : name == "week"  ? std::optional(Shape::Week)
         : name == "month" ? std::optional(Shape::Month)
         : name == "year"  ? std::optional(Shape::Year)
                           : std::nullopt;
}

Duration spanOf(Shape shape) {
  const double days = shape == Shape::Day     ? 1
                      : shape == Shape::Week  ? kDaysOfWeek
                      : shape == Shape::Month ? 30
                                              : 365;
  return Duration::hours(days * kHoursOfDay);
}

plan::RateCurve curveOf(Shape shape, double meanLevel) {
  const int hours = shape == Shape::Day ? kHoursOfDay : kHoursOfDay * kDaysOfWeek;
  double power = 1;
  if (meanLevel > 0 && meanLevel < 1) {
    double low = 0;
    double high = 64;
    for (int i = 0; i < 60; ++i) {
      power = (low + high) / 2;
      (meanOfPower(shape, hours, power) > meanLevel ? low : high) = power;
    }
  }
  plan::RateCurve curve;
  curve.between = plan::RateCurve::Between::Lines;
  curve.period = Duration::hours(hours);
  for (int hour = 0; hour < hours; ++hour) {
    curve.points.push_back({Duration::hours(hour), std::pow(levelAtHour(shape, hour), power)});
  }
  return curve;
}

double meanLevelOf(const plan::RateCurve& curve, Duration span) {
  CurveWalk walk(curve);
  double area = 0;
  for (double at = 0; at < span.inSeconds();) {
    const CurveWalk::Line line = walk.at(at);
    const double until = std::min(line.until, span.inSeconds());
    area += (line.level + line.slope * (until - at) / 2) * (until - at);
    at = until;
  }
  return span > Duration() ? area / span.inSeconds() : 1;
}

}  // namespace cantilever::fluid
