#include "widgets/inspector/profile_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/policies/workload_policy.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/curve_graph.h"
#include "widgets/inspector/page_wheel.h"
#include "widgets/inspector/param_field.h"
#include "widgets/panels/labels.h"
#include "widgets/style/choice_box.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

using Shape = plan::WrittenCurve::Shape;

enum ProfileColumn { TimeColumn, LevelColumn, RateColumn };

constexpr int kRowsInView = 5;
/// A curve of more points (a recording) is drawn, and edited as a text.
constexpr std::size_t kMostRows = 200;
constexpr int kPointsOfSine = 12;

const catalog::ParamSpec& curveSpec() {
  static const catalog::ParamSpec spec = *catalog::findSpec(catalog::workloadParams(), "curve");
  return spec;
}

bool hasPoints(const plan::WrittenCurve& curve) {
  return curve.shape == Shape::Steps || curve.shape == Shape::Lines;
}

/// What was there, as nearly as the new shape can have it; a change to begin with if there was nothing.
plan::WrittenCurve inShape(const plan::WrittenCurve& before, Shape shape) {
  if (shape == before.shape || shape == Shape::Constant) {
    return shape == Shape::Constant ? plan::WrittenCurve() : before;
  }
  if (shape == Shape::Sine) {
    double low = 1;
    for (const plan::RateCurve::Point& point : before.points) {
      low = std::min(low, point.level);
    }
    const Duration period = before.period == Duration() ? Duration::hours(24) : before.period;
    return {Shape::Sine, {}, period, before.points.empty() || low >= 1 ? 0.2 : low};
  }
  plan::WrittenCurve curve = before;
  curve.shape = shape;
  if (before.shape == Shape::Constant) {
    curve.points = {{Duration(), 0.5}, {Duration::seconds(300), 1}};
  } else if (before.shape == Shape::Sine) {
    const plan::RateCurve sine = plan::curveOf(before);
    const std::size_t every = sine.points.size() / kPointsOfSine;
    curve.low = 0;
    for (std::size_t i = 0; i < sine.points.size(); i += every) {
      curve.points.push_back(
          {sine.points[i].at, ratio(std::round(sine.points[i].level * 1000) / 1000).raw()});
    }
  }
  return curve;
}

QToolButton* makePointButton(const QString& iconName, const QString& name, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(icon(iconName));
  button->setIconSize({16, 16});
  button->setAccessibleName(name);
  button->setToolTip(name);
  return button;
}

}  // namespace

ProfileEditor::ProfileEditor(QWidget* parent)
    : QWidget(parent),
      m_shape(new ChoiceBox(this)),
      m_period(new CommitLineEdit(this)),
      m_periodLabel(new ToneLabel({}, Tone::Muted, this)),
      m_graph(new CurveGraph(this)),
      m_table(new QTableWidget(this)),
      m_add(makePointButton(QStringLiteral("add"), tr("Add a point"), this)),
      m_remove(makePointButton(QStringLiteral("delete"), tr("Remove the point"), this)),
      m_error(makeCaption({}, this)),
      m_text(new ParamField(curveSpec(), this)) {
  setObjectName(QStringLiteral("profile"));
  m_error->setTone(Tone::Critical);
  m_error->setObjectName(QStringLiteral("profileError"));
  m_error->hide();
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(6);
  buildShape();
  rows->addWidget(m_graph);
  buildTable();
  rows->addWidget(m_error);
  rows->addWidget(m_text);
  connect(m_graph, &CurveGraph::edited, this, &ProfileEditor::take);
  connect(m_graph, &CurveGraph::chosenChanged, this, [this](int point) {
    const QSignalBlocker quiet(m_table);
    m_table->setCurrentCell(point, std::max(0, m_table->currentColumn()));
    m_remove->setEnabled(point > 0);
  });
  connect(m_add, &QToolButton::clicked, m_graph, &CurveGraph::addAfterChosen);
  connect(m_remove, &QToolButton::clicked, m_graph, &CurveGraph::removeChosen);
  connect(m_text, &ParamField::edited, this, &ProfileEditor::edited);
}

void ProfileEditor::buildShape() {
  auto* line = new QHBoxLayout;
  line->setSpacing(10);
  auto* left = new QVBoxLayout;
  auto* right = new QVBoxLayout;
  left->setSpacing(2);
  right->setSpacing(2);
  auto* caption = new ToneLabel(tr("Load profile"), Tone::Muted, this);
  caption->setFont(captionFont());
  caption->setBuddy(m_shape);
  m_shape->setObjectName(QStringLiteral("profileShape"));
  m_shape->setAccessibleName(tr("Shape of the load profile"));
  // In the order of WrittenCurve::Shape.
  m_shape->addItems({tr("Always the peak"), tr("Steps"), tr("Lines"), tr("Sine")});
  leaveWheelToPage(*m_shape);
  m_shape->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_shape->setMinimumContentsLength(8);
  connect(m_shape, &QComboBox::activated, this, &ProfileEditor::takeShape);
  left->addWidget(caption);
  left->addWidget(m_shape);
  m_periodLabel->setFont(captionFont());
  m_periodLabel->setText(tr("Begins anew after"));
  m_periodLabel->setBuddy(m_period);
  m_period->setObjectName(QStringLiteral("profilePeriod"));
  m_period->setAccessibleName(tr("The profile begins anew after"));
  m_period->setPlaceholderText(tr("never"));
  connect(m_period, &CommitLineEdit::committed, this, &ProfileEditor::takePeriod);
  connect(m_period, &CommitLineEdit::reverted, this, [this] { showError({}); });
  right->addWidget(m_periodLabel);
  right->addWidget(m_period);
  line->addLayout(left, 1);
  line->addLayout(right, 1);
  static_cast<QVBoxLayout*>(layout())->addLayout(line);
}

void ProfileEditor::buildTable() {
  m_table->setObjectName(QStringLiteral("profilePoints"));
  m_table->setAccessibleName(tr("Points of the load profile"));
  m_table->setColumnCount(3);
  m_table->setHorizontalHeaderLabels({tr("Time"), tr("Level"), tr("Rate")});
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->verticalHeader()->hide();
  m_table->verticalHeader()->setDefaultSectionSize(28);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setTabKeyNavigation(false);
  m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(m_table, &QTableWidget::cellChanged, this, &ProfileEditor::takeCell);
  connect(m_table, &QTableWidget::currentCellChanged, this, [this](int row) { m_graph->choose(row); });
  auto* line = new QHBoxLayout;
  line->setSpacing(4);
  auto* buttons = new QVBoxLayout;
  buttons->setSpacing(4);
  buttons->addWidget(m_add);
  buttons->addWidget(m_remove);
  buttons->addStretch(1);
  line->addWidget(m_table, 1);
  line->addLayout(buttons);
  static_cast<QVBoxLayout*>(layout())->addLayout(line);
}

void ProfileEditor::show(const Workload& workload, bool keepsTyping) {
  const auto at = workload.params.find(curveSpec().key);
  const bool isDefault = at == workload.params.end();
  const ParamValue value = isDefault ? curveSpec().defaultValue : at->second;
  m_text->setShown({value, false, isDefault});
  m_peak = workload.peak;
  const auto* text = std::get_if<std::string>(&value);
  // What the file has and cannot be read is shown as it is, in the text field; the graph is that of a run.
  const Result<plan::WrittenCurve> read = plan::readCurve(text == nullptr ? std::string() : *text);
  m_curve = read ? *read : plan::WrittenCurve();
  m_shape->setCurrentIndex(static_cast<int>(m_curve.shape));
  const QString period = m_curve.period == Duration() ? QString() : toQString(format(m_curve.period));
  keepsTyping ? m_period->setStanding(period) : m_period->replaceStanding(period);
  if (!keepsTyping) {
    m_text->forgetTyping();
    m_graph->cancelDrag();
    m_graph->choose(-1);
    showError({});
  }
  const bool repeatable = m_curve.shape != Shape::Constant;
  m_period->setVisible(repeatable);
  m_periodLabel->setVisible(repeatable);
  m_graph->show(m_curve, m_peak);
  showTable();
}

void ProfileEditor::showTable() {
  const bool isTable = hasPoints(m_curve) && m_curve.points.size() <= kMostRows;
  m_table->setVisible(isTable);
  m_add->setVisible(isTable);
  m_remove->setVisible(isTable);
  m_remove->setEnabled(m_graph->chosen() > 0);
  if (!isTable) {
    return;
  }
  const QSignalBlocker quiet(m_table);
  m_table->setRowCount(static_cast<int>(m_curve.points.size()));
  int row = 0;
  for (const plan::RateCurve::Point& point : m_curve.points) {
    const QString texts[] = {toQString(format(point.at)), toQString(format(ratio(point.level))),
                             toQString(formatShort(m_peak * point.level))};
    for (const int column : {TimeColumn, LevelColumn, RateColumn}) {
      auto* cell = m_table->item(row, column);
      if (cell == nullptr) {
        cell = new QTableWidgetItem;
        m_table->setItem(row, column, cell);
      }
      cell->setText(texts[column]);
      const bool isFixed = column == RateColumn || (column == TimeColumn && row == 0);
      cell->setFlags(isFixed ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                             : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable);
      cell->setToolTip(isFixed ? QString() : tr("Double click or F2 to change"));
    }
    ++row;
  }
  const int rows = std::min(row, kRowsInView);
  m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + rows * 28 + 4);
  if (m_graph->chosen() >= 0 && m_graph->chosen() != m_table->currentRow()) {
    m_table->setCurrentCell(m_graph->chosen(), std::max(0, m_table->currentColumn()));
  }
}

void ProfileEditor::takeShape(int row) {
  take(inShape(m_curve, static_cast<Shape>(row)));
}

void ProfileEditor::takeCell(int row, int column) {
  if (!hasPoints(m_curve) || row < 0 || static_cast<std::size_t>(row) >= m_curve.points.size()) {
    return;
  }
  plan::WrittenCurve curve = m_curve;
  plan::RateCurve::Point& point = curve.points[static_cast<std::size_t>(row)];
  const std::string typed = toUtf8(m_table->item(row, column)->text());
  QString fault;
  if (column == TimeColumn) {
    const Result<Duration> at = parseDuration(typed);
    if (at) {
      point.at = *at;
    } else {
      fault = toQString(at.error().message);
    }
  } else {
    const Result<Ratio> level = parseRatio(typed);
    if (level) {
      point.level = level->raw();
    } else {
      fault = toQString(level.error().message);
    }
  }
  if (fault.isEmpty()) {
    const std::string broken = plan::faultIn(plan::curveOf(curve));
    fault = broken.empty() ? QString() : tr("So the curve would be wrong: %1.").arg(toQString(broken));
  }
  if (!fault.isEmpty()) {
    showTable();
    showError(fault);
    return;
  }
  take(curve);
  showTable();  // "0.5" is shown as "50 %"
}

void ProfileEditor::takePeriod(const QString& text) {
  plan::WrittenCurve curve = m_curve;
  curve.period = Duration();
  if (!text.trimmed().isEmpty()) {
    const Result<Duration> period = parseDuration(toUtf8(text.trimmed()));
    if (!period) {
      showError(toQString(period.error().message));
      return;
    }
    curve.period = *period;
  }
  const bool isEndless = curve.shape == Shape::Sine && curve.period <= Duration();
  const std::string broken = plan::faultIn(plan::curveOf(curve));
  if (isEndless || !broken.empty()) {
    showError(isEndless ? tr("A sine needs a time after which it begins anew, such as \"24 h\".")
                        : tr("So the curve would be wrong: %1.").arg(toQString(broken)));
    return;
  }
  m_period->replaceStanding(curve.period == Duration() ? QString() : toQString(format(curve.period)));
  take(curve);
}

void ProfileEditor::take(const plan::WrittenCurve& curve) {
  showError({});
  if (curve == m_curve) {
    return;
  }
  const std::string text = plan::textOf(curve);
  Q_EMIT edited(text.empty() ? std::nullopt : std::optional(ParamValue(text)));
}

void ProfileEditor::showError(const QString& message) {
  m_error->setText(message);
  m_error->setVisible(!message.isEmpty());
  m_table->setAccessibleDescription(message);
  m_period->setAccessibleDescription(message);
}

}  // namespace cantilever::widgets
