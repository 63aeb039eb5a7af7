#include "widgets/canvas/way_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "widgets/canvas/area_index.h"

namespace cantilever::widgets {
namespace {

constexpr double kBendPrice = 80;       // as much as a detour of this length
constexpr double kHuggingPrice = 1.03;  // lines along blocks, against those half-way between the ends
constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();
constexpr double kFar = std::numeric_limits<double>::infinity();

// Directions are numbered like sides: left, up, right, down.
constexpr std::uint32_t kDirections = 4;
constexpr std::uint32_t kLeft = 0;
constexpr std::uint32_t kUp = 1;
constexpr std::uint32_t kRight = 2;
constexpr std::uint32_t kDown = 3;
constexpr std::array<Point, kDirections> kSteps{{{-1, 0}, {0, -1}, {1, 0}, {0, 1}}};

std::uint32_t directionOf(Side side) {
  return static_cast<std::uint32_t>(side);
}
constexpr std::uint32_t opposite(std::uint32_t direction) {
  return (direction + 2) % kDirections;
}
Point stubOf(const Port& port, double clearance) {
  const Point step = kSteps[directionOf(port.side)];
  return {port.at.x + step.x * clearance, port.at.y + step.y * clearance};
}
/// How far the vector leads in the direction.
constexpr double along(std::uint32_t direction, Point vector) {
  return kSteps[direction].x * vector.x + kSteps[direction].y * vector.y;
}

/// Of any orthogonal way that begins in one direction, leads by the vector, and ends in another direction.
constexpr int fewestBends(std::uint32_t heading, std::uint32_t last, Point by) {
  const double ahead = along(heading, by);
  if (heading == last || heading == opposite(last)) {
    const bool isOnLine = along((heading + 1) % kDirections, by) == 0;
    const bool canTurnOnce = heading != last || ahead >= 0;  // to the side, and once more
    return isOnLine && heading == last && ahead >= 0 ? 0 : !isOnLine && canTurnOnce ? 2 : 4;
  }
  return ahead >= 0 && along(last, by) >= 0 ? 1 : 3;
}

/// -1, 0 or 1, counted from 0.
std::uint8_t signNumber(double x) {
  return static_cast<std::uint8_t>((x > 0) - (x < 0) + 1);
}

/// The same for each pair of directions, by the signs of the vector: all that matters of it.
constexpr auto kFewestBends = [] {
  std::array<std::array<std::array<std::array<std::uint8_t, 3>, 3>, kDirections>, kDirections> bends{};
  for (std::uint32_t heading = 0; heading < kDirections; ++heading) {
    for (std::uint32_t last = 0; last < kDirections; ++last) {
      for (std::size_t x = 0; x < 3; ++x) {
        for (std::size_t y = 0; y < 3; ++y) {
          const Point by{static_cast<double>(x) - 1, static_cast<double>(y) - 1};
          bends[heading][last][x][y] = static_cast<std::uint8_t>(fewestBends(heading, last, by));
        }
      }
    }
  }
  return bends;
}();

bool comesLater(double a, std::uint32_t aState, double b, std::uint32_t bState) {
  return a != b ? a > b : aState > bState;
}

/// Half-way between the ports of both ends: where a way turns that has nothing to go around.
Point middleOf(const std::vector<Port>& from, const std::vector<Port>& to) {
  Point middle;
  for (const auto* ports : {&from, &to}) {
    for (const Port& port : *ports) {
      const double share = 0.5 / static_cast<double>(ports->size());
      middle = middle + Point{port.at.x * share, port.at.y * share};
    }
  }
  return {std::round(middle.x), std::round(middle.y)};
}

/// Sorted without doubles; lines of the lower price win.
void settleLines(std::vector<std::pair<double, double>>& lines, std::vector<double>& at,
                 std::vector<double>& prices) {
  std::sort(lines.begin(), lines.end());
  at.clear();
  prices.clear();
  for (const auto& [place, price] : lines) {
    if (at.empty() || at.back() != place) {
      at.push_back(place);
      prices.push_back(price);
    }
  }
}

/// Without points that lie on the way between their neighbours.
std::vector<Point> withoutNeedless(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (const Point point : points) {
    if (!kept.empty() && kept.back() == point) {
      continue;
    }
    if (kept.size() >= 2) {
      const Point a = kept[kept.size() - 2];
      const Point b = kept.back();
      if ((a.x == b.x && b.x == point.x) || (a.y == b.y && b.y == point.y)) {
        kept.back() = point;
        continue;
      }
    }
    kept.push_back(point);
  }
  return kept;
}

}  // namespace

void WaySearch::layGrid(const std::vector<Port>& from, const std::vector<Port>& to,
                        const std::vector<Rect>& obstacles, double clearance) {
  auto& xs = m_linesAcross;
  auto& ys = m_linesDown;
  xs.clear();
  ys.clear();
  for (const Rect& obstacle : obstacles) {
    xs.emplace_back(obstacle.topLeft.x - clearance, kHuggingPrice);
    xs.emplace_back(rightOf(obstacle) + clearance, kHuggingPrice);
    ys.emplace_back(obstacle.topLeft.y - clearance, kHuggingPrice);
    ys.emplace_back(bottomOf(obstacle) + clearance, kHuggingPrice);
  }
  for (const auto* ports : {&from, &to}) {
    for (const Port& port : *ports) {
      const Point stub = stubOf(port, clearance);
      xs.emplace_back(stub.x, 1);
      ys.emplace_back(stub.y, 1);
    }
  }
  const Point middle = middleOf(from, to);
  xs.emplace_back(middle.x, 1);
  ys.emplace_back(middle.y, 1);
  settleLines(xs, m_xs, m_priceOfX);
  settleLines(ys, m_ys, m_priceOfY);
  const std::size_t nodes = m_xs.size() * m_ys.size();
  m_isBlockedRight.assign(nodes, 0);
  m_isBlockedDown.assign(nodes, 0);
  m_states.resize(std::max(m_states.size(), nodes * kDirections));
  ++m_search;
  m_waiting.clear();
  for (const Rect& obstacle : obstacles) {
    block(obstacle, clearance);
  }
}

/// Closes the lines through the inside of what must be kept clear; its border stays open.
void WaySearch::block(const Rect& obstacle, double clearance) {
  const double left = obstacle.topLeft.x - clearance;
  const double top = obstacle.topLeft.y - clearance;
  const double right = rightOf(obstacle) + clearance;
  const double bottom = bottomOf(obstacle) + clearance;
  const auto firstNotBefore = [](const std::vector<double>& lines, double place) {
    return static_cast<std::size_t>(std::lower_bound(lines.begin(), lines.end(), place) - lines.begin());
  };
  const std::size_t x0 = firstNotBefore(m_xs, left);
  const std::size_t x1 = firstNotBefore(m_xs, right);
  const std::size_t y0 = firstNotBefore(m_ys, top);
  const std::size_t y1 = firstNotBefore(m_ys, bottom);
  const std::size_t width = m_xs.size();
  for (std::size_t y = y0; y <= y1 && y < m_ys.size(); ++y) {
    for (std::size_t x = x0; x <= x1 && x < width; ++x) {
      const bool isInsideRows = y > y0 && y < y1;
      const bool isInsideColumns = x > x0 && x < x1;
      if (isInsideRows && x < x1) {
        m_isBlockedRight[y * width + x] = 1;
      }
      if (isInsideColumns && y < y1) {
        m_isBlockedDown[y * width + x] = 1;
      }
    }
  }
}

std::uint32_t WaySearch::nodeAt(Point p) const {
  const auto x = std::lower_bound(m_xs.begin(), m_xs.end(), p.x) - m_xs.begin();
  const auto y = std::lower_bound(m_ys.begin(), m_ys.end(), p.y) - m_ys.begin();
  return static_cast<std::uint32_t>(static_cast<std::size_t>(y) * m_xs.size() + static_cast<std::size_t>(x));
}

Point WaySearch::pointOf(std::uint32_t node) const {
  const auto width = static_cast<std::uint32_t>(m_xs.size());
  return {m_xs[node % width], m_ys[node / width]};
}

void WaySearch::setGoals(const std::vector<Port>& to, double clearance) {
  const auto measure = [](const std::vector<double>& lines, double goal, std::vector<Distance>& distances) {
    distances.clear();
    for (const double line : lines) {
      distances.push_back({std::abs(goal - line), signNumber(goal - line)});
    }
  };
  m_goals.resize(to.size());
  for (std::size_t i = 0; i < to.size(); ++i) {
    const Point at = stubOf(to[i], clearance);
    Goal& goal = m_goals[i];
    goal.node = nodeAt(at);
    goal.inward = opposite(directionOf(to[i].side));
    goal.cost = to[i].cost;
    measure(m_xs, at.x, goal.across);
    measure(m_ys, at.y, goal.down);
  }
}

WaySearch::State& WaySearch::stateAt(std::uint32_t state) {
  State& found = m_states[state];
  if (found.search != m_search) {
    found = {m_search, kNoParent, kFar, -1};
  }
  return found;
}

double WaySearch::leastFrom(std::uint32_t state) {
  double& least = m_states[state].least;
  if (least < 0) {
    least = kFar;
    const std::uint32_t node = state / kDirections;
    const auto width = static_cast<std::uint32_t>(m_xs.size());
    for (const Goal& goal : m_goals) {
      const Distance& across = goal.across[node % width];
      const Distance& down = goal.down[node / width];
      const int bends = kFewestBends[state % kDirections][goal.inward][across.sign][down.sign];
      least = std::min(least, across.length + down.length + bends * kBendPrice + goal.cost);
    }
  }
  return least;
}

void WaySearch::offer(std::uint32_t state, double cost, std::uint32_t parent) {
  State& reached = stateAt(state);
  if (cost >= reached.cost) {
    return;
  }
  reached.cost = cost;
  reached.parent = parent;
  m_waiting.push_back({cost + leastFrom(state), cost, state});
  std::push_heap(m_waiting.begin(), m_waiting.end(), [](const Waiting& a, const Waiting& b) {
    return comesLater(a.estimate, a.state, b.estimate, b.state);
  });
}

void WaySearch::visitNeighbours(std::uint32_t state) {
  const std::uint32_t node = state / kDirections;
  const std::uint32_t heading = state % kDirections;
  const auto width = static_cast<std::uint32_t>(m_xs.size());
  const std::uint32_t x = node % width;
  const std::uint32_t y = node / width;
  const double cost = m_states[state].cost;
  const auto go = [&](std::uint32_t direction, std::uint32_t next, bool isBlocked, double length,
                      double price) {
    if (!isBlocked && direction != opposite(heading)) {
      const double bend = direction == heading ? 0 : kBendPrice;
      offer(next * kDirections + direction, cost + length * price + bend, state);
    }
  };
  if (x > 0) {
    go(kLeft, node - 1, m_isBlockedRight[node - 1] != 0, m_xs[x] - m_xs[x - 1], m_priceOfY[y]);
  }
  if (y > 0) {
    go(kUp, node - width, m_isBlockedDown[node - width] != 0, m_ys[y] - m_ys[y - 1], m_priceOfX[x]);
  }
  if (x + 1 < width) {
    go(kRight, node + 1, m_isBlockedRight[node] != 0, m_xs[x + 1] - m_xs[x], m_priceOfY[y]);
  }
  if (y + 1 < m_ys.size()) {
    go(kDown, node + width, m_isBlockedDown[node] != 0, m_ys[y + 1] - m_ys[y], m_priceOfX[x]);
  }
}

FoundWay WaySearch::wayTo(std::uint32_t state, const std::vector<Port>& from, const std::vector<Port>& to,
                          std::size_t toPort) const {
  std::vector<Point> back{to[toPort].at};
  std::uint32_t first = state;
  for (std::uint32_t at = state; at != kNoParent; at = m_states[at].parent) {
    back.push_back(pointOf(at / kDirections));
    first = at;
  }
  FoundWay way;
  way.toPort = toPort;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (directionOf(from[i].side) == first % kDirections) {
      way.fromPort = i;
    }
  }
  back.push_back(from[way.fromPort].at);
  std::reverse(back.begin(), back.end());
  way.points = withoutNeedless(back);
  return way;
}

std::optional<FoundWay> WaySearch::find(const std::vector<Port>& from, const std::vector<Port>& to,
                                        const std::vector<Rect>& obstacles, double clearance) {
  if (obstacles.size() > kMostObstacles) {
    return std::nullopt;
  }
  layGrid(from, to, obstacles, clearance);
  setGoals(to, clearance);
  for (const Port& port : from) {
    offer(nodeAt(stubOf(port, clearance)) * kDirections + directionOf(port.side), port.cost, kNoParent);
  }
  double best = kFar;
  std::uint32_t bestState = kNoParent;
  std::size_t bestPort = 0;
  while (!m_waiting.empty()) {
    const Waiting top = m_waiting.front();
    if (top.estimate >= best) {
      break;
    }
    std::pop_heap(m_waiting.begin(), m_waiting.end(), [](const Waiting& a, const Waiting& b) {
      return comesLater(a.estimate, a.state, b.estimate, b.state);
    });
    m_waiting.pop_back();
    if (m_states[top.state].cost < top.cost) {
      continue;  // a cheaper way to it was found meanwhile
    }
    const std::uint32_t node = top.state / kDirections;
    const std::uint32_t heading = top.state % kDirections;
    for (std::size_t i = 0; i < m_goals.size(); ++i) {
      const Goal& goal = m_goals[i];
      if (goal.node == node && heading != opposite(goal.inward)) {
        const double cost = top.cost + goal.cost + (heading == goal.inward ? 0 : kBendPrice);
        if (cost < best) {
          best = cost;
          bestState = top.state;
          bestPort = i;
        }
      }
    }
    visitNeighbours(top.state);
  }
  return best < kFar ? std::optional(wayTo(bestState, from, to, bestPort)) : std::nullopt;
}

}  // namespace cantilever::widgets
