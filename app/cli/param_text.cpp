#include "app/cli/param_text.h"

namespace cantilever::cli {
namespace {

std::string choicesOf(const catalog::ParamSpec& spec) {
  std::string list;
  for (const Choice& choice : spec.choices) {
    list += (list.empty() ? "" : ", ") + choice.value;
  }
  return list;
}

std::string rangeOf(const catalog::ParamSpec& spec) {
  const auto bound = [&](const std::optional<double>& limit) {
    return limit ? catalog::textOf(catalog::withNumber(spec.defaultValue, *limit)) : std::string();
  };
  if (!spec.minimum && !spec.maximum) {
    return {};
  }
  return bound(spec.minimum) + " .. " + bound(spec.maximum);
}

}  // namespace

std::string describe(const std::vector<catalog::ParamSpec>& specs) {
  std::string out;
  for (const catalog::ParamSpec& spec : specs) {
    const std::string follows = spec.follows.empty() ? "" : ", by " + spec.follows;
    out += "\n  " + spec.key + " = " + catalog::textOf(spec.defaultValue) + follows + "\n    " + spec.label +
           ". " + spec.help + "\n";
    const std::string range = spec.choices.empty() ? rangeOf(spec) : "one of " + choicesOf(spec);
    if (!range.empty()) {
      out += "    Range: " + range + "\n";
    }
    out += std::string("    Source of the default (") + catalog::nameOf(spec.source.grade) +
           "): " + spec.source.document + "\n";
  }
  return out;
}

}  // namespace cantilever::cli
