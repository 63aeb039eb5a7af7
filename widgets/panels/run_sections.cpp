#include "widgets/panels/run_sections.h"

#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "widgets/panels/figure_table.h"
#include "widgets/panels/happening_text.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/run_words.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

/// Smaller shares of the critical path are joined.
constexpr double kLeastPathShare = 0.02;
constexpr std::size_t kMostHappenings = 200;

/// A heading and its table, gone while the table is empty.
struct Section {
  QWidget* heading = nullptr;
  QTableWidget* table = nullptr;

  void setRows(int rows) const {
    table->setRowCount(rows);
    heading->setVisible(rows > 0);
    table->setVisible(rows > 0);
    fitHeight(table);
  }
};

void setText(QTableWidget* table, int row, int column, const QString& text) {
  table->setItem(row, column, new QTableWidgetItem(text));
}

void setCount(QTableWidget* table, int row, int column, std::uint64_t count) {
  table->setItem(row, column, new NumberCell(countText(count), static_cast<double>(count)));
}

void setTime(QTableWidget* table, int row, int column, std::int64_t ns, bool isMeasured = true) {
  table->setItem(row, column,
                 new NumberCell(isMeasured ? nsText(ns) : QStringLiteral("\u2013"), static_cast<double>(ns)));
}

/// The first cell of a row says what it is about, and keeps the block to show when it is clicked.
void setSubject(QTableWidget* table, int row, int column, const QString& text, const std::string& block) {
  auto* cell = new QTableWidgetItem(text);
  cell->setData(kResultBlockRole, toQString(block));
  table->setItem(row, column, cell);
}

}  // namespace

struct RunSections::Impl {
  Section add(RunSections& owner, const char* name, const QString& heading, const QStringList& columns);
  void showPaths(const Design& design, const plan::Plan& plan, const sim::RunResult& run);
  void showLinks(const Design& design, const plan::Plan& plan, const sim::RunResult& run);
  void showCaches(const Design& design, const plan::Plan& plan, const sim::RunResult& run);
  void showGroups(const Design& design, const plan::Plan& plan, const sim::RunResult& run);
  void showHappenings(const Design& design, const plan::Plan& plan, const sim::RunResult& run);

  Section paths;
  Section links;
  Section caches;
  Section groups;
  Section happenings;
  ToneLabel* leftOut = nullptr;
};

namespace {

std::string blockOfProgram(const plan::Plan& plan, plan::Index program) {
  const std::string& key = plan.programs.at(program).key;
  return key.substr(0, key.find('/'));
}

/// Where on the drawing something is done.
std::string blockBehind(const plan::Plan& plan, sim::Doing doing, plan::Index element) {
  switch (sim::elementOf(doing)) {
    case sim::ElementKind::Pool:
      return plan.poolOrigin.at(element).block;
    case sim::ElementKind::Tokens:
      return plan.tokenOrigin.at(element).block;
    case sim::ElementKind::Cache:
      return plan.cacheOrigin.at(element).block;
    case sim::ElementKind::Log:
      return plan.logOrigin.at(element).block;
    case sim::ElementKind::Link:
      return blockOfProgram(plan, plan.links.at(element).program);
    case sim::ElementKind::Program:
      break;
  }
  return blockOfProgram(plan, element);
}

QString pathSubject(const Design& design, const plan::Plan& plan, const sim::PathShare& share) {
  return sim::elementOf(share.doing) == sim::ElementKind::Link
             ? nameOfLink(design, plan, share.element)
             : nameOfBlock(design, blockBehind(plan, share.doing, share.element));
}

}  // namespace

Section RunSections::Impl::add(RunSections& owner, const char* name, const QString& heading,
                               const QStringList& columns) {
  Section section;
  section.heading = makeHeading(heading, &owner);
  section.table = makeFigureTable(heading, columns, &owner);
  section.table->setObjectName(QLatin1String(name));
  owner.layout()->addWidget(section.heading);
  owner.layout()->addWidget(section.table);
  QTableWidget* const table = section.table;
  connect(table, &QTableWidget::cellClicked, &owner, [table, &owner](int row, int) {
    for (int column = 0; column < table->columnCount(); ++column) {
      const QTableWidgetItem* cell = table->item(row, column);
      const QString id = cell == nullptr ? QString() : cell->data(kResultBlockRole).toString();
      if (!id.isEmpty()) {
        Q_EMIT owner.blockChosen(BlockId(toUtf8(id)));
        return;
      }
    }
  });
  connect(table, &QTableWidget::cellActivated, table, &QTableWidget::cellClicked);
  return section;
}

/// Of each class what takes the most time.
void RunSections::Impl::showPaths(const Design& design, const plan::Plan& plan, const sim::RunResult& run) {
  struct Row {
    const sim::PathResult* path;
    const sim::PathShare* share;
  };
  std::vector<Row> rows;
  for (const sim::PathResult& path : run.paths) {
    for (const sim::PathShare& share : path.shares) {
      if (static_cast<double>(share.ns) >= kLeastPathShare * static_cast<double>(path.totalNs)) {
        rows.push_back({&path, &share});
      }
    }
  }
  paths.setRows(static_cast<int>(rows.size()));
  int row = 0;
  for (const auto& [path, share] : rows) {
    const plan::RequestClass& requests = plan.classes.at(path->requestClass);
    const double part = static_cast<double>(share->ns) / static_cast<double>(path->totalNs);
    setText(paths.table, row, 0, toQString(requests.name.empty() ? requests.key : requests.name));
    setSubject(paths.table, row, 1, pathSubject(design, plan, *share),
               blockBehind(plan, share->doing, share->element));
    setText(paths.table, row, 2, doingText(share->doing));
    paths.table->setItem(row, 3, new NumberCell(percentText(part, 3), part));
    setTime(paths.table, row, 4, share->ns / static_cast<std::int64_t>(path->requests));
    ++row;
  }
}

void RunSections::Impl::showLinks(const Design& design, const plan::Plan& plan, const sim::RunResult& run) {
  std::vector<plan::Index> troubled;
  for (plan::Index i = 0; i < run.links.size(); ++i) {
    const sim::LinkResult& of = run.links[i];
    if (of.failed + of.retries + of.hedges + of.notSent > 0) {
      troubled.push_back(i);
    }
  }
  std::stable_sort(troubled.begin(), troubled.end(),
                   [&](plan::Index a, plan::Index b) { return run.links[a].failed > run.links[b].failed; });
  links.setRows(static_cast<int>(troubled.size()));
  for (int row = 0; row < static_cast<int>(troubled.size()); ++row) {
    const plan::Index i = troubled[static_cast<std::size_t>(row)];
    const sim::LinkResult& of = run.links[i];
    setSubject(links.table, row, 0, nameOfLink(design, plan, i),
               blockOfProgram(plan, plan.links.at(i).program));
    setCount(links.table, row, 1, of.calls);
    setCount(links.table, row, 2, of.failed);
    setCount(links.table, row, 3, of.timedOut);
    setCount(links.table, row, 4, of.retries);
    setCount(links.table, row, 5, of.notSent);
    links.table->setItem(row, 6, new NumberCell(percentText(of.openShare, 3), of.openShare));
  }
}

void RunSections::Impl::showCaches(const Design& design, const plan::Plan& plan, const sim::RunResult& run) {
  caches.setRows(static_cast<int>(run.caches.size()));
  for (int row = 0; row < static_cast<int>(run.caches.size()); ++row) {
    const auto i = static_cast<std::size_t>(row);
    const sim::CacheResult& of = run.caches[i];
    const double ratio = of.lookups == 0 ? 0 : static_cast<double>(of.hits) / static_cast<double>(of.lookups);
    setSubject(caches.table, row, 0, nameOfBlock(design, plan.cacheOrigin.at(i).block),
               plan.cacheOrigin.at(i).block);
    caches.table->setItem(
        row, 1, new NumberCell(of.lookups == 0 ? QStringLiteral("\u2013") : percentText(ratio, 4), ratio));
    setCount(caches.table, row, 2, of.lookups);
    setCount(caches.table, row, 3, of.coalesced);
    setCount(caches.table, row, 4, of.entries);
    setCount(caches.table, row, 5, of.evictions);
    setCount(caches.table, row, 6, of.expirations);
  }
}

void RunSections::Impl::showGroups(const Design& design, const plan::Plan& plan, const sim::RunResult& run) {
  groups.setRows(static_cast<int>(run.groups.size()));
  for (int row = 0; row < static_cast<int>(run.groups.size()); ++row) {
    const auto i = static_cast<std::size_t>(row);
    const sim::GroupResult& of = run.groups[i];
    const plan::Index link = plan.groups.at(i).link;
    setSubject(groups.table, row, 0, nameOfLink(design, plan, link),
               blockOfProgram(plan, plan.links.at(link).program));
    setCount(groups.table, row, 1, of.consumed);
    groups.table->setItem(
        row, 2,
        new NumberCell(QStringLiteral("%1 / %2").arg(toQString(formatNumber(of.meanWaiting, 3)),
                                                     countText(of.maxWaiting)),
                       of.meanWaiting));
    setTime(groups.table, row, 3, of.wait.quantileNs(0.99), of.wait.count() > 0);
    setTime(groups.table, row, 4, of.latency.quantileNs(0.99), of.latency.count() > 0);
    setCount(groups.table, row, 5, of.redelivered);
    setCount(groups.table, row, 6, of.deadLetters + of.expired);
  }
}

void RunSections::Impl::showHappenings(const Design& design, const plan::Plan& plan,
                                       const sim::RunResult& run) {
  const std::size_t shown = std::min(run.happenings.size(), kMostHappenings);
  happenings.setRows(static_cast<int>(shown));
  for (std::size_t i = 0; i < shown; ++i) {
    const sim::Happening& of = run.happenings[i];
    const int row = static_cast<int>(i);
    setTime(happenings.table, row, 0, of.atNs);
    setText(happenings.table, row, 1, happeningText(of));
    const HappeningPlace place = placeOf(design, plan, of);
    setSubject(happenings.table, row, 2, place.name, place.block);
    setText(happenings.table, row, 3, causeText(of.cause));
  }
  const std::uint64_t more = run.happenings.size() - shown + run.happeningsLeftOut;
  leftOut->setVisible(more > 0);
  leftOut->setText(tr("and %1 more").arg(countText(more)));
}

RunSections::RunSections(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  m_impl->paths = m_impl->add(*this, "paths", tr("Where the time goes"),
                              {tr("Class"), tr("Where"), tr("Doing"), tr("Share"), tr("Mean")});
  m_impl->links = m_impl->add(*this, "links", tr("Links with failures"),
                              {tr("Link"), tr("Calls"), tr("Failed"), tr("Timed out"), tr("Retries"),
                               tr("Not sent"), tr("Breaker open")});
  m_impl->caches = m_impl->add(
      *this, "caches", tr("Caches"),
      {tr("Cache"), tr("Hits"), tr("Look-ups"), tr("Waited"), tr("Entries"), tr("Evicted"), tr("Expired")});
  m_impl->groups = m_impl->add(*this, "groups", tr("Consumers"),
                               {tr("Consumers"), tr("Consumed"), tr("Lag mean / max"), tr("Lag p99"),
                                tr("End to end p99"), tr("Again"), tr("Lost")});
  m_impl->happenings = m_impl->add(*this, "happenings", tr("What changed"),
                                   {tr("When"), tr("What"), tr("Where"), tr("Because of")});
  for (QTableWidget* table : {m_impl->paths.table, m_impl->happenings.table}) {
    for (int column = 1; column < table->columnCount(); ++column) {
      const bool isNumber = table == m_impl->paths.table && column >= 3;
      table->horizontalHeaderItem(column)->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) |
                                                            Qt::AlignVCenter);
    }
  }
  m_impl->leftOut = makeCaption({}, this);
  rows->addWidget(m_impl->leftOut);
}

RunSections::~RunSections() = default;

void RunSections::show(const Design& design, const plan::Plan& plan, const sim::RunResult& run) {
  m_impl->showPaths(design, plan, run);
  m_impl->showLinks(design, plan, run);
  m_impl->showCaches(design, plan, run);
  m_impl->showGroups(design, plan, run);
  m_impl->showHappenings(design, plan, run);
}

}  // namespace cantilever::widgets
