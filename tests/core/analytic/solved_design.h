#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core/analytic/solve.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/exchange/design_json.h"

/// Designs, solved.
namespace cantilever::analytic::test {

inline compile::Compiled compiledFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Result<exchange::LoadedDesign> loaded = exchange::readDesign(text, catalog::Catalog::builtIn(), path);
  EXPECT_TRUE(loaded.ok()) << path;
  return loaded ? compile::compile(loaded->design, catalog::Catalog::builtIn()) : compile::Compiled{};
}

inline Solution solved(const plan::Plan& plan, double load = 1) {
  const Result<plan::Visits> visits = plan::visits(plan, load);
  EXPECT_TRUE(visits.ok());
  SolveOptions options;
  options.loadFactor = load;
  options.withSensitivities = false;
  Result<Solution> solution = solve(plan, *visits, options);
  EXPECT_TRUE(solution.ok()) << solution.error().message;
  return solution ? *std::move(solution) : Solution{};
}

/// A design of tests/reference.
inline Solution solvedReference(const std::string& id) {
  const compile::Compiled compiled = compiledFile(std::string(CANTILEVER_SOURCE_DIR) +
                                                  "/tests/reference/designs/" + id + ".cantilever.json");
  return compiled.plan ? solved(*compiled.plan) : Solution{};
}

template <class Elements>
const auto& keyed(const Elements& elements, const std::string& key) {
  for (const auto& each : elements) {
    if (each.key == key) {
      return each;
    }
  }
  ADD_FAILURE() << "no element " << key;
  return elements.front();
}

inline void expectExact(const Figure& figure, double expected, double tolerance = 1e-6) {
  EXPECT_EQ(figure.exactness, Exactness::Exact) << figure.why << " band " << figure.band;
  EXPECT_NEAR(figure.value / expected, 1, tolerance) << figure.value << " instead of " << expected;
}
inline void expectWithin(const Figure& figure, double expected) {
  EXPECT_TRUE(figure.isSolved()) << figure.why;
  EXPECT_NEAR(figure.value, expected, figure.band * figure.value + 1e-6 * expected)
      << figure.value << " +- " << figure.band << " instead of " << expected;
}

}  // namespace cantilever::analytic::test
