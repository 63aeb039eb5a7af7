#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "core/vocabulary/cache_levels.h"
#include "core/vocabulary/flow.h"

/// Internal to visits: what is looked up where, and after what.
namespace cantilever::plan {

/// Follows the requests of one class through programs and what they call, and keeps apart those that have hit
/// and missed other caches before. Programs that go backwards, and cycles of calls, are not followed.
class LookUpWalk {
 public:
  /// What the walk asks of a program. A place is an instruction together with whether the caller has been
  /// answered already (odd).
  struct Steps {
    std::function<std::vector<FlowEdge>(Index program, Index place)> from;
    std::function<std::vector<std::pair<Index, double>>(Index program, Index place)>
        calls;  ///< (link, times)
    std::function<double(Index pc)> failure;
    std::function<double(Index program)> success;
    std::function<Index(Index program)> end;
  };

  LookUpWalk(const Plan& plan, Index requestClass, CacheLevels& levels, Steps steps);

  /// Requests that begin at the program.
  void addFrom(Index program, double perSecond);
  bool isComplete() const { return m_isComplete; }

 private:
  struct LookUp {
    Index cache = kNone;
    Index way = CacheLevels::kBegin;
    double times = 0;
  };
  struct Exit {
    Index way = CacheLevels::kBegin;
    double success = 0;
    double failure = 0;
  };
  struct Run {
    std::vector<LookUp> lookUps;
    std::vector<Exit> exits;
    bool isDone = false;
  };
  /// Ways with probabilities.
  using Ways = std::vector<std::pair<Index, double>>;

  const Run& runOf(Index program, Index way);
  Run walk(Index program, Index way);
  void step(Index program, Index place, Index way, double p, std::vector<Ways>& at, Run& run);
  void addCall(Index link, Index way, double times, Run& run);
  static void addTo(Ways& ways, Index way, double p);
  static void leave(Run& run, Index way, double success, double failure);
  void findLooks();

  const Plan& m_plan;
  Index m_class;
  CacheLevels& m_levels;
  Steps m_steps;
  std::vector<bool> m_looks;  // [program] itself, or what it calls
  std::map<std::pair<Index, Index>, Run> m_runs;
  int m_depth = 0;
  bool m_isComplete = true;
};

}  // namespace cantilever::plan
