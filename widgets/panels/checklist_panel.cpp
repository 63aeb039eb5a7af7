#include "widgets/panels/checklist_panel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QStringList>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "widgets/panels/labels.h"
#include "widgets/panels/status_mark.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

using advice::AnsweredItem;
using advice::Status;

/// The order of urgency, in which they are shown.
constexpr Status kUrgency[] = {Status::Fail, Status::Warn, Status::Unknown, Status::Pass,
                               Status::NotApplicable};

Mark markOfStatus(Status status) {
  switch (status) {
    case Status::Pass:
      return Mark::Good;
    case Status::Warn:
      return Mark::Warning;
    case Status::Fail:
      return Mark::Critical;
    case Status::Unknown:
      return Mark::Unknown;
    case Status::NotApplicable:
      return Mark::NotApplicable;
  }
  return Mark::Unknown;
}

Tone toneOfStatus(Status status) {
  switch (status) {
    case Status::Pass:
      return Tone::Good;
    case Status::Warn:
      return Tone::Warning;
    case Status::Fail:
      return Tone::Critical;
    case Status::Unknown:
    case Status::NotApplicable:
      break;
  }
  return Tone::Muted;
}

QString wordOfStatus(Status status) {
  switch (status) {
    case Status::Pass:
      return ChecklistPanel::tr("Pass");
    case Status::Warn:
      return ChecklistPanel::tr("Warning");
    case Status::Fail:
      return ChecklistPanel::tr("Fail");
    case Status::Unknown:
      return ChecklistPanel::tr("Unknown");
    case Status::NotApplicable:
      return ChecklistPanel::tr("Not applicable");
  }
  return {};
}

bool saysTheSame(const AnsweredItem& a, const AnsweredItem& b) {
  return a.item == b.item && a.answer.status == b.answer.status && a.answer.evidence == b.answer.evidence &&
         a.answer.remedy == b.answer.remedy && a.answer.blocks == b.answer.blocks;
}

/// One answered item; a click, Enter or Space on it chooses its blocks.
class ItemCard : public QFrame {
 public:
  ItemCard(const AnsweredItem& item, std::function<void()> choose, QWidget* parent);

  void setOpen(bool isOpen) { m_more->setChecked(isOpen); }
  bool isOpen() const { return m_more->isChecked(); }

 protected:
  void mouseReleaseEvent(QMouseEvent* event) override {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
      m_choose();
    }
  }
  void keyPressEvent(QKeyEvent* event) override {
    switch (event->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter:
      case Qt::Key_Space:
        m_choose();
        break;
      case Qt::Key_Right:
        setOpen(true);
        break;
      case Qt::Key_Left:
        setOpen(false);
        break;
      default:
        QFrame::keyPressEvent(event);
    }
  }

 private:
  std::function<void()> m_choose;
  QToolButton* m_more = nullptr;
};

ItemCard::ItemCard(const AnsweredItem& answered, std::function<void()> choose, QWidget* parent)
    : QFrame(parent), m_choose(std::move(choose)) {
  const Status status = answered.answer.status;
  const QString title = toQString(answered.item->title);
  setProperty("card", true);
  setFocusPolicy(Qt::StrongFocus);
  setObjectName(toQString(answered.item->id));
  setAccessibleName(QStringLiteral("%1: %2").arg(wordOfStatus(status), title));
  setAccessibleDescription(toQString(answered.answer.evidence));
  if (!answered.answer.blocks.empty()) {
    setCursor(Qt::PointingHandCursor);
    setToolTip(ChecklistPanel::tr("Click to select what it concerns"));
  }

  auto* columns = new QHBoxLayout(this);
  columns->setContentsMargins(10, 8, 6, 8);
  columns->setSpacing(10);
  columns->addWidget(new StatusMark(markOfStatus(status), 18, this), 0, Qt::AlignTop);
  auto* texts = new QVBoxLayout;
  texts->setSpacing(3);
  auto* name = makeBody(title, this);
  QFont semibold = bodyFont();
  semibold.setWeight(QFont::DemiBold);
  name->setFont(semibold);
  texts->addWidget(name);
  auto* state = makeCaption(
      QStringLiteral("%1 \u00b7 %2").arg(wordOfStatus(status), toQString(answered.item->id)), this);
  state->setTone(toneOfStatus(status));
  texts->addWidget(state);
  if (!answered.answer.evidence.empty()) {
    texts->addWidget(makeBody(toQString(answered.answer.evidence), this));
  }
  if (!answered.answer.remedy.empty()) {
    texts->addWidget(makeBody(ChecklistPanel::tr("To do: %1").arg(toQString(answered.answer.remedy)), this));
  }
  auto* why = makeCaption(ChecklistPanel::tr("Why: %1\nChecked: %2")
                              .arg(toQString(answered.item->rationale), toQString(answered.item->rule)),
                          this);
  why->setObjectName(QStringLiteral("rationale"));
  why->hide();
  texts->addWidget(why);
  columns->addLayout(texts, 1);

  m_more = makeSmallButton(QStringLiteral("chevron-down"), this);
  m_more->setObjectName(QStringLiteral("more"));
  m_more->setCheckable(true);
  m_more->setAccessibleName(ChecklistPanel::tr("Why: %1").arg(title));
  m_more->setToolTip(ChecklistPanel::tr("Why it matters and what is checked"));
  connect(m_more, &QToolButton::toggled, why, &QWidget::setVisible);
  columns->addWidget(m_more, 0, Qt::AlignTop);
}

}  // namespace

struct ChecklistPanel::Impl {
  void build(ChecklistPanel& owner);
  void fill(ChecklistPanel& owner);
  void filter();
  void markCounts();

  std::vector<AnsweredItem> items;
  std::vector<ItemCard*> cards;  ///< parallel to shown
  std::vector<std::size_t> shown;
  std::map<Status, QToolButton*> counts;
  QWidget* list = nullptr;
  QVBoxLayout* rows = nullptr;
  ToneLabel* summary = nullptr;
  ToneLabel* empty = nullptr;
  QPushButton* exportButton = nullptr;
};

void ChecklistPanel::Impl::build(ChecklistPanel& owner) {
  owner.setBackgroundRole(QPalette::Base);
  owner.setAutoFillBackground(true);
  auto* outer = new QVBoxLayout(&owner);
  outer->setContentsMargins(14, 10, 14, 8);
  outer->setSpacing(8);
  auto* head = new QHBoxLayout;
  head->setSpacing(4);
  for (const Status status : kUrgency) {
    auto* count = new QToolButton(&owner);
    count->setObjectName(QStringLiteral("count%1").arg(static_cast<int>(status)));
    count->setCheckable(true);
    count->setChecked(true);
    count->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    count->setIconSize({16, 16});
    count->setToolTip(tr("Show or hide these"));
    connect(count, &QToolButton::toggled, &owner, [this] { filter(); });
    counts[status] = count;
    head->addWidget(count);
  }
  head->addStretch(1);
  exportButton = new QPushButton(tr("Export\u2026"), &owner);
  exportButton->setAccessibleName(tr("Export the checklist"));
  connect(exportButton, &QPushButton::clicked, &owner, &ChecklistPanel::exportRequested);
  head->addWidget(exportButton);
  outer->addLayout(head);
  summary = makeCaption({}, &owner);
  summary->setObjectName(QStringLiteral("summary"));
  outer->addWidget(summary);
  empty = makeBody(tr("There is nothing to check yet."), &owner);
  empty->setTone(Tone::Muted);
  outer->addWidget(empty);

  auto* scroll = new QScrollArea(&owner);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list = new QWidget(scroll);
  rows = new QVBoxLayout(list);
  rows->setContentsMargins(0, 0, 4, 0);
  rows->setSpacing(6);
  rows->addStretch(1);
  scroll->setWidget(list);
  list->setAutoFillBackground(false);
  scroll->viewport()->setAutoFillBackground(false);
  outer->addWidget(scroll, 1);
}

void ChecklistPanel::Impl::fill(ChecklistPanel& owner) {
  std::set<std::string> open;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (cards[i]->isOpen()) {
      open.insert(cards[i]->objectName().toStdString());
    }
    cards[i]->hide();
    cards[i]->deleteLater();
  }
  cards.clear();
  shown.clear();
  QStringList words;
  for (const Status status : kUrgency) {
    int count = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].answer.status != status) {
        continue;
      }
      ++count;
      auto choose = [&owner, this, i] {
        if (!items[i].answer.blocks.empty()) {
          Q_EMIT owner.blocksChosen(items[i].answer.blocks);
        }
      };
      auto* card = new ItemCard(items[i], choose, list);
      card->setOpen(open.find(items[i].item->id) != open.end());
      rows->insertWidget(static_cast<int>(cards.size()), card);
      cards.push_back(card);
      shown.push_back(i);
    }
    QToolButton* button = counts[status];
    button->setText(QString::number(count));
    button->setAccessibleName(QStringLiteral("%1: %2").arg(wordOfStatus(status)).arg(count));
    button->setToolTip(tr("%1: %2. Click to show or hide these.").arg(wordOfStatus(status)).arg(count));
    button->setVisible(count > 0);
    if (count > 0) {
      words << QStringLiteral("%1 %2").arg(count).arg(wordOfStatus(status).toLower());
    }
  }
  markCounts();
  summary->setText(words.join(QStringLiteral(", ")));
  empty->setVisible(items.empty());
  exportButton->setEnabled(!items.empty());
  filter();
}

void ChecklistPanel::Impl::markCounts() {
  for (const auto& [status, button] : counts) {
    button->setIcon(markIcon(markOfStatus(status)));
  }
}

void ChecklistPanel::Impl::filter() {
  for (std::size_t i = 0; i < cards.size(); ++i) {
    cards[i]->setVisible(counts[items[shown[i]].answer.status]->isChecked());
  }
}

ChecklistPanel::ChecklistPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->build(*this);
  m_impl->fill(*this);
}

ChecklistPanel::~ChecklistPanel() = default;

void ChecklistPanel::show(const std::vector<advice::AnsweredItem>& items) {
  // Answers come again after each edit; the list keeps its place and focus as long as they are the same.
  if (std::equal(items.begin(), items.end(), m_impl->items.begin(), m_impl->items.end(), saysTheSame)) {
    return;
  }
  m_impl->items = items;
  m_impl->fill(*this);
}

void ChecklistPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    m_impl->markCounts();
  }
}

}  // namespace cantilever::widgets
