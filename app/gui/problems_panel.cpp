#include "app/gui/problems_panel.h"

#include <QHeaderView>
#include <QLabel>
#include <QStackedLayout>
#include <QTreeWidget>

#include "widgets/style/icons.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using widgets::toQString;

QString severityText(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return ProblemsPanel::tr("Note");
    case Severity::Warning:
      return ProblemsPanel::tr("Warning");
    case Severity::Error:
      return ProblemsPanel::tr("Error");
  }
  return {};
}

QString severityIcon(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return QStringLiteral("info");
    case Severity::Warning:
      return QStringLiteral("warning");
    case Severity::Error:
      return QStringLiteral("error");
  }
  return {};
}

QString whereText(const Design& design, const Diagnostic& diagnostic) {
  if (const Block* block = design.blocks.find(diagnostic.block)) {
    return toQString(block->name);
  }
  if (const Zone* zone = design.zones.find(diagnostic.zone)) {
    return toQString(zone->name);
  }
  return toQString(diagnostic.link.isEmpty() ? diagnostic.block.text() : diagnostic.link.text());
}

}  // namespace

ProblemsPanel::ProblemsPanel(QWidget* parent)
    : QWidget(parent),
      m_list(new QTreeWidget(this)),
      m_empty(new QLabel(tr("No problems found in this design."), this)) {
  m_list->setObjectName(QStringLiteral("problems"));
  m_list->setAccessibleName(tr("Problems of the design"));
  m_list->setHeaderLabels({tr("Severity"), tr("Where"), tr("What")});
  m_list->setRootIsDecorated(false);
  m_list->setUniformRowHeights(true);
  m_list->setFrameShape(QFrame::NoFrame);
  m_list->setColumnWidth(0, 110);
  m_list->setColumnWidth(1, 180);
  m_list->header()->setStretchLastSection(true);
  m_empty->setAlignment(Qt::AlignCenter);
  auto* layout = new QStackedLayout(this);
  layout->addWidget(m_empty);
  layout->addWidget(m_list);
  connect(m_list, &QTreeWidget::itemClicked, this,
          [this](QTreeWidgetItem* item) { choose(m_list->indexOfTopLevelItem(item)); });
  connect(m_list, &QTreeWidget::itemActivated, this,
          [this](QTreeWidgetItem* item) { choose(m_list->indexOfTopLevelItem(item)); });
}

void ProblemsPanel::show(const Design& design, const std::vector<Diagnostic>& diagnostics) {
  m_diagnostics = diagnostics;
  m_list->clear();
  QList<QTreeWidgetItem*> items;
  for (const Diagnostic& diagnostic : m_diagnostics) {
    auto* item = new QTreeWidgetItem(
        {severityText(diagnostic.severity), whereText(design, diagnostic), toQString(diagnostic.message)});
    item->setIcon(0, widgets::icon(severityIcon(diagnostic.severity)));
    item->setToolTip(2, toQString(diagnostic.message));
    items.append(item);
  }
  m_list->addTopLevelItems(items);
  static_cast<QStackedLayout*>(layout())->setCurrentIndex(items.isEmpty() ? 0 : 1);
}

void ProblemsPanel::choose(int row) {
  if (row < 0 || static_cast<std::size_t>(row) >= m_diagnostics.size()) {
    return;
  }
  const Diagnostic& diagnostic = m_diagnostics[static_cast<std::size_t>(row)];
  widgets::Selection element;
  if (!diagnostic.block.isEmpty()) {
    element.blocks.push_back(diagnostic.block);
  } else if (!diagnostic.link.isEmpty()) {
    element.links.push_back(diagnostic.link);
  } else if (!diagnostic.zone.isEmpty()) {
    element.zones.push_back(diagnostic.zone);
  }
  if (!element.isEmpty()) {
    Q_EMIT elementChosen(element);
  }
}

}  // namespace cantilever::app
