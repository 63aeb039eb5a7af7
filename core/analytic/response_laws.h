#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/analytic/law_transform.h"
#include "core/analytic/tail_series.h"
#include "core/base/law.h"

namespace cantilever::analytic {

/// Laws of response times, put together from parts that are taken to be independent: what happens one after
/// the other is a product of transforms, what happens with a probability a mixture, and the k-th answer of
/// several a polynomial of probabilities. Nodes refer to earlier ones, so all of a class's responses are one
/// graph, and a quantile is a few passes over it: P(T > t) by Abate and Whitt's EULER algorithm (1995,
/// "Numerical inversion of Laplace transforms of probability distributions"), good to about 1e-8 where the
/// law has a density; of an approximation by one series for many times (TailSeries), good to 1 %; to a few
/// per cent beside a jump; or directly where a probability is known in closed form. Inside the k-th of
/// several, of hedges and of time limits, branches that are approximations anyway count as gamma laws with
/// their moments: an inversion for each point of a table would take minutes in large designs. Hedges and
/// limits look first whether the branch is like that where it matters to them; one with a rare slow part is
/// not, and is inverted after all.
///
/// Each node knows its first two moments, the error of its mean, and whether it is exact. Times in seconds.
class ResponseLaws {
 public:
  using Node = std::uint32_t;
  static constexpr Node kZero = 0;

  /// What a wait is worth.
  struct Worth {
    double band = 0;          ///< of the mean; 0: exact
    bool isLawExact = false;  ///< of the law, given that arrivals are Poisson
    bool isSingle = false;    ///< one server first come, first served: nobody overtakes
    std::uint64_t place = 0;  ///< a bit for the station
  };

  /// P(T <= t), straight between points.
  struct Table {
    std::vector<double> times;
    std::vector<double> above;
  };
  struct Tabulated {
    double mean = 0;
    double second = 0;
    Table table;
  };
  /// By all that the k-th of several depends on, where that is only moments and laws.
  using Orders = std::map<std::vector<double>, Tabulated>;

  /// `orders`: those tabulated before, to which new ones are added; what does not change from one pass of the
  /// solver to the next is not tabulated again. Null: none; else they are there until forgotten. `nodes`:
  /// about how many there will be.
  explicit ResponseLaws(Orders* orders = nullptr, std::size_t nodes = 0);
  void forgetOrders() { m_known = nullptr; }

  Node law(const Law& law);
  /// Zero with some probability, else exponential.
  Node wait(double probability, double rate, const Worth& worth);
  /// Zero, or with this probability a gamma variable, with these moments in all.
  Node waitOfMoments(double mean, double second, double probability, const Worth& worth);
  /// Zero, or with this probability of a law, which is rough but for these moments in all.
  Node waitOfLaw(double mean, double second, double probability, const Law& law, const Worth& worth);
  /// The wait in M/G/1 (Pollaczek and Khinchine's transform); `service` in its law.
  Node queueOfOne(double arrivals, Node service, const Worth& worth);
  /// The wait for a number of stages with this rate: none, 1, 2, ... with these probabilities.
  Node stagesOf(const std::vector<double>& probabilities, double rate, const Worth& worth);
  /// Zero, or with this probability a busy period of M/M/1.
  Node waitForBusyPeriod(double probability, double arrivals, double rate, const Worth& worth);
  /// The response in M/M/1 with processor sharing.
  Node shared(double arrivals, double meanService, const Worth& worth);
  /// A gamma law with these moments.
  Node momentsOnly(double mean, double second, double band);
  Node uniformUpTo(double most);
  Node constant(double seconds);
  Node sum(Node a, Node b);
  /// a with the probability p, else b.
  Node mix(double p, Node a, Node b);
  /// The k-th answer of independent ones, each of them `times` over. `scale` corrects the mean of a fork-join
  /// for what its branches have in common; 1: none.
  struct Branches {
    Node node = kZero;
    double times = 1;
    double success = 1;  ///< with this probability it answers at all, then in this time
  };
  /// Given that so many answer.
  Node orderOf(const std::vector<Branches>& branches, double needed, double band);
  /// The first success of two attempts, each of which succeeds with this probability in the time of a node;
  /// the second is begun after so long if nobody has answered yet, as has the probability `extra`. Given that
  /// one of them succeeds.
  struct Hedge {
    double after = 0;
    double late = 0;  ///< P(T > after) of the time of that node
    double extra = 0;
    double success = 1;
  };
  Node hedged(Node of, const Hedge& hedge);
  /// Given that it is at most so long, which has the probability `within`, and then this mean.
  Node within(Node of, double most, double within, double mean);
  /// Stretched in time; of a law or a wait.
  Node scaled(Node of, double factor, double band);

  double mean(Node node) const { return m_nodes[node].mean; }
  double second(Node node) const { return m_nodes[node].second; }
  double error(Node node) const { return m_nodes[node].error; }
  bool isMeanExact(Node node) const { return m_nodes[node].error == 0; }
  bool isLawExact(Node node) const { return m_nodes[node].isLawExact && !m_nodes[node].isInexactSum; }
  bool hasWaits(Node node) const { return m_nodes[node].places != 0; }
  bool isMemoryless(Node node) const;
  /// What is just that, or that stretched; else null.
  const Law* lawOf(Node node) const {
    while (m_nodes[node].kind == Kind::Scaled) {
      node = m_nodes[node].a;
    }
    return m_nodes[node].kind == Kind::Law ? &m_laws[m_nodes[node].index] : nullptr;
  }
  bool isHeavy(Node node) const { return m_nodes[node].isHeavy; }

  double above(Node node, double t) const;
  using Tail = TailAt;
  Tail tailAt(Node node, double t) const;
  /// No more take longer, by what has been found of it so far.
  double mostAbove(Node node, double t) const;
  /// E[T | T <= t], by a fine inversion.
  double meanUpTo(Node node, double t) const;
  /// Those of an approximation are found most quickly if the largest is asked for first.
  double quantile(Node node, double q) const;
  std::size_t size() const { return m_nodes.size(); }

 private:
  enum class Kind : std::uint8_t {
    Zero,
    Law,
    Wait,
    QueueOfOne,
    Stages,
    BusyPeriod,
    Shared,
    Sum,
    Mix,
    Order,
    Hedged,
    Within,
    Scaled
  };
  struct Part {
    Kind kind = Kind::Zero;
    bool isLawExact = true;
    bool isInexactSum = false;
    bool canOvertake = false;
    bool isHeavy = false;     ///< an infinite second moment somewhere
    bool isLookedUp = false;  ///< P(T > t) from its table
    bool isInverted = false;  ///< tabulated from what it is of itself, though that takes inversions
    Node a = kZero;
    Node b = kZero;
    std::uint32_t index = 0;  ///< of a law, of branches, of a table
    double p = 0;
    double early = 0;  ///< of a hedge: P(T <= t) of an attempt when it goes out
    double rate = 0;
    double arrivals = 0;
    double mean = 0;
    double second = 0;
    double error = 0;
    double least = 0;        ///< constants in it: it never takes less
    double directCost = 1;   ///< of P(T > t) in closed form
    std::uint32_t size = 1;  ///< nodes that it is made of, those met twice counted twice
    std::uint64_t places = 0;
  };
  struct Order {
    std::vector<Branches> branches;
    double needed = 1;
  };
  using Complex = std::complex<double>;
  static constexpr double kMostDirect = 200;  ///< closed forms worth more than an inversion

  Node add(const Part& part);
  static bool isLost(const Part& small, const Part& large);
  static Part withMomentsOf(const Part& sum, Part law);
  Node tabulated(Part part, double scale);
  Tabulated tableOf(const Part& part, double scale) const;
  static bool isFine(const Part& part);
  static double roughnessOf(const Part& part);
  Node withTable(Part part, Tabulated of);
  bool tell(Node branch, std::vector<double>& key) const;
  Node knownOrder(const Part& part, double scale);
  std::vector<Branches> grouped(const std::vector<Branches>& branches) const;
  double directlyAbove(const Part& part, double t) const;
  double orderAbove(const Order& order, double t) const;
  double enoughBy(const Order& order, double t) const;
  double hedgedAbove(const Part& part, double t) const;
  struct Fineness;
  static const Fineness kFine, kCoarse;
  Tail inversionAt(Node node, double t, const Fineness& fineness) const;
  Tail invertedTail(Node node, double t) const;
  Tail seriesAt(Node node, double t) const;
  template <class Visit>
  void eachFrequency(Node node, double damping, double spacing, std::size_t count, const Visit& visit) const;
  bool isDirect(Node node) const;
  Node nodeOf(const Part& part) const { return static_cast<Node>(&part - m_nodes.data()); }
  const LawTransform& transformOfLaw(std::uint32_t index) const;
  bool isByMoments(Node node) const;
  double branchAbove(Node node, double t) const;
  double branchAbove(const Part& whole, double t) const {
    return whole.isInverted ? above(whole.a, t) : branchAbove(whole.a, t);
  }
  double tableAbove(const Part& part, double t) const;
  Complex transform(const Part& part, Complex s) const;
  Complex transformOfTable(const Table& table, Complex s) const;
  /// e^(-s lag) at the present frequencies, and by how much it is another at the next ones.
  struct Lag {
    bool isThere = false;
    Frequencies at;
    Frequencies further;
  };
  /// One of the parts of a node, in a list of all of them.
  struct Step {
    Kind kind = Kind::Zero;
    Node a = kZero;  ///< places in the list; of what has no parts, the node
    Node b = kZero;
    double p = 0;
    double rate = 0;
    double lagA = 0;  ///< of a behind the least of the whole, which transforms of steps are without
    double lagB = 0;
    Lag factorA = {};
    Lag factorB = {};
  };
  std::vector<Step>& stepsTo(Node node) const;
  static void beginLags(std::vector<Step>& steps, const Frequencies& first, double further);
  static void advanceLags(std::vector<Step>& steps);
  void transformAt(const std::vector<Step>& steps, const Frequencies& s, Frequencies& result) const;
  void transform(const Part& part, const Frequencies& s, Frequencies& result) const;

  Orders* m_known = nullptr;
  std::vector<Part> m_nodes;
  std::vector<Law> m_laws;
  mutable std::vector<std::optional<LawTransform>> m_transforms;  // parallel to m_laws, as far as asked for
  std::vector<Node> m_lawNodes;  // of those that were asked for, by their laws
  std::vector<Order> m_orders;
  std::vector<std::vector<double>> m_stages;
  std::vector<Table> m_tables;
  mutable Node m_stepsTo = kZero;  // of the last node asked for
  mutable std::vector<Step> m_steps;
  mutable std::vector<Frequencies> m_values;
  mutable std::map<Node, std::vector<TailSeries>> m_series;  // of what is beyond the least of a node
};

}  // namespace cantilever::analytic
