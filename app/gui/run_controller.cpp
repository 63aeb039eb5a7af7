#include "app/gui/run_controller.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/model/diff.h"
#include "widgets/panels/figure_table.h"
#include "widgets/panels/run_words.h"
#include "widgets/panels/scenario_choice.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

constexpr int kDrainMilliseconds = 40;

/// By which a document is known again.
QString nameOf(const Document& document) {
  return document.path().isEmpty() ? document.title() : document.path();
}

}  // namespace

RunController::RunController(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  m_timer.setInterval(kDrainMilliseconds);
  connect(&m_timer, &QTimer::timeout, this, &RunController::drain);
  connect(&m_document, &Document::changed, this, &RunController::checkOutdated);
  connect(&m_document, &Document::changed, this, &RunController::checkScenario);
  connect(&m_document, &Document::replaced, this, &RunController::reset);
  connect(&m_document, &Document::replaced, this, &RunController::recallScenario);
  connect(&m_document, &Document::titleChanged, this, &RunController::rememberScenario);
}

RunController::~RunController() = default;

bool RunController::isActive() const {
  return m_state == RunState::Starting || m_state == RunState::Running || m_state == RunState::Paused;
}

std::shared_ptr<const sim::RunResult> RunController::resultOfDesign() const {
  return m_state == RunState::Finished && !m_isOutdated ? m_result : nullptr;
}

void RunController::start() {
  begin({});
}

/// A first step is the worker's before its thread begins: the run never gets beyond it.
void RunController::begin(const std::optional<sim::Until>& step) {
  if (isActive()) {
    return;
  }
  m_runDesign = m_document.design();
  m_plan.reset();
  m_overlay.reset();
  m_result.reset();
  m_stability.reset();
  m_instancesUp.clear();
  RunWorker::Request request;
  request.design = m_runDesign;
  request.catalog = &m_document.catalog();
  m_firstLoadFactor = m_loadFactor;
  request.config.loadFactor = m_firstLoadFactor;
  request.config.duration = m_duration;
  m_played.clear();
  if (const Scenario* scenario = m_runDesign->scenarios.find(m_scenario)) {
    request.scenario = scenario->id;
    request.config.duration = sim::durationCovering(*scenario, request.config);
    m_played = widgets::nameOfScenario(*scenario);
  }
  request.speed = m_speed;
  request.step = step;
  m_worker = std::make_unique<RunWorker>(std::move(request));
  m_timer.start();
  checkOutdated();
  setState(RunState::Starting);
}

void RunController::setPaused(bool isPaused) {
  if (m_state != (isPaused ? RunState::Running : RunState::Paused)) {
    return;
  }
  m_worker->setPaused(isPaused);
  setState(isPaused ? RunState::Paused : RunState::Running);
}

void RunController::stepTo(const sim::Until& what) {
  if (!isActive()) {
    begin(what);
    return;
  }
  m_worker->stepTo(what);
  if (m_state == RunState::Paused) {
    setState(RunState::Running);
  }
}

/// "12.034 s: Work ends at App server 2".
QString RunController::describe(const sim::Stepped& step) const {
  const auto nameOf = [&](const std::string& block) { return widgets::nameOfBlock(*m_runDesign, block); };
  QString text = QStringLiteral("%1: %2").arg(
      widgets::toQString(formatNumber(step.at.inSeconds(), 9)) + QStringLiteral(" s"),
      widgets::stepText(step.what));
  if (step.pool < m_plan->poolOrigin.size()) {
    text += tr(" at %1 %2").arg(nameOf(m_plan->poolOrigin[step.pool].block)).arg(step.instance);
  } else if (step.source < m_plan->sources.size()) {
    text +=
        tr(", %1").arg(widgets::toQString(m_plan->classes[m_plan->sources[step.source].requestClass].name));
  }
  return text;
}

void RunController::stop() {
  if (isActive()) {
    m_worker->stop();  // the mailbox will tell when it is over
  }
}

void RunController::reset() {
  m_timer.stop();
  m_worker.reset();
  m_runDesign.reset();
  m_plan.reset();
  m_overlay.reset();
  m_result.reset();
  m_stability.reset();
  m_instancesUp.clear();
  m_isOutdated = false;
  m_played.clear();
  setState(RunState::Idle);
}

void RunController::setScenario(const ScenarioId& scenario) {
  if (scenario == m_scenario) {
    return;
  }
  m_scenario = scenario;
  rememberScenario();
  Q_EMIT scenarioChanged();
  if (const Scenario* chosen = m_document.design()->scenarios.find(scenario)) {
    Q_EMIT acted(tr("The next run plays %1. %2")
                     .arg(widgets::nameOfScenario(*chosen), widgets::toQString(chosen->description)));
  }
}

/// What was chosen when this document was open before.
void RunController::recallScenario() {
  const auto at = m_scenarioOf.find(nameOf(m_document));
  m_scenario = at == m_scenarioOf.end() ? ScenarioId() : at->second;
  checkScenario();
  Q_EMIT scenarioChanged();
}

void RunController::rememberScenario() {
  m_scenarioOf[nameOf(m_document)] = m_scenario;
}

/// The design may have it no longer; undoing that does not choose it again.
void RunController::checkScenario() {
  if (!m_scenario.isEmpty() && !m_document.design()->scenarios.contains(m_scenario)) {
    setScenario({});
  }
}

void RunController::setLoadFactor(double factor) {
  m_loadFactor = factor;
  if (isActive()) {
    // The engine multiplies the factor that the run began with.
    m_worker->post({Duration(), Change::LoadFactor, plan::kNone, factor / m_firstLoadFactor});
  }
}

void RunController::setSpeed(std::optional<double> speed) {
  m_speed = speed;
  if (isActive()) {
    m_worker->setSpeed(speed);
  }
}

std::optional<plan::Index> RunController::poolOf(const BlockId& block) const {
  if (!m_plan || !isActive()) {
    return std::nullopt;
  }
  const auto& origins = m_plan->poolOrigin;
  const auto at = std::find_if(origins.begin(), origins.end(),
                               [&](const plan::Origin& origin) { return origin.block == block.text(); });
  return at == origins.end() ? std::nullopt : std::optional(static_cast<plan::Index>(at - origins.begin()));
}

bool RunController::canKillInstance(const BlockId& block) const {
  const std::optional<plan::Index> pool = poolOf(block);
  return pool && m_instancesUp[*pool] > 0;
}

bool RunController::canRestoreInstance(const BlockId& block) const {
  const std::optional<plan::Index> pool = poolOf(block);
  return pool && m_instancesUp[*pool] < m_plan->pools[*pool].instances;
}

void RunController::killInstance(const BlockId& block) {
  change(block, Change::KillInstances, tr("Killed one instance of %1"));
}

void RunController::restoreInstance(const BlockId& block) {
  change(block, Change::RestoreInstances, tr("Restored one instance of %1"));
}

void RunController::change(const BlockId& block, Change change, const QString& text) {
  const std::optional<plan::Index> pool = poolOf(block);
  const Block* found = m_runDesign ? m_runDesign->blocks.find(block) : nullptr;
  if (!pool || found == nullptr) {
    return;
  }
  m_worker->post({Duration(), change, *pool, 1});
  Q_EMIT acted(text.arg(widgets::toQString(found->name)));
}

void RunController::drain() {
  RunUpdate update = m_worker->take();
  if (update.started) {
    m_plan = update.started->plan;
    m_overlay.emplace(m_runDesign, m_plan);
    for (const plan::Pool& pool : m_plan->pools) {
      m_instancesUp.push_back(pool.instances);
    }
    setState(RunState::Running);
    Q_EMIT started();
  }
  if (!update.samples.empty()) {
    const double speed = update.progress ? update.progress->simulatedPerWallSecond : 0;
    m_overlay->add(update.samples, speed > 0 ? speed : m_speed.value_or(1));
    const sim::Sample& last = update.samples.back();
    for (std::size_t i = 0; i < std::min(m_instancesUp.size(), last.pools.size()); ++i) {
      m_instancesUp[i] = last.pools[i].instancesUp;
    }
    Q_EMIT sampled(update.samples);
    Q_EMIT overlayChanged(m_overlay->overlay(!update.isOver));
  }
  if (update.progress) {
    Q_EMIT progressed(*update.progress);
  }
  tell(update.happenings);
  if (update.stepped) {
    setState(RunState::Paused);
    Q_EMIT acted(describe(*update.stepped));
  }
  if (update.result) {
    m_result = update.result;
    m_stability = update.stability;
  }
  if (update.isOver) {
    m_timer.stop();
    m_worker.reset();
    setState(update.failure ? RunState::Idle : RunState::Finished);
    if (m_overlay) {
      Q_EMIT overlayChanged(m_overlay->overlay(false));
    }
  }
  if (update.result) {
    Q_EMIT resultChanged();
  }
  if (update.failure) {
    Q_EMIT failed(widgets::toQString(update.failure->message));
  }
}

/// Steps of the scenario in words too: nobody has asked for them just now.
void RunController::tell(const std::vector<sim::Happening>& happenings) {
  if (happenings.empty()) {
    return;
  }
  const std::vector<widgets::Moment> moments = widgets::momentsOf(*m_runDesign, *m_plan, happenings);
  Q_EMIT happened(moments);
  for (const widgets::Moment& moment : moments) {
    if (moment.cause == sim::Cause::Script) {
      Q_EMIT acted(tr("%1, %2: %3").arg(widgets::nsText(moment.atNs), m_played, moment.text));
    }
  }
}

void RunController::checkOutdated() {
  const bool isOutdated = m_runDesign && m_runDesign != m_document.design() &&
                          diff(*m_runDesign, *m_document.design()).hasBehaviourChanges;
  if (isOutdated != m_isOutdated) {
    m_isOutdated = isOutdated;
    Q_EMIT outdatedChanged();
  }
}

void RunController::setState(RunState state) {
  if (state != m_state) {
    m_state = state;
    Q_EMIT stateChanged();
  }
}

}  // namespace cantilever::app
