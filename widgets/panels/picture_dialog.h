#pragma once

#include <QDialog>

#include "widgets/canvas/picture.h"

class QCheckBox;
class QComboBox;

namespace cantilever::widgets {

/// How a picture of the drawing shall look: its part, size, theme and background. Wishes for it to be saved,
/// and stays open until it is told to close. GUI thread.
class PictureDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Part { All, Selected };
  /// What is selected can be empty: then there is only the whole. Begins with `part` and the current theme.
  PictureDialog(Selection selected, Part part, QWidget* parent);

  /// As chosen. The scale is that of pictures in pixels; other formats have a size of their own.
  PictureOptions options() const;

 Q_SIGNALS:
  void saveRequested();

 private:
  Selection m_selected;
  QComboBox* m_part;
  QComboBox* m_scale;
  QComboBox* m_theme;
  QCheckBox* m_transparent;
};

}  // namespace cantilever::widgets
