#include "app/gui/steady_overlay.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "app/gui/misses.h"
#include "core/base/text.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using analytic::Exactness;
using analytic::Figure;
using widgets::toQString;

QString steadyText(const char* text) {
  return QCoreApplication::translate("SteadyOverlay", text);
}

QString numberText(double value) {
  return toQString(formatNumber(value, 3));
}

/// "12 ms, +-25 %"; of what has no formula the reason.
QString timeText(const Figure& figure) {
  switch (figure.exactness) {
    case Exactness::NotSolvable:
      return toQString(figure.why);
    case Exactness::Exact:
      return steadyText("%1 (exact)").arg(toQString(formatShort(Duration::seconds(figure.value))));
    case Exactness::Approximation:
      return steadyText("%1, \u00B1%2 %")
          .arg(toQString(formatShort(Duration::seconds(figure.value))), numberText(figure.band * 100));
  }
  return {};
}

/// "exact", "\u00B110 %"; of what has no formula the reason.
QString trustText(const Figure& figure) {
  switch (figure.exactness) {
    case Exactness::NotSolvable:
      return toQString(figure.why);
    case Exactness::Exact:
      return steadyText("exact");
    case Exactness::Approximation:
      return QStringLiteral("\u00B1%1 %").arg(numberText(figure.band * 100));
  }
  return {};
}

QString rateText(const Figure& figure) {
  return figure.isSolved()
             ? steadyText("%1 (%2)").arg(toQString(formatShort(perSecond(figure.value))), trustText(figure))
             : trustText(figure);
}

QString explanationOf(const Link& link, const analytic::LinkSolution& solved) {
  QStringList lines;
  lines << steadyText(
               "Calls: %1, by how often each request class comes this way at the peak load, with what "
               "is tried again.")
               .arg(rateText(solved.rate));
  if (!solved.failed.isSolved()) {
    lines << steadyText("How many of them fail is not known: %1").arg(trustText(solved.failed));
  } else if (solved.failed.value > 0) {
    lines << (missesRatherThanFails(link) ? steadyText("Of them miss: %1 %.")
                                          : steadyText("Of them fail in the end: %1 %."))
                 .arg(numberText(100 * solved.failed.value));
  }
  return lines.join(QLatin1Char('\n'));
}

QString explanationOf(const analytic::PoolSolution& pool) {
  QStringList lines;
  if (pool.servers > 0 && pool.isStable) {
    lines << (pool.utilisation.isSolved()
                  ? steadyText("Utilisation %1 % (%2): the work asked for by what its servers can do.")
                        .arg(numberText(100 * pool.utilisation.value), trustText(pool.utilisation))
                  : steadyText("Utilisation not known: %1").arg(trustText(pool.utilisation)));
  }
  if (pool.servers > 0 && pool.work.isSolved()) {
    lines << steadyText("Reckoned as %1: %2 pieces of work a second for %3 servers.")
                 .arg(toQString(pool.model), numberText(pool.work.value), numberText(pool.servers));
  }
  if (!pool.isStable) {
    lines << steadyText("Overloaded: its backlog grows by %1 a second.").arg(numberText(pool.growth));
  } else if (pool.servers > 0) {
    constexpr double kNoWait = 1e-6;  // seconds
    const bool isNone = pool.wait.isSolved() && pool.wait.value < kNoWait;
    lines << (isNone ? steadyText("Hardly ever a wait for a server.")
                     : steadyText("Wait for a server: %1.").arg(timeText(pool.wait)));
  }
  if (pool.saturatesAt.isSolved() && pool.saturatesAt.value > 0) {
    lines << steadyText("Full at %1 times this load.").arg(numberText(pool.saturatesAt.value));
  }
  if (pool.availability.isSolved() && pool.availability.value < 1) {
    lines << steadyText("Available %1 % of the time (%2).")
                 .arg(toQString(formatNumber(100 * pool.availability.value, 6)),
                      trustText(pool.availability));
  }
  return lines.join(QLatin1Char('\n'));
}

void addPools(const plan::Plan& plan, const analytic::Solution& solution, widgets::CanvasOverlay& overlay) {
  for (std::size_t i = 0; i < solution.pools.size(); ++i) {
    const analytic::PoolSolution& pool = solution.pools[i];
    const std::string& block = plan.poolOrigin[i].block;
    if (block.empty()) {
      continue;
    }
    auto [at, isNew] = overlay.blocks.try_emplace(BlockId(block));
    widgets::CanvasOverlay::OfBlock& shown = at->second;
    shown.isEstimate = true;
    const bool hasUtilisation = pool.servers > 0 && pool.utilisation.isSolved();
    const double utilisation = hasUtilisation ? (pool.isStable ? pool.utilisation.value : 1.0) : -1.0;
    if (isNew || utilisation > shown.utilisation) {
      shown.utilisation = utilisation;
      shown.instances = shown.instancesUp = static_cast<int>(pool.instances);
      shown.explanation = explanationOf(pool);
    }
    if (pool.lost.isSolved() && pool.lost.value > 0) {
      shown.failuresPerSecond += pool.lost.value * pool.work.value;
      shown.failureReason = steadyText("refused or given up");
    }
  }
}

/// A block's rate is what comes in; of one where nothing comes in (a client), what goes out.
void addLinks(const Design& design, const plan::Plan& plan, const analytic::Solution& solution,
              widgets::CanvasOverlay& overlay) {
  std::map<BlockId, double> in;
  std::map<BlockId, double> out;
  for (std::size_t i = 0; i < solution.links.size(); ++i) {
    const analytic::LinkSolution& solved = solution.links[i];
    const Link* link = design.links.find(LinkId(plan.linkOrigin[i].link));
    if (link == nullptr || !solved.rate.isSolved()) {
      continue;
    }
    widgets::CanvasOverlay::OfLink& shown = overlay.links[link->id];
    shown.requestsPerSecond += solved.rate.value;
    shown.explanation +=
        (shown.explanation.isEmpty() ? QString() : QStringLiteral("\n")) + explanationOf(*link, solved);
    const bool hasFailures = solved.failed.isSolved() && !missesRatherThanFails(*link);
    shown.failuresPerSecond += hasFailures ? solved.failed.value * solved.rate.value : 0;
    in[link->to] += solved.rate.value;
    out[link->from] += solved.rate.value;
  }
  for (const auto* side : {&out, &in}) {
    for (const auto& [block, rate] : *side) {
      widgets::CanvasOverlay::OfBlock& shown = overlay.blocks[block];
      shown.requestsPerSecond = rate;
      shown.isEstimate = true;
      const QString line = side == &in ? steadyText("Requests %1: the sum of the calls that come in.")
                                       : steadyText("Requests %1: the sum of the calls that go out.");
      if (side == &in || !in.contains(block)) {
        const QString text = line.arg(toQString(formatShort(perSecond(rate))));
        shown.explanation = shown.explanation.isEmpty() ? text : text + QLatin1Char('\n') + shown.explanation;
      }
    }
  }
}

}  // namespace

widgets::CanvasOverlay steadyOverlay(const Design& design, const plan::Plan& plan,
                                     const analytic::Solution& solution) {
  widgets::CanvasOverlay overlay;
  addPools(plan, solution, overlay);
  addLinks(design, plan, solution, overlay);
  return overlay;
}

namespace {

QString nameOfBottleneck(const Design& design, const plan::Plan& plan, const std::string& key) {
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const Block* block =
        plan.pools[i].key == key ? design.blocks.find(BlockId(plan.poolOrigin[i].block)) : nullptr;
    if (block != nullptr && !block->name.empty()) {
      return toQString(block->name);
    }
  }
  return toQString(key);
}

}  // namespace

QString headroomExplanation(const Design& design, const plan::Plan& plan,
                            const analytic::Solution& solution) {
  constexpr std::size_t kShown = 3;
  QStringList lines;
  for (std::size_t i = 0; i < std::min(kShown, solution.bottlenecks.size()); ++i) {
    const analytic::Bottleneck& one = solution.bottlenecks[i];
    if (one.saturatesAt.isSolved()) {
      lines << steadyText("%1 (%2): %3 times the load, %4")
                   .arg(nameOfBottleneck(design, plan, one.key), toQString(one.kind),
                        numberText(one.saturatesAt.value), trustText(one.saturatesAt));
    }
  }
  return lines.isEmpty()
             ? QString()
             : steadyText(
                   "What is full first when all loads grow alike: where the work asked for reaches "
                   "what can be done.") +
                   QLatin1Char('\n') + lines.join(QLatin1Char('\n'));
}

QString headroomText(const Design& design, const plan::Plan& plan, const analytic::Solution& solution) {
  if (solution.bottlenecks.empty() || !solution.bottlenecks.front().saturatesAt.isSolved()) {
    return {};
  }
  const analytic::Bottleneck& first = solution.bottlenecks.front();
  return steadyText("%1 full at %2 times the load")
      .arg(nameOfBottleneck(design, plan, first.key), numberText(first.saturatesAt.value));
}

}  // namespace cantilever::app
