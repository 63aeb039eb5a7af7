#include "widgets/panels/figure_table.h"

#include <QHeaderView>
#include <QLocale>

#include "core/base/text.h"
#include "core/model/names.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

NumberCell::NumberCell(const QString& text, double number) : QTableWidgetItem(text) {
  setData(kSortRole, number);
  setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

bool NumberCell::operator<(const QTableWidgetItem& other) const {
  return data(kSortRole).toDouble() < other.data(kSortRole).toDouble();
}

QTableWidget* makeFigureTable(const QString& name, const QStringList& columns, QWidget* parent) {
  auto* table = new QTableWidget(0, static_cast<int>(columns.size()), parent);
  table->setHorizontalHeaderLabels(columns);
  table->setAccessibleName(name);
  table->setFont(numberFont());
  table->verticalHeader()->hide();
  table->setShowGrid(false);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  table->setTabKeyNavigation(false);
  table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table->verticalHeader()->setDefaultSectionSize(28);
  table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table->horizontalHeader()->setHighlightSections(false);
  for (int column = 1; column < columns.size(); ++column) {
    table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  }
  table->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return table;
}

void fitHeight(QTableWidget* table) {
  table->setFixedHeight(table->horizontalHeader()->sizeHint().height() +
                        table->rowCount() * table->verticalHeader()->defaultSectionSize() + 16);
}

QString nsText(std::int64_t ns) {
  return toQString(formatShort(Duration::nanoseconds(ns)));
}

QString percentText(double share, int digits) {
  return toQString(formatNumber(share * 100.0, digits)) + QStringLiteral(" %");
}

QString countText(std::uint64_t count) {
  return QLocale(QLocale::English).toString(static_cast<qulonglong>(count));
}

QString nameOfBlock(const Design& design, const std::string& id) {
  return toQString(nameOf(design.blocks, BlockId(id)));
}

std::vector<QString> poolNames(const Design& design, const plan::Plan& plan) {
  std::vector<QString> names;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const std::string& key = plan.pools[i].key;
    const Block* block = design.blocks.find(BlockId(plan.poolOrigin[i].block));
    const std::size_t role = key.find('/');
    if (block == nullptr) {
      names.push_back(toQString(key));
    } else if (role == std::string::npos) {
      names.push_back(toQString(nameOf(*block)));
    } else {
      names.push_back(
          QStringLiteral("%1 (%2)").arg(toQString(nameOf(*block)), toQString(key.substr(role + 1))));
    }
  }
  return names;
}

QString nameOfLink(const Design& design, const plan::Plan& plan, plan::Index link) {
  const std::string& id = plan.linkOrigin.at(link).link;
  const Link* drawn = design.links.find(LinkId(id));
  return drawn == nullptr
             ? toQString(plan.links.at(link).key)
             : QStringLiteral("%1 \u2192 %2")
                   .arg(nameOfBlock(design, drawn->from.text()), nameOfBlock(design, drawn->to.text()));
}

}  // namespace cantilever::widgets
