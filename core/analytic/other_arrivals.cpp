#include "core/analytic/other_arrivals.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
#include "core/analytic/found_states.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/passages.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;
using plan::ServiceOrder;
using Stream = StationLoad::Stream;

constexpr std::size_t kMostFollowed = 2000;  // of a wait whose law is known
constexpr double kFarTail = 1e-12;
constexpr std::size_t kMostBursts = 6;  // sources at two levels each
constexpr double kMostBatch = 20'000;
constexpr double kNeverLost = 1e-12;

/// P(a batch has at least 1, 2, ... members), each of which is kept with a probability; empty if it may have
/// too many.
std::vector<double> atLeastInBatch(const CountLaw& batch, double kept) {
  std::vector<double> sizes;  // [n - 1]
  switch (batch.kind) {
    case CountLaw::Kind::Fixed:
      if (batch.mean <= kMostBatch) {
        sizes.assign(static_cast<std::size_t>(batch.mean), 0.0);
        sizes.back() = 1;
      }
      break;
    case CountLaw::Kind::Geometric:
      if (batch.mean * 35 <= kMostBatch) {
        for (double left = 1; left > 1e-15; left *= 1 - 1 / batch.mean) {
          sizes.push_back(left / batch.mean);
        }
      }
      break;
    case CountLaw::Kind::PowerLaw:
      for (double n = 1; batch.most <= kMostBatch && n <= batch.most; ++n) {
        sizes.push_back(std::pow(n, -batch.exponent));
      }
      break;
  }
  const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  if (kept < 1 - 1e-9) {
    if (sizes.size() > 1000) {
      return {};
    }
    std::vector<double> thinned(sizes.size(), 0.0);
    for (std::size_t n = 1; n <= sizes.size(); ++n) {
      for (std::size_t k = 1; sizes[n - 1] > 0 && k <= n; ++k) {
        const auto of = static_cast<double>(n);
        const auto some = static_cast<double>(k);
        thinned[k - 1] +=
            sizes[n - 1] * std::exp(logFactorial(of) - logFactorial(some) - logFactorial(of - some) +
                                    some * std::log(kept) + (of - some) * std::log1p(-kept));
      }
    }
    sizes = std::move(thinned);
  }
  double sum = 0;
  for (std::size_t i = sizes.size(); i-- > 0;) {
    sum += sizes[i] / all;
    sizes[i] = sum;
  }
  return sizes;
}

class StreamQueue {
 public:
  StreamQueue(const Pool& pool, const QueueLoad& load, const std::vector<Stream>& streams,
              QueueAnswer& answer)
      : m_pool(pool), m_load(load), m_stream(streams.front()), m_answer(answer) {
    m_queue.service = load.service.first;
    m_queue.servers = load.servers;
    m_queue.room = load.isLimited ? load.servers + load.room : INFINITY;
    if (streams.size() > 1 || !m_stream.isAsSent || pool.contention > 0 || pool.coherency > 0) {
      m_isSolvable = false;
    }
    if (pool.patience) {
      const double patience = pool.patience->mean.inSeconds();
      m_isSolvable = m_isSolvable && (pool.patience->kind == Law::Kind::Exponential || patience <= 0);
      m_queue.room = patience > 0 ? m_queue.room : load.servers;
      m_queue.patience = patience;
    }
    m_canLose = pool.patience || load.isLimited;
    const bool isInOrder = pool.order == ServiceOrder::Fifo || load.servers == m_queue.room ||
                           (pool.order == ServiceOrder::Lifo && !m_canLose);
    m_isSolvable = m_isSolvable && isInOrder;
  }

  void solve() {
    const plan::Source& source = *m_stream.source;
    const std::optional<Law> spacing = spacingOf(source, m_stream.rate / m_stream.kept);
    const int kinds = int(spacing.has_value()) + int(isBatched(source)) + int(source.bursts.has_value());
    bool isSolved = false;
    if (m_isSolvable && kinds == 1) {
      m_answer.isExact = true;
      m_answer.band = 0;
      isSolved = spacing ? renewal(*spacing) : source.bursts ? bursts(*source.bursts) : batches(source.batch);
    }
    m_answer.isProductForm = false;
    m_answer.isForStreams = isSolved;
    if (!isSolved) {
      m_answer.isUseKnown = !m_canLose;
      m_answer.unsolvable = "the arrivals of workload \"" + std::string(source.workload()) +
                            "\" are spaced, batched or bursty in a way for which there is no formula here";
    }
    if (isSolved && m_pool.order == ServiceOrder::Lifo) {
      for (StationWait& wait : m_answer.waits) {  // the mean is the same
        wait.stages.clear();
        wait.second = 0;
      }
    }
  }

 private:
  bool isOne() const { return m_load.servers <= 1; }
  /// All there is.
  bool isAlone() const { return m_stream.rate > m_load.arrivals * (1 - 1e-9); }
  double ownShare(std::size_t k) const {
    return k == m_stream.source->requestClass && m_load.arrivalsByClass[k] > 0
               ? std::min(1.0, m_stream.rate / m_load.arrivalsByClass[k])
               : 0.0;
  }

  bool renewal(const Law& spacing) {
    const double p = m_stream.kept;
    if (!isAlone()) {
      return false;
    }
    if (m_canLose && m_load.isExponential && p > 1 - 1e-9) {
      if (const std::optional<Found> found = foundByRenewal(m_queue, spacing)) {
        take(*found, *found, "GI/M/c/K");
        return true;
      }
    }
    // Each one kept at random (a geometric sum of spacings).
    const auto transform = [&](double s) {
      const double whole = transformOf(spacing, s);
      return p * whole / (1 - (1 - p) * whole);
    };
    const double rho = m_load.arrivals * m_load.service.first / m_load.servers;
    if (m_pool.patience || (m_load.isLimited && rho >= 1)) {
      return false;
    }
    correctForRenewal(transform, 1 + p * (spacing.scv() - 1), m_load, m_answer);
    const StationWait& wait = m_answer.waits.front();
    const double full =
        wait.probability * std::exp(-wait.rate * m_queue.service * m_load.room / m_load.servers);
    return !m_load.isLimited || full < kNeverLost;
  }

  bool bursts(const plan::Bursts& bursts) {
    const double firstLasts = bursts.length.inSeconds();
    const double secondLasts = firstLasts * (1 - bursts.share) / bursts.share;
    const double others = std::max(0.0, m_load.arrivals - m_stream.rate);
    const std::vector<KindOfTwoRates> kinds = {
        {m_stream.rate * bursts.level, m_stream.rate * bursts.calmLevel()}, {others, others}};
    if (m_load.isExponential) {
      if (const auto found = foundByBursts(m_queue, firstLasts, secondLasts, kinds)) {
        take((*found)[0], (*found)[1], "MMPP/M/c");
        return true;
      }
      return false;
    }
    if (m_canLose || m_load.onlyLaw == nullptr || !std::isfinite(m_load.service.second)) {
      return false;
    }
    if (isOne()) {
      const std::vector<WaitInBursts> waits =
          waitsInBursts(firstLasts, secondLasts, kinds, *m_load.onlyLaw, m_load.service.first);
      take([&](double own) {
        const double mean = own * waits[0].mean + (1 - own) * waits[1].mean;
        StationWait wait = waitOf(mean, own * waits[0].waits + (1 - own) * waits[1].waits, 0);
        const double second = own * waits[0].second + (1 - own) * waits[1].second;
        wait.second = std::isfinite(second) ? second : 0.0;
        return wait;
      });
      m_answer.model = "MMPP/G/1";
      return true;
    }
    // In bursts that overload it the queue grows whatever the law is, else as (1 + cs^2) / 2: between the
    // two.
    const auto found = foundByBursts(m_queue, firstLasts, secondLasts, kinds);
    if (!found) {
      return false;
    }
    take((*found)[0], (*found)[1], "MMPP/G/c");
    const double factor = (1 + m_load.service.scv()) / 2;
    const double between = (1 + factor) / 2;
    m_answer.isExact = false;
    m_answer.band = std::abs(1 - factor) / (1 + factor) + 0.1;
    m_answer.queue *= between;
    for (StationWait& wait : m_answer.waits) {
      wait = waitOf(wait.mean() * between, wait.probability, m_answer.band);
    }
    return true;
  }

  bool batches(const CountLaw& batch) {
    const double others = std::max(0.0, m_load.arrivals - m_stream.rate);
    if (m_load.isExponential) {
      const std::vector<double> atLeast = atLeastInBatch(batch, std::min(1.0, m_stream.kept));
      const double mean = std::accumulate(atLeast.begin(), atLeast.end(), 0.0);
      const auto found = mean > 0 ? foundByBatches(m_queue, m_stream.rate / mean, atLeast, others)
                                  : std::optional<FoundByBatches>();
      if (found) {
        take(found->ofBatches, found->ofOthers, "M^[X]/M/c");
        return true;
      }
    }
    if (m_canLose) {
      return false;
    }
    // The work that is there varies by that of whole batches; who is not the first of his also waits for
    // those before him (Burke 1975). At several servers a batch is worked off c times as fast: an
    // approximation.
    const double rho = m_load.arrivals * m_load.service.first / m_load.servers;
    const double before = othersInBatch(batch) * m_stream.kept / 2;
    const Moments& own = m_load.serviceByClass[m_stream.source->requestClass];
    const double band = isOne() ? 0.0 : 0.25;
    const double first = m_answer.waits.front().mean() + m_stream.rate * own.first * own.first * before /
                                                             (1 - rho) / (m_load.servers * m_load.servers);
    const double behind = before * own.first / m_load.servers;
    const double inBatch = 1 + 2 * before;  // roughly the size
    take([&](double share) {
      return waitOf(first + share * behind, 1 - (1 - rho) * (1 - share + share / inBatch), band);
    });
    m_answer.model = "M^[X]/G/c";
    m_answer.isExact = band == 0;
    m_answer.band = band;
    return true;
  }

  /// By the share that the stream has of each class.
  template <class WaitOf>
  void take(const WaitOf& waitOf) {
    m_answer.queue = 0;
    for (std::size_t k = 0; k < m_answer.waits.size(); ++k) {
      m_answer.waits[k] = waitOf(ownShare(k));
      m_answer.queue += m_load.arrivalsByClass[k] * m_answer.waits[k].mean();
    }
  }

  /// What arrivals of the stream find, and what others do.
  void take(const Found& ofStream, const Found& ofOthers, const char* model) {
    m_answer.queue = 0;
    m_answer.busy = 0;
    for (std::size_t k = 0; k < m_answer.waits.size(); ++k) {
      const double own = ownShare(k);
      Found found(ofStream.size());
      for (std::size_t n = 0; n < found.size(); ++n) {
        found[n] = own * ofStream[n] + (1 - own) * ofOthers[n];
      }
      const WaitOfFound known = waitAfter(m_queue, found);
      StationWait wait = waitOf(known.mean, known.waits, 0);
      wait.lost = known.refused + known.gaveUp;
      wait.lost = wait.lost < kNeverLost ? 0 : wait.lost;
      wait.patience = wait.lost > 0 ? known.gaveUp * known.untilGivenUp / wait.lost : 0;
      wait.second = known.second;
      setStages(known.stages, wait);
      m_answer.queue += m_load.arrivalsByClass[k] * known.waiting;
      m_answer.busy += m_load.arrivalsByClass[k] * (1 - wait.lost) * m_queue.service;
      m_answer.waits[k] = std::move(wait);
    }
    m_answer.working = m_answer.busy;
    m_answer.model = model;
  }

  /// More of them than can be followed one by one are put together.
  void setStages(std::vector<double> stages, StationWait& wait) const {
    double rest = 0;
    while (stages.size() > 1 && rest + stages.back() < kFarTail) {
      rest += stages.back();
      stages.pop_back();
    }
    if (stages.empty()) {
      return;
    }
    wait.departures = m_load.servers / m_load.service.first;
    if (stages.size() <= kMostFollowed) {
      wait.stages = std::move(stages);
      return;
    }
    const double together = std::ceil(static_cast<double>(stages.size()) / kMostFollowed);
    wait.stages.assign(static_cast<std::size_t>(static_cast<double>(stages.size()) / together) + 2, 0.0);
    for (std::size_t n = 0; n < stages.size(); ++n) {
      const double at = static_cast<double>(n) / together;
      const auto below = static_cast<std::size_t>(at);
      wait.stages[below] += stages[n] * (1 - (at - static_cast<double>(below)));
      wait.stages[below + 1] += stages[n] * (at - static_cast<double>(below));
    }
    wait.departures /= together;
    wait.isLawRough = true;
  }

  const Pool& m_pool;
  const QueueLoad& m_load;
  const Stream& m_stream;
  QueueAnswer& m_answer;
  ExponentialServers m_queue;
  bool m_isSolvable = true;
  bool m_canLose = false;
};

}  // namespace

void correctForStreams(const Pool& pool, const QueueLoad& load, const std::vector<Stream>& streams,
                       QueueAnswer& answer) {
  StreamQueue(pool, load, streams, answer).solve();
}

std::vector<LevelOfBursts> levelsOfBursts(const std::vector<Stream>& streams) {
  if (streams.size() > kMostBursts) {
    return {};
  }
  std::vector<LevelOfBursts> levels(1);
  for (const Stream& stream : streams) {
    const plan::Bursts& bursts = *stream.source->bursts;
    std::vector<LevelOfBursts> next;
    for (const LevelOfBursts& level : levels) {
      LevelOfBursts& high = next.emplace_back(level);
      high.probability *= bursts.share;
      high.factors.push_back(bursts.level);
      LevelOfBursts& low = next.emplace_back(level);
      low.probability *= 1 - bursts.share;
      low.factors.push_back(bursts.calmLevel());
    }
    levels = std::move(next);
  }
  return levels;
}

}  // namespace cantilever::analytic
