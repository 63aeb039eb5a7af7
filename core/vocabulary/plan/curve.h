#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/quantities.h"
#include "core/base/result.h"

namespace cantilever::plan {

/// A rate over time as a multiple of a source's rate. Time counts from the start of the run.
struct RateCurve {
  struct Point {
    Duration at;
    double level = 1;

    bool operator==(const Point&) const = default;
  };
  enum class Between : std::uint8_t {
    Steps,  ///< each level holds until the next point
    Lines,  ///< straight from point to point
  };
  /// In order of time, the first at 0; points of one time make a jump. Empty: always 1.
  std::vector<Point> points = {};
  Between between = Between::Steps;
  /// After it the curve begins anew (lines lead to the first level); zero: the last level goes on.
  Duration period = {};

  static constexpr double kMostLevel = 1'000'000;
  static constexpr std::size_t kMaxPoints = 100'000;

  bool operator==(const RateCurve&) const = default;
};

/// A curve as a person writes it and changes it: points, or the two numbers of a sine.
struct WrittenCurve {
  enum class Shape : std::uint8_t { Constant, Steps, Lines, Sine };
  Shape shape = Shape::Constant;
  std::vector<RateCurve::Point> points = {};  ///< of Steps and Lines
  Duration period = {};                       ///< of Steps and Lines: zero if they do not begin anew
  double low = 0;                             ///< of Sine: the lowest level

  bool operator==(const WrittenCurve&) const = default;
};

/// "steps 0 s: 20 %, 10 min: 100 %" (each level holds until the next), "lines 0 s: 0 %, 5 min: 100 %"
/// (straight from one to the next), either with "every 1 h" behind, and "sine 24 h from 20 %": once in 24 h
/// from 20 % to 100 % and back, drawn as 240 straight lines. An empty text is the constant 1. Error code
/// "curve.unreadable".
Result<WrittenCurve> readCurve(std::string_view text);
/// The inverse: readCurve(textOf(curve)) gives the curve again, if there is no fault in it.
std::string textOf(const WrittenCurve& curve);
RateCurve curveOf(const WrittenCurve& curve);
Result<RateCurve> parseRateCurve(std::string_view text);

/// A sentence for what is wrong, or empty.
std::string faultIn(const RateCurve& curve);

}  // namespace cantilever::plan
