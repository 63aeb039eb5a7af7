#pragma once

#include <cstdint>
#include <vector>

/// Closed networks of queues and delays: mean value analysis (Reiser and Lavenberg 1980), for one class with
/// several servers convolution (Buzen 1973). Times in seconds.
namespace cantilever::analytic {

/// Where users queue, share or are only delayed.
struct ClosedStation {
  double servers = 1;           ///< 0: a delay
  std::vector<double> demands;  ///< [class] work for each cycle
};

struct ClosedClass {
  double users = 0;
  double think = 0;
};

struct ClosedFigures {
  std::vector<double> throughput;              ///< [class] cycles per second
  std::vector<std::vector<double>> residence;  ///< [station][class] for each cycle
  std::vector<double> number;                  ///< [station]
  bool isExact = true;
  double band = 0;  ///< of the responses, if it is not
};

/// Exact where every queue has one server and the states of the recursion are at most `mostStates`, and for
/// one class of up to some thousands; else Bard and Schweitzer's approximation, and Seidmann's split of
/// several servers (m servers are a queue of demand D / m and a delay of D (m - 1) / m).
ClosedFigures solveClosed(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes,
                          double mostStates = 2e6);

}  // namespace cantilever::analytic
