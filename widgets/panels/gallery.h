#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"

namespace cantilever::widgets {

/// The start page: templates with thumbnails rendered from the designs, under a heading for each category,
/// recent files, an empty design, and a field that leaves those of which title, summary or category have all
/// words of what is typed.
class Gallery : public QWidget {
  Q_OBJECT

 public:
  struct Entry {
    QString key;  ///< template key or file path
    QString title;
    QString summary;
    DesignPtr design;       ///< for the thumbnail; may be null
    QString category = {};  ///< of a template: the heading above it
  };
  explicit Gallery(const catalog::Catalog& catalog, QWidget* parent = nullptr);
  ~Gallery() override;

  void setTemplates(std::vector<Entry> templates);
  void setRecentFiles(std::vector<Entry> files);

 Q_SIGNALS:
  void templateChosen(const QString& key);
  void fileChosen(const QString& path);
  void emptyDesignChosen();
  void openChosen();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
