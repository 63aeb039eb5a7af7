#include "core/vocabulary/plan/curve.h"

#include <string>

#include "core/base/portable_math.h"
#include "core/base/text.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

namespace {

/// Of a sine: straight lines that are nowhere farther from it than 1e-4 of its height.
constexpr int kLinesOfSine = 240;

Error curveError(std::string_view text, const std::string& reason) {
  constexpr std::size_t kLongest = 60;
  return {"curve.unreadable",
          "\"" + std::string(text.substr(0, kLongest)) + (text.size() > kLongest ? "..." : "") +
              "\" is not a curve: " + reason +
              ". Write for example \"steps 0 s: 20 %, 10 min: 100 %\", \"lines 0 s: 0 %, 5 min: 100 % every "
              "1 h\" "
              "or \"sine 24 h from 20 %\".",
          {}};
}

/// The text before and after a word that stands between blanks; the second is empty if it does not occur.
struct SplitText {
  std::string_view before;
  std::string_view after;
  bool hasWord = false;
};

SplitText splitAtWord(std::string_view text, std::string_view word) {
  const std::string pattern = " " + std::string(word) + " ";
  const std::size_t at = text.find(pattern);
  return at == std::string_view::npos ? SplitText{text, {}, false}
                                      : SplitText{text.substr(0, at), text.substr(at + pattern.size()), true};
}

RateCurve sineCurve(Duration period, double low) {
  RateCurve curve;
  curve.between = RateCurve::Between::Lines;
  curve.period = period;
  const double middle = (1 + low) / 2;
  const double height = (1 - low) / 2;
  for (int i = 0; i < kLinesOfSine; ++i) {
    const double share = static_cast<double>(i) / kLinesOfSine;
    curve.points.push_back({period * share, middle + height * portable::sine(share - 0.25)});
  }
  return curve;
}

Result<WrittenCurve> readSine(std::string_view rest, std::string_view whole) {
  const SplitText parts = splitAtWord(rest, "from");
  const Result<Duration> period = parseDuration(parts.before);
  if (!period) {
    return curveError(whole, period.error().message);
  }
  if (*period <= Duration()) {
    return curveError(whole, "its period must be more than zero");
  }
  const Result<Ratio> low = parseRatio(parts.after);
  if (!low) {
    return curveError(whole, "after \"from\" its lowest level is missing");
  }
  return WrittenCurve{WrittenCurve::Shape::Sine, {}, *period, low->raw()};
}

Result<WrittenCurve> readPoints(WrittenCurve::Shape shape, std::string_view rest, std::string_view whole) {
  WrittenCurve curve;
  curve.shape = shape;
  const SplitText parts = splitAtWord(rest, "every");
  if (parts.hasWord) {
    const Result<Duration> period = parseDuration(parts.after);
    if (!period) {
      return curveError(whole, period.error().message);
    }
    curve.period = *period;
  }
  for (const std::string_view part : partsOf(parts.before, ',')) {
    const std::vector<std::string_view> pair = partsOf(part, ':');
    if (pair.size() != 2) {
      return curveError(whole, "\"" + std::string(part) + "\" is not a time, a colon and a level");
    }
    const Result<Duration> at = parseDuration(pair[0]);
    const Result<Ratio> level = parseRatio(pair[1]);
    if (!at || !level) {
      return curveError(whole, !at ? at.error().message : level.error().message);
    }
    curve.points.push_back({*at, level->raw()});
  }
  return curve;
}

}  // namespace

Result<WrittenCurve> readCurve(std::string_view text) {
  using Shape = WrittenCurve::Shape;
  const std::vector<std::string_view> lines = partsOf(text, '\0');  // takes off the blanks around
  if (lines.empty()) {
    return WrittenCurve();
  }
  const std::size_t wordEnd = lines[0].find(' ');
  const std::string_view word = lines[0].substr(0, wordEnd);
  const std::string_view rest = wordEnd == std::string_view::npos ? "" : lines[0].substr(wordEnd);
  Result<WrittenCurve> written = word == "steps"   ? readPoints(Shape::Steps, rest, text)
                                 : word == "lines" ? readPoints(Shape::Lines, rest, text)
                                 : word == "sine"  ? readSine(rest, text)
                                                   : curveError(text, "it begins with none of its words");
  if (written) {
    const RateCurve curve = curveOf(*written);
    const std::string fault = curve.points.empty() ? "it has no point" : faultIn(curve);
    if (!fault.empty()) {
      return curveError(text, fault);
    }
  }
  return written;
}

std::string textOf(const WrittenCurve& curve) {
  using Shape = WrittenCurve::Shape;
  if (curve.shape == Shape::Constant) {
    return {};
  }
  if (curve.shape == Shape::Sine) {
    return "sine " + format(curve.period) + " from " + format(ratio(curve.low));
  }
  std::string text = curve.shape == Shape::Steps ? "steps" : "lines";
  for (const RateCurve::Point& point : curve.points) {
    text +=
        (&point == &curve.points.front() ? " " : ", ") + format(point.at) + ": " + format(ratio(point.level));
  }
  return curve.period == Duration() ? text : text + " every " + format(curve.period);
}

RateCurve curveOf(const WrittenCurve& curve) {
  if (curve.shape == WrittenCurve::Shape::Sine) {
    return sineCurve(curve.period, curve.low);
  }
  const bool isSteps = curve.shape == WrittenCurve::Shape::Steps;
  return {curve.points, isSteps ? RateCurve::Between::Steps : RateCurve::Between::Lines, curve.period};
}

Result<RateCurve> parseRateCurve(std::string_view text) {
  const Result<WrittenCurve> written = readCurve(text);
  if (!written) {
    return written.error();
  }
  return written->shape == WrittenCurve::Shape::Constant ? RateCurve() : curveOf(*written);
}

std::string faultIn(const RateCurve& curve) {
  if (curve.points.empty()) {
    return {};
  }
  if (curve.points.size() > RateCurve::kMaxPoints) {
    return "it has more than 100,000 points";
  }
  if (curve.points.front().at != Duration()) {
    return "its first point is not at 0 s";
  }
  Duration last;
  for (const RateCurve::Point& point : curve.points) {
    if (point.at < last || point.at > kLongestDuration) {
      return "its points are not in order of time, or beyond 100 years";
    }
    if (!(point.level >= 0 && point.level <= RateCurve::kMostLevel)) {
      return "a level is not between 0 and 1,000,000";
    }
    last = point.at;
  }
  const bool repeats = curve.period != Duration();
  if (repeats && (curve.period <= last || curve.period > kLongestDuration)) {
    return "its period does not end after its last point";
  }
  return {};
}

}  // namespace cantilever::plan
