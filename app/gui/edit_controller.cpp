#include "app/gui/edit_controller.h"

#include <QClipboard>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>
#include <memory>

#include "app/gui/name_field.h"
#include "app/gui/selection_edits.h"
#include "core/exchange/design_json.h"
#include "core/model/names.h"
#include "widgets/canvas/folds.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using widgets::toQString;
using widgets::toUtf8;

constexpr Point kDuplicateOffset{3 * kGrid, 3 * kGrid};
constexpr std::string_view kFragmentSchema = "cantilever.fragment/";

QString mergeKeyOf(const char* what, const std::vector<BlockId>& blocks) {
  QString key = QString::fromLatin1(what);
  for (const BlockId& block : blocks) {
    key += QLatin1Char(' ') + toQString(block.text());
  }
  return key;
}

QString mergeKeyOfMove(const widgets::Selection& things) {
  QString key = mergeKeyOf("move", things.blocks);
  for (const ZoneId& zone : things.zones) {
    key += QStringLiteral(" z:") + toQString(zone.text());
  }
  for (const NoteId& note : things.notes) {
    key += QStringLiteral(" n:") + toQString(note.text());
  }
  return key;
}

}  // namespace

EditController::EditController(Document& document, widgets::CanvasView& canvas,
                               widgets::InspectorPanel& inspector, widgets::PalettePanel& palette,
                               QObject* parent)
    : QObject(parent), m_document(document), m_canvas(canvas), m_inspector(inspector) {
  connect(&document, &Document::replaced, this, &EditController::showDesign);
  connect(&document, &Document::changed, this, &EditController::showChange);
  connect(&palette, &widgets::PalettePanel::activated, this, [this](const QString& key) {
    addBlock(key, freePlaceNear(*m_document.design(), m_canvas.insertionPoint()));
  });
  connectCanvas();
  connectInspector();
}

void EditController::connectCanvas() {
  using widgets::CanvasView;
  connect(&m_canvas, &CanvasView::selectionChanged, this, &EditController::showSelection);
  // What was refused is not what fields go on to show.
  connect(&m_document, &Document::refused, this, [this] { showSelection(); });
  connect(&m_canvas, &CanvasView::addBlockRequested, this, &EditController::addBlock);
  connect(&m_canvas, &CanvasView::removeRequested, this, &EditController::removeSelection);
  connect(&m_canvas, &CanvasView::renameRequested, this, &EditController::openNameField);
  connect(&m_canvas, &CanvasView::foldRequested, this, [this](const ZoneId& zone) { fold({zone}); });
  connect(&m_canvas, &CanvasView::linkRefused, &m_document, &Document::refused);
  connect(&m_canvas, &CanvasView::moveRequested, this, &EditController::move);
  connect(&m_canvas, &CanvasView::copyRequested, this, [this](const widgets::Selection& things, Point by) {
    const Design& design = *m_document.design();
    insert(pasteByEdit(design, fragmentOf(design, things), by));
  });
  connect(&m_canvas, &CanvasView::resizeRequested, this, [this](const widgets::Selection& one, Rect area) {
    m_document.request(resizeEdit(one, area), mergeKeyOfMove(one) + QStringLiteral(" size"));
  });
  connect(&m_canvas, &CanvasView::linkRequested, this, [this](const BlockId& from, const BlockId& to) {
    const Design& design = *m_document.design();
    if (const Result<void> allowed = edit::canLink(design, from, to, m_document.catalog()); !allowed) {
      Q_EMIT m_document.refused(toQString(allowed.error().message));
      return;
    }
    m_document.request(edit::AddLink{edit::suggestLink(design, from, to, m_document.catalog())});
  });
}

void EditController::connectInspector() {
  using widgets::InspectorPanel;
  connect(
      &m_inspector, &InspectorPanel::paramEdited, this,
      [this](const std::vector<BlockId>& blocks, const QString& key, const std::optional<ParamValue>& value) {
        m_document.request(edit::SetParam{blocks, toUtf8(key), value},
                           mergeKeyOf("param ", blocks) + QLatin1Char(' ') + key);
      });
  connect(&m_inspector, &InspectorPanel::nameEdited, this, [this](const BlockId& block, const QString& name) {
    m_document.request(edit::SetBlockName{block, toUtf8(name)}, mergeKeyOf("name", {block}));
  });
  connect(&m_inspector, &InspectorPanel::linksEdited, this, [this](const std::vector<Link>& links) {
    requestAll<edit::SetLink>(links, "link", tr("Change %1 links"));
  });
  connect(&m_inspector, &InspectorPanel::zonesEdited, this, [this](const std::vector<Zone>& zones) {
    requestAll<edit::SetZone>(zones, "zone", tr("Change %1 zones"));
  });
  connect(&m_inspector, &InspectorPanel::mixEdited, this, [this](const std::vector<Workload>& workloads) {
    requestAll<edit::PutWorkload>(workloads, "mix", tr("Change the mix of %1 workloads"));
  });
  connect(&m_inspector, &InspectorPanel::requestClassRemoved, this,
          [this](const ClassId& id) { m_document.request(edit::RemoveClass{id}); });
  connect(&m_inspector, &InspectorPanel::noteEdited, this,
          [this](const Note& note) { m_document.request(edit::SetNote{note}); });
  connect(&m_inspector, &InspectorPanel::workloadEdited, this, [this](const Workload& workload) {
    m_document.request(edit::PutWorkload{workload},
                       QStringLiteral("workload ") + toQString(workload.id.text()));
  });
  connect(&m_inspector, &InspectorPanel::objectiveEdited, this, [this](const Objective& objective) {
    m_document.request(edit::PutObjective{objective},
                       QStringLiteral("objective ") + toQString(objective.id.text()));
  });
  connect(&m_inspector, &InspectorPanel::requestClassEdited, this, [this](const RequestClass& requestClass) {
    m_document.request(edit::PutClass{requestClass},
                       QStringLiteral("class ") + toQString(requestClass.id.text()));
  });
  connect(&m_inspector, &InspectorPanel::workloadRemoved, this,
          [this](const WorkloadId& id) { m_document.request(edit::RemoveWorkload{id}); });
  connect(&m_inspector, &InspectorPanel::objectiveRemoved, this,
          [this](const ObjectiveId& id) { m_document.request(edit::RemoveObjective{id}); });
  connect(&m_inspector, &InspectorPanel::titleEdited, this,
          [this](const QString& name, const QString& description) {
            m_document.request(edit::SetTitle{toUtf8(name), toUtf8(description)}, QStringLiteral("title"));
          });
}

template <class Step, class T>
void EditController::requestAll(const std::vector<T>& elements, const char* what, const QString& text) {
  auto batch = std::make_shared<edit::Batch>();
  QString key = QString::fromLatin1(what);
  for (const T& element : elements) {
    batch->edits.emplace_back(Step{element});
    key += QLatin1Char(' ') + toQString(element.id.text());
  }
  if (elements.size() > 1) {
    batch->text = toUtf8(text.arg(elements.size()));
  }
  m_document.request(std::shared_ptr<const edit::Batch>(std::move(batch)), key);
}

bool EditController::hasSelectedBlocks() const {
  return !m_canvas.selection().blocks.empty();
}

bool EditController::canCopy() const {
  const widgets::Selection selection = m_canvas.selection();
  return !selection.blocks.empty() || !selection.zones.empty() || !selection.notes.empty();
}

bool EditController::hasSelectedZones() const {
  return !m_canvas.selection().zones.empty();
}

BlockId EditController::onlyBlock() const {
  const widgets::Selection selection = m_canvas.selection();
  return selection.blocks.size() == 1 ? selection.blocks.front() : BlockId();
}

bool EditController::canPaste() const {
  return QGuiApplication::clipboard()->text().contains(toQString(kFragmentSchema));
}

void EditController::addBlock(const QString& typeKey, Point at) {
  const catalog::BlockType* type = m_document.catalog().find(toUtf8(typeKey));
  if (type == nullptr) {
    Q_EMIT m_document.refused(tr("There is no block type \"%1\".").arg(typeKey));
    return;
  }
  if (const auto diff = m_document.request(addBlockEdit(*m_document.design(), *type, at))) {
    select({diff->blocks.added, {}, {}, {}});
  }
}

void EditController::addNote() {
  const edit::AddNote edit =
      addNoteEdit(*m_document.design(), toUtf8(tr("A note")), m_canvas.insertionPoint());
  if (const auto diff = m_document.request(edit)) {
    select({{}, {}, {}, diff->notes.added});
  }
}

void EditController::addZone() {
  const edit::Edit edit = addZoneEdit(*m_document.design(), m_canvas.selection(), m_canvas.insertionPoint());
  if (const auto diff = m_document.request(edit)) {
    select({{}, {}, diff->zones.added, {}});
  }
}

void EditController::move(const widgets::Selection& things, Point by) {
  const DesignPtr before = m_document.design();
  const ZoneChanges changes = zoneChanges(*before, things, by);
  if (!m_document.request(moveEdit(*before, things, by), mergeKeyOfMove(things))) {
    return;
  }
  const auto zoneNamed = [&](const ZoneId& id) {
    return before->zones.contains(id) ? toQString(nameOf(before->zones, id)) : tr("no zone");
  };
  if (!changes.blocks.empty()) {
    const auto& [id, zone] = *changes.blocks.begin();
    const Block& first = *before->blocks.find(id);
    const QString what =
        changes.blocks.size() == 1 ? toQString(nameOf(first)) : tr("%1 blocks").arg(changes.blocks.size());
    Q_EMIT remarked(
        tr("%1: from %2 to %3. Its links have the latency of their new distance, and it fails with "
           "its new zone.")
            .arg(what, zoneNamed(first.zone), zoneNamed(zone)));
  } else if (!changes.notes.empty()) {
    const auto& [id, zone] = *changes.notes.begin();
    Q_EMIT remarked(tr("The note belongs to %1 now.").arg(zoneNamed(zone)));
  }
}

void EditController::toggleFolds() {
  fold(m_canvas.selection().zones);
}

void EditController::fold(const std::vector<ZoneId>& zones) {
  if (const auto edit = foldEdit(*m_document.design(), zones)) {
    m_document.request(*edit);
  }
}

void EditController::removeSelection() {
  const widgets::Selection selection = m_canvas.selection();
  if (selection.isEmpty()) {
    return;
  }
  const edit::Remove edit{selection.blocks, selection.links, selection.zones, selection.notes};
  const bool leavesSome = widgets::carriedWith(*m_document.design(), selection) !=
                          widgets::Selection{selection.blocks, {}, selection.zones, selection.notes};
  if (m_document.request(edit) && leavesSome) {
    Q_EMIT remarked(tr("What was in the zone stays. Cut takes it away as well."));
  }
}

void EditController::copy() {
  if (canCopy()) {
    const std::string text = exchange::writeFragment(fragmentOf(*m_document.design(), m_canvas.selection()));
    QGuiApplication::clipboard()->setText(toQString(text));
  }
}

void EditController::cut() {
  copy();
  const widgets::Selection all = widgets::carriedWith(*m_document.design(), m_canvas.selection());
  if (!all.isEmpty()) {
    m_document.request(edit::Remove{all.blocks, all.links, all.zones, all.notes});
  }
}

void EditController::paste() {
  const QString text = QGuiApplication::clipboard()->text();
  const Result<exchange::Fragment> fragment = exchange::readFragment(toUtf8(text), m_document.catalog());
  if (!fragment) {
    const bool isOurs = text.contains(QLatin1String("\"cantilever.fragment/"));
    Q_EMIT m_document.refused(isOurs ? tr("Nothing to paste. %1").arg(toQString(fragment.error().message))
                                     : tr("Nothing to paste: the clipboard holds no blocks."));
    return;
  }
  insert(pasteEdit(*m_document.design(), *fragment, m_canvas.insertionPoint()));
}

void EditController::insert(const edit::Paste& paste) {
  if (paste.blocks.empty() && paste.zones.empty() && paste.notes.empty()) {
    return;
  }
  if (const auto diff = m_document.request(paste)) {
    select({diff->blocks.added, {}, diff->zones.added, diff->notes.added});
  }
}

void EditController::duplicate() {
  const Design& design = *m_document.design();
  insert(pasteByEdit(design, fragmentOf(design, m_canvas.selection()), kDuplicateOffset));
}

void EditController::rename() {
  if (const BlockId block = onlyBlock(); !block.isEmpty()) {
    openNameField(block);
  }
}

void EditController::openNameField(const BlockId& id) {
  const Block* block = m_document.design()->blocks.find(id);
  if (block == nullptr) {
    return;
  }
  auto* field = new NameField(toQString(block->name), m_canvas.blockRect(id), m_canvas.viewport());
  connect(field, &NameField::nameChosen, this, [this, id](const QString& name) {
    m_document.request(edit::SetBlockName{id, toUtf8(name)});
    m_canvas.setFocus();
  });
}

void EditController::select(const widgets::Selection& selection) {
  m_canvas.setSelection(existing(*m_document.design(), selection));
  m_canvas.setFocus();
}

void EditController::selectLinks() {
  const std::vector<BlockId> blocks = m_canvas.selection().blocks;
  const auto isChosen = [&blocks](const BlockId& id) {
    return std::find(blocks.begin(), blocks.end(), id) != blocks.end();
  };
  widgets::Selection found;
  for (const Link& link : m_document.design()->links) {
    if (isChosen(link.from) || isChosen(link.to)) {
      found.links.push_back(link.id);
    }
  }
  if (!found.isEmpty()) {
    select(found);
  }
}

void EditController::showDesign() {
  m_canvas.setDesign(m_document.design());
  m_canvas.clearOverlay();
  showSelection();
}

void EditController::showChange(const DesignPtr& design, const DesignDiff& diff) {
  m_canvas.updateDesign(design, diff);
  showSelection();
}

void EditController::showSelection() {
  m_inspector.show(m_document.design(), existing(*m_document.design(), m_canvas.selection()));
}

}  // namespace cantilever::app
