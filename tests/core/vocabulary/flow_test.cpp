#include "core/vocabulary/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace cantilever::plan {
namespace {

TEST(ExpectedVisits, AddUpAlongEdges) {
  const Flow flow = expectedVisits({1, 0, 2}, {{0, 1, 0.5}, {0, 2, 3}, {1, 2, 2}});
  EXPECT_THAT(flow.visits, ::testing::ElementsAre(1, 0.5, 2 + 3 + 1));
}

TEST(ExpectedVisits, DoNotDependOnHowNodesAreNumbered) {
  const Flow flow = expectedVisits({2, 0, 1}, {{1, 0, 2}, {2, 0, 3}, {2, 1, 0.5}});
  EXPECT_THAT(flow.visits, ::testing::ElementsAre(2 + 3 + 1, 0.5, 1));
}

TEST(ExpectedVisits, ParallelEdgesCountTogether) {
  const Flow flow = expectedVisits({1, 0}, {{0, 1, 1}, {0, 1, 0.5}, {1, 1, 0.25}, {1, 1, 0.25}});
  EXPECT_DOUBLE_EQ(flow.visits[1], 1.5 / (1 - 0.5));
}

TEST(ExpectedVisits, FindACycleThatKeepsItselfGoing) {
  const Flow flow = expectedVisits({1, 0, 0, 0}, {{0, 1, 1}, {1, 2, 2}, {2, 1, 0.5}, {2, 3, 1}});
  EXPECT_TRUE(flow.visits.empty());
  EXPECT_THAT(flow.cycle, ::testing::UnorderedElementsAre(1, 2));
}

TEST(ExpectedVisits, RefuseACycleThatNothingEnters) {
  EXPECT_FALSE(expectedVisits({1, 0}, {{1, 1, 1}}).cycle.empty());
}

TEST(ExpectedVisits, SurviveAChainOfHundredThousand) {
  constexpr Index kSize = 100'000;
  std::vector<double> entering(kSize, 0);
  entering[kSize - 1] = 1;
  std::vector<FlowEdge> edges;
  for (Index i = 1; i < kSize; ++i) {
    edges.push_back({i, i - 1, 1});
  }
  EXPECT_DOUBLE_EQ(expectedVisits(entering, edges).visits[0], 1);
}

/// One random strongly connected component: a ring, and chords.
struct RandomGraph {
  std::vector<double> entering;
  std::vector<FlowEdge> edges;
};

RandomGraph randomGraph(RandomStream& stream, Index size, double strength) {
  RandomGraph graph;
  for (Index i = 0; i < size; ++i) {
    graph.entering.push_back(stream.uniform());
    graph.edges.push_back({i, (i + 1) % size, strength * stream.uniform()});
    graph.edges.push_back({i, stream.below(size), strength * stream.uniform()});
  }
  return graph;
}

/// v - v M, which must be what enters.
double residual(const RandomGraph& graph, const std::vector<double>& visits) {
  std::vector<double> rest = visits;
  for (const FlowEdge& edge : graph.edges) {
    rest[edge.to] -= edge.visits * visits[edge.from];
  }
  double worst = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    worst = std::max(worst, std::abs(rest[i] - graph.entering[i]) / (1 + visits[i]));
  }
  return worst;
}

/// Bounds of the spectral radius after many power steps of I + M, which is never periodic (Collatz,
/// Wielandt).
std::pair<double, double> spectralRadius(const RandomGraph& graph) {
  const std::size_t size = graph.entering.size();
  std::vector<double> x(size, 1);
  double low = 0;
  double high = INFINITY;
  for (int step = 0; step < 20'000 && high - low > 1e-7; ++step) {
    std::vector<double> next = x;
    for (const FlowEdge& edge : graph.edges) {
      next[edge.to] += edge.visits * x[edge.from];
    }
    low = INFINITY;
    high = 0;
    for (std::size_t i = 0; i < size; ++i) {
      low = std::min(low, next[i] / x[i] - 1);
      high = std::max(high, next[i] / x[i] - 1);
    }
    const double scale = *std::max_element(next.begin(), next.end());
    for (std::size_t i = 0; i < size; ++i) {
      x[i] = next[i] / scale;
    }
  }
  return {low, high};
}

class RandomComponent : public ::testing::TestWithParam<Index> {};

TEST_P(RandomComponent, IsSolvedExactlyIfItsSpectralRadiusIsBelowOne) {
  RandomStream stream(GetParam());
  int solved = 0;
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    const RandomGraph graph = randomGraph(stream, GetParam(), 0.6 + 0.03 * i);
    const auto [low, high] = spectralRadius(graph);
    const Flow flow = expectedVisits(graph.entering, graph.edges);
    if (flow.cycle.empty()) {
      EXPECT_LT(low, 1);
      EXPECT_LT(residual(graph, flow.visits), 1e-9);
      ++solved;
    } else {
      EXPECT_GT(high, 1 - 1e-6);
      ++refused;
    }
  }
  EXPECT_GT(solved, 0);
  EXPECT_GT(refused, 0);
}

// Sizes on both sides of the change from elimination to iteration at 200.
INSTANTIATE_TEST_SUITE_P(Sizes, RandomComponent, ::testing::Values(2u, 7u, 40u, 200u, 201u, 1000u));

}  // namespace
}  // namespace cantilever::plan
