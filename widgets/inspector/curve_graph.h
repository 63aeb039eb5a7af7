#pragma once

#include <QWidget>
#include <optional>

#include "core/vocabulary/plan/curve.h"

namespace cantilever::widgets {

/// A load profile drawn over time, and changed there. By mouse: drag a point, double click for a new one. By
/// keyboard: Left and Right choose a point, Up and Down change its level by 1 % of the peak (Shift: 10 %),
/// Ctrl+Left and Ctrl+Right move it in time, Insert adds one after it, Delete removes it, Esc cancels a
/// drag. The first point stays at 0, the order of the points as it is. A sine has one point to grip, its
/// lowest level. What is dragged is a draft: `edited` comes on release.
class CurveGraph : public QWidget {
  Q_OBJECT

 public:
  explicit CurveGraph(QWidget* parent);

  /// `peak`: the rate of level 1, for the texts.
  void show(const plan::WrittenCurve& curve, Rate peak);
  /// The point that is chosen; none: -1.
  int chosen() const { return m_chosen; }
  void choose(int point);
  /// What is being dragged goes back to where it was.
  void cancelDrag();
  /// Adds a point in the middle between the chosen one and the next, or some time after the last.
  void addAfterChosen();
  void removeChosen();

  QSize sizeHint() const override { return {240, 156}; }
  QSize minimumSizeHint() const override { return {160, 156}; }
  /// Where a point is drawn.
  QPointF placeOf(int point) const;
  QPointF placeOf(Duration at, double level) const;

 Q_SIGNALS:
  void edited(const cantilever::plan::WrittenCurve& curve);
  void chosenChanged(int point);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  /// The ends of both axes and the distances of their ticks, in seconds and shares of the peak.
  struct Scales {
    double seconds = 60;
    double secondsStep = 10;
    double level = 1;
    double levelStep = 0.5;
  };
  int pointCount() const;
  plan::RateCurve::Point pointAt(int point) const;
  void setPoint(plan::WrittenCurve& curve, int point, Duration at, double level) const;
  void addPoint(Duration at, double level);
  int pointNear(QPointF position) const;
  Duration timeAt(double x) const;
  double levelAt(double y) const;
  Duration timeStep() const;
  QRectF plot() const;
  Scales scalesOf(const plan::WrittenCurve& curve) const;
  void commit(const plan::WrittenCurve& curve, int chosen);
  void tellChosen();
  void paintAxes(QPainter& painter) const;
  void paintCurve(QPainter& painter) const;

  plan::WrittenCurve m_curve;
  Rate m_peak;
  Scales m_scales;
  int m_chosen = -1;
  std::optional<plan::WrittenCurve> m_before;  ///< while a point is dragged: the curve without the draft
};

/// A point in words: "10 min: 60 %, 1.44k/s".
QString wordsOfPoint(const plan::RateCurve::Point& point, Rate peak);

}  // namespace cantilever::widgets
