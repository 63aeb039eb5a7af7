#pragma once

#include <QStringList>
#include <QWidget>
#include <memory>

#include "core/catalog/block_type.h"

namespace cantilever::widgets {

/// Mime type of a block type's key while it is dragged.
inline constexpr char kBlockTypeMime[] = "application/x-cantilever-block-type";

/// Block types by category with search (label, key, vendor names, purpose). Dragged onto the canvas, or
/// activated by double-click or Enter.
class PalettePanel : public QWidget {
  Q_OBJECT

 public:
  explicit PalettePanel(const catalog::Catalog& catalog, QWidget* parent = nullptr);
  ~PalettePanel() override;

  /// Keys of block types, shown first; unknown ones are left out.
  void setRemembered(const QStringList& favourites, const QStringList& recent);

 public Q_SLOTS:
  void focusSearch();

 Q_SIGNALS:
  void activated(const QString& typeKey);
  void favouriteToggled(const QString& typeKey);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
