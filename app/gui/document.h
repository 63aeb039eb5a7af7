#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/edit/edit.h"
#include "core/exchange/design_json.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "core/model/diff.h"

namespace cantilever::app {

/// The open design: an immutable value that is replaced by each edit, its undo history and its file. GUI
/// thread. A failed open or save leaves everything as it was.
class Document : public QObject {
  Q_OBJECT

 public:
  explicit Document(const catalog::Catalog& catalog, QObject* parent = nullptr);
  ~Document() override;

  const catalog::Catalog& catalog() const { return m_catalog; }
  DesignPtr design() const { return m_design; }
  QUndoStack& undoStack() { return m_undoStack; }
  /// What the reader kept but did not understand.
  const std::vector<Diagnostic>& remarks() const { return m_remarks; }
  /// Empty until the design was saved or opened from a file.
  const QString& path() const { return m_path; }
  /// The file's name, or the design's.
  QString title() const;
  bool isDirty() const { return !m_undoStack.isClean(); }

  /// Applies the edit as one undoable step and returns what changed; nothing if it was refused (`refused`
  /// says why) or changed nothing.
  std::optional<DesignDiff> request(const edit::Edit& edit, const QString& mergeKey = {});

  Result<void> open(const QString& path);
  /// A copy without a file: saving never touches the template.
  Result<void> startFromTemplate(const QString& key);
  void startEmpty();
  Result<void> save(const QString& path);

 Q_SIGNALS:
  void changed(const cantilever::DesignPtr& design, const cantilever::DesignDiff& diff);
  /// Another design was opened or begun.
  void replaced();
  void refused(const QString& reason);
  /// Name, path or dirty state.
  void titleChanged();

 private:
  void show(const DesignPtr& design);
  void replace(exchange::LoadedDesign loaded, const QString& path);

  const catalog::Catalog& m_catalog;
  DesignPtr m_design;
  QUndoStack m_undoStack;
  QString m_path;
  std::vector<Diagnostic> m_remarks;
};

}  // namespace cantilever::app
