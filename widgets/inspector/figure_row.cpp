#include "widgets/inspector/figure_row.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QPainter>

#include "core/base/text.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QString trFigure(const char* text) {
  return QCoreApplication::translate("FigureRow", text);
}

ToneLabel* addFigure(QGridLayout* grid, int column, const QString& caption, QWidget* parent) {
  auto* name = new ToneLabel(caption, Tone::Muted, parent);
  name->setFont(captionFont());
  auto* value = new ToneLabel({}, Tone::Normal, parent);
  value->setFont(numberFont());
  value->setAccessibleName(caption);
  grid->addWidget(name, 0, column);
  grid->addWidget(value, 1, column);
  return value;
}

}  // namespace

class FigureRow::Bar : public QWidget {
 public:
  explicit Bar(QWidget* parent) : QWidget(parent) { setFixedHeight(4); }
  void setRatio(double ratio) {
    m_ratio = ratio;
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(currentTheme().border);
    painter.drawRoundedRect(rect(), 2, 2);
    if (m_ratio > 0) {
      painter.setBrush(currentTheme().utilisation(m_ratio));
      painter.drawRoundedRect(QRectF(0, 0, width() * std::min(m_ratio, 1.0), height()), 2, 2);
    }
  }

 private:
  double m_ratio = 0;
};

FigureRow::FigureRow(QWidget* parent) : QWidget(parent) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 4, 0, 4);
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(2);
  m_utilisation = addFigure(grid, 0, trFigure(QT_TRANSLATE_NOOP("FigureRow", "Utilisation")), this);
  m_rate = addFigure(grid, 1, trFigure(QT_TRANSLATE_NOOP("FigureRow", "Requests")), this);
  m_failures = addFigure(grid, 2, trFigure(QT_TRANSLATE_NOOP("FigureRow", "Failures")), this);
  m_instances = addFigure(grid, 3, trFigure(QT_TRANSLATE_NOOP("FigureRow", "Up")), this);
  m_bar = new Bar(this);
  grid->addWidget(m_bar, 2, 0);
  m_reason = makeCaption({}, this);
  m_reason->setTone(Tone::Critical);
  grid->addWidget(m_reason, 3, 0, 1, 4);
  m_explanation = makeCaption({}, this);
  m_explanation->setObjectName(QStringLiteral("explanation"));
  m_explanation->setContentsMargins(0, 4, 0, 0);
  grid->addWidget(m_explanation, 4, 0, 1, 4);
  grid->setColumnStretch(3, 1);
  grid->setColumnMinimumWidth(0, 64);
}

void FigureRow::setFigures(const CanvasOverlay::OfBlock& figures) {
  const bool hasUtilisation = figures.utilisation >= 0;
  m_utilisation->setText(hasUtilisation
                             ? toQString(formatNumber(figures.utilisation * 100.0, 3)) + QStringLiteral(" %")
                             : QStringLiteral("\u2013"));
  m_bar->setVisible(hasUtilisation);
  m_bar->setRatio(figures.utilisation);
  m_rate->setText(toQString(formatShort(perSecond(figures.requestsPerSecond))));
  const bool fails = figures.failuresPerSecond > 0;
  m_failures->setText(toQString(formatShort(perSecond(figures.failuresPerSecond))));
  m_failures->setTone(fails ? Tone::Critical : Tone::Normal);
  m_instances->setText(QStringLiteral("%1/%2").arg(figures.instancesUp).arg(figures.instances));
  m_instances->setTone(figures.instancesUp < figures.instances ? Tone::Warning : Tone::Normal);
  m_reason->setText(trFigure(QT_TRANSLATE_NOOP("FigureRow", "Mostly: %1")).arg(figures.failureReason));
  m_reason->setVisible(fails && !figures.failureReason.isEmpty());
  for (ToneLabel* figure : {m_utilisation, m_rate, m_failures, m_instances}) {
    figure->setToolTip(figures.explanation);
  }
  m_explanation->setText(figures.explanation);
  m_explanation->setVisible(!figures.explanation.isEmpty());
}

}  // namespace cantilever::widgets
