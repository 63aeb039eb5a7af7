#pragma once

#include <cstddef>
#include <functional>
#include <memory>
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
  /// [station] of one class: probabilities that who comes finds 0, 1, ... others there, who are as many as in
  /// a network with one less (Sevcik and Mitrani 1981); else empty.
  std::vector<std::vector<double>> found = {};
  bool isExact = true;
  double band = 0;  ///< of the responses, if it is not
};

/// Exact where every queue has one server and the states of the recursion are at most `mostStates`, and for
/// one class of up to some thousands; else Bard and Schweitzer's approximation, and Seidmann's split of
/// several servers (m servers are a queue of demand D / m and a delay of D (m - 1) / m).
ClosedFigures solveClosed(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes,
                          double mostStates = 2e6);

/// One class of customers in a closed network of queues, each of which works at a speed that depends on how
/// many are at it: what passes per second, and how many are where, for every number of customers (Buzen
/// 1973). As a queue of another network it stands for the whole (Chandy, Herzog and Woo 1975).
class ClosedChain {
 public:
  struct Queue {
    double demand = 0;                    ///< work for each cycle
    std::function<double(double)> speed;  ///< work done per second while so many are there, one or more
  };
  ClosedChain(const std::vector<Queue>& queues, std::size_t customers);
  ~ClosedChain();
  ClosedChain(ClosedChain&&) noexcept;
  ClosedChain& operator=(ClosedChain&&) noexcept;

  /// Whether the numbers are within reach of the machine, and somebody is ever delayed.
  bool isSolved() const { return m_convolution != nullptr; }
  std::size_t customers() const { return m_throughput.size() - 1; }
  /// Cycles per second, of at most `customers()`.
  double throughput(std::size_t customers) const { return m_throughput[customers]; }
  /// Probabilities of 0, 1, ... customers at a queue, given those of the number in all.
  std::vector<double> numberAt(std::size_t queue, const std::vector<double>& population) const;

 private:
  class Convolution;
  template <class Number>
  class ConvolutionIn;

  std::unique_ptr<const Convolution> m_convolution;
  std::vector<double> m_throughput;  // by customers
};

}  // namespace cantilever::analytic
