#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "core/cost/estimate.h"

namespace cantilever::widgets {

/// Monthly cost: total, per million requests, lines by block with price, source and date, and what has no
/// price.
class CostPanel : public QWidget {
  Q_OBJECT

 public:
  explicit CostPanel(QWidget* parent = nullptr);
  ~CostPanel() override;
  /// Nothing: why there is no estimate.
  void show(const Design& design, const std::optional<cost::Estimate>& estimate, const QString& reason = {});

 Q_SIGNALS:
  void blockChosen(const cantilever::BlockId& block);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
