#pragma once

#include <QStringList>
#include <QTreeWidget>
#include <QWidget>
#include <map>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diff.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::widgets {

/// The drawing as a tree: zones with what they own, blocks with the links by which they call, notes. The same
/// selection as the canvas, both ways; a screen reader reads a block with its type and its links.
class OutlinePanel : public QWidget {
  Q_OBJECT

 public:
  explicit OutlinePanel(const catalog::Catalog& catalog, QWidget* parent = nullptr);

  void show(DesignPtr design);
  /// Nothing is done if the tree would look the same: moving a block costs nothing here.
  void update(DesignPtr design, const DesignDiff& diff);
  void setSelection(const Selection& selection);
  /// Gives the keyboard to the tree. Ctrl+arrows walk without choosing, Space adds to the choice.
  void focusTree();

 Q_SIGNALS:
  void chosen(const cantilever::widgets::Selection& selection);
  /// What is chosen shall go.
  void removeRequested();

 protected:
  void showEvent(QShowEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void rebuild();
  QTreeWidgetItem* addZone(const Zone& zone, std::size_t depth);
  /// At the end of what the zone owns, or of the tree.
  QTreeWidgetItem* newRowIn(const ZoneId& id, const QString& text);
  void addBlock(const Block& block, const QStringList& calls);
  void addLink(const Link& link);
  void tellChoice();

  const catalog::Catalog& m_catalog;
  DesignPtr m_design;
  Selection m_selection;
  QTreeWidget* m_tree = nullptr;
  std::map<ZoneId, QTreeWidgetItem*> m_zones;
  std::map<BlockId, QTreeWidgetItem*> m_blocks;
  std::map<NoteId, QTreeWidgetItem*> m_notes;
  std::map<LinkId, QTreeWidgetItem*> m_links;
  bool m_isStale = true;
  bool m_isShowing = false;  ///< what changes now is not the person's choice
};

}  // namespace cantilever::widgets
