#include "widgets/palette/palette_panel.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QVBoxLayout>

#include "widgets/palette/palette_list.h"
#include "widgets/palette/palette_search.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

namespace {

/// A search from which Down goes into the list and Enter takes the best match.
class PaletteSearchEdit : public QLineEdit {
 public:
  explicit PaletteSearchEdit(PaletteList& list) : m_list(list) {}

 protected:
  void keyPressEvent(QKeyEvent* event) override {
    const QModelIndex first = m_list.firstType();
    switch (event->key()) {
      case Qt::Key_Down:
        m_list.setFocus(Qt::TabFocusReason);
        if (first.isValid()) {
          m_list.setCurrentIndex(first);
        }
        return;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        if (first.isValid()) {
          Q_EMIT m_list.chosen(first.data(PaletteModel::KeyRole).toString());
        }
        return;
      case Qt::Key_Escape:
        if (!text().isEmpty()) {
          clear();
          return;
        }
        break;
      default:
        break;
    }
    QLineEdit::keyPressEvent(event);
  }

 private:
  PaletteList& m_list;
};

}  // namespace

struct PalettePanel::Impl {
  explicit Impl(const catalog::Catalog& types) : catalog(types) {}

  void refresh() {
    const QString text = search->text();
    const bool isSearching = !text.trimmed().isEmpty();
    model->show(searchTypes(catalog, text),
                isSearching ? PaletteModel::Headings::Hidden : PaletteModel::Headings::Shown);
    const bool hasAny = list->firstType().isValid();
    nothing->setText(PalettePanel::tr("No block matches \u201c%1\u201d.").arg(text.trimmed()));
    nothing->setVisible(!hasAny);
    list->setVisible(hasAny);
    if (isSearching && hasAny) {
      list->setCurrentIndex(list->firstType());
    }
  }

  const catalog::Catalog& catalog;
  QLineEdit* search = nullptr;
  PaletteModel* model = nullptr;
  PaletteList* list = nullptr;
  QLabel* nothing = nullptr;
};

PalettePanel::PalettePanel(const catalog::Catalog& catalog, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(catalog)) {
  m_impl->list = new PaletteList(this);
  m_impl->list->setAccessibleName(tr("Blocks"));
  m_impl->model = new PaletteModel(m_impl->list);
  m_impl->list->setModel(m_impl->model);
  m_impl->list->setItemDelegate(new PaletteDelegate(m_impl->list));
  m_impl->list->setDragEnabled(true);
  m_impl->list->setDragDropMode(QAbstractItemView::DragOnly);
  m_impl->list->setMouseTracking(true);
  m_impl->list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_impl->list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_impl->list->setResizeMode(QListView::Adjust);
  m_impl->list->setEditTriggers(QAbstractItemView::NoEditTriggers);

  m_impl->search = new PaletteSearchEdit(*m_impl->list);
  m_impl->search->setPlaceholderText(tr("Search blocks"));
  m_impl->search->setAccessibleName(tr("Search blocks"));
  m_impl->search->setClearButtonEnabled(true);
  m_impl->search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);

  m_impl->nothing = new QLabel(this);
  m_impl->nothing->setProperty("role", QStringLiteral("muted"));
  m_impl->nothing->setWordWrap(true);
  m_impl->nothing->setMargin(16);
  m_impl->nothing->setAlignment(Qt::AlignTop | Qt::AlignHCenter);

  auto* searchRow = new QVBoxLayout;
  searchRow->setContentsMargins(8, 8, 8, 4);
  searchRow->addWidget(m_impl->search);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(searchRow);
  layout->addWidget(m_impl->list, 1);
  layout->addWidget(m_impl->nothing, 1);
  setMinimumWidth(220);
  setTabOrder(m_impl->search, m_impl->list);

  connect(m_impl->search, &QLineEdit::textChanged, this, [this] { m_impl->refresh(); });
  connect(m_impl->list, &PaletteList::chosen, this, &PalettePanel::activated);
  connect(m_impl->list, &PaletteList::favouriteToggled, this, &PalettePanel::favouriteToggled);
  connect(m_impl->list, &PaletteList::typed, this, [this](const QString& text) {
    m_impl->search->setFocus(Qt::OtherFocusReason);
    m_impl->search->insert(text);
  });
  m_impl->refresh();
}

PalettePanel::~PalettePanel() = default;

void PalettePanel::setRemembered(const QStringList& favourites, const QStringList& recent) {
  const auto typesOf = [this](const QStringList& keys) {
    std::vector<const catalog::BlockType*> types;
    for (const QString& key : keys) {
      if (const catalog::BlockType* type = m_impl->catalog.find(toUtf8(key))) {
        types.push_back(type);
      }
    }
    return types;
  };
  const int scrolled = m_impl->list->verticalScrollBar()->value();
  m_impl->model->setRemembered({typesOf(favourites), typesOf(recent)});
  m_impl->refresh();
  m_impl->list->verticalScrollBar()->setValue(scrolled);
}

void PalettePanel::focusSearch() {
  m_impl->search->setFocus(Qt::ShortcutFocusReason);
  m_impl->search->selectAll();
}

}  // namespace cantilever::widgets
