#pragma once

#include <QWidget>
#include <vector>

#include "core/model/design.h"

class QVBoxLayout;

namespace cantilever::widgets {

class ParamField;

/// How the load is made up: all workloads' peaks together, and the share of each. A new total keeps the
/// shares; a new share keeps the total, and the others among themselves. Means go along with their peaks.
/// Hidden where there is nothing to mix.
class TrafficMix : public QWidget {
  Q_OBJECT

 public:
  explicit TrafficMix(QWidget* parent);

  void show(const Design& design, bool keepsTyping);

 Q_SIGNALS:
  /// Those that are now different.
  void edited(const std::vector<cantilever::Workload>& workloads);

 private:
  void rebuild(const Design& design);
  void takeTotal(Rate total);
  void takeShare(std::size_t index, double share);
  void emitRates(const std::vector<double>& peaks);
  double total() const;

  std::vector<Workload> m_workloads;
  QVBoxLayout* m_rows;
  ParamField* m_total = nullptr;
  std::vector<ParamField*> m_shares;
  QString m_shownKey;
};

}  // namespace cantilever::widgets
