#include "widgets/inspector/design_page.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStringList>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/commit_text_edit.h"
#include "widgets/inspector/param_field.h"
#include "widgets/inspector/param_form.h"
#include "widgets/inspector/words.h"
#include "widgets/panels/labels.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

using Value = std::optional<ParamValue>;

template <class T>
QString nameIn(const Table<T>& table, const decltype(T::id)& id) {
  const T* found = table.find(id);
  return toQString(found == nullptr ? id.text() : found->name);
}

/// "orders", "orders-2" ...: the first that the table does not have.
template <class T>
decltype(T::id) freeIdIn(const Table<T>& table, const std::string& wish) {
  decltype(T::id) id(wish);
  for (int number = 2; table.contains(id); ++number) {
    id = decltype(T::id)(wish + "-" + QByteArray::number(number).toStdString());
  }
  return id;
}

/// The limit of an objective as the quantity one would type, and back.
ParamValue quantityOfLimit(const Objective& objective) {
  switch (objective.metric) {
    case Metric::SuccessRatio:
      return ratio(objective.limit);
    case Metric::Throughput:
      return perSecond(objective.limit);
    case Metric::CostMonth:
      return objective.limit;
    case Metric::LatencyMean:
    case Metric::LatencyP50:
    case Metric::LatencyP95:
    case Metric::LatencyP99:
    case Metric::LatencyP999:
      break;
  }
  return Duration::milliseconds(objective.limit);
}

double limitOfQuantity(const ParamValue& value) {
  if (const auto* duration = std::get_if<Duration>(&value)) {
    return duration->inMilliseconds();
  }
  return catalog::numberOf(value).value_or(0);
}

/// A limit to begin with when the metric changes to one of another unit.
double firstLimitOf(Metric metric) {
  switch (metric) {
    case Metric::SuccessRatio:
      return 0.999;
    case Metric::Throughput:
    case Metric::CostMonth:
      return 1000;
    default:
      return 500;
  }
}

QToolButton* makeRemoveButton(const QString& name, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setAutoRaise(true);
  button->setFixedSize(28, 24);
  button->setIcon(icon(QStringLiteral("close")));
  button->setIconSize({14, 14});
  button->setAccessibleName(name);
  button->setToolTip(name);
  return button;
}

/// A button that unfolds what is under it: settings that most designs leave alone.
ParamForm* addFoldedForm(const std::vector<catalog::ParamSpec>& specs, bool isOpen, QGridLayout* grid,
                         QWidget* frame) {
  auto* form = new ParamForm(specs, frame);
  auto* button = new QToolButton(frame);
  button->setText(DesignPage::tr("More settings"));
  button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  button->setAutoRaise(true);
  button->setCheckable(true);
  const auto fold = [button, form](bool opens) {
    button->setArrowType(opens ? Qt::DownArrow : Qt::RightArrow);
    form->setVisible(opens);
  };
  QObject::connect(button, &QToolButton::toggled, form, fold);
  button->setChecked(isOpen);
  fold(isOpen);
  button->setVisible(!specs.empty());
  grid->addWidget(button, grid->rowCount(), 0, 1, 2);
  grid->addWidget(form, grid->rowCount(), 0, 1, 2);
  return form;
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
  m_workloads = addSection(tr("Load"), tr("Runs offer the peak; monthly cost counts the mean."),
                           tr("Add workload"), &DesignPage::addWorkload);
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
  if (key != m_shownKey) {
    m_shownKey = key;
    rebuildCards();
  }
  for (const Card& card : m_cards) {
    card.refresh(*m_design);
    if (isOther) {
      for (ParamField* field : card.fields) {
        field->forgetTyping();
      }
    }
    if (card.showParams) {
      card.showParams(*m_design, !isOther);
    }
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

void DesignPage::rebuildCards() {
  for (const Card& card : m_cards) {
    // One of its fields may be the sender of the edit that led here.
    card.widget->hide();
    card.widget->deleteLater();
  }
  m_cards.clear();
  const auto make = [this](const auto& table, QVBoxLayout* list, auto makeCardOf) {
    for (std::size_t i = 0; i < std::min(m_cardsWanted, table.size()); ++i) {
      m_cards.push_back((this->*makeCardOf)(*table.pointers()[i]));
      list->addWidget(m_cards.back().widget);
    }
  };
  make(m_design->workloads, m_workloads, &DesignPage::makeWorkloadCard);
  make(m_design->classes, m_classes, &DesignPage::makeClassCard);
  make(m_design->objectives, m_objectives, &DesignPage::makeObjectiveCard);
  const std::size_t most =
      std::max({m_design->workloads.size(), m_design->classes.size(), m_design->objectives.size()});
  m_more->setVisible(most > m_cardsWanted);
  m_more->setText(tr("Show more: %1 of %2 are listed").arg(m_cardsWanted).arg(most));
}

void DesignPage::showMore() {
  m_cardsWanted += kCardsAtOnce;
  show(m_design, false);
}

std::vector<const Block*> DesignPage::sources() const {
  std::vector<const Block*> found;
  for (const Block& block : m_design->blocks) {
    const catalog::BlockType* type = m_catalog.find(block.type);
    if (type != nullptr && type->traits != nullptr && type->traits(block).isSource) {
      found.push_back(&block);
    }
  }
  return found;
}

DesignPage::Card DesignPage::makeWorkloadCard(const Workload& workload) {
  const WorkloadId id = workload.id;
  auto* frame = makeCard(this);
  auto* grid = new QGridLayout(frame);
  grid->setContentsMargins(10, 8, 10, 10);
  grid->setHorizontalSpacing(10);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
  auto* title = new ToneLabel({}, Tone::Normal, frame);
  auto* remove = makeRemoveButton(tr("Remove this workload"), frame);
  connect(remove, &QToolButton::clicked, this, [this, id] { Q_EMIT workloadRemoved(id); });
  auto* head = new QHBoxLayout;
  head->addWidget(title, 1);
  head->addWidget(remove);
  grid->addLayout(head, 0, 0, 1, 2);

  catalog::ParamSpec requestClass =
      fieldSpec("class", tr("Class"), tr("The kind of request, measured apart."), Choice{});
  std::map<std::string, QString> classLabels;
  for (const RequestClass& each : m_design->classes) {
    requestClass.choices.push_back({each.id.text()});
    classLabels.emplace(each.id.text(), toQString(each.name));
  }
  catalog::ParamSpec entry =
      fieldSpec("entry", tr("Enters at"), tr("The client block that sends these requests."), Choice{});
  std::map<std::string, QString> entryLabels;
  for (const Block* block : sources()) {
    entry.choices.push_back({block->id.text()});
    entryLabels.emplace(block->id.text(), toQString(block->name));
  }
  catalog::ParamSpec peak =
      fieldSpec("peak", tr("Peak"), tr("Offered in runs; such as 1.5k/s or 90/min."), Rate());
  peak.minimum = 0;
  catalog::ParamSpec mean =
      fieldSpec("mean", tr("Mean"), tr("Averaged over the month; what is billed."), Rate());
  mean.minimum = 0;
  auto* classField = new ParamField(requestClass, {{}, classLabels, false}, frame);
  auto* entryField = new ParamField(entry, {{}, entryLabels, false}, frame);
  auto* peakField = new ParamField(peak, {{}, {}, false}, frame);
  auto* meanField = new ParamField(mean, {{}, {}, false}, frame);
  auto* arrivalField = new ParamField(
      enumSpec("arrivals", tr("Arrivals"), tr("How requests are spaced."), ArrivalProcess::Poisson),
      {{}, labelsOf(wordsOf(ArrivalProcess{})), false}, frame);
  grid->addWidget(classField, 1, 0);
  grid->addWidget(entryField, 1, 1);
  grid->addWidget(peakField, 2, 0);
  grid->addWidget(meanField, 2, 1);
  grid->addWidget(arrivalField, 3, 0, 1, 2);
  ParamForm* form = addFoldedForm(catalog::workloadParams(), !workload.params.empty(), grid, frame);
  connect(form, &ParamForm::edited, this, [this, id](const std::string& key, const Value& value) {
    if (const Workload* current = m_design->workloads.find(id)) {
      Workload changed = *current;
      changed.params = withParam(current->params, key, value);
      Q_EMIT workloadEdited(changed);
    }
  });

  const auto connectField = [&](ParamField* field, void (*write)(Workload&, const ParamValue&)) {
    connect(field, &ParamField::edited, this, [this, id, write](const Value& value) {
      const Workload* current = m_design->workloads.find(id);
      if (current != nullptr && value) {
        Workload changed = *current;
        write(changed, *value);
        Q_EMIT workloadEdited(changed);
      }
    });
  };
  connectField(classField, [](Workload& changed, const ParamValue& value) {
    changed.requestClass = ClassId(std::get<Choice>(value).value);
  });
  connectField(entryField, [](Workload& changed, const ParamValue& value) {
    changed.entry = BlockId(std::get<Choice>(value).value);
  });
  connectField(peakField,
               [](Workload& changed, const ParamValue& value) { changed.peak = std::get<Rate>(value); });
  connectField(meanField,
               [](Workload& changed, const ParamValue& value) { changed.mean = std::get<Rate>(value); });
  connectField(arrivalField, [](Workload& changed, const ParamValue& value) {
    changed.arrivals = enumOf<ArrivalProcess>(value);
  });

  const auto refresh = [=](const Design& design) {
    const Workload& now = *design.workloads.find(id);
    title->setText(QStringLiteral("%1 \u2192 %2")
                       .arg(nameIn(design.classes, now.requestClass), nameIn(design.blocks, now.entry)));
    classField->setShown({Choice{now.requestClass.text()}, false, true});
    entryField->setShown({Choice{now.entry.text()}, false, true});
    peakField->setShown({now.peak, false, true});
    meanField->setShown({now.mean, false, true});
    arrivalField->setShown({choiceOf(now.arrivals), false, true});
  };
  const auto showParams = [form, id](const Design& design, bool keepsTyping) {
    form->show(design.workloads.find(id)->params, keepsTyping);
  };
  return {frame, refresh, {peakField, meanField}, showParams};
}

DesignPage::Card DesignPage::makeClassCard(const RequestClass& requestClass) {
  const ClassId id = requestClass.id;
  auto* frame = makeCard(this);
  auto* grid = new QGridLayout(frame);
  grid->setContentsMargins(10, 8, 10, 10);
  grid->setHorizontalSpacing(10);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
  const ParamField::Options plain{{}, {}, false};
  auto* nameField = new ParamField(
      fieldSpec("name", tr("Name"), tr("As charts and tables call it."), std::string()), plain, frame);
  auto* accessField = new ParamField(
      enumSpec("access", tr("Access"), tr("Links for reads or for writes take it."), Access::Read),
      {{}, labelsOf(wordsOf(Access{})), false}, frame);
  auto* cacheableField = new ParamField(
      fieldSpec("cacheable", tr("Cacheable"), tr("A CDN or a read-through cache may answer it."), false),
      plain, frame);
  catalog::ParamSpec requestSize =
      fieldSpec("request_size", tr("Request size"), tr("Such as 2 kB."), Bytes());
  requestSize.minimum = 0;
  catalog::ParamSpec replySize = fieldSpec("reply_size", tr("Reply size"), tr("Such as 40 kB."), Bytes());
  replySize.minimum = 0;
  auto* requestField = new ParamField(requestSize, plain, frame);
  auto* replyField = new ParamField(replySize, plain, frame);
  grid->addWidget(nameField, 0, 0, 1, 2);
  grid->addWidget(accessField, 1, 0);
  grid->addWidget(cacheableField, 1, 1);
  grid->addWidget(requestField, 2, 0);
  grid->addWidget(replyField, 2, 1);

  const auto edit = [this, id](const std::function<void(RequestClass&)>& change) {
    if (const RequestClass* current = m_design->classes.find(id)) {
      RequestClass changed = *current;
      change(changed);
      Q_EMIT requestClassEdited(changed);
    }
  };
  const auto connectField = [&](ParamField* field, void (*write)(RequestClass&, const ParamValue&)) {
    connect(field, &ParamField::edited, this, [edit, write](const Value& value) {
      if (value) {
        edit([&](RequestClass& changed) { write(changed, *value); });
      }
    });
  };
  connectField(nameField, [](RequestClass& changed, const ParamValue& value) {
    changed.name = std::get<std::string>(value);
  });
  connectField(accessField, [](RequestClass& changed, const ParamValue& value) {
    changed.access = enumOf<Access>(value);
  });
  connectField(cacheableField, [](RequestClass& changed, const ParamValue& value) {
    changed.isCacheable = std::get<bool>(value);
  });
  connectField(requestField, [](RequestClass& changed, const ParamValue& value) {
    changed.requestSize = std::get<Bytes>(value);
  });
  connectField(replyField, [](RequestClass& changed, const ParamValue& value) {
    changed.replySize = std::get<Bytes>(value);
  });
  ParamForm* form = addFoldedForm(catalog::classParams(), !requestClass.params.empty(), grid, frame);
  connect(form, &ParamForm::edited, this, [edit](const std::string& key, const Value& value) {
    edit([&](RequestClass& changed) { changed.params = withParam(changed.params, key, value); });
  });

  const auto refresh = [=](const Design& design) {
    const RequestClass& now = *design.classes.find(id);
    nameField->setShown({now.name, false, true});
    accessField->setShown({choiceOf(now.access), false, true});
    cacheableField->setShown({now.isCacheable, false, true});
    requestField->setShown({now.requestSize, false, true});
    replyField->setShown({now.replySize, false, true});
  };
  const auto showParams = [form, id](const Design& design, bool keepsTyping) {
    form->show(design.classes.find(id)->params, keepsTyping);
  };
  return {frame, refresh, {nameField, requestField, replyField}, showParams};
}

DesignPage::Card DesignPage::makeObjectiveCard(const Objective& objective) {
  const ObjectiveId id = objective.id;
  auto* frame = makeCard(this);
  auto* grid = new QGridLayout(frame);
  grid->setContentsMargins(10, 8, 10, 10);
  grid->setHorizontalSpacing(10);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
  auto* remove = makeRemoveButton(tr("Remove this objective"), frame);
  connect(remove, &QToolButton::clicked, this, [this, id] { Q_EMIT objectiveRemoved(id); });

  auto* metricField = new ParamField(
      enumSpec("metric", tr("Promise"), tr("Percentiles are of the latency of successes."), objective.metric),
      {{}, labelsOf(wordsOf(Metric{})), false}, frame);
  const QString limitHelp = objective.metric == Metric::CostMonth ? tr("In US dollars.") : QString();
  catalog::ParamSpec limit = fieldSpec("limit", tr("Limit"), limitHelp, quantityOfLimit(objective));
  limit.minimum = 0;
  auto* limitField = new ParamField(limit, {{}, {}, false}, frame);
  catalog::ParamSpec requestClass =
      fieldSpec("class", tr("Class"), tr("Which requests are meant."), Choice{});
  std::map<std::string, QString> classLabels = {{std::string(), tr("all classes")}};
  requestClass.choices.push_back({});
  for (const RequestClass& each : m_design->classes) {
    requestClass.choices.push_back({each.id.text()});
    classLabels.emplace(each.id.text(), toQString(each.name));
  }
  auto* classField = new ParamField(requestClass, {{}, classLabels, false}, frame);
  auto* head = new QHBoxLayout;
  head->addWidget(metricField, 1);
  head->addWidget(remove, 0, Qt::AlignTop);
  grid->addLayout(head, 0, 0, 1, 2);
  grid->addWidget(limitField, 1, 0);
  grid->addWidget(classField, 1, 1);

  const auto edit = [this, id](auto&& write) {
    if (const Objective* current = m_design->objectives.find(id)) {
      Objective changed = *current;
      write(changed);
      Q_EMIT objectiveEdited(changed);
    }
  };
  connect(metricField, &ParamField::edited, this, [edit](const Value& value) {
    edit([&](Objective& changed) {
      const auto unitBefore = quantityOfLimit(changed).index();
      changed.metric = enumOf<Metric>(*value);
      if (quantityOfLimit(changed).index() != unitBefore) {
        changed.limit = firstLimitOf(changed.metric);
      }
    });
  });
  connect(limitField, &ParamField::edited, this, [edit](const Value& value) {
    edit([&](Objective& changed) { changed.limit = limitOfQuantity(*value); });
  });
  connect(classField, &ParamField::edited, this, [edit](const Value& value) {
    edit([&](Objective& changed) { changed.requestClass = ClassId(std::get<Choice>(*value).value); });
  });

  const auto refresh = [=](const Design& design) {
    const Objective& now = *design.objectives.find(id);
    metricField->setShown({choiceOf(now.metric), false, true});
    limitField->setShown({quantityOfLimit(now), false, true});
    classField->setShown({Choice{now.requestClass.text()}, false, true});
  };
  return {frame, refresh, {limitField}, {}};
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
