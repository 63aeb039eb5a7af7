#include "widgets/panels/scenario_choice.h"

#include <QAbstractItemView>
#include <QSignalBlocker>
#include <QTextDocument>
#include <algorithm>

#include "core/model/names.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

QString nameOfScenario(const Scenario& scenario) {
  return toQString(nameOf(scenario));
}

ScenarioChoice::ScenarioChoice(QWidget* parent) : ChoiceBox(parent) {
  setAccessibleName(tr("Scenario"));
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(10);
  setVisible(false);
  connect(this, &QComboBox::currentIndexChanged, this, &ScenarioChoice::explain);
  connect(this, &QComboBox::activated, this, [this] { Q_EMIT scenarioRequested(chosen()); });
}

void ScenarioChoice::showScenarios(const Design& design, const ScenarioId& chosen) {
  const QSignalBlocker blocker(this);
  clear();
  addItem(tr("No scenario"), QString());
  setItemData(0, tr("The load alone: nothing is broken on the way."), Qt::ToolTipRole);
  for (const Scenario& each : design.scenarios) {
    addItem(nameOfScenario(each), toQString(each.id.text()));
    if (!each.description.empty()) {  // as rich text, since only that is broken into lines
      setItemData(count() - 1, Qt::convertFromPlainText(toQString(each.description)), Qt::ToolTipRole);
    }
  }
  setCurrentIndex(std::max(0, findData(toQString(chosen.text()))));
  setVisible(!design.scenarios.isEmpty());
  constexpr int kMargins = 24;
  view()->setMinimumWidth(view()->sizeHintForColumn(0) + kMargins);  // names in full, however narrow this is
  explain();
}

ScenarioId ScenarioChoice::chosen() const {
  return ScenarioId(toUtf8(currentData().toString()));
}

void ScenarioChoice::explain() {
  const QString about = currentData(Qt::ToolTipRole).toString();
  setToolTip(currentIndex() <= 0 || about.isEmpty()
                 ? tr("What happens on the way: a scenario of the design, from the start")
                 : about);
}

}  // namespace cantilever::widgets
