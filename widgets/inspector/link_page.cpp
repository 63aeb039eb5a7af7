#include "widgets/inspector/link_page.h"

#include <QListWidget>
#include <QSignalBlocker>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/policies/link_policy.h"
#include "core/model/names.h"
#include "widgets/inspector/param_form.h"
#include "widgets/inspector/words.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QString nameOfEnd(const Design& design, const BlockId& id) {
  return toQString(nameOf(design.blocks, id));
}

}  // namespace

std::vector<const catalog::BlockType*> LinkPage::calleesOf(const Design& design,
                                                           const std::vector<const Link*>& links,
                                                           const catalog::Catalog& catalog) {
  std::vector<const catalog::BlockType*> callees;
  for (const Link* link : links) {
    const Block* to = design.blocks.find(link->to);
    const catalog::BlockType* type = to == nullptr ? nullptr : catalog.find(to->type);
    if (std::find(callees.begin(), callees.end(), type) == callees.end()) {
      callees.push_back(type);
    }
  }
  std::sort(callees.begin(), callees.end(), [](const auto* a, const auto* b) {
    return (a == nullptr ? std::string() : a->key) < (b == nullptr ? std::string() : b->key);
  });
  return callees;
}

LinkPage::LinkPage(std::vector<const catalog::BlockType*> callees, QWidget* parent)
    : QWidget(parent), m_callees(std::move(callees)) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  m_ends = makeTitle({}, this);
  m_ends->setObjectName(QStringLiteral("linkEnds"));
  rows->addWidget(m_ends);
  m_caption = makeCaption({}, this);
  rows->addWidget(m_caption);
  m_figures = makeBody({}, this);
  m_figures->setFont(numberFont());
  m_figures->hide();
  rows->addWidget(m_figures);
  m_remarks = makeBody({}, this);
  m_remarks->setTone(Tone::Warning);
  m_remarks->hide();
  rows->addWidget(m_remarks);

  rows->addWidget(makeDivider(this));
  rows->addWidget(makeHeading(tr("What it is"), this));
  buildCallFields(rows);
  rows->addWidget(makeDivider(this));
  rows->addWidget(makeHeading(tr("Which requests"), this));
  buildClasses(rows);
  rows->addWidget(makeDivider(this));
  rows->addWidget(makeHeading(tr("Network"), this));
  buildTimingFields(rows);
  m_params = new ParamForm(catalog::linkParams(), this, tr("what the calling block does by itself"));
  connect(m_params, &ParamForm::edited, this, [this](const std::string& key, const Value& value) {
    change([&](Link& link) { link.params = withParam(link.params, key, value); });
  });
  rows->addWidget(m_params);
}

void LinkPage::addField(QVBoxLayout* rows, catalog::ParamSpec spec, ParamField::Options options,
                        std::function<Value(const Link&)> read,
                        std::function<void(Link&, const Value&)> write) {
  auto* editor = new ParamField(std::move(spec), std::move(options), this);
  connect(editor, &ParamField::edited, this,
          [this, write](const Value& value) { change([&](Link& link) { write(link, value); }); });
  rows->addWidget(editor);
  m_fields.push_back({editor, std::move(read)});
}

void LinkPage::buildCallFields(QVBoxLayout* rows) {
  const Link fresh;
  addField(
      rows, enumSpec("mode", tr("Mode"), tr("A call waits for the reply; a send does not."), fresh.mode),
      {{}, labelsOf(wordsOf(LinkMode{})), false}, [](const Link& link) { return Value(choiceOf(link.mode)); },
      [](Link& link, const Value& value) { link.mode = enumOf<LinkMode>(*value); });
  addField(
      rows, enumSpec("role", tr("Role"), tr("What the caller uses the link for."), fresh.role),
      {{}, labelsOf(wordsOf(LinkRole{})), false}, [](const Link& link) { return Value(choiceOf(link.role)); },
      [](Link& link, const Value& value) { link.role = enumOf<LinkRole>(*value); });

  catalog::ParamSpec operation =
      fieldSpec("operation", tr("Operation"), tr("What the callee is asked to do."), Choice{fresh.operation});
  operation.choices.push_back({});
  const catalog::BlockType* first = m_callees.front();
  for (const std::string& name : first == nullptr ? std::vector<std::string>() : first->operations) {
    const bool isShared = std::all_of(m_callees.begin(), m_callees.end(), [&](const auto* type) {
      return type != nullptr &&
             std::find(type->operations.begin(), type->operations.end(), name) != type->operations.end();
    });
    if (isShared) {
      operation.choices.push_back({name});
    }
  }
  addField(
      rows, std::move(operation), {{}, {{std::string(), tr("By role")}}, false},
      [](const Link& link) { return Value(Choice{link.operation}); },
      [](Link& link, const Value& value) { link.operation = std::get<Choice>(*value).value; });

  catalog::ParamSpec calls =
      fieldSpec("calls", tr("Calls per request"), tr("A mean; a fraction is drawn at random."), fresh.calls);
  calls.minimum = 0;
  addField(
      rows, std::move(calls), {{}, {}, false}, [](const Link& link) { return Value(link.calls); },
      [](Link& link, const Value& value) { link.calls = std::get<double>(*value); });
  addField(
      rows, enumSpec("group", tr("Order"), tr("Of the calls over the links of one group."), fresh.group),
      {{}, labelsOf(wordsOf(CallGroup{})), false},
      [](const Link& link) { return Value(choiceOf(link.group)); },
      [](Link& link, const Value& value) { link.group = enumOf<CallGroup>(*value); });
}

void LinkPage::buildClasses(QVBoxLayout* rows) {
  auto* caption = makeCaption(tr("&Classes (none checked: those the role implies)"), this);
  m_classes = new QListWidget(this);
  m_classes->setObjectName(QStringLiteral("classes"));
  m_classes->setAccessibleName(tr("Request classes"));
  caption->setBuddy(m_classes);
  connect(m_classes, &QListWidget::itemChanged, this,
          [this](const QListWidgetItem* item) { takeClass(*item); });
  rows->addWidget(caption);
  rows->addWidget(m_classes);
  m_noClasses = makeCaption(tr("The design has no request classes yet."), this);
  rows->addWidget(m_noClasses);

  const Link fresh;
  catalog::ParamSpec weight =
      fieldSpec("weight", tr("Weight"), tr("Share among the caller's links of role Route."), fresh.weight);
  weight.minimum = 0;
  addField(
      rows, std::move(weight), {{}, {}, false}, [](const Link& link) { return Value(link.weight); },
      [](Link& link, const Value& value) { link.weight = std::get<double>(*value); });
}

void LinkPage::buildTimingFields(QVBoxLayout* rows) {
  const Link fresh;
  addField(
      rows,
      fieldSpec("latency", tr("Latency, one way"),
                tr("Applied to the request and again to the reply. Empty: by the zones of the two ends."),
                Law{}),
      {tr("by locality"), {}, false},
      [](const Link& link) { return link.latency ? Value(*link.latency) : Value(); },
      [](Link& link, const Value& value) {
        link.latency = value ? std::optional(std::get<Law>(*value)) : std::nullopt;
      });
  catalog::ParamSpec timeout =
      fieldSpec("timeout", tr("Timeout"),
                tr("Of one attempt, from sending to the reply. The callee's work goes on. Empty: none."),
                fresh.timeout);
  timeout.minimum = 0;
  addField(
      rows, std::move(timeout), {tr("none"), {}, false},
      [](const Link& link) { return link.timeout.ns() == 0 ? Value() : Value(link.timeout); },
      [](Link& link, const Value& value) { link.timeout = value ? std::get<Duration>(*value) : Duration(); });
  addField(
      rows,
      enumSpec("balancing", tr("Balancing"), tr("How an instance of the callee is chosen."), fresh.balancing),
      {{}, labelsOf(wordsOf(Balancing{})), false},
      [](const Link& link) { return Value(choiceOf(link.balancing)); },
      [](Link& link, const Value& value) { link.balancing = enumOf<Balancing>(*value); });
}

void LinkPage::show(const Design& design, const std::vector<const Link*>& links,
                    const catalog::Catalog& catalog, bool keepsTyping) {
  m_links.clear();
  std::vector<ParamForm::Thing> params;
  for (const Link* link : links) {
    m_links.push_back(*link);
    const Block* caller = design.blocks.find(link->from);
    params.push_back({&link->params, caller == nullptr ? Params() : catalog.traitsOf(*caller).linkDefaults});
  }
  const Link& first = m_links.front();
  const bool isOne = links.size() == 1;
  m_ends->setText(
      isOne ? QStringLiteral("%1 \u2192 %2").arg(nameOfEnd(design, first.from), nameOfEnd(design, first.to))
            : tr("%1 links").arg(links.size()));
  m_caption->setText(isOne ? tr("Link: the first uses the second.")
                           : tr("What is set is set for all of them."));
  for (const Field& field : m_fields) {
    ParamField::Shown shown;
    shown.isDefault = true;
    for (const Link& link : m_links) {
      shown.add(field.read(link), true);
    }
    field.editor->setShown(shown);
    if (!keepsTyping) {
      field.editor->forgetTyping();
    }
  }
  m_params->show(params, keepsTyping);
  showClasses(design);
}

void LinkPage::change(const std::function<void(Link&)>& how) {
  std::vector<Link> changed = m_links;  // they stay as they are if it is refused
  for (Link& link : changed) {
    how(link);
  }
  Q_EMIT linksEdited(changed);
}

void LinkPage::showClasses(const Design& design) {
  const QSignalBlocker quiet(m_classes);
  // The rows stay as long as the classes do, so that the keyboard's place in the list is kept.
  bool isSame = m_classes->count() == static_cast<int>(design.classes.size());
  int row = 0;
  for (const RequestClass& requestClass : design.classes) {
    isSame =
        isSame && m_classes->item(row)->data(Qt::UserRole).toString() == toQString(requestClass.id.text());
    ++row;
  }
  if (!isSame) {
    m_classes->clear();
    for (const RequestClass& requestClass : design.classes) {
      auto* item = new QListWidgetItem(m_classes);
      item->setData(Qt::UserRole, toQString(requestClass.id.text()));
      item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
    }
  }
  row = 0;
  for (const RequestClass& requestClass : design.classes) {
    QListWidgetItem* item = m_classes->item(row++);
    const auto chosen = std::count_if(m_links.begin(), m_links.end(), [&](const Link& link) {
      return std::find(link.classes.begin(), link.classes.end(), requestClass.id) != link.classes.end();
    });
    item->setText(toQString(requestClass.name));
    item->setCheckState(chosen == 0                                             ? Qt::Unchecked
                        : chosen == static_cast<std::ptrdiff_t>(m_links.size()) ? Qt::Checked
                                                                                : Qt::PartiallyChecked);
  }
  constexpr int kRowsShown = 6;
  m_classes->setFixedHeight(m_classes->sizeHintForRow(0) * std::min(m_classes->count(), kRowsShown) +
                            2 * m_classes->frameWidth() + 4);
  m_classes->setVisible(!design.classes.isEmpty());
  m_noClasses->setVisible(design.classes.isEmpty());
}

void LinkPage::takeClass(const QListWidgetItem& item) {
  const ClassId id(toUtf8(item.data(Qt::UserRole).toString()));
  const bool isChosen = item.checkState() == Qt::Checked;
  change([&](Link& link) {
    std::erase(link.classes, id);
    if (isChosen) {
      link.classes.push_back(id);
      // In the design's order, whatever the order of the clicks.
      std::sort(link.classes.begin(), link.classes.end());
    }
  });
}

void LinkPage::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  QStringList messages;
  for (const Diagnostic& diagnostic : diagnostics) {
    const bool isMeant = std::any_of(m_links.begin(), m_links.end(),
                                     [&](const Link& link) { return link.id == diagnostic.link; });
    if (isMeant) {
      messages << toQString(diagnostic.message);
    }
  }
  m_remarks->setText(messages.join(QLatin1Char('\n')));
  m_remarks->setVisible(!messages.isEmpty());
}

void LinkPage::setOverlay(const CanvasOverlay& overlay) {
  const auto figures = m_links.size() == 1 ? overlay.links.find(m_links.front().id) : overlay.links.end();
  m_figures->setVisible(figures != overlay.links.end());
  if (figures != overlay.links.end()) {
    m_figures->setText(tr("%1 calls, %2 failed")
                           .arg(toQString(formatShort(perSecond(figures->second.requestsPerSecond))),
                                toQString(formatShort(perSecond(figures->second.failuresPerSecond)))));
    m_figures->setToolTip(figures->second.explanation);
    m_figures->setAccessibleDescription(figures->second.explanation);
  }
}

}  // namespace cantilever::widgets
