#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/compile/compile.h"
#include "core/exchange/design_json.h"
#include "core/exchange/file_set.h"
#include "core/exchange/templates.h"
#include "core/sim/simulation.h"

namespace cantilever::sim::test {

/// A line of tests/reference/digests.csv: a run of a design as it is, and its fingerprint.
struct ExpectedDigest {
  std::string design;
  RunConfig config;
  std::string suite;  ///< which tests run it: "quick" or "full"
  std::string digest;
};

/// The lines of one suite. The first line names the columns: design,seed,warmup,duration,suite,digest.
inline std::vector<ExpectedDigest> expectedDigests(const std::string& suite) {
  std::ifstream file(CANTILEVER_SOURCE_DIR "/tests/reference/digests.csv");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "design,seed,warmup,duration,suite,digest");
  std::vector<ExpectedDigest> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    ExpectedDigest row;
    std::string seed;
    std::string warmup;
    std::string duration;
    std::getline(cells, row.design, ',');
    std::getline(cells, seed, ',');
    std::getline(cells, warmup, ',');
    std::getline(cells, duration, ',');
    std::getline(cells, row.suite, ',');
    std::getline(cells, row.digest, ',');
    row.config.seed = std::stoull(seed);
    row.config.warmup = *parseDuration(warmup);
    row.config.duration = *parseDuration(duration);
    if (row.suite == suite) {
      rows.push_back(row);
    }
  }
  return rows;
}

/// Of a template, or of a file below tests/: "reference/designs/SS-01".
inline Design designOf(const std::string& key) {
  const std::string path = CANTILEVER_SOURCE_DIR "/tests/" + key + ".cantilever.json";
  const auto read = [&]() -> Result<exchange::LoadedDesign> {
    const Result<std::string> text = exchange::readFile(path);
    return text ? exchange::readDesign(*text, catalog::Catalog::builtIn(), path) : text.error();
  };
  const bool isFile = key.find('/') != std::string::npos;
  Result<exchange::LoadedDesign> loaded =
      isFile ? read() : exchange::loadTemplate(key, catalog::Catalog::builtIn());
  EXPECT_TRUE(loaded.ok()) << key;
  return loaded.ok() ? loaded->design : Design();
}

inline std::string digestOf(const Design& design, const RunConfig& config) {
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  const Result<RunResult> run = simulate(compiled.plan, config);
  EXPECT_TRUE(run.ok()) << (run.ok() ? "" : run.error().message);
  return run.ok() ? run->digest : std::string();
}

}  // namespace cantilever::sim::test
