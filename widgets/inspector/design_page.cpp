#include "widgets/inspector/design_page.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/commit_text_edit.h"
#include "widgets/inspector/design_card.h"
#include "widgets/inspector/traffic_mix.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// "orders", "orders-2" ...: the first that the table does not have.
template <class T>
decltype(T::id) freeIdIn(const Table<T>& table, const std::string& wish) {
  decltype(T::id) id(wish);
  for (int number = 2; table.contains(id); ++number) {
    id = decltype(T::id)(wish + "-" + QByteArray::number(number).toStdString());
  }
  return id;
}

/// What Tab reaches in a layout, in the order in which it is laid out.
void collectTabStops(QLayout& layout, std::vector<QWidget*>& stops) {
  for (int i = 0; i < layout.count(); ++i) {
    QLayoutItem* item = layout.itemAt(i);
    QWidget* widget = item->widget();
    QLayout* inner = widget != nullptr ? widget->layout() : item->layout();
    if (widget != nullptr && (widget->focusPolicy() & Qt::TabFocus) != 0) {
      stops.push_back(widget);
    } else if (inner != nullptr) {
      collectTabStops(*inner, stops);
    }
  }
}

}  // namespace

DesignPage::DesignPage(const catalog::Catalog& catalog, QWidget* parent)
    : QWidget(parent), m_catalog(catalog) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  buildHead(rows);

  const auto addSection = [&](const QString& title, const QString& help, const QString& addText,
                              void (DesignPage::*add)()) {
    rows->addWidget(makeDivider(this));
    auto* head = new QHBoxLayout;
    head->addWidget(makeHeading(title, this), 1);
    auto* button = new QPushButton(addText, this);
    button->setAccessibleName(addText);
    connect(button, &QPushButton::clicked, this, add);
    head->addWidget(button);
    rows->addLayout(head);
    rows->addWidget(makeCaption(help, this));
    auto* cards = new QVBoxLayout;
    cards->setSpacing(8);
    rows->addLayout(cards);
    return cards;
  };
  m_mix = new TrafficMix(this);
  connect(m_mix, &TrafficMix::edited, this, &DesignPage::mixEdited);
  m_workloads = addSection(tr("Load"), tr("Runs offer the peak; monthly cost counts the mean."),
                           tr("Add workload"), &DesignPage::addWorkload);
  rows->insertWidget(rows->count() - 1, m_mix);
  m_classes = addSection(tr("Request classes"), tr("Kinds of requests, each measured apart."),
                         tr("Add class"), &DesignPage::addClass);
  m_objectives = addSection(tr("Objectives"), tr("What every run is judged by."), tr("Add objective"),
                            &DesignPage::addObjective);
  m_more = new QPushButton(this);
  m_more->setObjectName(QStringLiteral("moreCards"));
  m_more->hide();
  connect(m_more, &QPushButton::clicked, this, &DesignPage::showMore);
  rows->addWidget(m_more);
}

void DesignPage::buildHead(QVBoxLayout* rows) {
  m_name = new CommitLineEdit(this);
  m_name->setObjectName(QStringLiteral("designName"));
  m_name->setFont(titleFont());
  m_name->setAccessibleName(tr("Name of the design"));
  m_name->setPlaceholderText(tr("Name of the design"));
  connect(m_name, &CommitLineEdit::committed, this, [this](const QString& text) {
    m_name->replaceStanding(text);
    Q_EMIT titleEdited(text, m_design == nullptr ? QString() : toQString(m_design->description));
  });
  rows->addWidget(m_name);
  auto* caption = new ToneLabel(tr("Description"), Tone::Muted, this);
  caption->setFont(captionFont());
  m_description = new CommitTextEdit(this);
  m_description->setObjectName(QStringLiteral("designDescription"));
  m_description->setAccessibleName(tr("Description"));
  m_description->setPlaceholderText(tr("What it is for, and what was assumed (Markdown)"));
  m_description->setFixedHeight(88);
  connect(m_description, &CommitTextEdit::committed, this, [this](const QString& text) {
    if (m_design != nullptr) {
      Q_EMIT titleEdited(toQString(m_design->name), text);
    }
  });
  caption->setBuddy(m_description);
  rows->addWidget(caption);
  rows->addWidget(m_description);
}

void DesignPage::show(DesignPtr design, bool isOther) {
  m_design = std::move(design);
  const QString name = toQString(m_design->name);
  const QString description = toQString(m_design->description);
  isOther ? m_name->replaceStanding(name) : m_name->setStanding(name);
  isOther ? m_description->replaceStanding(description) : m_description->setStanding(description);
  const QString key = cardsKey();
  const bool isNew = key != m_shownKey;
  if (isNew) {
    m_shownKey = key;
    rebuildCards();
  }
  m_mix->show(*m_design, !isOther);
  if (isNew) {
    orderTabStops();
  }
  for (const auto& show : m_shows) {
    show(*m_design, !isOther);
  }
}

/// What the cards are made of: ids, the choices in their combos, and units of limits.
QString DesignPage::cardsKey() const {
  QStringList parts{QString::number(m_cardsWanted)};
  for (const Workload& workload : m_design->workloads) {
    parts << QStringLiteral("w") << toQString(workload.id.text());
  }
  for (const Objective& objective : m_design->objectives) {
    parts << QStringLiteral("o") << toQString(objective.id.text())
          << QString::number(quantityOfLimit(objective).index());
  }
  for (const RequestClass& requestClass : m_design->classes) {
    parts << QStringLiteral("c") << toQString(requestClass.id.text()) << toQString(requestClass.name);
  }
  for (const Block* block : sources()) {
    parts << QStringLiteral("b") << toQString(block->id.text()) << toQString(block->name);
  }
  return parts.join(QLatin1Char('\x1f'));
}

template <class T>
void DesignPage::addCard(DesignCard<T>* card, QVBoxLayout* list, void (DesignPage::*edited)(const T&),
                         void (DesignPage::*removed)(const decltype(T::id)&)) {
  card->onEdit = [this, edited](const T& element) { Q_EMIT(this->*edited)(element); };
  card->onRemove = [this, removed](const decltype(T::id)& id) { Q_EMIT(this->*removed)(id); };
  list->addWidget(card);
  m_cards.push_back(card);
  m_shows.emplace_back([card](const Design& design, bool keepsTyping) { card->show(design, keepsTyping); });
}

void DesignPage::rebuildCards() {
  for (QWidget* card : m_cards) {
    // One of its fields may be the sender of the edit that led here.
    card->hide();
    card->deleteLater();
  }
  m_cards.clear();
  m_shows.clear();
  const auto ofFirst = [this](const auto& table, const auto& make) {
    for (std::size_t i = 0; i < std::min(m_cardsWanted, table.size()); ++i) {
      make(*table.pointers()[i]);
    }
  };
  const std::vector<const Block*> entries = sources();
  ofFirst(m_design->workloads, [&](const Workload& each) {
    addCard(new WorkloadCard(each, *m_design, entries, this), m_workloads, &DesignPage::workloadEdited,
            &DesignPage::workloadRemoved);
  });
  ofFirst(m_design->classes, [&](const RequestClass& each) {
    addCard(new ClassCard(each, this), m_classes, &DesignPage::requestClassEdited,
            &DesignPage::requestClassRemoved);
  });
  ofFirst(m_design->objectives, [&](const Objective& each) {
    addCard(new ObjectiveCard(each, *m_design, this), m_objectives, &DesignPage::objectiveEdited,
            &DesignPage::objectiveRemoved);
  });
  const std::size_t most =
      std::max({m_design->workloads.size(), m_design->classes.size(), m_design->objectives.size()});
  m_more->setVisible(most > m_cardsWanted);
  m_more->setText(tr("Show more: %1 of %2 are listed").arg(m_cardsWanted).arg(most));
}

/// Qt lets Tab follow the order in which widgets were made, and cards are made last of all in the window.
void DesignPage::orderTabStops() {
  std::vector<QWidget*> stops;
  collectTabStops(*layout(), stops);
  for (std::size_t i = 1; i < stops.size(); ++i) {
    setTabOrder(stops[i - 1], stops[i]);
  }
}

void DesignPage::showMore() {
  m_cardsWanted += kCardsAtOnce;
  show(m_design, false);
}

std::vector<const Block*> DesignPage::sources() const {
  std::vector<const Block*> found;
  for (const Block& block : m_design->blocks) {
    if (m_catalog.traitsOf(block).isSource) {
      found.push_back(&block);
    }
  }
  return found;
}

void DesignPage::addClass() {
  RequestClass added;
  added.id = freeIdIn(m_design->classes, "request");
  added.name = toUtf8(tr("Request"));
  Q_EMIT requestClassEdited(added);
}

void DesignPage::addWorkload() {
  if (m_design->classes.isEmpty()) {
    RequestClass first;
    first.id = ClassId("requests");
    first.name = toUtf8(tr("Requests"));
    first.requestSize = bytes(1e3);
    first.replySize = bytes(10e3);
    // The answer comes back through show() before the workload below is made.
    Q_EMIT requestClassEdited(first);
  }
  Workload workload;
  workload.id = freeIdIn(m_design->workloads, "load");
  workload.requestClass = m_design->classes.isEmpty() ? ClassId("requests") : (*m_design->classes.begin()).id;
  const std::vector<const Block*> entries = sources();
  if (!entries.empty()) {
    workload.entry = entries.front()->id;
  }
  workload.peak = perSecond(100);
  workload.mean = perSecond(50);
  Q_EMIT workloadEdited(workload);
}

void DesignPage::addObjective() {
  Objective objective;
  objective.id = freeIdIn(m_design->objectives, "objective");
  objective.limit = firstLimitOf(objective.metric);
  Q_EMIT objectiveEdited(objective);
}

}  // namespace cantilever::widgets
