#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/quantities.h"
#include "core/compile/compile.h"
#include "core/sim/result.h"

/// What is promised of a template: tests/core/templates/bands/KEY.json, described in README.md beside this.
namespace cantilever::test {

struct Band {
  double low = 0;
  double high = 0;
  bool holds(double value) const { return low <= value && value <= high; }
};
std::ostream& operator<<(std::ostream& out, const Band& band);

/// One figure of a run, in a stretch of it, and between which bounds it lies.
struct RunCheck {
  std::string says;
  std::string kind;  ///< class, pool, link, cache, group, store, meter, happening or objective
  std::string key;
  std::string measure;
  std::string pool;  ///< of a happening; empty: any
  Duration from;
  Duration to = Duration::hours(1000);
  Band band;
};

struct PoolBand {
  std::string pool;
  Band band;
  std::string why;
};

struct Sized {
  std::string key;
  double figure = 0;
  std::string how;
};

struct Fault {
  std::string scenario;
  std::uint64_t seed = 1;
  double load = 1;
  Duration duration = Duration::seconds(3);
  std::optional<Duration> begins;  ///< when its first event comes, instead of when the scenario says
  double squeeze = 1;              ///< the times between its events are multiplied by this
  std::vector<RunCheck> effects;
  std::vector<RunCheck> recovery;
};

struct Bands {
  std::string source;
  double offered = 0;  ///< requests a second of all workloads
  Band utilisation{0.40, 0.75};
  std::vector<PoolBand> exceptions;
  std::vector<Sized> sizedPools;  ///< utilisation
  std::vector<Sized> sizedLinks;  ///< calls a second
  std::string bottleneck;
  std::string bottleneckKind = "pool";
  std::vector<std::string> fullWithIt;  ///< pools that were sized for the same load
  Band saturatesAt;
  std::string howSaturates;      ///< where that is not one over its sized utilisation
  double instancesUsdMonth = 0;  ///< what the sizing sheet says that instances cost
  std::string instancesSource;
  std::vector<Sized> billedApart;  ///< of these, what is billed otherwise here; negative: more here
  std::vector<Sized>
      restUsdMonth;  ///< what is not instances, reckoned from the workloads' means and list prices
  std::vector<std::string> unpriced;  ///< items
  std::vector<Sized> checklist;       ///< items that are not met on purpose: `key`, and in `how` why
  std::vector<std::string> warnings;  ///< codes of diagnostics, each followed by ": " and why
  std::vector<Fault> faults;
};

/// Throws what says which field is wrong: a bands file that cannot be read fails its test.
Bands readBands(const std::string& key);

/// Nothing, with a test failure, if the run has no such thing.
std::optional<double> measure(const RunCheck& check, const Design& design, const plan::Plan& plan,
                              const sim::RunResult& run);

}  // namespace cantilever::test
