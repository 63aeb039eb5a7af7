#include "widgets/inspector/inspector_panel.h"

#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/inspector/block_page.h"
#include "widgets/inspector/design_page.h"
#include "widgets/inspector/link_page.h"
#include "widgets/inspector/place_pages.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

struct InspectorPanel::Impl {
  explicit Impl(InspectorPanel& owner, const catalog::Catalog& types) : panel(owner), catalog(types) {}

  void build();
  void showBlocks(const std::vector<const Block*>& blocks, bool isSameSelection);
  void showLink(const Link& link, bool isSameSelection);
  bool showPlace(bool isSameSelection);
  void showMessage();
  void present(QWidget* page, bool scrollsToTop);

  InspectorPanel& panel;
  const catalog::Catalog& catalog;
  DesignPtr design;
  Selection selection;
  std::vector<Diagnostic> diagnostics;
  CanvasOverlay overlay;
  QScrollArea* scroll = nullptr;
  QVBoxLayout* pages = nullptr;
  QWidget* current = nullptr;
  DesignPage* designPage = nullptr;
  BlockPage* blockPage = nullptr;  ///< of the types last shown
  LinkPage* linkPage = nullptr;    ///< of the callee's type last shown
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
  scroll->setWidget(content);
  // setWidget makes the content opaque in the window's colour; the panel's shows through instead.
  content->setAutoFillBackground(false);
  scroll->viewport()->setAutoFillBackground(false);
  panel.setBackgroundRole(QPalette::Base);
  panel.setAutoFillBackground(true);

  designPage = new DesignPage(catalog, content);
  connect(designPage, &DesignPage::titleEdited, &panel, &InspectorPanel::titleEdited);
  connect(designPage, &DesignPage::requestClassEdited, &panel, &InspectorPanel::requestClassEdited);
  connect(designPage, &DesignPage::workloadEdited, &panel, &InspectorPanel::workloadEdited);
  connect(designPage, &DesignPage::workloadRemoved, &panel, &InspectorPanel::workloadRemoved);
  connect(designPage, &DesignPage::objectiveEdited, &panel, &InspectorPanel::objectiveEdited);
  connect(designPage, &DesignPage::objectiveRemoved, &panel, &InspectorPanel::objectiveRemoved);
  zonePage = new ZonePage(content);
  connect(zonePage, &ZonePage::zoneEdited, &panel, &InspectorPanel::zoneEdited);
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

void InspectorPanel::Impl::present(QWidget* page, bool scrollsToTop) {
  if (current != nullptr && current != page) {
    current->hide();
  }
  current = page;
  page->show();
  if (scrollsToTop) {
    scroll->ensureVisible(0, 0);
  }
}

void InspectorPanel::Impl::showBlocks(const std::vector<const Block*>& blocks, bool isSameSelection) {
  const auto types = BlockPage::typesOf(blocks, catalog);
  if (blockPage == nullptr || blockPage->types() != types) {
    if (blockPage != nullptr) {
      // One of its fields may be the sender of the edit that led here.
      blockPage->hide();
      blockPage->deleteLater();
    }
    blockPage = new BlockPage(types, scroll->widget());
    pages->insertWidget(0, blockPage);
    connect(blockPage, &BlockPage::paramEdited, &panel,
            [this](const QString& key, const std::optional<ParamValue>& value) {
              Q_EMIT panel.paramEdited(selection.blocks, key, value);
            });
    connect(blockPage, &BlockPage::nameEdited, &panel,
            [this](const QString& name) { Q_EMIT panel.nameEdited(selection.blocks.front(), name); });
  }
  blockPage->show(blocks, isSameSelection ? BlockPage::Typing::Keep : BlockPage::Typing::Forget);
  blockPage->setDiagnostics(diagnostics);
  blockPage->setOverlay(overlay);
  present(blockPage, !isSameSelection);
}

void InspectorPanel::Impl::showLink(const Link& link, bool isSameSelection) {
  const Block* to = design->blocks.find(link.to);
  const catalog::BlockType* callee = to == nullptr ? nullptr : catalog.find(to->type);
  if (linkPage == nullptr || linkPage->callee() != callee) {
    if (linkPage != nullptr) {
      linkPage->hide();
      linkPage->deleteLater();
    }
    linkPage = new LinkPage(callee, scroll->widget());
    pages->insertWidget(0, linkPage);
    connect(linkPage, &LinkPage::linkEdited, &panel, &InspectorPanel::linkEdited);
  }
  linkPage->show(*design, link, isSameSelection);
  linkPage->setDiagnostics(diagnostics);
  linkPage->setOverlay(overlay);
  present(linkPage, !isSameSelection);
}

bool InspectorPanel::Impl::showPlace(bool isSameSelection) {
  const bool isOne = selection.zones.size() + selection.notes.size() == 1 && selection.links.empty();
  if (!isOne) {
    return false;
  }
  if (!selection.zones.empty()) {
    const Zone* zone = design->zones.find(selection.zones.front());
    if (zone == nullptr) {
      return false;
    }
    zonePage->show(*design, *zone, isSameSelection);
    present(zonePage, !isSameSelection);
    return true;
  }
  const Note* note = design->notes.find(selection.notes.front());
  if (note == nullptr) {
    return false;
  }
  notePage->show(*note, isSameSelection);
  present(notePage, !isSameSelection);
  return true;
}

void InspectorPanel::Impl::showMessage() {
  QString text = tr("Several things are selected. Select blocks, or one link, to see what can be set.");
  if (selection.links.size() > 1 && selection.zones.empty() && selection.notes.empty()) {
    text = tr("%1 links are selected. Select one of them to change it.").arg(selection.links.size());
  }
  message->setText(text);
  present(message, true);
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
  // Things that are no longer there are not shown; the selection will follow.
  std::vector<const Block*> blocks;
  for (const BlockId& id : selection.blocks) {
    if (const Block* block = m_impl->design->blocks.find(id)) {
      blocks.push_back(block);
    }
  }
  const Link* link =
      selection.links.size() == 1 ? m_impl->design->links.find(selection.links.front()) : nullptr;
  if (!blocks.empty()) {
    m_impl->showBlocks(blocks, isSameSelection);
  } else if (link != nullptr && selection.zones.empty() && selection.notes.empty()) {
    m_impl->showLink(*link, isSameSelection);
  } else if (selection.isEmpty() || !selection.blocks.empty()) {
    m_impl->designPage->show(m_impl->design, !isSameSelection);
    m_impl->present(m_impl->designPage, !isSameSelection);
  } else if (!m_impl->showPlace(isSameSelection)) {
    m_impl->showMessage();
  }
}

void InspectorPanel::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  m_impl->diagnostics = diagnostics;
  if (m_impl->current == m_impl->blockPage && m_impl->blockPage != nullptr) {
    m_impl->blockPage->setDiagnostics(diagnostics);
  } else if (m_impl->current == m_impl->linkPage && m_impl->linkPage != nullptr) {
    m_impl->linkPage->setDiagnostics(diagnostics);
  }
}

void InspectorPanel::setOverlay(const CanvasOverlay& overlay) {
  m_impl->overlay = overlay;
  if (m_impl->current == m_impl->blockPage && m_impl->blockPage != nullptr) {
    m_impl->blockPage->setOverlay(overlay);
  } else if (m_impl->current == m_impl->linkPage && m_impl->linkPage != nullptr) {
    m_impl->linkPage->setOverlay(overlay);
  }
}

}  // namespace cantilever::widgets
