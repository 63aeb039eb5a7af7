#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/fluid/response_cell.h"

/// Internal to the forecast: response times of the steady state at the load of the moment.
namespace cantilever::fluid {

/// Solves as few steady states as it can. States are gathered in cells: stretches of the levels of sources,
/// and of the instances of pools that are scaled. Of a cell the ends are solved: the most instances at the
/// lowest levels, and the fewest at the highest. Any two states that differ by little may be the ends of one;
/// where none that are known lie around what is asked for, others are solved, the farther apart the less the
/// last ones have differed. Which cells there are depends on the way that the load takes.
class Responses {
 public:
  /// `highest`: levels of the sources that will be asked for. `visits`: at level 1.
  Responses(const plan::Plan& plan, const plan::Visits& visits, const std::vector<double>& highest,
            bool withMedians);

  /// Of all classes, at these levels of the sources (multiples of their rates).
  const SolvedClasses& at(const PoolStates& pools, const std::vector<double>& levels);
  int solved() const { return m_states.solved(); }

 private:
  enum class Pools : std::uint8_t { All, Scaled };
  struct Ends {
    PoolStates few, many;
    Levels low, high;
  };
  /// A cell, and the length for which the next one is to be laid.
  struct Laid {
    ResponseCell cell;
    int next = 0;

    bool isNear() const { return cell.difference() <= 1; }
  };

  void goTo(const std::vector<double>& levels);
  bool isRising() const;
  ResponseCell& cellFor(const PoolStates& pools);
  std::optional<ResponseCell> firstCell(const PoolStates& pools);
  std::pair<bool, bool> sidesOf(const SolvedState& state, const PoolStates& pools) const;
  std::optional<ResponseCell> knownCell(const PoolStates& pools, const SolvedState* end = nullptr) const;
  std::optional<ResponseCell> wideCell(const PoolStates& pools);
  ResponseCell exactCell(const PoolStates& pools);
  int untilKnown(const PoolStates& pools) const;
  Laid lay(const PoolStates& pools, const Ends& ends, int steps);
  Ends ahead(const PoolStates& pools, int steps) const;
  void spread(Ends& ends, int steps) const;
  double fullest(Pools of, const PoolStates& pools, const Levels& steps) const;
  SolvedClasses unhurried(const Ends& ends);

  SolvedStates m_states;
  std::vector<double> m_rates;  // [source] at level 1
  PoolDemand m_demand;
  std::vector<std::uint32_t> m_room;  // [pool] instances of those that are scaled; 0: it is not
  PoolStates m_pools;                 // as asked for last
  std::vector<double> m_levels;
  std::vector<double> m_at, m_before;  // [source] steps
  std::vector<double> m_direction;     // [source] 1 or -1: as fast as the fastest
  double m_limit = 0;                  // the load that could just be borne, where it was not
  std::deque<ResponseCell> m_cells;
  ResponseCell* m_last = nullptr;
  int m_steps, m_wideSteps;      // for which the next cell is laid
  int m_fails = 0, m_rests = 0;  // of wide ones in a row; cells for which none is tried
  SolvedClasses m_answer;
};

}  // namespace cantilever::fluid
