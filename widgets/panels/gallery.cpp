#include "widgets/panels/gallery.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/canvas/picture.h"
#include "widgets/panels/gallery_card.h"
#include "widgets/style/icons.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr int kCardWidth = 344;
constexpr int kGutter = 16;
constexpr int kMargin = 40;
constexpr int kMostColumns = 3;

/// The design as the canvas would draw it; for a file that was not read, its icon.
GalleryCard::Picture pictureOf(const Gallery::Entry& entry, const catalog::Catalog& catalog) {
  return [design = entry.design, &catalog](QSize size, qreal ratio) {
    if (design) {
      return renderDesign(*design, catalog, size, ratio);
    }
    const Theme& theme = currentTheme();
    QPixmap picture(size * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(theme.canvas);
    QPainter painter(&picture);
    painter.drawPixmap(QPointF(size.width() / 2.0 - 24, size.height() / 2.0 - 24),
                       iconPixmap(QStringLiteral("open"), 48, theme.neutral, theme.border, ratio));
    return picture;
  };
}

}  // namespace

struct Gallery::Impl {
  Impl(Gallery& owner, const catalog::Catalog& types) : gallery(owner), catalog(types) {}

  struct Choice {
    QAbstractButton* button = nullptr;
    QString words;  ///< what is searched
    bool isFound = true;
  };
  /// A heading above a grid of buttons that reflows with the width.
  struct Section {
    QWidget* box = nullptr;  ///< owns all of it; hidden if there is nothing in it
    QGridLayout* grid = nullptr;
    std::vector<Choice> choices;
  };

  Section makeSection(const QString& title, QVBoxLayout& above) {
    Section section;
    section.box = new QWidget;
    auto* layout = new QVBoxLayout(section.box);
    layout->setContentsMargins(0, 0, 0, 28);
    layout->setSpacing(8);
    auto* heading = new QLabel(title);
    heading->setProperty("role", QStringLiteral("heading"));
    layout->addWidget(heading);
    section.grid = new QGridLayout;
    section.grid->setSpacing(kGutter);
    section.grid->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    layout->addLayout(section.grid);
    above.addWidget(section.box);
    return section;
  }

  void add(Section& section, const Entry& entry, void (Gallery::*chosen)(const QString&)) {
    auto* card = new GalleryCard(entry.title, entry.summary, pictureOf(entry, catalog), section.box);
    card->setObjectName(entry.key);
    QObject::connect(card, &QAbstractButton::clicked, &gallery, [this, chosen, key = entry.key] {
      Q_EMIT(gallery.*chosen)(key);
    });
    connectArrows(card);
    section.choices.push_back(
        {card, entry.title + QLatin1Char(' ') + entry.summary + QLatin1Char(' ') + entry.category});
  }

  void clear(std::vector<Section>& sections) {
    for (const Section& section : sections) {
      section.box->hide();
      section.box->deleteLater();
    }
    sections.clear();
  }

  void fill(std::vector<Section>& sections, QVBoxLayout& above, const QString& title,
            const std::vector<Entry>& entries, void (Gallery::*chosen)(const QString&)) {
    clear(sections);
    QStringList headings;
    for (const Entry& entry : entries) {
      const QString heading = entry.category.isEmpty() ? title : entry.category;
      if (!headings.contains(heading)) {
        headings << heading;
        sections.push_back(makeSection(heading, above));
      }
      add(sections[static_cast<std::size_t>(headings.indexOf(heading))], entry, chosen);
    }
    find(search->text());
  }

  std::vector<Section*> sections() {
    std::vector<Section*> all{&actions};
    for (std::vector<Section>* some : {&templates, &recent}) {
      for (Section& section : *some) {
        all.push_back(&section);
      }
    }
    return all;
  }

  /// Leaves the choices that have all words; "Start" stays as it is.
  void find(const QString& text) {
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    bool isAnyFound = false;
    for (Section* section : sections()) {
      for (Choice& choice : section->choices) {
        choice.isFound =
            section == &actions || std::all_of(words.begin(), words.end(), [&](const QString& word) {
              return choice.words.contains(word, Qt::CaseInsensitive);
            });
        isAnyFound = isAnyFound || (section != &actions && choice.isFound);
      }
    }
    nothing->setVisible(!isAnyFound && !words.isEmpty());
    reflow();
  }

  template <class Button>
  void connectArrows(Button* button) {
    QObject::connect(button, &Button::neighbourRequested, &gallery,
                     [this, button](int key) { focusNeighbour(*button, key); });
  }

  /// The nearest button in the direction of the key.
  void focusNeighbour(const QWidget& from, int key) {
    const QPoint start = from.mapTo(page, from.rect().center());
    QAbstractButton* nearest = nullptr;
    double shortest = 0;
    for (const Section* section : sections()) {
      for (const Choice& choice : section->choices) {
        QAbstractButton* button = choice.button;
        if (!choice.isFound) {
          continue;
        }
        const QPoint by = button->mapTo(page, button->rect().center()) - start;
        const bool isHorizontal = key == Qt::Key_Left || key == Qt::Key_Right;
        const int along = isHorizontal ? by.x() : by.y();
        const int across = isHorizontal ? by.y() : by.x();
        const int wanted = key == Qt::Key_Left || key == Qt::Key_Up ? -1 : 1;
        if (button == &from || along * wanted <= 0) {
          continue;
        }
        // Sideways only within the row; up and down prefers the same column.
        if (isHorizontal && std::abs(across) > button->height() / 2) {
          continue;
        }
        const double distance = std::abs(along) + 2.0 * std::abs(across);
        if (nearest == nullptr || distance < shortest) {
          nearest = button;
          shortest = distance;
        }
      }
    }
    if (nearest != nullptr) {
      nearest->setFocus(Qt::TabFocusReason);
      scroll->ensureWidgetVisible(nearest, 0, kMargin);
    }
  }

  int columns() const {
    const int room = gallery.width() - 2 * kMargin;
    return std::clamp((room + kGutter) / (kCardWidth + kGutter), 1, kMostColumns);
  }

  void reflow() {
    const int count = columns();
    for (const Section* section : sections()) {
      int index = 0;
      for (const Choice& choice : section->choices) {
        choice.button->setVisible(choice.isFound);
        if (choice.isFound) {
          section->grid->addWidget(choice.button, index / count, index % count);
          ++index;
        } else {
          section->grid->removeWidget(choice.button);
        }
      }
      section->box->setVisible(index > 0);
    }
    page->setFixedWidth(count * kCardWidth + (count - 1) * kGutter + 2 * kMargin);
  }

  void showLogo() {
    const Theme& theme = currentTheme();
    logo->setPixmap(iconPixmap(QStringLiteral("cantilever"), 44, theme.accent, theme.accentSoft,
                               gallery.devicePixelRatioF()));
  }

  Gallery& gallery;
  const catalog::Catalog& catalog;
  QScrollArea* scroll = nullptr;
  QWidget* page = nullptr;
  QLabel* logo = nullptr;
  QLineEdit* search = nullptr;
  QLabel* nothing = nullptr;  ///< says that nothing was found
  QVBoxLayout* templatesPlace = nullptr;
  QVBoxLayout* recentPlace = nullptr;
  Section actions;
  std::vector<Section> templates;  ///< one for each category
  std::vector<Section> recent;     ///< one, or none
};

Gallery::Gallery(const catalog::Catalog& catalog, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(*this, catalog)) {
  m_impl->page = new QWidget;
  auto* page = new QVBoxLayout(m_impl->page);
  page->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  page->setSpacing(0);

  auto* header = new QHBoxLayout;
  header->setSpacing(16);
  m_impl->logo = new QLabel;
  header->addWidget(m_impl->logo, 0, Qt::AlignVCenter);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  auto* title = new QLabel(tr("Cantilever Studio"));
  QFont large = titleFont();
  large.setPointSizeF(20);
  title->setFont(large);
  words->addWidget(title);
  auto* tagline = new QLabel(tr("Draw a system, put load on it, see what breaks and what it costs."));
  tagline->setProperty("role", QStringLiteral("muted"));
  words->addWidget(tagline);
  header->addLayout(words, 1);
  m_impl->search = new QLineEdit;
  m_impl->search->setPlaceholderText(tr("Find a template"));
  m_impl->search->setAccessibleName(tr("Find a template"));
  m_impl->search->setClearButtonEnabled(true);
  m_impl->search->setFixedWidth(220);
  connect(m_impl->search, &QLineEdit::textChanged, this, [this](const QString& text) { m_impl->find(text); });
  header->addWidget(m_impl->search, 0, Qt::AlignBottom);
  page->addLayout(header);
  page->addSpacing(28);

  m_impl->actions = m_impl->makeSection(tr("Start"), *page);
  auto* empty = new GalleryAction(QStringLiteral("new"), tr("Empty design"), tr("Start from a blank canvas"),
                                  m_impl->page);
  auto* open =
      new GalleryAction(QStringLiteral("open"), tr("Open..."), tr("A design from a file"), m_impl->page);
  connect(empty, &QAbstractButton::clicked, this, &Gallery::emptyDesignChosen);
  connect(open, &QAbstractButton::clicked, this, &Gallery::openChosen);
  m_impl->connectArrows(empty);
  m_impl->connectArrows(open);
  m_impl->actions.choices = {{empty, QString()}, {open, QString()}};
  m_impl->nothing = new QLabel(tr("No template and no recent file has all of these words."));
  m_impl->nothing->setProperty("role", QStringLiteral("muted"));
  m_impl->nothing->hide();
  page->addWidget(m_impl->nothing);
  m_impl->templatesPlace = new QVBoxLayout;
  page->addLayout(m_impl->templatesPlace);
  m_impl->recentPlace = new QVBoxLayout;
  page->addLayout(m_impl->recentPlace);
  page->addStretch(1);

  m_impl->scroll = new QScrollArea;
  m_impl->scroll->setWidgetResizable(true);
  m_impl->scroll->setFrameShape(QFrame::NoFrame);
  m_impl->scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_impl->scroll->setFocusPolicy(Qt::NoFocus);
  auto* centred = new QWidget;
  auto* middle = new QHBoxLayout(centred);
  middle->setContentsMargins(0, 0, 0, 0);
  middle->addStretch(1);
  middle->addWidget(m_impl->page);
  middle->addStretch(1);
  m_impl->scroll->setWidget(centred);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_impl->scroll);
  setAccessibleName(tr("Gallery"));
  m_impl->showLogo();
  m_impl->reflow();
}

Gallery::~Gallery() = default;

void Gallery::setTemplates(std::vector<Entry> templates) {
  m_impl->fill(m_impl->templates, *m_impl->templatesPlace, tr("Templates"), templates,
               &Gallery::templateChosen);
}

void Gallery::setRecentFiles(std::vector<Entry> files) {
  m_impl->fill(m_impl->recent, *m_impl->recentPlace, tr("Recent files"), files, &Gallery::fileChosen);
}

void Gallery::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  m_impl->reflow();
}

void Gallery::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    m_impl->showLogo();
  }
  QWidget::changeEvent(event);
}

}  // namespace cantilever::widgets
