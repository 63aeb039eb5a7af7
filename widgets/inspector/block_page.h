#pragma once

#include <QWidget>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "widgets/canvas/canvas_view.h"

class QLabel;
class QVBoxLayout;

namespace cantilever::widgets {

class CommitLineEdit;
class FigureRow;
class ParamField;
class ToneLabel;

/// One block or several: name, type, live figures, remarks, and the parameters that all of them have. Made
/// for one set of block types; shows any blocks of these.
class BlockPage : public QWidget {
  Q_OBJECT

 public:
  /// Null in `types`: a type that the catalogue does not know.
  BlockPage(std::vector<const catalog::BlockType*> types, QWidget* parent);

  /// The types of these blocks, each once, in order of key: pages for equal lists are interchangeable.
  static std::vector<const catalog::BlockType*> typesOf(const std::vector<const Block*>& blocks,
                                                        const catalog::Catalog& catalog);
  const std::vector<const catalog::BlockType*>& types() const { return m_types; }

  enum class Typing { Keep, Forget };
  /// At least one block; all of this page's types.
  void show(const std::vector<const Block*>& blocks, Typing typing);
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);

 Q_SIGNALS:
  void paramEdited(const QString& key, const std::optional<cantilever::ParamValue>& value);
  void nameEdited(const QString& name);

 private:
  void buildHeader(QVBoxLayout* rows);
  void buildFields(QVBoxLayout* rows);
  void showField(ParamField& field, const std::vector<const Block*>& blocks);
  const catalog::BlockType* typeOf(const Block& block) const;
  std::vector<catalog::ParamSpec> sharedSpecs() const;

  std::vector<const catalog::BlockType*> m_types;
  std::vector<BlockId> m_ids;
  CommitLineEdit* m_name = nullptr;
  ToneLabel* m_title = nullptr;
  ToneLabel* m_typeLabel = nullptr;
  ToneLabel* m_unknown = nullptr;
  FigureRow* m_figures = nullptr;
  QWidget* m_remarks = nullptr;
  std::vector<Diagnostic> m_shownRemarks;
  std::vector<ParamField*> m_fields;
};

}  // namespace cantilever::widgets
