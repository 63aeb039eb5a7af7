#pragma once

#include <QGraphicsItem>
#include <vector>

#include "widgets/panels/happening_text.h"

namespace cantilever::widgets {

/// What happened, on the time axis of a chart: a line with words where somebody ordered it, a tick on the
/// axis where it followed by itself.
class MarkLines : public QGraphicsItem {
 public:
  explicit MarkLines(QGraphicsItem* parent);

  void setMoments(std::vector<Moment> moments);  ///< by time
  /// Where the chart is drawn, and the second at its right edge.
  void place(const QRectF& plot, double endSecond);
  /// All that happened within a few pixels, one moment a line, with its time; empty: nothing.
  QString textAt(qreal x) const;

  QRectF boundingRect() const override { return m_plot; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  qreal xOf(const Moment& moment) const;
  void paintLabels(QPainter& painter) const;

  std::vector<Moment> m_moments;
  QRectF m_plot;
  double m_endSecond = 0;
};

}  // namespace cantilever::widgets
