#include "widgets/charts/forecast_findings.h"

#include <QTreeWidget>
#include <algorithm>
#include <cmath>
#include <map>

#include "core/advice/checklist.h"
#include "core/base/text.h"
#include "core/exchange/forecast_profile.h"
#include "core/exchange/forecast_report.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

constexpr std::size_t kMostFindings = 100;

QString momentOf(double seconds) {
  return toQString(exchange::momentText(seconds));
}

QString findingLengthText(double seconds) {
  return toQString(formatShort(Duration::seconds(std::min(seconds, 3e9))));
}

QString findingCountText(double number) {
  return toQString(formatShortAmount(number));
}

QTreeWidgetItem* headingIn(QTreeWidget& list, const QString& title, std::size_t count) {
  auto* heading = new QTreeWidgetItem(&list, {QStringLiteral("%1 (%2)").arg(title).arg(count)});
  QFont font = list.font();
  font.setWeight(QFont::DemiBold);
  heading->setFont(0, font);
  heading->setFlags(Qt::ItemIsEnabled);
  heading->setFirstColumnSpanned(true);
  heading->setExpanded(true);
  return heading;
}

void addFinding(QTreeWidgetItem* heading, const QString& sign, const QString& what, const QString& when,
                const QString& more) {
  auto* row = new QTreeWidgetItem(heading, {what, when});
  row->setIcon(0, icon(sign));
  const QString tip = more.isEmpty() ? what : QStringLiteral("%1\n%2").arg(what, more);
  row->setToolTip(0, tip);
  row->setToolTip(1, more.isEmpty() ? when : more);
}

QString promiseValueText(const fluid::Promise& promise, double value) {
  switch (promise.of) {
    case fluid::Promise::Of::Success:
      return toQString(formatNumber(100 * value, 5)) + QStringLiteral(" %");
    case fluid::Promise::Of::Throughput:
      return toQString(formatShort(perSecond(value)));
    default:
      return findingLengthText(value);
  }
}

void addPromises(QTreeWidget& list, const ForecastPanel::Shown& shown) {
  std::map<std::string, QString> texts;
  for (const advice::Verdict& verdict : advice::judge(*shown.design, nullptr, nullptr)) {
    texts[verdict.objective.text()] = toQString(verdict.text);
  }
  QTreeWidgetItem* heading =
      headingIn(list, ForecastPanel::tr("Objectives"), shown.forecast->promises.size());
  for (const fluid::PromiseCourse& of : shown.forecast->promises) {
    const auto named = texts.find(of.promise.key);
    const QString what = named == texts.end() ? toQString(of.promise.key) : named->second;
    if (!std::isfinite(of.worst)) {
      addFinding(heading, QStringLiteral("unknown"), what, ForecastPanel::tr("not known"),
                 ForecastPanel::tr("A forecast does not know it: %1.").arg(toQString(of.why)));
      continue;
    }
    const QString worst = ForecastPanel::tr("Worst %1 at %2.")
                              .arg(promiseValueText(of.promise, of.worst), momentOf(of.worstAt));
    const QString unknown = of.unknownSeconds > 0
                                ? ForecastPanel::tr(" Not known for %1: %2.")
                                      .arg(findingLengthText(of.unknownSeconds), toQString(of.why))
                                : QString();
    if (of.violatedSeconds > 0) {
      addFinding(heading, QStringLiteral("error"), what,
                 ForecastPanel::tr("violated for %1, first at %2")
                     .arg(findingLengthText(of.violatedSeconds), momentOf(of.firstAt)),
                 worst + unknown);
    } else {
      addFinding(heading, QStringLiteral("ok"), what, ForecastPanel::tr("kept"), worst + unknown);
    }
  }
}

QString kindText(const std::string& kind) {
  static const std::map<std::string, const char*> kTexts = {
      {"pool", QT_TR_NOOP("busy all the time")},
      {"seats", QT_TR_NOOP("no seat free")},
      {"tokens", QT_TR_NOOP("no token left")},
      {"consumers", QT_TR_NOOP("consumers behind")},
  };
  const auto found = kTexts.find(kind);
  return found == kTexts.end() ? toQString(kind) : ForecastPanel::tr(found->second);
}

void addSaturations(QTreeWidget& list, const ForecastPanel::Shown& shown) {
  const auto& all = shown.forecast->saturations;
  QTreeWidgetItem* heading = headingIn(list, ForecastPanel::tr("Full"), all.size());
  for (std::size_t i = 0; i < std::min(all.size(), kMostFindings); ++i) {
    const fluid::Saturation& of = all[i];
    const QString until = of.isOver ? momentOf(of.until) : ForecastPanel::tr("the end");
    addFinding(heading, QStringLiteral("warning"),
               QStringLiteral("%1: %2").arg(toQString(of.key), kindText(of.kind)),
               ForecastPanel::tr("%1 to %2").arg(momentOf(of.from), until),
               ForecastPanel::tr("Most waiting %1, longest wait %2, refused %3.")
                   .arg(findingCountText(of.peakWaiting), findingLengthText(of.peakWait),
                        findingCountText(of.refused)));
  }
}

void addEvents(QTreeWidget& list, const ForecastPanel::Shown& shown) {
  const auto& all = shown.forecast->events;
  QTreeWidgetItem* heading = headingIn(list, ForecastPanel::tr("Changes"), all.size());
  for (std::size_t i = 0; i < std::min(all.size(), kMostFindings); ++i) {
    const fluid::Event& of = all[i];
    QString kind = QString::fromLatin1(exchange::nameOf(of.kind));
    kind.replace(QLatin1Char('_'), QLatin1Char(' '));
    addFinding(heading, QStringLiteral("info"),
               ForecastPanel::tr("%1: %2 %3").arg(toQString(of.element), findingCountText(of.count), kind),
               momentOf(of.at), ForecastPanel::tr("By: %1").arg(toQString(of.by)));
  }
  heading->setExpanded(false);
}

void addUnrepresented(QTreeWidget& list, const ForecastPanel::Shown& shown) {
  const auto& all = shown.forecast->unrepresented;
  QTreeWidgetItem* heading = headingIn(list, ForecastPanel::tr("Not represented"), all.size());
  for (const analytic::Unrepresented& of : all) {
    addFinding(heading, QStringLiteral("not-applicable"), toQString(of.element), toQString(of.what),
               toQString(of.what));
  }
}

}  // namespace

void fillFindings(QTreeWidget& list, const ForecastPanel::Shown& shown) {
  list.clear();
  addPromises(list, shown);
  addSaturations(list, shown);
  addEvents(list, shown);
  addUnrepresented(list, shown);
  constexpr int kWidestFinding = 230;
  list.resizeColumnToContents(0);
  list.setColumnWidth(0, std::min(list.columnWidth(0), kWidestFinding));
}

}  // namespace cantilever::widgets
