#include "app/cli/option_values.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "core/base/text.h"

namespace cantilever::cli {
namespace {

CLI::ValidationError wrong(const std::string& name, const std::string& text, const std::string& right) {
  return CLI::ValidationError(name, "\"" + text + "\" " + right);
}

}  // namespace

CLI::Option* addDuration(CLI::App& app, const std::string& name, Duration& target,
                         const std::string& description) {
  const auto read = [name, &target](const std::string& text) {
    const Result<Duration> parsed = parseDuration(text);
    if (!parsed) {
      throw CLI::ValidationError(name, parsed.error().message);
    }
    target = *parsed;
  };
  return app.add_option_function<std::string>(name, read, description)
      ->type_name("DURATION")
      ->default_str(format(target));
}

CLI::Option* addNumber(CLI::App& app, const std::string& name, double& target, NumberRange range,
                       const std::string& description) {
  const auto read = [name, range, &target](const std::string& text) {
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() ||
        !(range.least <= value && value <= range.most)) {
      throw wrong(name, text,
                  "is not a number from " + formatNumber(range.least) + " to " + formatNumber(range.most) +
                      ", such as " + formatNumber(target) + ".");
    }
    target = value;
  };
  return app.add_option_function<std::string>(name, read, description)->default_str(formatNumber(target));
}

CLI::Option* addShare(CLI::App& app, const std::string& name, double& target, NumberRange range,
                      const std::string& description) {
  const auto read = [name, range, &target](const std::string& text) {
    const Result<Ratio> share = parseRatio(text);
    if (!share || !(range.least <= share->raw() && share->raw() <= range.most)) {
      throw wrong(name, text,
                  "is not a share from " + formatNumber(range.least) + " to " + formatNumber(range.most) +
                      ", such as " + formatNumber(target) + " or " + formatNumber(100 * target) + "%.");
    }
    target = share->raw();
  };
  return app.add_option_function<std::string>(name, read, description)->default_str(formatNumber(target));
}

CLI::Option* addScenario(CLI::App& app, std::string& target, const std::string& description) {
  const auto isNamed = [](const std::string& id) {
    return id.empty() ? "an empty text is the id of no scenario; without --scenario none is played."
                      : std::string();
  };
  return app.add_option("--scenario", target, description)
      ->check(CLI::Validator(isNamed, ""))
      ->type_name("ID");
}

CLI::Option* addLoadFactor(CLI::App& app, double& target, NumberRange range) {
  return addNumber(app, "--load", target, range, "Multiply the load of all workloads by this")
      ->type_name("FACTOR");
}

CLI::Option* addWhole(CLI::App& app, const std::string& name, std::uint64_t present, WholeRange range,
                      const std::string& description, const std::function<void(std::uint64_t)>& set) {
  const auto read = [name, range, set](const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || value < range.least ||
        value > range.most) {
      throw wrong(name, text,
                  "is not a whole number from " + std::to_string(range.least) + " to " +
                      std::to_string(range.most) + ".");
    }
    set(value);
  };
  return app.add_option_function<std::string>(name, read, description)
      ->type_name("N")
      ->default_str(std::to_string(present));
}

}  // namespace cantilever::cli
