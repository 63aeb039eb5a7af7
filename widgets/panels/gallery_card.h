#pragma once

#include <QAbstractButton>
#include <QPixmap>
#include <functional>

namespace cantilever::widgets {

/// One choice of the gallery: a picture above a title and two lines of summary. Clicked, or Space or Enter
/// when it has the focus.
class GalleryCard : public QAbstractButton {
  Q_OBJECT

 public:
  /// Draws the picture at the size; called when the card is first seen and when the theme changes.
  using Picture = std::function<QPixmap(QSize size, qreal devicePixelRatio)>;
  GalleryCard(const QString& title, const QString& summary, Picture picture, QWidget* parent = nullptr);

  QSize sizeHint() const override;

 Q_SIGNALS:
  /// An arrow key: the gallery knows where the neighbour is.
  void neighbourRequested(int key);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QString m_summary;
  Picture m_picture;
  QPixmap m_drawn;
};

/// A choice without a picture: an icon, a title and one line.
class GalleryAction : public QAbstractButton {
  Q_OBJECT

 public:
  GalleryAction(const QString& iconName, const QString& title, const QString& summary,
                QWidget* parent = nullptr);
  QSize sizeHint() const override;

 Q_SIGNALS:
  void neighbourRequested(int key);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QString m_iconName;
  QString m_summary;
};

}  // namespace cantilever::widgets
