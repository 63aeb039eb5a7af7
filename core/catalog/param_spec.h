#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/param_value.h"

namespace cantilever::catalog {

/// How well a figure is founded.
struct Source {
  enum class Grade : std::uint8_t {
    Read,       ///< read in the document named
    Known,      ///< documented fact, not re-read
    Judgement,  ///< ours
  };
  Grade grade = Grade::Judgement;
  std::string document;  ///< title and address; for a judgement, the reasoning
};
const char* nameOf(Source::Grade grade);

/// Everything a screen, a file or the documentation needs to know about one parameter.
struct ParamSpec {
  std::string key;    ///< as in files: "cpu_time"
  std::string label;  ///< as on screen: "CPU time"
  std::string group;  ///< heading in the inspector: "Size", "Behaviour", "Scaling", "Reliability", "Cost"
  std::string help;   ///< one or two sentences
  ParamKind kind = ParamKind::Number;
  ParamValue defaultValue;
  std::optional<double> minimum;  ///< in the base unit of the kind (s, 1/s, B, B/s, 1); Law: of its mean
  std::optional<double> maximum;
  bool isLogarithmic = false;   ///< a slider runs over decades
  std::vector<Choice> choices;  ///< of kind Choice
  /// Of choices whose value is no word to show: "PostgreSQL" for "postgres".
  std::map<std::string, std::string> choiceLabels = {};
  /// Of kind Text, where the text has a grammar: a sentence for what is wrong with it, or empty.
  std::string (*faultInText)(const std::string&) = nullptr;
  std::string example = {};  ///< of kind Text: a legal value that is not the default
  Source source;             ///< of the default
  /// Where the default follows from other parameters: from which ("the instance type"), and what it is for an
  /// element that states these. `defaultValue` is what it is where none is stated.
  std::string follows = {};
  std::function<ParamValue(const Params&)> derivedDefault = {};

  /// What an element with these values has where it does not state this one.
  ParamValue defaultFor(const Params& values) const;
  /// To state it is to leave it out. Not where the default follows others: what is stated stays when they
  /// change.
  bool isNothingButDefault(const ParamValue& value) const;

  /// A choice as on screen: its label, else the value in words ("Round robin"); what is written like no word,
  /// as an instance type, stays as it is.
  std::string labelOf(const Choice& choice) const;

  /// Reads text as a person types it ("20 ms"); the error says what would be right, range included.
  Result<ParamValue> parse(std::string_view text) const;
  /// Type and range.
  Result<void> check(const ParamValue& value) const;
};

/// The one with the key, or null.
const ParamSpec* findSpec(const std::vector<ParamSpec>& specs, std::string_view key);

/// The value as in files: "20 ms", "80 %", "round_robin".
std::string textOf(const ParamValue& value);
/// The number in the base unit, for ranges and sliders; nothing for Bool, Choice, Text and Opaque.
std::optional<double> numberOf(const ParamValue& value);
/// The value of the kind with that number; the inverse of numberOf (a Law keeps kind and shape of `like`).
ParamValue withNumber(const ParamValue& like, double number);

}  // namespace cantilever::catalog
