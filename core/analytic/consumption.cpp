#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "core/analytic/erlang.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

constexpr double kPauseBand = 0.25;
constexpr double kBandOfFilling = 0.1;  // of batches that wait to be full
constexpr double kNeverFull = 30;       // the logarithm of the chance that more wait than a batch may have

class ConsumerSolver {
 public:
  ConsumerSolver(const Structure& structure, const WorkingState& state)
      : m_structure(structure), m_plan(structure.plan()), m_state(state) {}

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
    double scv = 0;  ///< of a batch of the mean size
    double perMessage = 0;
  };

  Consumption consume(Index index) const {
    const plan::ConsumerGroup& group = m_plan.groups[index];
    double received = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      if (group.classSet == kNone || m_plan.classSets[group.classSet][k]) {
        received += m_state.traffic.published[group.log][k];
      }
    }
    const Holding& service = m_state.groupService[index];
    const bool isFilled = group.batch > 1 && group.linger > Duration();
    if (received <= 0 || (service.mean <= 0 && !isFilled)) {
      Consumption nothing;
      nothing.received = received;
      return nothing;
    }
    const Index pool = m_plan.links[group.link].pool;
    const double instances = pool == kNone ? 1.0 : m_state.instances[pool];
    const bool isEvery = group.delivery == plan::Delivery::Every;
    const double scv = std::max(0.0, service.second / (service.mean * service.mean) - 1);
    const BatchService batch{service.mean, scv, m_state.groupPerMessage[index]};
    Consumption result =
        withItsBatch(group, readersOf(group, received, instances), batch, m_state.beliefs.batch[index]);
    pause(group, received, pool == kNone ? 0.0 : m_state.stations[pool].utilisation, result);
    result.received = isEvery ? received * instances : received;
    result.lag *= isEvery ? instances : 1.0;
    result.isSkewed = group.delivery == plan::Delivery::Partitions && isSkewed(group);
    result.band = std::max(result.band, result.isSkewed ? 0.5 : 0.0);
    return result;
  }

  /// Nothing is read for a time from each commit on. What comes until that is caught up with, as a fluid,
  /// waits for anything between that time and nothing.
  static void pause(const plan::ConsumerGroup& group, double received, double ofPool, Consumption& result) {
    const double length = group.commitPause.inSeconds();
    const double interval = group.commitInterval.inSeconds();
    const bool isCommitted = group.delivery != plan::Delivery::Competing;
    if (!isCommitted || !(length > 0) || !(interval > 0) || !result.isStable) {
      return;
    }
    const double reading = 1 - std::min(1.0, length / interval);
    // What waits is read in larger batches, so that with these a pool which is always busy catches up too.
    const double busy = group.batch == 1 ? std::max(result.utilisation, ofPool) : result.utilisation;
    if (busy >= reading) {
      result.isStable = false;
      result.growth = received * (1 - reading / busy);
      return;
    }
    const double met = std::min(1.0, length / ((1 - busy) * interval));
    const double mean = met * length / 2;
    result.waitSecond += met * length * length / 3 + 2 * result.wait * mean;
    result.wait += mean;
    result.waitProbability += (1 - result.waitProbability) * met;
    result.lag += received * mean;
    result.band = std::max(result.band, kPauseBand);
  }

  std::vector<Readers> readersOf(const plan::ConsumerGroup& group, double received, double instances) const {
    const double places = placesOf(m_plan, group);
    const double partitions = m_plan.logs[group.log].partitions;
    switch (group.delivery) {
      case plan::Delivery::Competing:
        return {{1, received, places * instances, group.isOrdered ? partitions : 0.0}};
      case plan::Delivery::Every:
        return {{1, received, places, partitions}};
      case plan::Delivery::Partitions:
        break;
    }
    return ownersOf(group, received, instances, places);
  }

  /// Larger batches take longer, and while they do more comes for the next. `service` is that of batches of
  /// `size`, which the last pass believed in; here both are found together, as far as a batch works for each
  /// of its messages.
  static Consumption withItsBatch(const plan::ConsumerGroup& group, const std::vector<Readers>& all,
                                  const BatchService& service, double size) {
    constexpr int kMostSteps = 20;
    constexpr double kFound = 1e-10;
    const auto withBatchesOf = [&](double messages) {
      BatchService of = service;
      of.mean = std::max(of.perMessage * messages, of.mean + of.perMessage * (messages - size));
      Consumption result;
      for (const Readers& readers : all) {
        addReaders(result, readers, of, group.batch, group.linger);
      }
      return result;
    };
    double at = size;
    Consumption result = withBatchesOf(at);
    double more = result.batch - at;
    double slope = 0;  // of `more`, from two sizes
    for (int i = 0; i < kMostSteps && service.perMessage > 0 && std::abs(more) > kFound * at; ++i) {
      const double next =
          std::clamp(slope < 0 ? at - more / slope : result.batch, 1.0, std::max(1.0, group.batch * 1.0));
      result = withBatchesOf(next);
      slope = next == at ? 0.0 : (result.batch - next - more) / (next - at);
      more = result.batch - next;
      at = next;
    }
    return result;
  }

  bool isSkewed(const plan::ConsumerGroup& group) const {
    const plan::Log& log = m_plan.logs[group.log];
    return log.partitioning == plan::Log::Partitioning::Key && hottestKey(group) > 0.2 / log.partitions;
  }

  /// Member m of M owns the partitions p with floor(p M / P) = m: as equal as can be. The hottest key is in
  /// one of them as a whole, with the first of the readers; the others get equal shares.
  std::vector<Readers> ownersOf(const plan::ConsumerGroup& group, double received, double instances,
                                double places) const {
    const double partitions = m_plan.logs[group.log].partitions;
    const double hottest = isSkewed(group) ? hottestKey(group) : 0.0;
    const double fewer = std::floor(partitions / instances);
    double withMore = partitions - fewer * instances;
    double withFewer = instances - withMore;
    const double each = (1 - hottest) / partitions;
    std::vector<Readers> owners;
    if (hottest > 0) {
      const double owned = withMore > 0 ? fewer + 1 : fewer;
      (withMore > 0 ? withMore : withFewer) -= 1;
      const bool hasPlaceForEach = places >= owned;
      const double beside = hasPlaceForEach ? owned - 1 : 0.0;
      const double hot = hottest + each * (owned - beside);
      owners.push_back({hot, hot * received, places, owned - beside});
      if (beside > 0) {
        owners.push_back({each * beside, each * beside * received, places, beside});
      }
    }
    if (withMore > 0) {
      owners.push_back(
          {withMore * each * (fewer + 1), received * each * (fewer + 1), places, fewer + 1, withMore});
    }
    if (fewer > 0 && withFewer > 0) {
      owners.push_back({withFewer * each * fewer, received * each * fewer, places, fewer, withFewer});
    }
    return owners;
  }

  /// Share of the messages that are of one key; those without go anywhere.
  double hottestKey(const plan::ConsumerGroup& group) const {
    std::map<Index, double> bySpace;
    double total = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      const double rate = m_state.traffic.published[group.log][k];
      const bool isRead = group.classSet == kNone || m_plan.classSets[group.classSet][k];
      if (rate > 0 && isRead) {
        bySpace[space] += space == kNone ? 0.0 : rate * m_structure.shareOfHottest(space);
        total += rate;
      }
    }
    double most = 0;
    for (const auto& [space, rate] : bySpace) {
      most = std::max(most, rate / total);
    }
    return most;
  }

  static void addReaders(Consumption& sum, const Readers& readers, const BatchService& service, double most,
                         Duration linger) {
    const double places =
        readers.partitions > 0 ? std::min(readers.places, readers.partitions) : readers.places;
    if (std::isinf(places) || service.mean <= 0) {  // somebody is always free
      if (most > 1 && linger > Duration()) {
        const plan::ExpectedBatch filled = plan::expectedBatch(batchingOf(most, linger), readers.arrivals);
        addWait(sum, readers, {filled.wait, filled.waitSecond, 1});
        sum.batch = std::max(sum.batch, filled.size);
        sum.band = std::max(sum.band, kBandOfFilling);
      }
      return;
    }
    const double capacity = places * most / service.mean;
    sum.utilisation = std::max(sum.utilisation, readers.arrivals / capacity);
    if (readers.arrivals >= capacity) {
      sum.isStable = false;
      sum.waitProbability = 1;
      sum.growth += readers.count * (readers.arrivals - capacity);
      sum.batch = most;
      return;
    }
    const Wait wait = most <= 1             ? waitForMessage(sum, readers, service, places)
                      : linger > Duration() ? waitToBeFull(sum, readers, service, most, linger, places)
                                            : waitForBatch(sum, readers, service, most, places);
    addWait(sum, readers, wait);
  }

  struct Wait {
    double mean = 0;
    double second = 0;
    double probability = 0;
  };
  static void addWait(Consumption& sum, const Readers& readers, const Wait& wait) {
    sum.wait += readers.share * wait.mean;
    sum.waitSecond += readers.share * wait.second;
    sum.waitProbability += readers.share * wait.probability;
    sum.lag += readers.count * readers.arrivals * wait.mean;
  }

  static plan::Batching batchingOf(double most, Duration linger) {
    plan::Batching of;
    of.most = static_cast<std::uint32_t>(most);
    of.linger = linger;
    return of;
  }
  /// Exponential for those who wait.
  static Wait exponential(double mean, double probability) {
    const double p = std::clamp(probability, 1e-12, 1.0);
    return mean > 0 ? Wait{mean, 2 * mean * mean / p, p} : Wait{};
  }

  static Wait waitForMessage(Consumption& sum, const Readers& readers, const BatchService& service,
                             double places) {
    const double forPlace = waitForPlace(sum, readers, service, places);
    const double behind = waitBehindPartition(sum, readers, service, places);
    const bool isByPartition = readers.partitions > 1 && readers.places >= readers.partitions;
    const double busy = isByPartition ? readers.arrivals / readers.partitions * service.mean
                                      : waitOfMMc(readers.arrivals, service.mean, places).probability;
    return exponential(forPlace + behind, busy);
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

  /// Whoever is free takes all that wait. Where there is a place for each partition, of that partition.
  static Wait waitForBatch(Consumption& sum, const Readers& readers, const BatchService& service, double most,
                           double places) {
    const bool isByPartition = readers.partitions > 0 && readers.places >= readers.partitions;
    const double queues = isByPartition ? readers.partitions : 1;
    const double each = isByPartition ? 1 : places;
    const Bulk bulk = bulkOf(readers.arrivals / queues, service, each, most);
    sum.batch = std::max(sum.batch, bulk.batch);
    // How long a batch takes depends on how many are in it.
    sum.band = std::max(sum.band, each > 1 ? 0.5 : 0.25);
    sum.longer += readers.share * bulk.longer;
    return bulk.wait;
  }

  /// A batch goes out when it is full or its first message has lingered, and somebody is free for it.
  static Wait waitToBeFull(Consumption& sum, const Readers& readers, const BatchService& service, double most,
                           Duration linger, double places) {
    constexpr double kBandOfBoth = 0.5;  // if batches are late because of those before them
    const plan::Batching of = batchingOf(most, linger);
    const plan::ExpectedBatch alone = plan::expectedBatch(of, readers.arrivals);
    Lateness late = places > 1 ? latenessForPlace(readers.arrivals, alone.size, service, most, places)
                               : latenessBehindOne(readers.arrivals, service, of);
    // Those who were there wait for as much longer, and up to as many as fit come meanwhile.
    const double come = std::min(most - alone.size, readers.arrivals * late.first);
    const double size = alone.size + come;
    const double longer =
        std::min(late.first + readers.arrivals * late.second / 2, (alone.size + come / 2) * late.first);
    Wait wait{0, 0, 1};
    wait.mean = (alone.wait * alone.size + longer) / size;
    wait.second =
        std::max(wait.mean * wait.mean,
                 (alone.waitSecond * alone.size + late.second + readers.arrivals * late.third / 3) / size);
    // Where more come in a service than a batch may have, nobody waits for a batch to be full.
    const Bulk full = places > 1 ? Bulk{} : bulkOf(readers.arrivals, service, 1, most);
    if (full.wait.mean > wait.mean) {
      wait = full.wait;
    }
    // While some of a partition's messages are worked on, the others are not there to be read.
    if (readers.partitions > 1) {
      const double cycle = service.mean + readers.partitions / readers.arrivals + wait.mean;
      const double left = service.mean * (1 + service.scv) / 2;
      const double behind = service.mean / cycle * left;
      late.first += behind;
      wait.second += 2 * wait.mean * behind + behind * 2 * left;
      wait.mean += behind;
    }
    const bool isLate = full.wait.mean + late.first > kBandOfFilling * wait.mean;
    sum.batch = std::max(sum.batch, std::max(size, full.batch));
    sum.band = std::max(sum.band, isLate ? kBandOfBoth : kBandOfFilling);
    sum.longer += readers.share * service.perMessage * std::min(1.0, most - size);
    return wait;
  }

  /// By how much the moments of the time for which the first message of a batch waits grow, from how long it
  /// would be if somebody were always free.
  struct Lateness {
    double first = 0;
    double second = 0;
    double third = 0;
  };
  /// Batches come the more evenly the more messages are in one (Allen 1978, Cunneen), and become larger while
  /// they wait.
  static Lateness latenessForPlace(double arrivals, double size, const BatchService& service, double most,
                                   double places) {
    const auto waitWith = [&](double messages) {
      if (arrivals / messages * service.mean >= places) {
        return std::numeric_limits<double>::infinity();
      }
      const double random = waitOfMGc(arrivals / messages, service.mean, service.scv, places).value;
      return random * (1 / messages + service.scv) / (1 + service.scv);
    };
    const auto beyond = [&](double messages) { return messages - size - arrivals * waitWith(messages); };
    const double grown = beyond(size) >= 0   ? size
                         : beyond(most) <= 0 ? most
                                             : rootOfIncreasing(size, most, beyond);
    const double wait = waitWith(grown);
    const double filling = (size - 1) / arrivals;
    return {wait, 2 * wait * (wait + filling), 6 * wait * wait * wait};
  }

  /// The first message comes an exponential time E after the last batch has gone out, which keeps the reader
  /// for a time S, as if gamma: max(S - E, F) instead of F, the time until the batch is full or has lingered.
  static Lateness latenessBehindOne(double arrivals, const BatchService& service, const plan::Batching& of) {
    constexpr int kSteps = 64;
    constexpr double kNever = 1e-6;
    const double linger = of.linger.inSeconds();
    const double scv = std::max(service.scv, 1e-3);
    const auto aboveOf = [](double shape, double x) { return 1 - gammaUpTo(shape, x); };
    const double shape = 1 / scv;
    const double unit = service.mean * scv;
    // E[e^(-lambda (S - t)); S > t] is of a gamma law with a smaller unit.
    const double tilted = unit / (1 + arrivals * unit);
    const auto busyAbove = [&](double t) {
      const double above = aboveOf(shape, t / unit);
      const double idle = arrivals * t - shape * std::log1p(arrivals * unit);
      const double rest = aboveOf(shape, t / tilted);
      return std::clamp(above - (rest > 0 ? std::exp(idle + std::log(rest)) : 0.0), 0.0, above);
    };
    const auto filledBy = [&](double t) { return gammaUpTo(of.most - 1.0, arrivals * t); };
    double end = service.mean;
    while (aboveOf(shape, end / unit) > kNever) {
      end *= 1.5;
    }
    if (busyAbove(0) < kNever || (end < linger && filledBy(end) < kNever)) {
      return {};
    }
    // P(max(A, B) > t) - P(B > t) = P(B <= t) P(A > t).
    Lateness late;
    const auto integrate = [&](double from, double to, const auto& goneBy) {
      const double step = (to - from) / kSteps;
      for (int i = 0; to > from && i <= kSteps; ++i) {
        const double t = from + i * step;
        const double weight = (i == 0 || i == kSteps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * step / 3;
        const double more = weight * goneBy(t) * busyAbove(t);
        late.first += more;
        late.second += 2 * t * more;
        late.third += 3 * t * t * more;
      }
    };
    integrate(0, std::min(linger, end), filledBy);
    integrate(linger, end, [](double) { return 1.0; });
    return late;
  }

  struct Bulk {
    Wait wait;
    double batch = 1;
    double longer = 0;  ///< by how much the batch of a message takes longer than a batch
  };

  /// M/G^[1,inf]/c: who comes while all are busy waits until the first of them is done, and is then served
  /// with all others who wait. With one server that is busy E[S] of E[S] + E[e^(-lambda S)] / lambda (renewal
  /// argument); with several of exponential service the numbers busy balance as in Erlang's loss system, and
  /// behind the last of them a geometric number waits. A limit K makes waits longer, and batches smaller, as
  /// with one exponential server that is as fast as all: M/M^[1,K]/1 (Bailey 1954, Chaudhry and Templeton
  /// 1983), beside M/M^[1,inf]/1 with its wait m x (1 + x) / (1 + x + x^2) and batch (1 + x + x^2) / (1 + x).
  static Bulk bulkOf(double arrivals, const BatchService& service, double places, double most) {
    const double offered = arrivals * service.mean;
    const double each = offered / places;
    const Sizes sizes = places > 1 ? Sizes{} : sizesOf(arrivals, service);
    const double scv = places > 1 ? service.scv : sizes.serviceScv;
    double left = service.mean * (1 + scv) / 2 / places;  // of the first to be done
    double leftSquare = 2 * left * left;
    Bulk result;
    double busy = 0;
    if (places > 1) {
      const double lost = erlangB(offered, places);
      busy = lost * (1 + each) / (1 + lost * each);
      result.batch = 1 / (1 - busy + busy / (1 + each));
    } else {
      busy = offered / sizes.mean;
      result.batch = sizes.mean;
      leftSquare = service.mean * service.mean * (1 + scv) * (1 + 2 * scv) / 3;
      result.longer = service.perMessage * sizes.variance / sizes.mean;
    }
    if (most * std::log1p(1 / each) < kNeverFull) {
      const double r = rootOfIncreasing(1e-12, 1 - 1e-12, [&](double x) {
        return -(each - (each + 1) * x + std::pow(x, most + 1)) / (1 - x);
      });
      const double idle = 1 / (1 / each + 1 / (1 - r));
      const double longer =
          idle * r / ((1 - r) * (1 - r)) * (1 + each + each * each) / (each * each * (1 + each));
      left *= longer;
      leftSquare *= longer * longer;
      result.batch *= each * (1 - r) / idle * (1 + each) / (1 + each + each * each);
    }
    result.wait = {busy * left, busy * leftSquare, busy};
    result.batch = std::clamp(result.batch, 1.0, most);
    return result;
  }

  struct Sizes {
    double mean = 1;
    double variance = 0;
    double serviceScv = 0;  ///< with that
  };
  /// Of the batches of one server: those who have come during the one before, a Poisson number given its
  /// service, or one if there are none. Larger ones take longer, and then the next one is larger.
  static Sizes sizesOf(double arrivals, const BatchService& service) {
    const double offered = arrivals * service.mean;
    Sizes result;
    result.serviceScv = service.scv;
    for (int i = 0; i < 30; ++i) {
      const double scv = result.serviceScv;
      const double noneCame =
          scv > 1e-9 ? std::pow(1 + offered * scv, -1 / scv) : std::exp(-offered);  // service as if gamma
      result.mean = offered + noneCame;
      const double square = offered + offered * offered * (1 + scv) + noneCame;
      result.variance = std::max(0.0, square - result.mean * result.mean);
      const double share = service.perMessage / service.mean;
      const double next = service.scv + share * share * result.variance;
      if (std::abs(next - scv) < 1e-9) {
        break;
      }
      result.serviceScv = std::min(next, 100.0);
    }
    return result;
  }

  const Structure& m_structure;
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

Consumption consumptionOf(const Structure& structure, const WorkingState& state, Index group) {
  return ConsumerSolver(structure, state).consume(group);
}

}  // namespace cantilever::analytic
