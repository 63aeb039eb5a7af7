#pragma once

#include <cstdint>
#include <optional>
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
  struct Goal {
    Point at;
    std::uint32_t inward = 0;  ///< direction into the block
    double cost = 0;
  };
  struct Waiting {
    double estimate;
    double cost;
    std::uint32_t state;
  };

  void layGrid(const std::vector<Port>& from, const std::vector<Port>& to, const std::vector<Rect>& obstacles,
               double clearance);
  void block(const Rect& obstacle, double clearance);
  void offer(std::uint32_t state, double cost, std::uint32_t parent);
  void visitNeighbours(std::uint32_t state);
  std::uint32_t nodeAt(Point p) const;
  Point pointOf(std::uint32_t node) const;
  /// What is left to pay from a state at least: as if nothing were in the way.
  double leastFrom(std::uint32_t state);
  FoundWay wayTo(std::uint32_t state, const std::vector<Port>& from, const std::vector<Port>& to,
                 std::size_t toPort) const;

  std::vector<double> m_xs;
  std::vector<double> m_ys;
  std::vector<double> m_priceOfX;  ///< of a vertical line, for each unit of length
  std::vector<double> m_priceOfY;
  std::vector<std::uint8_t> m_isBlockedRight;  ///< from a node to the one to its right
  std::vector<std::uint8_t> m_isBlockedDown;
  std::vector<double> m_least;  ///< from each state, once it was asked for; below 0 before
  std::vector<double> m_costs;
  std::vector<std::uint32_t> m_parents;
  std::vector<Waiting> m_waiting;  ///< a heap
  std::vector<Goal> m_goals;
};

}  // namespace cantilever::widgets
