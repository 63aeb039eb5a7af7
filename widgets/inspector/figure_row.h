#pragma once

#include <QWidget>

#include "widgets/canvas/canvas_view.h"

namespace cantilever::widgets {

class ToneLabel;

/// The live figures of one block, side by side: utilisation with its bar, rate, failures with the reason,
/// instances that are up.
class FigureRow : public QWidget {
 public:
  explicit FigureRow(QWidget* parent = nullptr);
  void setFigures(const CanvasOverlay::OfBlock& figures);

 private:
  class Bar;
  ToneLabel* m_utilisation = nullptr;
  ToneLabel* m_rate = nullptr;
  ToneLabel* m_failures = nullptr;
  ToneLabel* m_instances = nullptr;
  ToneLabel* m_reason = nullptr;
  ToneLabel* m_explanation = nullptr;
  Bar* m_bar = nullptr;
};

}  // namespace cantilever::widgets
