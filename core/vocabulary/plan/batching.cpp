#include "core/vocabulary/plan/batching.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/vocabulary/plan/faults.h"
#include "core/vocabulary/plan/steps.h"

namespace cantilever::plan {

namespace {

/// Links that the code from `begin` to `end` calls.
template <class Visit>
void forEachCall(const Plan& plan, Index begin, Index end, const Visit& visit) {
  for (Index pc = begin; pc < end; ++pc) {
    if (const Index link = linkOf(plan, plan.code[pc]); link != kNone) {
      visit(link);
    }
  }
}

/// P(N >= k), k = 1 ... of a Poisson number, up to where nothing is left of it.
std::vector<double> tailsOfPoisson(double mean, std::uint32_t most) {
  std::vector<double> tails;
  double term = std::exp(-mean);
  double below = term;
  for (std::uint32_t k = 1; k <= most; ++k) {
    const double tail = std::max(0.0, 1 - below);
    tails.push_back(tail);
    if (k > mean && tail < 1e-15) {
      break;
    }
    term *= mean / k;
    below += term;
  }
  return tails;
}

}  // namespace

double callersOf(const Plan& plan, Index batching) {
  const std::vector<Index> ends = programEnds(plan);
  std::vector<bool> isAsked(plan.programs.size(), false);
  std::vector<Index> open;
  for (Index program = 0; program < plan.programs.size(); ++program) {
    for (Index pc = plan.programs[program].begin; pc < ends[program]; ++pc) {
      if (plan.code[pc].op == Op::Batch && plan.code[pc].a == batching) {
        isAsked[program] = true;
      }
    }
    if (isAsked[program]) {
      open.push_back(program);
    }
  }
  std::set<Index> pools;
  bool isFromNowhere = false;
  while (!open.empty()) {
    const Index callee = open.back();
    open.pop_back();
    isFromNowhere = isFromNowhere || std::any_of(plan.sources.begin(), plan.sources.end(),
                                                 [&](const Source& of) { return of.program == callee; });
    for (Index caller = 0; caller < plan.programs.size(); ++caller) {
      bool calls = false;
      forEachCall(plan, plan.programs[caller].begin, ends[caller],
                  [&](Index link) { calls = calls || plan.links[link].program == callee; });
      if (!calls) {
        continue;
      }
      if (plan.programs[caller].pool != kNone) {
        pools.insert(plan.programs[caller].pool);
      } else if (!isAsked[caller]) {
        isAsked[caller] = true;
        open.push_back(caller);
      }
    }
  }
  double callers = isFromNowhere ? 1 : 0;
  for (const Index pool : pools) {
    callers += plan.pools[pool].instances;
  }
  return std::max(1.0, callers);
}

ExpectedBatch expectedBatch(const Batching& of, double perSecond) {
  ExpectedBatch expected;
  const double linger = of.linger.inSeconds();
  if (!(perSecond > 0) || linger <= 0) {
    expected.wait = linger;
    expected.waitSecond = linger * linger;
    return expected;
  }
  const double mean = perSecond * linger;
  const double m = of.most;
  // So large a Poisson number is as good as its mean.
  constexpr double kIsItsMean = 700;
  if (mean > kIsItsMean && mean >= m - 1) {
    expected.size = m;
    expected.wait = (m - 1) / 2 / perSecond;
    expected.waitSecond = ((m - 1) / 2 + (m - 1) * (2 * m - 1) / 6) / (perSecond * perSecond);
  } else if (mean > kIsItsMean) {
    expected.size = 1 + mean;
    expected.wait = linger / 2;
    expected.waitSecond = linger * linger / 3;
  } else {
    const std::vector<double> atLeast = tailsOfPoisson(mean, of.most);
    double waits = 0;
    double squares = 0;
    for (std::size_t i = 0; i < atLeast.size(); ++i) {
      const auto k = static_cast<double>(i);  // atLeast[i] = P(N > k)
      if (i + 1 < of.most) {
        expected.size += atLeast[i];
        waits += (1 + k) * atLeast[i];
      }
      squares += (k + 1) * k * atLeast[i];  // (2 + k)(1 + k) P(N > k + 1), by the k before
    }
    expected.wait = waits / perSecond / expected.size;
    expected.waitSecond = squares / (perSecond * perSecond) / expected.size;
  }
  return expected;
}

void checkBatchings(const Plan& plan, FaultSink& sink) {
  for (const Batching& batching : plan.batchings) {
    const auto says = [&batching](const char* text) {
      return [&batching, text] { return named("batching", batching.key) + text; };
    };
    sink.require(batching.link < plan.links.size(), says(" goes over an unknown link"));
    sink.require(batching.program < plan.programs.size(), says(" runs an unknown program"));
    sink.require(batching.most >= 2 && batching.most <= Batching::kMost,
                 says(" has batches outside 2 to 100,000"));
    sink.require(batching.linger >= Duration() && batching.linger <= kLongestDuration,
                 says(" waits for a time outside 0 to 100 years"));
  }
}

bool mayStandForSeveral(const Plan& plan, Index link) {
  const auto isOver = [link](const auto& each) { return each.link == link; };
  return std::any_of(plan.batchings.begin(), plan.batchings.end(), isOver) ||
         std::any_of(plan.groups.begin(), plan.groups.end(), isOver) ||
         std::any_of(plan.fans.begin(), plan.fans.end(),
                     [&isOver](const Fan& fan) { return isOver(fan) && fan.batch > 1; });
}

}  // namespace cantilever::plan
