#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

/// Queues whose state is a number and a phase (quasi-birth-death chains), solved exactly.
namespace cantilever::analytic {

/// A small dense square matrix.
class Matrix {
 public:
  explicit Matrix(std::size_t size) : m_size(size), m_cells(size * size, 0.0) {}
  static Matrix identity(std::size_t size);

  std::size_t size() const { return m_size; }
  double& at(std::size_t row, std::size_t column) { return m_cells[row * m_size + column]; }
  double at(std::size_t row, std::size_t column) const { return m_cells[row * m_size + column]; }
  Matrix operator*(const Matrix& other) const;
  Matrix operator+(const Matrix& other) const;
  Matrix operator-(const Matrix& other) const;
  /// By Gauss and Jordan with pivots; must not be singular.
  Matrix inverse() const;
  /// row vector x this
  std::vector<double> appliedTo(const std::vector<double>& row) const;
  /// this x column vector
  std::vector<double> times(const std::vector<double>& column) const;
  double largest() const;

 private:
  std::size_t m_size;
  std::vector<double> m_cells;
};

/// Stationary probabilities of a chain with these rates, whose diagonal is ignored; every state must be left
/// for one of a smaller number, but for the first. By elimination without subtractions (Grassmann, Taksar and
/// Heyman 1985).
std::vector<double> stationaryOf(Matrix rates);

/// Rates out of a level: to the next above, within it (the diagonal is ignored and filled in), to the next
/// below. Phases are the same at every level; those that cannot occur have no rates.
struct LevelRates {
  Matrix up;
  Matrix within;
  Matrix down;
};

/// Stationary probabilities of a chain whose levels are all alike from `repeating` on.
struct LevelProbabilities {
  std::vector<std::vector<double>> levels;  ///< of 0 .. repeating
  Matrix ratio;                             ///< R: level n + 1 = level n x R from `repeating` on

  double meanLevel() const;
  /// Of being at this level or above, for one of at most `repeating`.
  double atOrAbove(std::size_t level) const;
};

/// R by logarithmic reduction (Latouche and Ramaswami 1993), the levels below it by the same elimination from
/// above (Bright and Taylor 1995). Needs a stable chain.
LevelProbabilities solveLevels(std::size_t phases, std::size_t repeating,
                               const std::function<LevelRates(std::size_t level)>& ratesOf);

/// What requests meet in a queue for `servers`.
struct BlockQueue {
  double meanWait = 0;  ///< of those that are not refused
  double waits = 0;
  double meanNumber = 0;
  double lost = 0;
};

/// A law of service in exponential phases.
struct ServicePhase {
  double begins = 0;  ///< probability of beginning with it
  double rate = 1;
  bool goesOn = false;  ///< to the next one; else it is the last
};
/// 1/scv equal ones in a row, if that is a whole number (Erlang's law), or above an scv of 1 either of two,
/// with balanced means (hyperexponential).
std::vector<ServicePhase> servicePhases(double meanService, double scv);

/// M/PH/c/K, exact (Neuts 1981): `room` requests at most, in service included. The work of a solution grows
/// with the cube of the mixes of phases that c services may be in, times c and the logarithm of the room:
/// what leaves twice as many levels follows from what leaves one half of them (Redheffer 1962).
BlockQueue queueOfPhases(double arrivals, const std::vector<ServicePhase>& service, double servers,
                         double room = std::numeric_limits<double>::infinity());
double mixesOfPhases(double phases, double servers);

/// Mean time that requests wait, interruptions included, for servers of which others take as many as they
/// need at any time, both exponential and Poisson. Exact but for the others beyond `most`, who are turned
/// away (Mitrani and King 1981, "Multiprocessor systems with preemptive priorities").
double waitBelowExponential(double arrivalsAbove, double meanServiceAbove, double arrivals,
                            double meanService, double servers, std::size_t most);

/// MMPP/M/c: Poisson arrivals whose rate alternates between two values after exponential times (Neuts 1981).
struct TwoRates {
  double first = 0;
  double second = 0;
  double firstLasts = 1;  ///< mean time, seconds
  double secondLasts = 1;
};
BlockQueue queueOfTwoRates(const TwoRates& arrivals, double meanService, double servers);

/// Mean response of two M/M/1 queues fed by a Poisson stream that joins the shorter one, ties at random, and
/// the probability that both are idle; `arrivals` of both together. Exact up to differences of 60 (Haight
/// 1958, Flatto and McKean 1977).
struct ShorterOfTwo {
  double meanResponse = 0;
  double bothIdle = 0;
};
ShorterOfTwo joinTheShorterOfTwo(double arrivals, double meanService, std::size_t mostDifference = 60);

}  // namespace cantilever::analytic
