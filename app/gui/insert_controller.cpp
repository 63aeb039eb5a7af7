#include "app/gui/insert_controller.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "app/gui/insert_edits.h"
#include "app/gui/selection_edits.h"
#include "core/model/names.h"
#include "widgets/palette/likely_types.h"
#include "widgets/palette/palette_search.h"
#include "widgets/style/fuzzy.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using widgets::toQString;
using widgets::toUtf8;

constexpr double kNextGap = 128;
const Point kHalfBlock{kBlockSize.width / 2, kBlockSize.height / 2};

/// Where a block's corner is if its middle is about there.
Point cornerAround(Point middle) {
  const Point corner = middle - kHalfBlock;
  return {std::round(corner.x / kGrid) * kGrid, std::round(corner.y / kGrid) * kGrid};
}

widgets::PickEntry entryOf(const catalog::BlockType& type) {
  return {toQString(type.key),
          toQString(type.label),
          toQString(type.purpose),
          toQString(type.icon.empty() ? type.key : type.icon),
          QCoreApplication::translate("PaletteModel", catalog::nameOf(type.category)),
          true};
}

}  // namespace

InsertController::InsertController(Document& document, EditController& edits, Settings& settings,
                                   widgets::CanvasView& canvas, widgets::PalettePanel& palette,
                                   QWidget* window)
    : QObject(window),
      m_document(document),
      m_edits(edits),
      m_settings(settings),
      m_canvas(canvas),
      m_palette(palette),
      m_window(window) {
  using widgets::CanvasView;
  connect(&canvas, &CanvasView::calleeRequested, this, &InsertController::pickCallee);
  connect(&canvas, &CanvasView::insertRequested, this, &InsertController::insert);
  connect(&canvas, &CanvasView::quickAddRequested, this, &InsertController::quickAddAt);
  connect(&canvas, &CanvasView::addBlockRequested, this, [this](const QString& key) { noteUse(key); });
  connect(&canvas, &CanvasView::reconnectRequested, this, &InsertController::moveEnd);
  connect(&palette, &widgets::PalettePanel::activated, this, &InsertController::noteUse);
  connect(&palette, &widgets::PalettePanel::favouriteToggled, this, [this](const QString& key) {
    m_settings.toggleFavourite(key);
    showRemembered();
  });
  showRemembered();
}

void InsertController::quickAdd() {
  quickAddAt(m_canvas.insertionPoint());
}

void InsertController::quickAddAt(Point at) {
  const widgets::Selection selection = m_canvas.selection();
  const bool isLinkOnly = selection.links.size() == 1 && selection.blocks.empty() &&
                          selection.zones.empty() && selection.notes.empty();
  const LinkId link = isLinkOnly ? selection.links.front() : LinkId();
  openList("quickAdd", link.isEmpty() ? tr("Add a block") : tr("Insert a block into the link"), {}, at,
           [this, at, link](const QString& key) {
             if (link.isEmpty()) {
               const Design& design = *m_document.design();
               m_edits.addBlock(key, freePlaceNear(design, cornerAround(at)));
               noteUse(key);
               return;
             }
             const Link* found = m_document.design()->links.find(link);
             const Block* from = found ? m_document.design()->blocks.find(found->from) : nullptr;
             const Block* to = found ? m_document.design()->blocks.find(found->to) : nullptr;
             if (from != nullptr && to != nullptr) {
               const Point sum = from->position + to->position;
               insert(key, cornerAround(Point{sum.x / 2, sum.y / 2} + kHalfBlock), link);
             }
           });
}

void InsertController::addNext() {
  const Block* from = m_document.design()->blocks.find(m_edits.onlyBlock());
  if (from != nullptr) {
    const Point at = from->position + Point{kBlockSize.width + kNextGap, 0};
    pickCallee(from->id, at + kHalfBlock);
  }
}

void InsertController::connectSelected() {
  const std::vector<BlockId> blocks = m_canvas.selection().blocks;
  if (blocks.size() == 1) {
    m_canvas.beginLinkFrom(blocks.front());
  } else if (blocks.size() > 1) {
    request(connectEdit(*m_document.design(), m_document.catalog(), blocks));
  }
}

void InsertController::moveEnd(const LinkId& id, widgets::LinkEnd end, const BlockId& block) {
  const Link* link = m_document.design()->links.find(id);
  const bool isTo = end == widgets::LinkEnd::To;
  if (link != nullptr && block != (isTo ? link->to : link->from)) {
    request(reconnectEdit(*m_document.design(), m_document.catalog(), id, isTo ? link->from : block,
                          isTo ? block : link->to));
  }
}

void InsertController::relink(widgets::LinkEnd end) {
  const std::vector<LinkId> selected = m_canvas.selection().links;
  const Link* link = selected.size() == 1 ? m_document.design()->links.find(selected.front()) : nullptr;
  if (link == nullptr) {
    return;
  }
  const bool isTo = end == widgets::LinkEnd::To;
  const DesignPtr design = m_document.design();
  const auto search = [this, design, isTo, from = link->from, to = link->to](const QString& text) {
    std::vector<std::pair<int, widgets::PickEntry>> scored;
    for (const Block& block : design->blocks) {
      const QString name = toQString(nameOf(block));
      const int score = widgets::fuzzyScore(name, text);
      const catalog::BlockType* type = m_document.catalog().find(block.type);
      if (score <= 0 || type == nullptr) {
        continue;
      }
      if (isTo ? edit::canLink(*design, from, block.id, m_document.catalog()).ok()
               : edit::canLink(*design, block.id, to, m_document.catalog()).ok()) {
        widgets::PickEntry entry = entryOf(*type);
        entry.key = toQString(block.id.text());
        entry.title = name;
        entry.caption = toQString(type->label);
        scored.emplace_back(score, std::move(entry));
      }
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<widgets::PickEntry> entries;
    for (auto& [score, entry] : scored) {
      entries.push_back(std::move(entry));
    }
    return entries;
  };
  auto* list = new widgets::PickPopup(
      isTo ? tr("Where shall the link end?") : tr("Where shall the link begin?"), search, m_window);
  list->setObjectName(QStringLiteral("relink"));
  connect(list, &widgets::PickPopup::chosen, this, [this, id = link->id, end](const QString& block) {
    moveEnd(id, end, BlockId(toUtf8(block)));
    m_canvas.setFocus();
  });
  list->openCentred();
}

void InsertController::pickCallee(const BlockId& from, Point at) {
  const Block* caller = m_document.design()->blocks.find(from);
  const catalog::BlockType* type = caller ? m_document.catalog().find(caller->type) : nullptr;
  if (type == nullptr) {
    return;
  }
  const auto likely = widgets::likelyCallees(m_document.catalog(), *type);
  if (likely.empty()) {
    Q_EMIT m_document.refused(tr("%1 calls nothing.").arg(toQString(caller->name)));
    return;
  }
  openList("calleePicker", tr("What does %1 call?").arg(toQString(caller->name)), likely, at,
           [this, from, at](const QString& key) {
             if (const catalog::BlockType* chosen = m_document.catalog().find(toUtf8(key))) {
               const Design& design = *m_document.design();
               request(addCalleeEdit(design, m_document.catalog(), from, *chosen,
                                     freePlaceNear(design, cornerAround(at))));
               noteUse(key);
             }
           });
}

void InsertController::insert(const QString& typeKey, Point at, const LinkId& link) {
  if (const catalog::BlockType* type = m_document.catalog().find(toUtf8(typeKey))) {
    request(insertOnLinkEdit(*m_document.design(), m_document.catalog(), link, *type,
                             freePlaceNear(*m_document.design(), at)));
    noteUse(typeKey);
  }
}

void InsertController::request(const Result<edit::Edit>& edit) {
  if (!edit) {
    Q_EMIT m_document.refused(toQString(edit.error().message));
    return;
  }
  const auto diff = m_document.request(*edit);
  if (diff && !diff->blocks.added.empty()) {
    m_edits.select({diff->blocks.added, {}, {}, {}});
    m_canvas.reveal(m_canvas.selection());  // beside the last block of a row it may be out of view
  }
}

void InsertController::noteUse(const QString& typeKey) {
  m_settings.addRecentType(typeKey);
  showRemembered();
}

void InsertController::showRemembered() {
  m_palette.setRemembered(m_settings.favouriteTypes(), m_settings.recentTypes());
}

void InsertController::openList(const char* name, const QString& placeholder,
                                std::vector<const catalog::BlockType*> likely, Point at,
                                std::function<void(const QString&)> take) {
  const catalog::Catalog& catalog = m_document.catalog();
  const QStringList first = m_settings.favouriteTypes() + m_settings.recentTypes();
  auto* list = new widgets::PickPopup(
      placeholder,
      [&catalog, likely = std::move(likely), first](const QString& text) {
        std::vector<const catalog::BlockType*> types;
        const bool isSearching = !text.trimmed().isEmpty();
        for (const catalog::BlockType* type : widgets::searchTypes(catalog, text)) {
          if (likely.empty() || std::find(likely.begin(), likely.end(), type) != likely.end()) {
            types.push_back(type);
          }
        }
        if (!isSearching && !likely.empty()) {
          types = likely;
        } else if (!isSearching) {
          // What one uses comes first.
          std::stable_partition(types.begin(), types.end(), [&first](const catalog::BlockType* type) {
            return first.contains(toQString(type->key));
          });
        }
        std::vector<widgets::PickEntry> entries;
        for (const catalog::BlockType* type : types) {
          entries.push_back(entryOf(*type));
        }
        return entries;
      },
      m_window);
  list->setObjectName(QString::fromLatin1(name));
  connect(list, &widgets::PickPopup::chosen, this, take);
  list->openAt(m_canvas.viewport()->mapTo(m_window, m_canvas.mapFromScene(QPointF(at.x, at.y))));
}

}  // namespace cantilever::app
