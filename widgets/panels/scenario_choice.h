#pragma once

#include "core/model/design.h"
#include "widgets/style/choice_box.h"

namespace cantilever::widgets {

/// "No scenario", or one of the design's, each with its description as a tool tip. Not there for a design
/// that has none.
class ScenarioChoice : public ChoiceBox {
  Q_OBJECT

 public:
  explicit ScenarioChoice(QWidget* parent = nullptr);

  /// Those that may be chosen, and the one that is: "No scenario" if the design does not have it.
  void showScenarios(const Design& design, const ScenarioId& chosen);
  /// Empty: none.
  ScenarioId chosen() const;

 Q_SIGNALS:
  void scenarioRequested(const cantilever::ScenarioId& scenario);

 private:
  void explain();
};

/// As it is called; of one without a name, its id.
QString nameOfScenario(const Scenario& scenario);

}  // namespace cantilever::widgets
