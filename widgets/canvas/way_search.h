#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "widgets/canvas/link_router.h"

namespace cantilever::widgets {

/// A place where a way may begin or end: a point on a side of a block, and what choosing it costs.
struct Port {
  Point at;
  Side side = Side::Right;
  double cost = 0;
};

struct FoundWay {
  std::vector<Point> points;  ///< from port to port; consecutive ones differ in exactly one coordinate
  std::size_t fromPort = 0;
  std::size_t toPort = 0;
};

/// The cheapest orthogonal way between two places around rectangles: length, and a price for each bend. A*
/// (Hart, Nilsson and Raphael 1968) over the lines that keep the clearance from the rectangles and those
/// through the ports, which hold a shortest way if there is one (Wybrow, Marriott and Stuckey 2010 use the
/// same graph). Deterministic. Keeps its working memory between calls.
class WaySearch {
 public:
  /// Nothing if no way keeps the clearance, or with more than `kMostObstacles` of them.
  std::optional<FoundWay> find(const std::vector<Port>& from, const std::vector<Port>& to,
                               const std::vector<Rect>& obstacles, double clearance);

  static constexpr std::size_t kMostObstacles = 48;

 private:
  /// How far a line of the grid is from a goal, and in which direction.
  struct Distance {
    double length = 0;
    std::uint8_t sign = 0;
  };
  struct Goal {
    std::uint32_t node = 0;
    std::uint32_t inward = 0;  ///< direction into the block
    double cost = 0;
    std::vector<Distance> across;  ///< from each line of m_xs
    std::vector<Distance> down;
  };
  /// Of a node that is reached in one direction.
  struct State {
    std::uint32_t search = 0;  ///< that it is of; others are not reached
    std::uint32_t parent = 0;
    double cost = 0;
    double least = -1;  ///< from here, once it was asked for; below 0 before
  };
  struct Waiting {
    double estimate;
    double cost;
    std::uint32_t state;
  };

  void layGrid(const std::vector<Port>& from, const std::vector<Port>& to, const std::vector<Rect>& obstacles,
               double clearance);
  void block(const Rect& obstacle, double clearance);
  void setGoals(const std::vector<Port>& to, double clearance);
  State& stateAt(std::uint32_t state);
  void offer(std::uint32_t state, double cost, std::uint32_t parent);
  void visitNeighbours(std::uint32_t state);
  std::uint32_t nodeAt(Point p) const;
  Point pointOf(std::uint32_t node) const;
  /// What is left to pay from a state at least: as if nothing were in the way.
  double leastFrom(std::uint32_t state);
  FoundWay wayTo(std::uint32_t state, const std::vector<Port>& from, const std::vector<Port>& to,
                 std::size_t toPort) const;

  std::vector<std::pair<double, double>> m_linesAcross;  ///< places and prices, before they are settled
  std::vector<std::pair<double, double>> m_linesDown;
  std::vector<double> m_xs;
  std::vector<double> m_ys;
  std::vector<double> m_priceOfX;  ///< of a vertical line, for each unit of length
  std::vector<double> m_priceOfY;
  std::vector<std::uint8_t> m_isBlockedRight;  ///< from a node to the one to its right
  std::vector<std::uint8_t> m_isBlockedDown;
  std::vector<State> m_states;
  std::uint32_t m_search = 0;      ///< its number
  std::vector<Waiting> m_waiting;  ///< a heap
  std::vector<Goal> m_goals;
};

}  // namespace cantilever::widgets
