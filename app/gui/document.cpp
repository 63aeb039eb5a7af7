#include "app/gui/document.h"

#include <QFileInfo>
#include <memory>
#include <utility>

#include "app/gui/edit_command.h"
#include "core/exchange/templates.h"
#include "core/storage/document_file.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

bool changesNothing(const DesignDiff& diff) {
  return diff.blocks.isEmpty() && diff.links.isEmpty() && diff.zones.isEmpty() && diff.notes.isEmpty() &&
         !diff.hasOtherChanges;
}

}  // namespace

Document::Document(const catalog::Catalog& catalog, QObject* parent)
    : QObject(parent), m_catalog(catalog), m_design(std::make_shared<const Design>()) {
  connect(&m_undoStack, &QUndoStack::cleanChanged, this, &Document::titleChanged);
}

Document::~Document() {
  m_undoStack.blockSignals(true);  // it clears itself while dying, when those who listen may be gone
}

QString Document::title() const {
  if (!m_path.isEmpty()) {
    return QFileInfo(m_path).fileName();
  }
  return m_design->name.empty() ? tr("Untitled") : widgets::toQString(m_design->name);
}

std::optional<DesignDiff> Document::request(const edit::Edit& edit, const QString& mergeKey) {
  const Result<Design> applied = edit::apply(*m_design, edit, m_catalog);
  if (!applied) {
    Q_EMIT refused(widgets::toQString(applied.error().message));
    return std::nullopt;
  }
  auto after = std::make_shared<const Design>(*applied);
  DesignDiff whatChanged = diff(*m_design, *after);
  if (changesNothing(whatChanged)) {
    return std::nullopt;
  }
  const QString text = widgets::toQString(edit::describe(edit, *m_design, m_catalog));
  // push() runs redo(), which shows the new design.
  m_undoStack.push(new EditCommand(m_design, std::move(after), text, mergeKey,
                                   [this](const DesignPtr& design) { show(design); }));
  return whatChanged;
}

Result<void> Document::open(const QString& path) {
  Result<exchange::LoadedDesign> loaded = storage::openDesign(widgets::toUtf8(path), m_catalog);
  if (!loaded) {
    return loaded.error();
  }
  replace(std::move(*loaded), path);
  return {};
}

Result<void> Document::startFromTemplate(const QString& key) {
  Result<exchange::LoadedDesign> loaded = exchange::loadTemplate(widgets::toUtf8(key), m_catalog);
  if (!loaded) {
    return loaded.error();
  }
  replace(std::move(*loaded), {});
  return {};
}

void Document::startEmpty() {
  replace({}, {});
}

Result<void> Document::save(const QString& path) {
  if (Result<void> saved = storage::saveDesign(widgets::toUtf8(path), *m_design); !saved) {
    return saved;
  }
  m_path = path;
  m_undoStack.setClean();
  Q_EMIT titleChanged();
  return {};
}

void Document::show(const DesignPtr& design) {
  const DesignPtr before = std::exchange(m_design, design);
  Q_EMIT changed(m_design, diff(*before, *m_design));
  if (before->name != m_design->name) {
    Q_EMIT titleChanged();
  }
}

void Document::replace(exchange::LoadedDesign loaded, const QString& path) {
  m_undoStack.clear();
  m_design = std::make_shared<const Design>(std::move(loaded.design));
  m_remarks = std::move(loaded.remarks);
  m_path = path;
  Q_EMIT replaced();
  Q_EMIT titleChanged();
}

}  // namespace cantilever::app
