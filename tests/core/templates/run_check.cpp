#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "core/advice/checklist.h"
#include "tests/core/templates/bands.h"

namespace cantilever::test {

namespace {

using Samples = std::vector<const sim::Sample*>;
/// A figure of the element at that position, over samples one after the other.
using OfSamples = std::function<double(const Samples&, std::size_t)>;

double secondsOf(const Samples& samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0, [](double sum, const sim::Sample* sample) {
    return sum + static_cast<double>(sample->lengthNs) * 1e-9;
  });
}

template <class Amount>
OfSamples total(Amount amount) {
  return [amount](const Samples& samples, std::size_t at) {
    return std::accumulate(samples.begin(), samples.end(), 0.0, [&](double sum, const sim::Sample* sample) {
      return sum + static_cast<double>(amount(*sample, at));
    });
  };
}

template <class Amount>
OfSamples rateOf(Amount amount) {
  return [amount](const Samples& samples, std::size_t at) {
    return total(amount)(samples, at) / secondsOf(samples);
  };
}

template <class Part, class Whole>
OfSamples shareOf(Part part, Whole whole) {
  return [part, whole](const Samples& samples, std::size_t at) {
    return total(part)(samples, at) / total(whole)(samples, at);
  };
}

/// Of what is a mean over the interval.
template <class Level>
OfSamples meanOf(Level level) {
  return [level](const Samples& samples, std::size_t at) {
    const auto area = [&](const sim::Sample& sample, std::size_t element) {
      return static_cast<double>(level(sample, element)) * static_cast<double>(sample.lengthNs) * 1e-9;
    };
    return total(area)(samples, at) / secondsOf(samples);
  };
}

template <class Level>
OfSamples lastOf(Level level) {
  return [level](const Samples& samples, std::size_t at) {
    return static_cast<double>(level(*samples.back(), at));
  };
}

/// The highest of the intervals'.
template <class Level>
OfSamples highestOf(Level level) {
  return [level](const Samples& samples, std::size_t at) {
    double highest = 0;
    for (const sim::Sample* sample : samples) {
      highest = std::max(highest, static_cast<double>(level(*sample, at)));
    }
    return highest;
  };
}

std::uint64_t failedOf(const sim::Sample& sample, std::size_t at) {
  const auto& failed = sample.classes[at].failed;
  return std::accumulate(failed.begin(), failed.end(), std::uint64_t{0});
}
std::uint64_t succeededOf(const sim::Sample& sample, std::size_t at) {
  return sample.classes[at].succeeded;
}
std::uint64_t endedOf(const sim::Sample& sample, std::size_t at) {
  return failedOf(sample, at) + succeededOf(sample, at);
}

/// A field of the element at that position, times `unit`.
template <class Element, class Field>
auto of(std::vector<Element> sim::Sample::*list, Field Element::*field, double unit = 1) {
  return [list, field, unit](const sim::Sample& sample, std::size_t at) {
    return static_cast<double>((sample.*list)[at].*field) * unit;
  };
}

const std::map<std::string, std::map<std::string, OfSamples>>& sampleMeasures() {
  using S = sim::Sample;
  constexpr double kSecondsPerNs = 1e-9;
  static const std::map<std::string, std::map<std::string, OfSamples>> all{
      {"class",
       {{"failed_share", shareOf(failedOf, endedOf)},
        {"failed", total(failedOf)},
        {"succeeded_rate", rateOf(succeededOf)},
        {"p99", highestOf(of(&S::classes, &S::OfClass::p99Ns, kSecondsPerNs))},
        {"p50", highestOf(of(&S::classes, &S::OfClass::p50Ns, kSecondsPerNs))}}},
      {"pool",
       {{"utilisation", meanOf(of(&S::pools, &S::OfPool::utilisation))},
        {"occupancy", meanOf(of(&S::pools, &S::OfPool::occupancy))},
        {"queue", meanOf(of(&S::pools, &S::OfPool::queue))},
        {"refused", total(of(&S::pools, &S::OfPool::refused))},
        {"instances", lastOf(of(&S::pools, &S::OfPool::instancesUp))}}},
      {"link",
       {{"rate", rateOf(of(&S::links, &S::OfLink::calls))},
        {"failed_share", shareOf(of(&S::links, &S::OfLink::failed), of(&S::links, &S::OfLink::calls))}}},
      {"cache",
       {{"hit_ratio", shareOf(of(&S::caches, &S::OfCache::hits), of(&S::caches, &S::OfCache::lookups))}}},
      {"group",
       {{"waiting", lastOf(of(&S::groups, &S::OfGroup::waiting))},
        {"most_waiting", highestOf(of(&S::groups, &S::OfGroup::waiting))},
        {"oldest", lastOf(of(&S::groups, &S::OfGroup::oldestNs, kSecondsPerNs))},
        {"consumed_rate", rateOf(of(&S::groups, &S::OfGroup::consumed))},
        {"stale_share",
         shareOf(of(&S::groups, &S::OfGroup::staleReads), of(&S::groups, &S::OfGroup::reads))}}},
      {"meter",
       {{"dropped_share",
         shareOf(of(&S::meters, &S::OfMeter::dropped), of(&S::meters, &S::OfMeter::offered))}}}};
  return all;
}

template <class Elements>
std::optional<std::size_t> positionOf(const std::string& key, const Elements& elements) {
  const auto at =
      std::find_if(elements.begin(), elements.end(), [&](const auto& each) { return each.key == key; });
  return at == elements.end() ? std::nullopt : std::optional<std::size_t>(at - elements.begin());
}

std::optional<std::size_t> positionOf(const RunCheck& check, const sim::RunResult& run) {
  return check.kind == "class"   ? positionOf(check.key, run.classes)
         : check.kind == "pool"  ? positionOf(check.key, run.pools)
         : check.kind == "link"  ? positionOf(check.key, run.links)
         : check.kind == "cache" ? positionOf(check.key, run.caches)
         : check.kind == "group" ? positionOf(check.key, run.groups)
                                 : positionOf(check.key, run.meters);
}

/// What came in that stretch.
double happeningsIn(const RunCheck& check, const plan::Plan& plan, const sim::RunResult& run) {
  return static_cast<double>(
      std::count_if(run.happenings.begin(), run.happenings.end(), [&](const sim::Happening& each) {
        const bool isOfPool =
            check.pool.empty() || (each.pool != plan::kNone && plan.pools[each.pool].key == check.pool);
        return isOfPool && sim::nameOf(each.kind) == check.key && each.atNs >= check.from.ns() &&
               each.atNs < check.to.ns();
      }));
}

/// Of the whole run: 1 if the promise was kept.
std::optional<double> verdictOn(const std::string& objective, const Design& design,
                                const sim::RunResult& run) {
  for (const advice::Verdict& verdict : advice::judge(design, &run, nullptr)) {
    if (verdict.objective.text() == objective) {
      return verdict.isMet ? 1 : 0;
    }
  }
  return {};
}

/// Of the whole run.
std::optional<double> ofStore(const RunCheck& check, const sim::RunResult& run) {
  const std::optional<std::size_t> at = positionOf(check.key, run.stores);
  if (!at) {
    return {};
  }
  const sim::StoreResult& store = run.stores[*at];
  return check.measure == "lost_writes" ? static_cast<double>(store.lostWrites)
         : check.measure == "failovers" ? static_cast<double>(store.failovers)
         : check.measure == "down"      ? static_cast<double>(store.downNs) * 1e-9
                                        : std::optional<double>();
}

std::optional<double> ofSeries(const RunCheck& check, const sim::RunResult& run) {
  const auto& measures = sampleMeasures();
  const std::optional<std::size_t> at = positionOf(check, run);
  const auto kind = measures.find(check.kind);
  if (!at || kind == measures.end() || kind->second.count(check.measure) == 0) {
    return {};
  }
  Samples samples;
  for (const sim::Sample& sample : run.series) {
    if (sample.endNs - sample.lengthNs >= check.from.ns() && sample.endNs <= check.to.ns()) {
      samples.push_back(&sample);
    }
  }
  return samples.empty() ? std::nullopt : std::optional(kind->second.at(check.measure)(samples, *at));
}

}  // namespace

std::optional<double> measure(const RunCheck& check, const Design& design, const plan::Plan& plan,
                              const sim::RunResult& run) {
  const std::optional<double> measured = check.kind == "happening"   ? happeningsIn(check, plan, run)
                                         : check.kind == "objective" ? verdictOn(check.key, design, run)
                                         : check.kind == "store"     ? ofStore(check, run)
                                                                     : ofSeries(check, run);
  if (!measured) {
    ADD_FAILURE() << "the run has no " << check.measure << " of " << check.kind << " " << check.key
                  << " in that stretch";
  }
  return measured;
}

}  // namespace cantilever::test
