#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace cantilever {
namespace {

using units::Kind;
using units::Unit;

constexpr double kLongestDuration_ns = 100.0 * 365.25 * 86400.0 * 1e9;

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && isBlank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  return '"' + std::string(text.substr(0, kLongest)) + (text.size() > kLongest ? "..." : "") + '"';
}

Error quantityError(std::string_view code, std::string_view text, const Kind& kind,
                    const std::string& reason) {
  std::string message = quoted(text) + " is not a " + std::string(kind.name) + ": " + reason +
                        ". Write a number with " + std::string(kind.listing) + ", such as \"" +
                        std::string(kind.example) + "\".";
  return {"quantity." + std::string(code), std::move(message), {}};
}

/// Where the number ends and the unit begins: 'e' belongs to the number only if an exponent follows.
std::size_t endOfNumber(std::string_view text) {
  std::size_t i = 0;
  const auto isDigitAt = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    ++i;
  }
  while (isDigitAt(i) || (i < text.size() && (text[i] == '.' || text[i] == ','))) {
    ++i;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    const bool isSigned = i + 1 < text.size() && (text[i + 1] == '-' || text[i + 1] == '+');
    std::size_t k = i + (isSigned ? 2 : 1);
    if (isDigitAt(k)) {
      while (isDigitAt(k)) {
        ++k;
      }
      return k;
    }
  }
  return i;
}

std::string reasonForUnknownUnit(std::string_view unit, const Kind& kind) {
  if (unit.empty()) {
    return "the unit is missing";
  }
  std::vector<std::string> names;
  for (const Unit& known : kind.units) {
    if (!known.name.empty()) {
      names.emplace_back(known.name);
    }
  }
  const auto longer = std::find_if(names.begin(), names.end(),
                                   [&](const std::string& name) { return name.starts_with(unit); });
  const std::string near = longer != names.end() ? *longer : nearestOf(unit, names);
  return quoted(unit) + " is not one of its units" + orMeant(near, "");
}

struct Measured {
  Decimal number;  ///< in the unit
  Unit unit;
};

Result<Measured> parseMeasured(std::string_view whole, const Kind& kind) {
  const std::string_view text = trimmed(whole);
  if (text.empty()) {
    return quantityError("empty", whole, kind, "nothing is there");
  }
  const std::size_t end = endOfNumber(text);
  const std::string_view numberText = text.substr(0, end);
  const auto number = Decimal::parse(numberText);
  if (!number) {
    const bool hasComma = numberText.find(',') != std::string_view::npos;
    return quantityError("number", whole, kind,
                         end == 0 ? "it does not begin with a number"
                         : hasComma
                             ? "a comma may only separate groups of three digits, decimals take a point"
                         : std::count(numberText.begin(), numberText.end(), '.') > 1
                             ? "a number has one decimal point"
                             : quoted(numberText) + " is not a number within range");
  }
  const std::string_view unitText = trimmed(text.substr(end));
  const auto unit = std::find_if(kind.units.begin(), kind.units.end(),
                                 [&](const Unit& known) { return known.name == unitText; });
  if (unit != kind.units.end()) {
    return Measured{*number, *unit};
  }
  if (unitText.empty() && number->isZero()) {
    return Measured{*number, kind.units.front()};
  }
  return quantityError("unit", whole, kind, reasonForUnknownUnit(unitText, kind));
}

Result<double> parseReal(std::string_view text, const Kind& kind) {
  const auto measured = parseMeasured(text, kind);
  if (!measured) {
    return measured.error();
  }
  const Unit& unit = measured->unit;
  const double value = measured->number.shifted(unit.shift).toDouble() * unit.factor / unit.divisor;
  if (!std::isfinite(value)) {
    return quantityError("range", text, kind, "the number is too large");
  }
  return value;
}

Error lawError(std::string_view code, std::string_view text, const std::string& reason) {
  return {
      "law." + std::string(code),
      quoted(text) + " is not a law: " + reason +
          ". Write a duration (\"8 ms\") or a law, such as \"exponential 8 ms\", \"lognormal 8 ms cv 1.5\", "
          "\"erlang 8 ms k 4\", \"uniform 8 ms +-50 %\", \"hyperexponential 8 ms cv 3\", \"gamma 8 ms cv "
          "0.7\", "
          "\"pareto 8 ms alpha 2.5\", \"empirical 1 ms: 70 %, 20 ms: 30 %\" or \"quantiles 0 %: 1 ms, 99 %: "
          "20 ms, 100 %: "
          "90 ms\".",
      {}};
}

/// What follows the mean: the word that introduces the shape, and its permitted range.
struct LawSyntax {
  std::string_view name;
  Law::Kind kind;
  std::string_view shapeWord;  ///< empty: the law has no shape
  double smallest = 0;
  double largest = 0;
  std::string_view range;
};

constexpr LawSyntax kLawSyntax[] = {
    {"constant", Law::Kind::Constant, "", 0, 0, ""},
    {"exponential", Law::Kind::Exponential, "", 0, 0, ""},
    {"erlang", Law::Kind::Erlang, "k", 1, 1000, "a whole number from 1 to 1000"},
    {"lognormal", Law::Kind::Lognormal, "cv", 0, 100, "a number from 0 to 100"},
    {"uniform", Law::Kind::Uniform, "+-", 0, 1, "from 0 % to 100 %"},
    {"hyperexponential", Law::Kind::Hyperexponential, "cv", 1, 100, "a number from 1 to 100"},
    {"gamma", Law::Kind::Gamma, "cv", 0, 100, "a number from 0 to 100"},
    {"pareto", Law::Kind::Pareto, "alpha", 1.001, 1000, "a number from 1.001 to 1000"},
};

Result<double> parseShape(std::string_view text, const LawSyntax& syntax, std::string_view whole) {
  const std::string must = std::string(syntax.shapeWord) + " must be " + std::string(syntax.range);
  double shape = 0;
  if (syntax.kind == Law::Kind::Uniform) {
    const auto width = parseRatio(text);
    if (!width) {
      return lawError("shape", whole, must);
    }
    shape = width->raw();
  } else {
    const auto number = Decimal::parse(trimmed(text));
    if (!number || (syntax.kind == Law::Kind::Erlang && !number->isInteger())) {
      return lawError("shape", whole, must);
    }
    shape = number->toDouble();
  }
  if (shape < syntax.smallest || shape > syntax.largest) {
    return lawError("shape", whole, must);
  }
  return shape;
}

Result<Law> lawOf(const LawSyntax& syntax, std::string_view meanText, double shape, std::string_view whole) {
  const auto mean = parseDuration(meanText);
  if (!mean) {
    return lawError("mean", whole, "its mean " + quoted(trimmed(meanText)) + " is not a duration");
  }
  if (mean->ns() < 0) {
    return lawError("mean", whole, "its mean is negative");
  }
  return Law{syntax.kind, *mean, shape};
}

Result<Law> parseNamedLaw(const LawSyntax& syntax, std::string_view rest, std::string_view whole) {
  if (syntax.shapeWord.empty()) {
    return lawOf(syntax, rest, syntax.kind == Law::Kind::Exponential ? 1.0 : 0.0, whole);
  }
  const std::size_t at = rest.find(syntax.shapeWord);
  if (at == std::string_view::npos) {
    return lawError("shape_missing", whole,
                    "\"" + std::string(syntax.shapeWord) + "\" is missing after the mean");
  }
  const auto shape = parseShape(rest.substr(at + syntax.shapeWord.size()), syntax, whole);
  return shape ? lawOf(syntax, rest.substr(0, at), *shape, whole) : shape.error();
}

/// What stands before and behind the colon of "1 ms: 70 %"; the weight may be left out.
struct PointText {
  std::string_view first;
  std::string_view second;
};

PointText pointTextOf(std::string_view part) {
  const std::size_t colon = part.find(':');
  return colon == std::string_view::npos
             ? PointText{trimmed(part), {}}
             : PointText{trimmed(part.substr(0, colon)), trimmed(part.substr(colon + 1))};
}

Result<Law::Point> parsePoint(Law::Kind kind, std::string_view part, std::string_view whole) {
  const bool isQuantile = kind == Law::Kind::Quantiles;
  const PointText text = pointTextOf(part);
  const std::string_view valueText = isQuantile ? text.second : text.first;
  const std::string_view weightText = isQuantile ? text.first : text.second;
  const auto value = parseDuration(valueText);
  if (!value || value->ns() < 0) {
    return lawError("mean", whole, quoted(valueText) + " is not a duration from zero up");
  }
  Law::Point point{*value, 1};
  if (isQuantile || !weightText.empty()) {
    const auto weight = parseRatio(weightText);
    if (!weight || weight->raw() < 0) {
      return lawError(
          "shape", whole,
          quoted(weightText) + (isQuantile ? " is not a share" : " is not a weight from zero up"));
    }
    point.weight = weight->raw();
  }
  return point;
}

Result<Law> parsePoints(Law::Kind kind, std::string_view rest, std::string_view whole) {
  std::vector<Law::Point> points;
  for (const std::string_view part : partsOf(rest, ',')) {
    const auto point = parsePoint(kind, part, whole);
    if (!point) {
      return point.error();
    }
    points.push_back(*point);
  }
  if (points.empty() || points.size() > Law::kMostPoints) {
    return lawError("shape", whole, "it must have 1 to 10,000 values");
  }
  if (kind == Law::Kind::Empirical) {
    const bool hasWeight =
        std::any_of(points.begin(), points.end(), [](const Law::Point& each) { return each.weight > 0; });
    return hasWeight ? Result<Law>(Law::empirical(std::move(points)))
                     : lawError("shape", whole, "none of its values has a weight");
  }
  const bool areRising =
      std::adjacent_find(points.begin(), points.end(), [](const Law::Point& a, const Law::Point& b) {
        return b.weight < a.weight || b.value < a.value;
      }) == points.end();
  const bool isWhole = points.front().weight == 0 && points.back().weight == 1;
  return areRising && isWhole ? Result<Law>(Law::quantiles(std::move(points)))
                              : lawError("shape", whole, "shares and durations must rise, from 0 % to 100 %");
}

}  // namespace

Result<Duration> parseDuration(std::string_view text) {
  const auto measured = parseMeasured(text, units::kDurations);
  if (!measured) {
    return measured.error();
  }
  const Unit& unit = measured->unit;
  const Decimal inBase = measured->number.shifted(unit.shift);
  if (std::abs(inBase.toDouble()) * unit.factor > kLongestDuration_ns) {
    return quantityError("range", text, units::kDurations, "it is longer than 100 years");
  }
  if (unit.factor == 1) {  // a decimal unit: exact
    return Duration::nanoseconds(inBase.toInteger().value_or(0));
  }
  return Duration::nanoseconds(std::llround(inBase.toDouble() * unit.factor));
}

Result<Rate> parseRate(std::string_view text) {
  const auto value = parseReal(text, units::kRates);
  return value ? Result<Rate>(perSecond(*value)) : value.error();
}

Result<Bytes> parseBytes(std::string_view text) {
  const auto value = parseReal(text, units::kByteSizes);
  return value ? Result<Bytes>(bytes(*value)) : value.error();
}

Result<Bandwidth> parseBandwidth(std::string_view text) {
  const auto value = parseReal(text, units::kBandwidths);
  return value ? Result<Bandwidth>(bytesPerSecond(*value)) : value.error();
}

Result<Ratio> parseRatio(std::string_view text) {
  const auto value = parseReal(text, units::kRatios);
  return value ? Result<Ratio>(ratio(*value)) : value.error();
}

Result<Count> parseCount(std::string_view text) {
  const auto measured = parseMeasured(text, units::kCounts);
  if (!measured) {
    return measured.error();
  }
  const Decimal number = measured->number.shifted(measured->unit.shift);
  if (!number.isInteger()) {
    return quantityError("number", text, units::kCounts, "it is not a whole number");
  }
  const auto value = number.toInteger();
  if (!value) {
    return quantityError("range", text, units::kCounts, "the number is too large");
  }
  return Count(*value);
}

Result<double> parseAmount(std::string_view text) {
  return parseReal(text, units::kAmounts);
}

std::vector<std::string_view> partsOf(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (trimmed(text).empty()) {
    return parts;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

Result<std::vector<double>> parseNumbers(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view part : partsOf(text, ',')) {
    const auto number = Decimal::parse(part);
    if (!number) {
      return Error{
          "list.number",
          quoted(part) + " is not a number. Write numbers separated by commas, such as \"0.5, 1, 1\".",
          {}};
    }
    numbers.push_back(number->toDouble());
  }
  return numbers;
}

Result<std::vector<Duration>> parseDurations(std::string_view text) {
  std::vector<Duration> durations;
  for (const std::string_view part : partsOf(text, ',')) {
    const Result<Duration> duration = parseDuration(part);
    if (!duration) {
      return duration.error();
    }
    durations.push_back(*duration);
  }
  return durations;
}

Result<Law> parseLaw(std::string_view whole) {
  const std::string_view text = trimmed(whole);
  const std::size_t wordEnd = std::min(
      text.size(), static_cast<std::size_t>(std::find_if(text.begin(), text.end(), isBlank) - text.begin()));
  const std::string_view word = text.substr(0, wordEnd);
  for (const LawSyntax& syntax : kLawSyntax) {
    if (word == syntax.name) {
      return parseNamedLaw(syntax, text.substr(wordEnd), whole);
    }
  }
  if (word == "empirical" || word == "quantiles") {
    return parsePoints(word == "empirical" ? Law::Kind::Empirical : Law::Kind::Quantiles,
                       text.substr(wordEnd), whole);
  }
  const bool beginsWithLetter =
      !word.empty() && ((word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z'));
  if (beginsWithLetter) {
    std::vector<std::string> names = {"empirical", "quantiles"};
    for (const LawSyntax& syntax : kLawSyntax) {
      names.emplace_back(syntax.name);
    }
    return lawError("kind", whole, quoted(word) + " is no known law" + didYouMean(word, names, ""));
  }
  return lawOf(kLawSyntax[0], text, 0, whole);
}

}  // namespace cantilever
