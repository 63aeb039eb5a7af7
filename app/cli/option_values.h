#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/quantities.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// Options with a value that has a meaning: what is not one is a usage error that says what would be right.
namespace cantilever::cli {

/// A duration such as "60s".
CLI::Option* addDuration(CLI::App& app, const std::string& name, Duration& target,
                         const std::string& description);

/// A number of [least, most].
struct NumberRange {
  double least = 0;
  double most = 0;
};
CLI::Option* addNumber(CLI::App& app, const std::string& name, double& target, NumberRange range,
                       const std::string& description);
/// The same of a share, also as a percentage: "0.05" or "5%".
CLI::Option* addShare(CLI::App& app, const std::string& name, double& target, NumberRange range,
                      const std::string& description);
/// "--scenario ID", of the design.
CLI::Option* addScenario(CLI::App& app, std::string& target, const std::string& description);

/// "--load FACTOR", which multiplies the load of all workloads.
CLI::Option* addLoadFactor(CLI::App& app, double& target, NumberRange range);

/// A whole number of [least, most].
struct WholeRange {
  std::uint64_t least = 0;
  std::uint64_t most = ~std::uint64_t{0};
};
CLI::Option* addWhole(CLI::App& app, const std::string& name, std::uint64_t present, WholeRange range,
                      const std::string& description, const std::function<void(std::uint64_t)>& set);
template <class T>
CLI::Option* addWhole(CLI::App& app, const std::string& name, T& target, WholeRange range,
                      const std::string& description) {
  return addWhole(app, name, target, range, description,
                  [&target](std::uint64_t value) { target = static_cast<T>(value); });
}

}  // namespace cantilever::cli
