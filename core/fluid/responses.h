#pragma once

#include <deque>
#include <vector>

#include "core/fluid/solved_states.h"
#include "core/vocabulary/visits.h"

/// Internal to the forecast: response times of the steady state at the load of the moment.
namespace cantilever::fluid {

/// Solves as few steady states as it can. States are gathered in cells: stretches of the levels of sources,
/// and of the instances of pools that are scaled. Of a cell the ends are solved: the most instances at the
/// lowest levels, and the fewest at the highest. Where these differ by little, all that lies between is taken
/// to lie on a straight line from the one to the other. Which cells there are depends on the way that the
/// load takes.
class Responses {
 public:
  /// `highestLevel`: of any source that will be asked for. `visits`: at level 1.
  Responses(const plan::Plan& plan, const plan::Visits& visits, double highestLevel, bool withMedians);

  /// Of all classes, at these levels of the sources (multiples of their rates).
  const SolvedClasses& at(const PoolStates& pools, const std::vector<double>& levels);
  int solved() const { return m_states.solved(); }

 private:
  struct Cell {
    PoolStates few, many;
    Levels low, high;
    double least = 0, most = 0;  ///< requests per second
    SolvedClasses best = {}, worst = {};

    bool holds(const PoolStates& pools, const std::vector<double>& steps) const;
    /// 0 where responses are best, 1 where they are worst: by the load of an instance.
    double positionOf(const PoolStates& pools, double load) const;
  };

  void goTo(const std::vector<double>& levels);
  const Cell& cellFor(const PoolStates& pools);
  bool spread(const PoolStates& pools, double width, Cell& cell) const;
  bool fillPoint(Cell& cell);
  bool fillWide(Cell& cell, double width);
  void fillExact(Cell& cell);
  void lay(Cell& cell, int steps) const;
  double fullest(const PoolStates& pools, const Levels& levels) const;
  SolvedClasses unhurried(const Cell& cell);

  SolvedStates m_states;
  std::vector<double> m_rates;              // [source] at level 1
  std::vector<std::vector<double>> m_work;  // [pool][source] servers' worth at level 1; none: not scaled
  std::vector<double> m_at, m_before;       // [source] steps
  std::vector<double> m_direction;          // [source] 1 or -1: as fast as the fastest
  double m_load = 0;                        // requests per second
  double m_limit = 0;                       // the load that could just be borne, where it was not
  std::deque<Cell> m_cells;
  const Cell* m_last = nullptr;
  int m_steps;                        // for which the next exact cell is laid
  std::vector<int> m_fails, m_rests;  // [width] in a row; cells for which it is not tried
  SolvedClasses m_answer;
};

}  // namespace cantilever::fluid
