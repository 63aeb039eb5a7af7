#include "widgets/inspector/design_card.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QToolButton>
#include <map>
#include <utility>

#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/model/names.h"
#include "widgets/inspector/param_form.h"
#include "widgets/inspector/profile_editor.h"
#include "widgets/inspector/words.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

QString cardText(const char* text) {
  return QCoreApplication::translate("DesignCard", text);
}

/// A choice among elements of a table by their names.
struct NamedChoices {
  std::vector<Choice> choices = {};
  std::map<std::string, QString> labels = {};
  void add(const std::string& id, const QString& name) {
    choices.push_back({id});
    labels.emplace(id, name);
  }
};

NamedChoices classChoices(const Design& design) {
  NamedChoices named;
  for (const RequestClass& each : design.classes) {
    named.add(each.id.text(), toQString(nameOf(design.classes, each.id)));
  }
  return named;
}

catalog::ParamSpec choiceSpec(std::string key, const char* label, const char* help,
                              const NamedChoices& named) {
  catalog::ParamSpec spec = fieldSpec(std::move(key), cardText(label), cardText(help), Choice{});
  spec.choices = named.choices;
  return spec;
}

/// Of a quantity that cannot be negative.
catalog::ParamSpec amountSpec(std::string key, const char* label, const char* help, ParamValue like) {
  catalog::ParamSpec spec = fieldSpec(std::move(key), cardText(label), cardText(help), std::move(like));
  spec.minimum = 0;
  return spec;
}

double limitOfQuantity(const ParamValue& value) {
  if (const auto* duration = std::get_if<Duration>(&value)) {
    return duration->inMilliseconds();
  }
  return catalog::numberOf(value).value_or(0);
}

/// A button that unfolds the form: settings that most designs leave alone.
QToolButton* makeFoldButton(ParamForm* form, bool isOpen, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(cardText("More settings"));
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
  return button;
}

}  // namespace

template <class T>
DesignCard<T>::DesignCard(Id id, const Table<T> Design::*table, QWidget* parent)
    : QFrame(parent), m_grid(new QGridLayout(this)), m_id(std::move(id)), m_table(table) {
  setProperty("card", true);
  setObjectName(QStringLiteral("card:") + toQString(m_id.text()));
  m_grid->setContentsMargins(10, 8, 10, 10);
  m_grid->setHorizontalSpacing(10);
  m_grid->setVerticalSpacing(6);
  m_grid->setColumnStretch(0, 1);
  m_grid->setColumnStretch(1, 1);
}

template <class T>
void DesignCard<T>::show(const Design& design, bool keepsTyping) {
  const T* now = (design.*m_table).find(m_id);
  if (now == nullptr) {
    return;
  }
  m_element = *now;
  for (const Field& field : m_fields) {
    field.editor->setShown({field.read(*now), false, true});
    if (!keepsTyping) {
      field.editor->forgetTyping();
    }
  }
  if constexpr (requires { now->params; }) {
    if (m_params != nullptr) {
      m_params->show({{&now->params}}, keepsTyping);
    }
  }
  showMore(design, *now, keepsTyping);
}

template <class T>
void DesignCard<T>::edit(const std::function<void(T&)>& change) {
  T changed = m_element;
  change(changed);
  onEdit(changed);
}

template <class T>
ParamField* DesignCard<T>::addField(catalog::ParamSpec spec, ParamField::Options options, int row, int column,
                                    int columns, std::function<ParamValue(const T&)> read,
                                    std::function<void(T&, const ParamValue&)> write) {
  options.hasDefault = false;
  auto* field = new ParamField(std::move(spec), std::move(options), this);
  QObject::connect(field, &ParamField::edited, this, [this, write = std::move(write)](const Value& value) {
    if (value) {
      edit([&](T& changed) { write(changed, *value); });
    }
  });
  m_grid->addWidget(field, row, column, 1, columns);
  m_fields.push_back({field, std::move(read)});
  return field;
}

template <class T>
void DesignCard<T>::addParams(const std::vector<catalog::ParamSpec>& specs, bool isOpen) {
  if constexpr (requires(T & element) { element.params; }) {
    m_params = new ParamForm(specs, this);
    QObject::connect(m_params, &ParamForm::edited, this, [this](const std::string& key, const Value& value) {
      edit([&](T& changed) { changed.params = withParam(changed.params, key, value); });
    });
    m_grid->addWidget(makeFoldButton(m_params, isOpen, this), m_grid->rowCount(), 0, 1, 2);
    m_grid->addWidget(m_params, m_grid->rowCount(), 0, 1, 2);
  }
}

template <class T>
QToolButton* DesignCard<T>::makeRemoveButton(const QString& name) {
  QToolButton* button = makeSmallButton(QStringLiteral("close"), this);
  button->setAccessibleName(name);
  button->setToolTip(name);
  QObject::connect(button, &QToolButton::clicked, this, [this] { onRemove(m_id); });
  return button;
}

template class DesignCard<RequestClass>;
template class DesignCard<Workload>;
template class DesignCard<Objective>;

WorkloadCard::WorkloadCard(const Workload& workload, const Design& design,
                           const std::vector<const Block*>& sources, QWidget* parent)
    : DesignCard(workload.id, &Design::workloads, parent),
      m_title(new ToneLabel({}, Tone::Normal, this)),
      m_profile(new ProfileEditor(this)) {
  m_title->setWordWrap(true);  // names may be long: the panel's width is not theirs to say
  auto* head = new QHBoxLayout;
  head->addWidget(m_title, 1);
  head->addWidget(makeRemoveButton(cardText("Remove this workload")));
  m_grid->addLayout(head, 0, 0, 1, 2);
  const NamedChoices classes = classChoices(design);
  addField(
      choiceSpec("class", "Class", "The kind of request, measured apart.", classes), {{}, classes.labels}, 1,
      0, 1, [](const Workload& now) { return Choice{now.requestClass.text()}; },
      [](Workload& changed, const ParamValue& value) {
        changed.requestClass = ClassId(std::get<Choice>(value).value);
      });
  NamedChoices entries;
  for (const Block* block : sources) {
    entries.add(block->id.text(), toQString(nameOf(design.blocks, block->id)));
  }
  addField(
      choiceSpec("entry", "Enters at", "The client block that sends these requests.", entries),
      {{}, entries.labels}, 1, 1, 1, [](const Workload& now) { return Choice{now.entry.text()}; },
      [](Workload& changed, const ParamValue& value) {
        changed.entry = BlockId(std::get<Choice>(value).value);
      });
  addField(
      amountSpec("peak", "Peak", "Offered in runs; such as 1.5k/s or 90/min.", Rate()), {}, 2, 0, 1,
      [](const Workload& now) { return now.peak; },
      [](Workload& changed, const ParamValue& value) { changed.peak = std::get<Rate>(value); });
  addField(
      amountSpec("mean", "Mean", "Averaged over the month; what is billed.", Rate()), {}, 2, 1, 1,
      [](const Workload& now) { return now.mean; },
      [](Workload& changed, const ParamValue& value) { changed.mean = std::get<Rate>(value); });
  addField(
      enumSpec("arrivals", cardText("Arrivals"), cardText("How requests are spaced."),
               ArrivalProcess::Poisson),
      {{}, labelsOf(wordsOf(ArrivalProcess{}))}, 3, 0, 2,
      [](const Workload& now) { return choiceOf(now.arrivals); },
      [](Workload& changed, const ParamValue& value) { changed.arrivals = enumOf<ArrivalProcess>(value); });
  m_grid->addWidget(m_profile, 4, 0, 1, 2);
  QObject::connect(m_profile, &ProfileEditor::edited, this, [this](const Value& value) {
    edit([&](Workload& changed) { changed.params = withParam(changed.params, "curve", value); });
  });
  // The curve has its editor above.
  std::vector<catalog::ParamSpec> others = catalog::workloadParams();
  std::erase_if(others, [](const catalog::ParamSpec& spec) { return spec.key == "curve"; });
  addParams(others, workload.params.size() > workload.params.count("curve"));
}

void WorkloadCard::showMore(const Design& design, const Workload& workload, bool keepsTyping) {
  m_title->setText(QStringLiteral("%1 \u2192 %2")
                       .arg(toQString(nameOf(design.classes, workload.requestClass)),
                            toQString(nameOf(design.blocks, workload.entry))));
  m_profile->show(workload, keepsTyping);
}

ClassCard::ClassCard(const RequestClass& requestClass, QWidget* parent)
    : DesignCard(requestClass.id, &Design::classes, parent) {
  auto* head = new QHBoxLayout;
  head->addWidget(
      addField(
          fieldSpec("name", cardText("Name"), cardText("As charts and tables call it."), std::string()), {},
          0, 0, 2, [](const RequestClass& now) { return now.name; },
          [](RequestClass& changed, const ParamValue& value) {
            changed.name = std::get<std::string>(value);
          }),
      1);
  head->addWidget(makeRemoveButton(cardText("Remove this class, with its load and its objectives")), 0,
                  Qt::AlignTop);
  m_grid->addLayout(head, 0, 0, 1, 2);
  addField(
      enumSpec("access", cardText("Access"), cardText("Links for reads or for writes take it."),
               Access::Read),
      {{}, labelsOf(wordsOf(Access{}))}, 1, 0, 1,
      [](const RequestClass& now) { return choiceOf(now.access); },
      [](RequestClass& changed, const ParamValue& value) { changed.access = enumOf<Access>(value); });
  addField(
      fieldSpec("cacheable", cardText("Cacheable"), cardText("A CDN or a read-through cache may answer it."),
                false),
      {}, 1, 1, 1, [](const RequestClass& now) { return now.isCacheable; },
      [](RequestClass& changed, const ParamValue& value) { changed.isCacheable = std::get<bool>(value); });
  addField(
      amountSpec("request_size", "Request size", "Such as 2 kB.", Bytes()), {}, 2, 0, 1,
      [](const RequestClass& now) { return now.requestSize; },
      [](RequestClass& changed, const ParamValue& value) { changed.requestSize = std::get<Bytes>(value); });
  addField(
      amountSpec("reply_size", "Reply size", "Such as 40 kB.", Bytes()), {}, 2, 1, 1,
      [](const RequestClass& now) { return now.replySize; },
      [](RequestClass& changed, const ParamValue& value) { changed.replySize = std::get<Bytes>(value); });
  addParams(catalog::classParams(), !requestClass.params.empty());
}

ObjectiveCard::ObjectiveCard(const Objective& objective, const Design& design, QWidget* parent)
    : DesignCard(objective.id, &Design::objectives, parent) {
  auto* head = new QHBoxLayout;
  head->addWidget(addField(
                      enumSpec("metric", cardText("Promise"),
                               cardText("Percentiles are of the latency of successes."), objective.metric),
                      {{}, labelsOf(wordsOf(Metric{}))}, 0, 0, 2,
                      [](const Objective& now) { return choiceOf(now.metric); },
                      [](Objective& changed, const ParamValue& value) {
                        const auto unitBefore = quantityOfLimit(changed).index();
                        changed.metric = enumOf<Metric>(value);
                        if (quantityOfLimit(changed).index() != unitBefore) {
                          changed.limit = firstLimitOf(changed.metric);
                        }
                      }),
                  1);
  head->addWidget(makeRemoveButton(cardText("Remove this objective")), 0, Qt::AlignTop);
  m_grid->addLayout(head, 0, 0, 1, 2);
  addField(
      amountSpec("limit", "Limit", objective.metric == Metric::CostMonth ? "In US dollars." : "",
                 quantityOfLimit(objective)),
      {}, 1, 0, 1, [](const Objective& now) { return quantityOfLimit(now); },
      [](Objective& changed, const ParamValue& value) { changed.limit = limitOfQuantity(value); });
  NamedChoices classes;
  classes.add({}, cardText("all classes"));
  for (const auto& [id, label] : classChoices(design).labels) {
    classes.add(id, label);
  }
  addField(
      choiceSpec("class", "Class", "Which requests are meant.", classes), {{}, classes.labels}, 1, 1, 1,
      [](const Objective& now) { return Choice{now.requestClass.text()}; },
      [](Objective& changed, const ParamValue& value) {
        changed.requestClass = ClassId(std::get<Choice>(value).value);
      });
}

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

}  // namespace cantilever::widgets
