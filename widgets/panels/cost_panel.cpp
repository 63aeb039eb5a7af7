#include "widgets/panels/cost_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QStackedLayout>
#include <QStringList>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr int kCostBlockRole = Qt::UserRole;
enum CostColumn { kCostItem, kCostAmount, kCostUnitPrice, kCostUsage, kCostColumnCount };

struct CategoryShare {
  QString name;
  Money amount;
  double share = 0;
};

/// The total cut into categories, largest first: bars with names and amounts, as colours alone would not do.
class CategoryBars : public QWidget {
 public:
  using QWidget::QWidget;
  void setShares(std::vector<CategoryShare> shares) {
    m_shares = std::move(shares);
    QStringList texts;
    for (const CategoryShare& share : m_shares) {
      texts << share.name + QLatin1Char(' ') + toQString(format(share.amount));
    }
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    setFixedHeight(static_cast<int>(m_shares.size()) * kRowHeight);
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(captionFont());
    const int nameWidth = 72;
    const int amountWidth = 132;
    for (std::size_t i = 0; i < m_shares.size(); ++i) {
      const CategoryShare& share = m_shares[i];
      const int top = static_cast<int>(i) * kRowHeight;
      const int barWidth = std::max(0, width() - nameWidth - amountWidth - 16);
      painter.setPen(theme.textMuted);
      painter.drawText(QRect(0, top, nameWidth, kRowHeight), Qt::AlignVCenter | Qt::AlignLeft, share.name);
      painter.setPen(Qt::NoPen);
      painter.setBrush(theme.border);
      const QRectF whole(nameWidth, top + kRowHeight / 2.0 - 4, barWidth, 8);
      painter.drawRoundedRect(whole, 4, 4);
      painter.setBrush(theme.series[i % 8]);
      painter.drawRoundedRect(
          QRectF(whole.left(), whole.top(), std::max(4.0, whole.width() * share.share), whole.height()), 4,
          4);
      painter.setPen(theme.text);
      painter.drawText(
          QRect(width() - amountWidth, top, amountWidth, kRowHeight), Qt::AlignVCenter | Qt::AlignRight,
          QStringLiteral("%1  %2 %")
              .arg(toQString(format(share.amount)), toQString(formatNumber(share.share * 100, 3))));
    }
  }

 private:
  static constexpr int kRowHeight = 22;
  std::vector<CategoryShare> m_shares;
};

QString costBlockName(const Design& design, const BlockId& id) {
  const Block* block = design.blocks.find(id);
  return toQString(block == nullptr ? id.text() : block->name);
}

QString sourceText(const cost::Price& price) {
  QString text = QStringLiteral("%1 %2, %3, %4: $%5 / %6\n%7\n%8")
                     .arg(toQString(price.service), toQString(price.sku), toQString(price.region),
                          toQString(price.terms), toQString(price.price.text()), toQString(price.unit),
                          CostPanel::tr("Source: %1").arg(toQString(price.source)),
                          CostPanel::tr("Price of %1").arg(toQString(price.asOf)));
  if (!price.notes.empty()) {
    text += QLatin1Char('\n') + toQString(price.notes);
  }
  return text;
}

QTreeWidgetItem* addLine(QTreeWidgetItem* parent, const cost::Line& line) {
  auto* row = new QTreeWidgetItem(parent);
  row->setText(kCostItem, toQString(line.usage.item));
  const QString units =
      QStringLiteral("%1 %2").arg(toQString(formatNumber(line.units, 6)), toQString(line.price.unit));
  row->setText(kCostUsage, line.usage.note.empty()
                               ? units
                               : QStringLiteral("%1 (%2)").arg(units, toQString(line.usage.note)));
  row->setText(
      kCostUnitPrice,
      QStringLiteral("$%1 / %2").arg(toQString(line.price.price.text()), toQString(line.price.unit)));
  row->setText(kCostAmount, toQString(format(line.amount)));
  row->setTextAlignment(kCostAmount, Qt::AlignRight | Qt::AlignVCenter);
  const QString source = sourceText(line.price);
  for (int column = 0; column < kCostColumnCount; ++column) {
    row->setToolTip(column, source);
  }
  row->setData(0, kCostBlockRole, toQString(line.block.text()));
  return row;
}

std::vector<CategoryShare> sharesOf(const cost::Estimate& estimate) {
  std::map<std::string, Money> sums;
  for (const cost::Line& line : estimate.lines) {
    sums[line.category] += line.amount;
  }
  std::vector<CategoryShare> shares;
  for (const auto& [category, amount] : sums) {
    const double total = estimate.total.toDouble();
    shares.push_back({toQString(category), amount, total > 0 ? amount.toDouble() / total : 0});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const CategoryShare& a, const CategoryShare& b) { return a.amount > b.amount; });
  return shares;
}

}  // namespace

struct CostPanel::Impl {
  void build(CostPanel& owner);
  void showHead(const cost::Estimate& estimate);
  void showLines(const Design& design, const cost::Estimate& estimate);
  void showUnpriced(const Design& design, const cost::Estimate& estimate);

  QStackedLayout* stack = nullptr;
  QWidget* figures = nullptr;
  ToneLabel* reason = nullptr;
  ToneLabel* total = nullptr;
  ToneLabel* perMillion = nullptr;
  ToneLabel* dates = nullptr;
  ToneLabel* unpricedNote = nullptr;
  CategoryBars* bars = nullptr;
  QTreeWidget* tree = nullptr;
};

void CostPanel::Impl::build(CostPanel& owner) {
  owner.setBackgroundRole(QPalette::Base);
  owner.setAutoFillBackground(true);
  stack = new QStackedLayout(&owner);
  reason = makeBody({}, &owner);
  reason->setTone(Tone::Muted);
  reason->setAlignment(Qt::AlignCenter);
  reason->setMargin(24);
  stack->addWidget(reason);
  figures = new QWidget(&owner);
  auto* rows = new QVBoxLayout(figures);
  rows->setContentsMargins(14, 12, 14, 8);
  rows->setSpacing(8);

  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  total = makeTitle({}, figures);
  QFont large = titleFont();
  large.setPointSizeF(22);
  large.setKerning(false);
  total->setFont(large);
  total->setWordWrap(false);
  total->setObjectName(QStringLiteral("total"));
  head->addWidget(total);
  auto* perMonth = new ToneLabel(tr("a month"), Tone::Muted, figures);
  head->addWidget(perMonth, 0, Qt::AlignBottom);
  head->addStretch(1);
  rows->addLayout(head);
  perMillion = makeBody({}, figures);
  perMillion->setFont(numberFont());
  perMillion->setObjectName(QStringLiteral("perMillion"));
  rows->addWidget(perMillion);
  dates = makeCaption({}, figures);
  dates->setObjectName(QStringLiteral("dates"));
  rows->addWidget(dates);
  unpricedNote = makeBody({}, figures);
  unpricedNote->setTone(Tone::Warning);
  unpricedNote->setObjectName(QStringLiteral("unpricedNote"));
  rows->addWidget(unpricedNote);
  bars = new CategoryBars(figures);
  bars->setAccessibleName(tr("Cost by category"));
  rows->addWidget(bars);

  tree = new QTreeWidget(figures);
  tree->setObjectName(QStringLiteral("costLines"));
  tree->setAccessibleName(tr("Cost by block"));
  tree->setColumnCount(kCostColumnCount);
  tree->setHeaderLabels({tr("Block"), tr("Per month"), tr("Unit price"), tr("Usage")});
  tree->headerItem()->setTextAlignment(kCostAmount, Qt::AlignRight | Qt::AlignVCenter);
  tree->header()->setStretchLastSection(true);
  tree->header()->setSectionResizeMode(kCostItem, QHeaderView::Interactive);
  tree->header()->setSectionResizeMode(kCostUnitPrice, QHeaderView::ResizeToContents);
  tree->header()->setSectionResizeMode(kCostAmount, QHeaderView::ResizeToContents);
  tree->setUniformRowHeights(true);
  tree->setFont(numberFont());
  const auto choose = [&owner](QTreeWidgetItem* row) {
    const QString id = row->data(0, kCostBlockRole).toString();
    if (!id.isEmpty()) {
      Q_EMIT owner.blockChosen(BlockId(toUtf8(id)));
    }
  };
  connect(tree, &QTreeWidget::itemClicked, &owner, choose);
  connect(tree, &QTreeWidget::itemActivated, &owner, choose);
  rows->addWidget(tree, 1);
  stack->addWidget(figures);
}

void CostPanel::Impl::showHead(const cost::Estimate& estimate) {
  total->setText(toQString(format(estimate.total)));
  perMillion->setText(
      estimate.perMillionRequests.inMicros() == 0
          ? tr("No requests are offered, so there is no price per request.")
          : tr("%1 per million requests").arg(toQString(format(estimate.perMillionRequests))));
  const QString asOf =
      estimate.pricesFrom == estimate.pricesAsOf || estimate.pricesFrom.empty()
          ? toQString(estimate.pricesAsOf)
          : tr("%1 to %2").arg(toQString(estimate.pricesFrom), toQString(estimate.pricesAsOf));
  dates->setText(
      asOf.isEmpty()
          ? tr("Price book %1").arg(toQString(estimate.priceBook))
          : tr("Price book %1, prices of %2; 730 hours, mean load").arg(toQString(estimate.priceBook), asOf));
  const auto missing = static_cast<int>(estimate.unpriced.size());
  unpricedNote->setText(tr("Usages without a price, not in the total: %1").arg(missing));
  unpricedNote->setVisible(missing > 0);
  bars->setShares(sharesOf(estimate));
}

void CostPanel::Impl::showLines(const Design& design, const cost::Estimate& estimate) {
  // Dearest block first; the design's order among equals.
  std::vector<BlockId> order;
  std::map<BlockId, Money> sums;
  for (const cost::Line& line : estimate.lines) {
    if (sums.find(line.block) == sums.end()) {
      order.push_back(line.block);
    }
    sums[line.block] += line.amount;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](const BlockId& a, const BlockId& b) { return sums[a] > sums[b]; });
  std::map<BlockId, QTreeWidgetItem*> rows;
  for (const BlockId& id : order) {
    auto* row = new QTreeWidgetItem(tree);
    row->setText(kCostItem, costBlockName(design, id));
    row->setText(kCostAmount, toQString(format(sums[id])));
    row->setTextAlignment(kCostAmount, Qt::AlignRight | Qt::AlignVCenter);
    row->setData(0, kCostBlockRole, toQString(id.text()));
    QFont bold = tree->font();
    bold.setWeight(QFont::DemiBold);
    row->setFont(kCostItem, bold);
    row->setFont(kCostAmount, bold);
    rows[id] = row;
  }
  for (const cost::Line& line : estimate.lines) {
    addLine(rows[line.block], line);
  }
}

void CostPanel::Impl::showUnpriced(const Design& design, const cost::Estimate& estimate) {
  if (estimate.unpriced.empty()) {
    return;
  }
  auto* heading = new QTreeWidgetItem(tree);
  heading->setText(kCostItem, tr("Without a price"));
  heading->setText(kCostAmount, tr("not counted"));
  heading->setTextAlignment(kCostAmount, Qt::AlignRight | Qt::AlignVCenter);
  for (const cost::Unpriced& unpriced : estimate.unpriced) {
    auto* row = new QTreeWidgetItem(heading);
    row->setText(kCostItem, costBlockName(design, unpriced.block));
    row->setText(kCostUsage,
                 QStringLiteral("%1: %2").arg(toQString(unpriced.usage.item), toQString(unpriced.reason)));
    row->setToolTip(kCostUsage, toQString(unpriced.reason));
    row->setData(0, kCostBlockRole, toQString(unpriced.block.text()));
  }
  heading->setExpanded(true);
}

CostPanel::CostPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->build(*this);
  m_impl->reason->setText(tr("There is no estimate yet."));
}

CostPanel::~CostPanel() = default;

void CostPanel::show(const Design& design, const std::optional<cost::Estimate>& estimate,
                     const QString& reason) {
  if (!estimate) {
    m_impl->reason->setText(reason.isEmpty() ? tr("There is no estimate.") : reason);
    m_impl->stack->setCurrentWidget(m_impl->reason);
    return;
  }
  // Rows that were open stay open when the figures change.
  QTreeWidget* tree = m_impl->tree;
  QStringList open;
  for (int row = 0; row < tree->topLevelItemCount(); ++row) {
    if (tree->topLevelItem(row)->isExpanded()) {
      open << tree->topLevelItem(row)->data(0, kCostBlockRole).toString();
    }
  }
  tree->clear();
  m_impl->showHead(*estimate);
  m_impl->showLines(design, *estimate);
  m_impl->showUnpriced(design, *estimate);
  for (int row = 0; row < tree->topLevelItemCount(); ++row) {
    QTreeWidgetItem* item = tree->topLevelItem(row);
    const QString id = item->data(0, kCostBlockRole).toString();
    item->setExpanded(id.isEmpty() || open.contains(id));
  }
  tree->resizeColumnToContents(kCostItem);
  constexpr int kWidestItem = 240;
  tree->setColumnWidth(kCostItem, std::min(tree->columnWidth(kCostItem), kWidestItem));
  m_impl->stack->setCurrentWidget(m_impl->figures);
}

}  // namespace cantilever::widgets
