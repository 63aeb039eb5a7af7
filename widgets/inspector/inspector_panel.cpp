#include "widgets/inspector/inspector_panel.h"

#include <QScrollArea>
#include <QTextEdit>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/inspector/block_page.h"
#include "widgets/inspector/design_page.h"
#include "widgets/inspector/link_page.h"
#include "widgets/inspector/place_pages.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

/// Things that are no longer there are not shown; the selection will follow.
template <class T>
std::vector<const T*> foundIn(const Table<T>& table, const std::vector<decltype(T::id)>& ids) {
  std::vector<const T*> found;
  for (const auto& id : ids) {
    if (const T* element = table.find(id)) {
      found.push_back(element);
    }
  }
  return found;
}

/// Pages that were made for the types shown lately: making one costs more than all else about a selection,
/// and people go back and forth between few types.
template <class Page>
class RecentPages {
 public:
  /// The page that `isWanted`, or a new one. The one least lately used goes where there are too many.
  template <class IsWanted, class Make>
  Page* take(IsWanted isWanted, Make make) {
    auto found = std::find_if(m_pages.begin(), m_pages.end(), isWanted);
    if (found == m_pages.end()) {
      found = m_pages.insert(m_pages.begin(), make());
      if (m_pages.size() > kMost) {
        m_pages.back()->deleteLater();  // one of its fields may be the sender of the edit that led here
        m_pages.pop_back();
      }
    }
    std::rotate(m_pages.begin(), found, found + 1);
    return m_pages.front();
  }

 private:
  static constexpr std::size_t kMost = 8;
  std::vector<Page*> m_pages;
};

}  // namespace

struct InspectorPanel::Impl {
  explicit Impl(InspectorPanel& owner, const catalog::Catalog& types) : panel(owner), catalog(types) {}

  void build();
  void showBlocks(const std::vector<const Block*>& blocks, bool isSameSelection);
  void showLinks(const std::vector<const Link*>& links, bool isSameSelection);
  void present(const std::vector<QWidget*>& shown, bool scrollsToTop);
  bool isShown(const QWidget* page) const {
    return std::find(current.begin(), current.end(), page) != current.end();
  }

  InspectorPanel& panel;
  const catalog::Catalog& catalog;
  DesignPtr design;
  Selection selection;
  std::vector<Diagnostic> diagnostics;
  CanvasOverlay overlay;
  QScrollArea* scroll = nullptr;
  QVBoxLayout* pages = nullptr;
  std::vector<QWidget*> current;
  DesignPage* designPage = nullptr;
  RecentPages<BlockPage> blockPages;
  RecentPages<LinkPage> linkPages;
  BlockPage* blockPage = nullptr;  ///< of the types last shown
  LinkPage* linkPage = nullptr;    ///< of the callees' types last shown
  ZonePage* zonePage = nullptr;
  NotePage* notePage = nullptr;
  ToneLabel* message = nullptr;
};

void InspectorPanel::Impl::build() {
  auto* outer = new QVBoxLayout(&panel);
  outer->setContentsMargins(0, 0, 0, 0);
  scroll = new QScrollArea(&panel);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  outer->addWidget(scroll);
  auto* content = new QWidget(scroll);
  pages = new QVBoxLayout(content);
  pages->setContentsMargins(14, 12, 14, 14);
  pages->setSpacing(24);
  scroll->setWidget(content);
  // setWidget makes the content opaque in the window's colour; the panel's shows through instead.
  content->setAutoFillBackground(false);
  scroll->viewport()->setAutoFillBackground(false);
  panel.setBackgroundRole(QPalette::Base);
  panel.setAutoFillBackground(true);

  designPage = new DesignPage(catalog, content);
  connect(designPage, &DesignPage::titleEdited, &panel, &InspectorPanel::titleEdited);
  connect(designPage, &DesignPage::requestClassEdited, &panel, &InspectorPanel::requestClassEdited);
  connect(designPage, &DesignPage::requestClassRemoved, &panel, &InspectorPanel::requestClassRemoved);
  connect(designPage, &DesignPage::mixEdited, &panel, &InspectorPanel::mixEdited);
  connect(designPage, &DesignPage::workloadEdited, &panel, &InspectorPanel::workloadEdited);
  connect(designPage, &DesignPage::workloadRemoved, &panel, &InspectorPanel::workloadRemoved);
  connect(designPage, &DesignPage::objectiveEdited, &panel, &InspectorPanel::objectiveEdited);
  connect(designPage, &DesignPage::objectiveRemoved, &panel, &InspectorPanel::objectiveRemoved);
  zonePage = new ZonePage(content);
  connect(zonePage, &ZonePage::zonesEdited, &panel, &InspectorPanel::zonesEdited);
  notePage = new NotePage(content);
  connect(notePage, &NotePage::noteEdited, &panel, &InspectorPanel::noteEdited);
  message = makeBody({}, content);
  message->setTone(Tone::Muted);
  for (QWidget* page : std::initializer_list<QWidget*>{designPage, zonePage, notePage, message}) {
    page->hide();
    pages->addWidget(page);
  }
  pages->addStretch(1);
}

void InspectorPanel::Impl::present(const std::vector<QWidget*>& shown, bool scrollsToTop) {
  for (QWidget* page : current) {
    if (std::find(shown.begin(), shown.end(), page) == shown.end()) {
      page->hide();
    }
  }
  current = shown;
  for (QWidget* page : current) {
    page->show();
  }
  if (scrollsToTop) {
    scroll->ensureVisible(0, 0);
  }
}

void InspectorPanel::Impl::showBlocks(const std::vector<const Block*>& blocks, bool isSameSelection) {
  const auto types = BlockPage::typesOf(blocks, catalog);
  const auto isOfTypes = [&](const BlockPage* page) { return page->types() == types; };
  blockPage = blockPages.take(isOfTypes, [&] {
    auto* page = new BlockPage(types, scroll->widget());
    pages->insertWidget(0, page);
    connect(page, &BlockPage::paramEdited, &panel,
            [this](const QString& key, const std::optional<ParamValue>& value) {
              Q_EMIT panel.paramEdited(selection.blocks, key, value);
            });
    connect(page, &BlockPage::nameEdited, &panel,
            [this](const QString& name) { Q_EMIT panel.nameEdited(selection.blocks.front(), name); });
    return page;
  });
  blockPage->show(blocks, isSameSelection ? BlockPage::Typing::Keep : BlockPage::Typing::Forget);
  blockPage->setDiagnostics(diagnostics);
  blockPage->setOverlay(overlay);
}

void InspectorPanel::Impl::showLinks(const std::vector<const Link*>& links, bool isSameSelection) {
  const auto callees = LinkPage::calleesOf(*design, links, catalog);
  const auto isOfCallees = [&](const LinkPage* page) { return page->callees() == callees; };
  linkPage = linkPages.take(isOfCallees, [&] {
    auto* page = new LinkPage(callees, scroll->widget());
    pages->insertWidget(pages->indexOf(designPage), page);  // behind the blocks
    connect(page, &LinkPage::linksEdited, &panel, &InspectorPanel::linksEdited);
    return page;
  });
  linkPage->show(*design, links, catalog, isSameSelection);
  linkPage->setDiagnostics(diagnostics);
  linkPage->setOverlay(overlay);
}

InspectorPanel::InspectorPanel(const catalog::Catalog& catalog, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(*this, catalog)) {
  m_impl->build();
}

InspectorPanel::~InspectorPanel() = default;

void InspectorPanel::show(DesignPtr design, const Selection& selection) {
  const bool isSameSelection = m_impl->design != nullptr && m_impl->selection == selection;
  m_impl->design = std::move(design);
  m_impl->selection = selection;
  if (m_impl->design == nullptr) {
    return;
  }
  const auto blocks = foundIn(m_impl->design->blocks, selection.blocks);
  const auto links = foundIn(m_impl->design->links, selection.links);
  const auto zones = foundIn(m_impl->design->zones, selection.zones);
  const auto notes = foundIn(m_impl->design->notes, selection.notes);
  std::vector<QWidget*> shown;
  if (!blocks.empty()) {
    m_impl->showBlocks(blocks, isSameSelection);
    shown.push_back(m_impl->blockPage);
  }
  if (!links.empty()) {
    m_impl->showLinks(links, isSameSelection);
    shown.push_back(m_impl->linkPage);
  }
  if (!zones.empty()) {
    m_impl->zonePage->show(*m_impl->design, zones, isSameSelection);
    shown.push_back(m_impl->zonePage);
  }
  if (notes.size() == 1 && shown.empty()) {
    m_impl->notePage->show(*notes.front(), isSameSelection);
    shown.push_back(m_impl->notePage);
  } else if (!notes.empty()) {
    m_impl->message->setText(
        notes.size() == 1 ? tr("And a note.") : tr("%1 notes. Select one to write in it.").arg(notes.size()));
    shown.push_back(m_impl->message);
  }
  if (shown.empty()) {
    m_impl->designPage->show(m_impl->design, !isSameSelection);
    shown.push_back(m_impl->designPage);
  }
  m_impl->present(shown, !isSameSelection);
}

void InspectorPanel::focusFirst() {
  for (const QWidget* page : m_impl->current) {
    for (QWidget* child : page->findChildren<QWidget*>()) {
      if (child->isVisible() && child->isEnabled() && child->focusPolicy() & Qt::TabFocus) {
        child->setFocus(Qt::ShortcutFocusReason);
        if (auto* text = qobject_cast<QTextEdit*>(child)) {
          text->selectAll();  // as fields of one line do
        }
        return;
      }
    }
  }
}

void InspectorPanel::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  m_impl->diagnostics = diagnostics;
  if (m_impl->isShown(m_impl->blockPage)) {
    m_impl->blockPage->setDiagnostics(diagnostics);
  }
  if (m_impl->isShown(m_impl->linkPage)) {
    m_impl->linkPage->setDiagnostics(diagnostics);
  }
}

void InspectorPanel::setOverlay(const CanvasOverlay& overlay) {
  m_impl->overlay = overlay;
  if (m_impl->isShown(m_impl->blockPage)) {
    m_impl->blockPage->setOverlay(overlay);
  }
  if (m_impl->isShown(m_impl->linkPage)) {
    m_impl->linkPage->setOverlay(overlay);
  }
}

}  // namespace cantilever::widgets
