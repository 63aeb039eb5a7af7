#include "core/catalog/param_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>

#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/vocabulary/plan.h"

namespace cantilever::catalog {

ParamValue ParamSpec::defaultFor(const Params& values) const {
  return derivedDefault ? derivedDefault(values) : defaultValue;
}

bool ParamSpec::isNothingButDefault(const ParamValue& value) const {
  return !derivedDefault && value == defaultValue;
}

std::string ParamSpec::labelOf(const Choice& choice) const {
  const auto label = choiceLabels.find(choice.value);
  if (label != choiceLabels.end()) {
    return label->second;
  }
  std::string words = choice.value;
  const bool isWord = std::all_of(words.begin(), words.end(), [](char letter) {
    return letter == '_' || (letter >= 'a' && letter <= 'z');
  });
  if (isWord && !words.empty()) {
    std::replace(words.begin(), words.end(), '_', ' ');
    words.front() = static_cast<char>(words.front() - 'a' + 'A');
  }
  return words;
}

const char* nameOf(Source::Grade grade) {
  switch (grade) {
    case Source::Grade::Read:
      return "read";
    case Source::Grade::Known:
      return "known";
    case Source::Grade::Judgement:
      return "judgement";
  }
  return "";
}

namespace {

/// As in "must be a duration".
const char* describeKind(ParamKind kind) {
  switch (kind) {
    case ParamKind::Bool:
      return "true or false";
    case ParamKind::Count:
      return "a whole number";
    case ParamKind::Number:
      return "a number";
    case ParamKind::Duration:
      return "a duration such as \"20 ms\"";
    case ParamKind::Rate:
      return "a rate such as \"500/s\"";
    case ParamKind::Bytes:
      return "a size such as \"8 GiB\"";
    case ParamKind::Bandwidth:
      return "a bandwidth such as \"10 MB/s\"";
    case ParamKind::Ratio:
      return "a share such as \"80 %\"";
    case ParamKind::Law:
      return "a time law such as \"exponential 8 ms\"";
    case ParamKind::Choice:
      return "one of its choices";
    case ParamKind::Text:
      return "a text";
    case ParamKind::Opaque:
      break;
  }
  return "readable";
}

std::string listOfChoices(const std::vector<Choice>& choices) {
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    list += i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ";
    list += choices[i].value;
  }
  return list;
}

Error unknownChoice(const ParamSpec& spec, const std::string& value) {
  std::vector<std::string> names;
  for (const Choice& choice : spec.choices) {
    names.push_back(choice.value);
  }
  return {"param.unknown_choice",
          spec.label + " cannot be \"" + value + "\"" +
              didYouMean(value, names, ": it must be " + listOfChoices(spec.choices) + "."),
          spec.key};
}

template <class T>
Result<ParamValue> widened(Result<T> parsed, const ParamSpec& spec) {
  if (!parsed) {
    return Error{"param.unreadable", spec.label + ": " + parsed.error().message, spec.key};
  }
  return ParamValue(std::move(parsed).value());
}

Result<ParamValue> parseNumber(std::string_view text, const ParamSpec& spec) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return Error{"param.unreadable",
                 spec.label + ": \"" + std::string(text) + "\" is not a number; \"1.5\" would be one.",
                 spec.key};
  }
  return ParamValue(number);
}

Result<ParamValue> parseBool(std::string_view text, const ParamSpec& spec) {
  for (const char* word : {"true", "yes", "on", "1"}) {
    if (text == word) {
      return ParamValue(true);
    }
  }
  for (const char* word : {"false", "no", "off", "0"}) {
    if (text == word) {
      return ParamValue(false);
    }
  }
  return Error{"param.unreadable", spec.label + " must be true or false, not \"" + std::string(text) + "\".",
               spec.key};
}

Result<ParamValue> parseByKind(std::string_view text, const ParamSpec& spec) {
  switch (spec.kind) {
    case ParamKind::Bool:
      return parseBool(text, spec);
    case ParamKind::Count:
      return widened(parseCount(text), spec);
    case ParamKind::Number:
      return parseNumber(text, spec);
    case ParamKind::Duration:
      return widened(parseDuration(text), spec);
    case ParamKind::Rate:
      return widened(parseRate(text), spec);
    case ParamKind::Bytes:
      return widened(parseBytes(text), spec);
    case ParamKind::Bandwidth:
      return widened(parseBandwidth(text), spec);
    case ParamKind::Ratio:
      return widened(parseRatio(text), spec);
    case ParamKind::Law:
      return widened(parseLaw(text), spec);
    case ParamKind::Choice:
      return ParamValue(Choice{std::string(text)});
    case ParamKind::Text:
      return ParamValue(std::string(text));
    case ParamKind::Opaque:
      break;
  }
  return Error{"param.unreadable", spec.label + " cannot be read.", spec.key};
}

std::string limitText(const ParamSpec& spec, double limit) {
  const bool isLaw = spec.kind == ParamKind::Law;
  return textOf(isLaw ? ParamValue(Duration::seconds(limit)) : withNumber(spec.defaultValue, limit));
}

Error outOfRange(const ParamSpec& spec, const ParamValue& value) {
  std::string rule;
  if (spec.minimum && spec.maximum) {
    rule = "between " + limitText(spec, *spec.minimum) + " and " + limitText(spec, *spec.maximum);
  } else if (spec.minimum) {
    rule = "at least " + limitText(spec, *spec.minimum);
  } else {
    rule = "at most " + limitText(spec, *spec.maximum);
  }
  const char* subject = spec.kind == ParamKind::Law ? " must have a mean " : " must be ";
  return {"param.out_of_range", spec.label + subject + rule + "; it is " + textOf(value) + ".", spec.key};
}

}  // namespace

Result<ParamValue> ParamSpec::parse(std::string_view text) const {
  Result<ParamValue> value = parseByKind(text, *this);
  if (value) {
    if (const Result<void> checked = check(*value); !checked) {
      return checked.error();
    }
  }
  return value;
}

Result<void> ParamSpec::check(const ParamValue& value) const {
  if (const auto* opaque = std::get_if<OpaqueValue>(&value)) {
    return Error{"param.unreadable",
                 label + " cannot be read from " + opaque->json + "; it must be " + describeKind(kind) + ".",
                 key};
  }
  if (kindOf(value) != kind) {
    return Error{"param.wrong_type",
                 label + " must be " + describeKind(kind) + ", not \"" + textOf(value) + "\".", key};
  }
  if (const auto* choice = std::get_if<Choice>(&value)) {
    for (const Choice& allowed : choices) {
      if (allowed == *choice) {
        return {};
      }
    }
    return unknownChoice(*this, choice->value);
  }
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && faultInText != nullptr) {
    if (const std::string fault = faultInText(*text); !fault.empty()) {
      return Error{"param.unreadable", label + ": " + fault, key};
    }
  }
  if (const auto* law = std::get_if<Law>(&value)) {
    if (const std::string fault = plan::faultIn(*law); !fault.empty()) {
      return Error{"param.out_of_range", label + ": " + fault, key};
    }
  }
  if (const std::optional<double> number = numberOf(value)) {
    if (!std::isfinite(*number)) {
      return Error{"param.out_of_range", label + " must be a finite number.", key};
    }
    if ((minimum && *number < *minimum) || (maximum && *number > *maximum)) {
      return outOfRange(*this, value);
    }
  }
  return {};
}

const ParamSpec* findSpec(const std::vector<ParamSpec>& specs, std::string_view key) {
  const auto at =
      std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& spec) { return spec.key == key; });
  return at == specs.end() ? nullptr : &*at;
}

std::string textOf(const ParamValue& value) {
  return std::visit(
      []<class T>(const T& alternative) -> std::string {
        if constexpr (std::same_as<T, bool>) {
          return alternative ? "true" : "false";
        } else if constexpr (std::same_as<T, double>) {
          return formatNumber(alternative);
        } else if constexpr (std::same_as<T, Choice>) {
          return alternative.value;
        } else if constexpr (std::same_as<T, std::string>) {
          return alternative;
        } else if constexpr (std::same_as<T, OpaqueValue>) {
          return alternative.json;
        } else {
          return format(alternative);
        }
      },
      value);
}

std::optional<double> numberOf(const ParamValue& value) {
  return std::visit(
      []<class T>(const T& alternative) -> std::optional<double> {
        if constexpr (std::same_as<T, bool> || std::same_as<T, Choice> || std::same_as<T, std::string> ||
                      std::same_as<T, OpaqueValue>) {
          return std::nullopt;
        } else if constexpr (std::same_as<T, double>) {
          return alternative;
        } else if constexpr (std::same_as<T, Count>) {
          return static_cast<double>(alternative.value());
        } else if constexpr (std::same_as<T, Duration>) {
          return alternative.inSeconds();
        } else if constexpr (std::same_as<T, Law>) {
          return alternative.mean.inSeconds();
        } else {
          return alternative.raw();
        }
      },
      value);
}

ParamValue withNumber(const ParamValue& like, double number) {
  return std::visit(
      [number]<class T>(const T& alternative) -> ParamValue {
        if constexpr (std::same_as<T, bool> || std::same_as<T, Choice> || std::same_as<T, std::string> ||
                      std::same_as<T, OpaqueValue>) {
          return alternative;
        } else if constexpr (std::same_as<T, double>) {
          return number;
        } else if constexpr (std::same_as<T, Count>) {
          return Count(std::llround(number));
        } else if constexpr (std::same_as<T, Duration>) {
          return Duration::seconds(number);
        } else if constexpr (std::same_as<T, Law>) {
          return alternative.withMean(Duration::seconds(number));
        } else {
          return T::fromRaw(number);
        }
      },
      like);
}

}  // namespace cantilever::catalog
