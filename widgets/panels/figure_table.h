#pragma once

#include <QString>
#include <QStringList>
#include <QTableWidget>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/design.h"
#include "core/vocabulary/plan.h"

/// Tables of figures as the panels show them: no grid, numbers on the right, as high as their rows.
namespace cantilever::widgets {

/// What cells keep beside their text: the number by which they sort, and the block that the row is about.
inline constexpr int kSortRole = Qt::UserRole;
inline constexpr int kResultBlockRole = Qt::UserRole + 1;

/// A cell that sorts by its number, not by its text.
class NumberCell : public QTableWidgetItem {
 public:
  NumberCell(const QString& text, double number);
  bool operator<(const QTableWidgetItem& other) const override;
};

/// Read only; `name` is for screen readers. The first column is set left, the others right.
QTableWidget* makeFigureTable(const QString& name, const QStringList& columns, QWidget* parent);
/// As high as its rows: the panel scrolls as a whole, tables in it do not.
void fitHeight(QTableWidget* table);

QString nsText(std::int64_t ns);
QString percentText(double share, int digits);
/// Grouped in thousands, the same in every locale.
QString countText(std::uint64_t count);
/// Of a block: its name, or its id if it has none or is gone.
QString nameOfBlock(const Design& design, const std::string& id);
/// Parallel to the plan's pools: the first of a block is called like it, a further one says what it is for.
std::vector<QString> poolNames(const Design& design, const plan::Plan& plan);
/// Of a link of the plan: "from → to", or its key if it is not drawn.
QString nameOfLink(const Design& design, const plan::Plan& plan, plan::Index link);

}  // namespace cantilever::widgets
