#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/contents.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

class ConsumerSolver {
 public:
  ConsumerSolver(const plan::Plan& plan, const WorkingState& state) : m_plan(plan), m_state(state) {}

  Consumption consume(Index index) const {
    const plan::ConsumerGroup& group = m_plan.groups[index];
    const plan::Log& log = m_plan.logs[group.log];
    Consumption result;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      if (group.classSet == kNone || m_plan.classSets[group.classSet][k]) {
        result.received += m_state.traffic.published[group.log][k];
      }
    }
    const Index pool = m_plan.links[group.link].pool;
    const double instances = (pool == kNone ? 1.0 : m_state.instances[pool]);
    const double places = placesOf(m_plan, group);
    const Holding& service = m_state.groupService[index];
    if (result.received <= 0 || service.mean <= 0) {
      return result;
    }
    const double scv = std::max(0.0, service.second / (service.mean * service.mean) - 1);
    if (group.delivery == plan::Delivery::Competing) {
      addReaders(result, {1, result.received, places * instances, group.isOrdered ? log.partitions : 0.0},
                 {service.mean, scv}, group.batch, group.linger);
    } else if (group.delivery == plan::Delivery::Every) {
      addReaders(result, {1, result.received, places, static_cast<double>(log.partitions)},
                 {service.mean, scv}, group.batch, group.linger);
      result.lag *= instances;
      result.received *= instances;
    } else {
      // Member m of M owns the partitions p with floor(p M / P) = m: as equal as can be.
      const double partitions = log.partitions;
      const double fewer = std::floor(partitions / instances);
      const double withMore = partitions - fewer * instances;
      const double each = result.received / partitions;
      if (withMore > 0) {
        addReaders(result,
                   {withMore * (fewer + 1) / partitions, each * (fewer + 1), places, fewer + 1, withMore},
                   {service.mean, scv}, group.batch, group.linger);
      }
      if (fewer > 0) {
        addReaders(
            result,
            {(instances - withMore) * fewer / partitions, each * fewer, places, fewer, instances - withMore},
            {service.mean, scv}, group.batch, group.linger);
      }
      const bool isSkewed =
          log.partitioning == plan::Log::Partitioning::Key && hottestKey(group) > 0.2 / partitions;
      result.band = std::max(result.band, isSkewed ? 0.5 : 0.0);
    }
    return result;
  }

  double hottestKey(const plan::ConsumerGroup& group) const {
    double most = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      if (m_state.traffic.published[group.log][k] > 0) {
        const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : m_plan.keySpaces[space];
        most = std::max(most, shareOfHottest(keys));
      }
    }
    return most;
  }

  /// Readers that are alike.
  struct Readers {
    double share = 1;       ///< of all messages, all of them together
    double arrivals = 0;    ///< messages per second, at each
    double places = 1;      ///< batches at a time, of each
    double partitions = 0;  ///< that each reads one batch at a time of; 0: it
                            ///< does not matter where they are
    double count = 1;
  };
  struct BatchService {
    double mean = 0;
    double scv = 0;
  };

  static void addReaders(Consumption& sum, const Readers& readers, const BatchService& service, double most,
                         Duration linger) {
    const double places =
        readers.partitions > 0 ? std::min(readers.places, readers.partitions) : readers.places;
    if (std::isinf(places)) {
      return;
    }
    const double capacity = places * most / service.mean;
    sum.utilisation = std::max(sum.utilisation, readers.arrivals / capacity);
    if (readers.arrivals >= capacity) {
      sum.isStable = false;
      sum.growth += readers.count * (readers.arrivals - capacity);
      sum.batch = most;
      return;
    }
    double wait = 0;
    if (most <= 1) {
      wait = waitForPlace(sum, readers, service, places) + waitBehindPartition(sum, readers, service, places);
    } else {
      wait = bulk(sum, readers.arrivals, places / service.mean, most) * (1 + std::min(service.scv, 1.0)) / 2;
      sum.band = std::max(sum.band, 0.5);
      // What comes while the first of a batch waits for more: a wait that is not solved, but its load is.
      sum.batch = std::max(sum.batch, std::min(most, 1 + readers.arrivals * linger.inSeconds()));
    }
    sum.wait += readers.share * wait;
    sum.lag += readers.count * readers.arrivals * wait;
  }

  static double waitForPlace(Consumption& sum, const Readers& readers, const BatchService& service,
                             double places) {
    if (readers.partitions > 1 && readers.places >= readers.partitions) {
      return 0;  // a place for each
    }
    const Figure figure = waitOfMGc(readers.arrivals, service.mean, service.scv, places);
    sum.band = std::max(sum.band, figure.band + (places > 1 ? 0.2 : 0.0));
    return figure.value;
  }

  /// For the message before it in the same partition, which somebody else works on. With one place that is
  /// the wait for the place; with as many as partitions it is all of the wait; between these the share of the
  /// others.
  static double waitBehindPartition(Consumption& sum, const Readers& readers, const BatchService& service,
                                    double places) {
    if (readers.partitions <= 1 || places <= 1) {
      return 0;
    }
    const double arrivals = readers.arrivals / readers.partitions;
    const double second = service.mean * service.mean * (1 + service.scv);
    const double wait = waitOfMG1(arrivals, {service.mean, second, 0});
    sum.band = std::max(sum.band, 0.3);
    return readers.places >= readers.partitions ? wait : wait * (1 - 1 / places);
  }

  /// M/M^[1,K]/1: whoever is free takes all that wait, up to K (Bailey 1954, Chaudhry and Templeton 1983).
  /// Returns the mean wait.
  static double bulk(Consumption& sum, double arrivals, double rate, double most) {
    const double r = rootOfIncreasing(1e-12, 1 - 1e-12, [&](double x) {
      return -(arrivals - (arrivals + rate) * x + rate * std::pow(x, most + 1)) / (1 - x);
    });
    const double a = 1 / (rate / arrivals + 1 / (1 - r));
    const double waiting = a * r / ((1 - r) * (1 - r));
    sum.batch = std::clamp(arrivals / (rate * a / (1 - r)), 1.0, most);
    return waiting / arrivals;
  }

  const plan::Plan& m_plan;
  const WorkingState& m_state;
};

}  // namespace

/// Batches that an instance works on at a time.
double placesOf(const plan::Plan& plan, const plan::ConsumerGroup& group) {
  const Index pool = plan.links[group.link].pool;
  if (group.inFlight > 0 || pool == kNone) {
    return group.inFlight > 0 ? group.inFlight : std::numeric_limits<double>::infinity();
  }
  const plan::Pool& of = plan.pools[pool];
  return of.seats > 0 ? of.seats : of.servers > 0 ? of.servers : std::numeric_limits<double>::infinity();
}

Consumption consumptionOf(const plan::Plan& plan, const WorkingState& state, Index group) {
  return ConsumerSolver(plan, state).consume(group);
}

}  // namespace cantilever::analytic
