#pragma once

#include <QColor>
#include <QList>
#include <QPointF>
#include <QString>
#include <QWidget>
#include <functional>
#include <optional>
#include <vector>

#include "widgets/charts/axis_scale.h"
#include "widgets/panels/happening_text.h"

QT_BEGIN_NAMESPACE
class QAreaSeries;
class QCategoryAxis;
class QChart;
class QChartView;
class QGraphicsLineItem;
class QLabel;
class QLineSeries;
QT_END_NAMESPACE

namespace cantilever::widgets {

class MarkLines;

/// One line, or the area between it and the curve before it.
struct Curve {
  enum class Shape { Line, Band, Limit };
  QString name;
  QColor colour;
  Shape shape = Shape::Line;
  QList<QPointF> points;  ///< x in seconds, ascending; of a Limit: one, for its height
};

/// One chart over simulated time with its title and a legend that tells values: the latest, or those under
/// the mouse.
class ChartPane : public QWidget {
  Q_OBJECT

 public:
  using Format = std::function<QString(double)>;
  ChartPane(const QString& title, Format format, QWidget* parent);

  /// The value axis ends here whatever the values are.
  void fixEnd(double end);
  /// Replaces everything at once. Bands lie on each other in the order given; their points are the upper
  /// edges.
  void setCurves(const std::vector<Curve>& curves, double lastSecond);
  void setLegend(const QString& html);
  /// A vertical line through all panes at the moment that is read; nothing: none.
  void setCursor(std::optional<double> second);
  /// What happened when, marked on the time axis and told under the mouse; by time.
  void setMarks(std::vector<Moment> moments);
  void reset();
  int pointCount() const;

 Q_SIGNALS:
  void hovered(double second);
  void left();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Drawn {
    QLineSeries* line = nullptr;
    QAreaSeries* area = nullptr;
  };
  void rebuildSeries(const std::vector<Curve>& curves);
  void paintSeries(const std::vector<Curve>& curves);
  void applyTheme();
  void labelAxes();
  void placeLines();

  QString m_title;
  Format m_format;
  AxisScale m_valueScale;
  AxisScale m_timeScale;
  bool m_hasFixedEnd = false;
  std::optional<double> m_cursorSecond;
  std::vector<Drawn> m_drawn;
  std::vector<Curve> m_shapes;  ///< names, colours and shapes drawn, without points
  QChart* m_chart = nullptr;
  QChartView* m_view = nullptr;
  QCategoryAxis* m_timeAxis = nullptr;
  QCategoryAxis* m_valueAxis = nullptr;
  QGraphicsLineItem* m_cursor = nullptr;
  MarkLines* m_marks = nullptr;
  QLineSeries* m_floor = nullptr;  ///< lower edge of the first band
  QLabel* m_legend = nullptr;
};

}  // namespace cantilever::widgets
