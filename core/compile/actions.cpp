#include "core/compile/compiler.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/vocabulary/action_fault.h"

/// What scenarios and controls do.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

void Compiler::addActions() {
  for (const Perturbation* event : m_checked.perturbations) {
    addAction(*event, m_plan.actions);
  }
  remarkWeightsOfNothing(m_plan.actions);
}

/// Those that blocks bring, after those of the design.
void Compiler::checkBlockControls() {
  for (const auto& [index, control] : m_blockControls) {
    const Block& block = *m_checked.blocks[index].block;
    const Result<plan::TriggerText> when = plan::parseTrigger(control.when);
    if (!when || !isKnown(*when)) {
      m_remarks.error(
          "control.of",
          quoted(block) + " looks at " +
              (when ? quoted(when->of) + ", which the design does not have." : control.when + "."),
          About::the(block));
      continue;
    }
    CheckedControl& checked = m_checked.controls.emplace_back(CheckedControl{&control, *when, {}});
    for (const Perturbation& event : control.events) {
      checked.events.push_back(&event);
    }
  }
}

bool Compiler::isKnown(const plan::TriggerText& when) const {
  return when.of.empty() || (plan::isOfPool(when.trigger.figure)
                                 ? m_checked.find(m_design, BlockId(when.of)) != kNone
                                 : std::any_of(m_plan.classes.begin(), m_plan.classes.end(),
                                               [&](const auto& each) { return each.key == when.of; }));
}

/// Those of an alert are none.
void Compiler::addControls() {
  for (const CheckedControl& checked : m_checked.controls) {
    plan::Control control;
    control.key = checked.control->id.text();
    control.name = checked.control->name;
    control.trigger = checked.when.trigger;
    if (!aimTrigger(control.trigger, checked)) {
      continue;
    }
    for (const Perturbation* event : checked.events) {
      addAction(*event, control.actions);
    }
    const bool isAtStart =
        control.trigger.kind == plan::Trigger::Kind::At && control.trigger.at == Duration();
    for (const plan::Action& action : control.actions) {
      if (isAtStart && action.change == Change::SetFlag && action.at == Duration()) {
        m_plan.flags[action.flag].share = std::min(1.0, action.value);
      }
    }
    m_plan.controls.push_back(std::move(control));
  }
}

/// False, with a remark, if there is nothing to look at.
bool Compiler::aimTrigger(plan::Trigger& trigger, const CheckedControl& checked) {
  if (trigger.kind != plan::Trigger::Kind::Metric || checked.when.of.empty()) {
    return true;
  }
  if (!plan::isOfPool(trigger.figure)) {
    const auto at = std::find_if(m_plan.classes.begin(), m_plan.classes.end(),
                                 [&](const auto& each) { return each.key == checked.when.of; });
    trigger.element = static_cast<Index>(at - m_plan.classes.begin());
    return true;
  }
  const std::uint32_t block = m_checked.find(m_design, BlockId(checked.when.of));
  trigger.element = m_mainPool[block];
  const bool hasFigure =
      trigger.element != kNone &&
      (trigger.figure != plan::Figure::Utilisation || m_plan.pools[trigger.element].servers != 0) &&
      (trigger.figure != plan::Figure::Occupancy || m_plan.pools[trigger.element].seats != 0);
  if (!hasFigure) {
    m_remarks.error("control.no_figure",
                    "Control " + quoted(checked.control->id.text()) + " looks at the " +
                        plan::nameOf(trigger.figure) + " of " + quoted(*m_checked.blocks[block].block) +
                        ", which has none.",
                    About::the(*m_checked.blocks[block].block));
  }
  return hasFigure;
}

/// What the event means for the plan; several actions if the block has several of what it acts on.
void Compiler::addAction(const Perturbation& event, std::vector<plan::Action>& to) {
  Index pool = kNone;
  if (event.change == Change::FlushCaches && addFlushes(event, to)) {
    return;
  }
  if (actsOnZones(event.change)) {
    addActionOnZones(event, to);
    return;
  }
  if (event.change == Change::RouteWeight) {
    addRouteWeight(event, to);
    return;
  }
  if (isOfCalls(event.change)) {
    addActionsOnCalls(event, to);
    return;
  }
  if (isOfTokens(event.change)) {
    addActionsOnTokens(event, to);
    return;
  }
  if (event.change == Change::SeekGroup) {
    addSeeks(event, to);
    return;
  }
  plan::Action action;
  action.at = event.at;
  action.change = event.change;
  action.value = event.value;
  if (event.change == Change::SetFlag) {
    action.flag = flagOf(event.name);
    remarkUnaskedFlag(action.flag);
  } else if (event.change == Change::StopControl) {
    const auto at = std::find_if(m_checked.controls.begin(), m_checked.controls.end(),
                                 [&](const auto& each) { return each.control->id.text() == event.name; });
    action.control = static_cast<Index>(at - m_checked.controls.begin());
  } else if (event.change == Change::LoadFactor) {
    checkLoad(event);
  } else {
    const std::uint32_t target = m_checked.find(m_design, event.target);
    pool = m_mainPool[target];
    if (pool == kNone) {
      remarkNoInstances(*m_checked.blocks[target].block);
      return;
    }
    remarkTooMany(event, m_plan.pools[pool], *m_checked.blocks[target].block);
    remarkNobodyLeft(event, m_plan.pools[pool], *m_checked.blocks[target].block);
    if (!canBeDone(event, pool, *m_checked.blocks[target].block)) {
      return;
    }
  }
  action.pool = pool;
  if (pool != kNone && event.firstInstance && mayNameInstances(event.change)) {
    nameInstances(action, event);
  }
  to.push_back(action);
}

void Compiler::remarkUnaskedFlag(Index flag) {
  const bool isAsked = std::any_of(m_plan.code.begin(), m_plan.code.end(), [flag](const auto& code) {
    return code.op == plan::Op::IfFlag && code.b == flag;
  });
  if (!isAsked) {
    m_remarks.warn("scenario.flag_of_none",
                   "An event sets the flag " + quoted(m_plan.flags[flag].key) +
                       ", which no link asks (parameter \"flag\") and no block of feature flags is: it does "
                       "nothing.");
  }
}

/// Users of closed workloads are multiplied.
void Compiler::checkLoad(const Perturbation& event) {
  const double most = plan::mostLoadFactor(m_plan);
  if (event.value > most) {
    m_remarks.error("scenario.too_many_users",
                    "The scenario asks for " + formatNumber(event.value) +
                        " times the load, which is more than the 4,000,000 users that a run has room for: "
                        "closed workloads allow a factor of " +
                        formatNumber(most, 3) + " at most.");
  }
}

/// The pool may have room for fewer than the scenario names.
void Compiler::nameInstances(plan::Action& action, const Perturbation& event) {
  const std::uint32_t last = event.lastInstance.value_or(*event.firstInstance);
  const std::uint32_t room = m_plan.pools[action.pool].room();
  if (last >= room) {
    m_remarks.error("scenario.no_such_instance",
                    "The scenario acts on instance " + formatNumber(last) + " of " +
                        quoted(*m_design.blocks.find(event.target)) + ", which has " + formatNumber(room) +
                        ", numbered from 0.",
                    About::the(*m_design.blocks.find(event.target)));
  }
  action.firstInstance = std::min(*event.firstInstance, last);
  action.lastInstance = last;
}

void Compiler::addActionOnZones(const Perturbation& event, std::vector<plan::Action>& to) {
  plan::Action& action = to.emplace_back();
  action.at = event.at;
  action.change = event.change;
  action.value = event.value;
  action.zone = m_places.indexOf(event.zone);
  action.otherZone = m_places.indexOf(event.otherZone);
  if (event.change == Change::Partition) {
    remarkEndlessWaits(action);
  }
}

/// Calls that a partition cuts off and no timeout ends.
void Compiler::remarkEndlessWaits(const plan::Action& partition) {
  for (Index i = 0; i < m_checked.links.size(); ++i) {
    const CheckedLink& checked = m_checked.links[i];
    const plan::Link& link = m_plan.links[networkLinkOf(i)];
    const bool isEndless = link.timeout == Duration() && checked.link->mode == LinkMode::Call;
    if (isEndless && isCutBy(partition, placesOfCallers(checked.from), placesBehind(link))) {
      m_remarks.warn("scenario.partition_without_timeout",
                     "The scenario cuts zone " + quoted(m_plan.zones[partition.zone].key) +
                         " off, and link " + quoted(checked.link->id.text()) +
                         " leads out of it or into it without a timeout: who waits for its answers waits "
                         "for ever.",
                     About::the(*checked.link, "timeout"));
    }
  }
}

bool Compiler::isCutBy(const plan::Action& partition, const std::set<Index>& from,
                       const std::set<Index>& to) const {
  const auto isIn = [&](Index place) { return plan::liesIn(m_plan.zones, place, partition.zone); };
  const auto isBeyond = [&](Index place) {
    return partition.otherZone == kNone ? !isIn(place)
                                        : plan::liesIn(m_plan.zones, place, partition.otherZone);
  };
  const auto has = [](const std::set<Index>& places, const auto& condition) {
    return std::any_of(places.begin(), places.end(), condition);
  };
  return (has(from, isIn) && has(to, isBeyond)) || (has(from, isBeyond) && has(to, isIn));
}

/// False, with a remark, where there is nobody to promote, or nothing that looks at weights.
bool Compiler::canBeDone(const Perturbation& event, Index pool, const Block& block) {
  plan::Action action;
  action.change = event.change;
  action.pool = pool;
  action.value = event.value;
  if (event.change == Change::Promote && !plan::faultIn(m_plan, action).empty()) {
    m_remarks.warn("scenario.nobody_to_promote",
                   "The scenario promotes a copy of " + quoted(block) +
                       ", which has none that may take over: left out. Give it standbys, or a copy over a "
                       "link of role standby.",
                   About::the(block));
    return false;
  }
  const bool isWeighed = std::any_of(
      m_plan.links.begin(), m_plan.links.end(),
      [pool](const plan::Link& link) { return link.pool == pool && link.balancing == Balancing::Weighted; });
  if (event.change == Change::InstanceWeight && !isWeighed) {
    m_remarks.warn("scenario.no_weights",
                   "The scenario sets weights of instances of " + quoted(block) +
                       ", and no link to it has the balancing weighted: left out.",
                   About::the(block));
    return false;
  }
  return true;
}

/// Wherever the link is one of several ways to go on.
void Compiler::addRouteWeight(const Perturbation& event, std::vector<plan::Action>& to) {
  plan::Action action;
  action.at = event.at;
  action.change = event.change;
  action.value = event.value;
  Index way = indexOfLink(event.link);
  for (const FlaggedLink& each : m_flagged) {
    way = lookThroughGuard(each.flagged) == way ? each.link : way;
  }
  action.link = networkLinkOf(way);
  if (!plan::faultIn(m_plan, action).empty()) {
    m_remarks.warn("scenario.no_route",
                   "The scenario sets the weight of link " + quoted(event.link.text()) +
                       ", which is not one of several that a weight decides among: left out. Give it and "
                       "the others the role route.",
                   About::the(*m_design.links.find(event.link)));
    return;
  }
  to.push_back(action);
}

Index Compiler::indexOfLink(const LinkId& id) const {
  const auto at = std::find_if(m_checked.links.begin(), m_checked.links.end(),
                               [&](const CheckedLink& each) { return each.link->id == id; });
  return static_cast<Index>(at - m_checked.links.begin());
}

/// The limits of a block, or the connections of a link.
void Compiler::addActionsOnTokens(const Perturbation& event, std::vector<plan::Action>& to) {
  const bool isOfLink = !event.link.isEmpty() && event.change == Change::SetSize;
  const Index link = isOfLink ? behindBatching(indexOfLink(event.link)) : kNone;
  bool hasAny = false;
  for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
    const auto pooled = std::find_if(m_pooled.begin(), m_pooled.end(),
                                     [&](const PooledLink& each) { return each.tokens == tokens; });
    const bool isMeant =
        isOfLink ? pooled != m_pooled.end() && pooled->outer == link
                 : pooled == m_pooled.end() && m_plan.tokenOrigin[tokens].block == event.target.text();
    const bool hasRate = m_plan.tokens[tokens].refill != plan::Refill::OnGive;
    if (!isMeant || (event.change == Change::SetRate && !hasRate)) {
      continue;
    }
    plan::Action action;
    action.at = event.at;
    action.change = event.change;
    action.value = event.value;
    action.tokens = tokens;
    hasAny = true;
    if (const std::string fault = plan::faultIn(m_plan, action); !fault.empty()) {
      m_remarks.error("scenario.tokens", "The scenario cannot set \"" + m_plan.tokens[tokens].key + "\" to " +
                                             formatNumber(event.value) + ": " + fault + ".");
      continue;
    }
    to.push_back(action);
  }
  if (!hasAny && !isOfLink && event.change == Change::SetSize) {
    hasAny = addSeats(event, to);
  }
  if (!hasAny) {
    m_remarks.warn("scenario.no_tokens",
                   isOfLink ? "The scenario sets the number of connections of link " +
                                  quoted(event.link.text()) + ", which are not limited: left out."
                            : "The scenario sets the " +
                                  std::string(event.change == Change::SetRate ? "rate" : "size") +
                                  " of the limits of " + quoted(*m_design.blocks.find(event.target)) +
                                  ", which has none of that kind: left out.");
  }
}

/// A block without limits may have seats: the threads of a server, the connections of a pooler.
bool Compiler::addSeats(const Perturbation& event, std::vector<plan::Action>& to) {
  const std::uint32_t target = m_checked.find(m_design, event.target);
  plan::Action action;
  action.at = event.at;
  action.change = event.change;
  action.value = event.value;
  action.pool = m_mainPool[target];
  if (action.pool == kNone || m_plan.pools[action.pool].seats == 0) {
    return false;
  }
  if (const std::string fault = plan::faultIn(m_plan, action); !fault.empty()) {
    m_remarks.warn("scenario.seats",
                   "The scenario sets the size of " + quoted(*m_checked.blocks[target].block) + " to " +
                       formatNumber(event.value) + ", and " + fault + ": left out.",
                   About::the(*m_checked.blocks[target].block));
  } else {
    to.push_back(action);
  }
  return true;
}

/// Over one link, or on all links by which others call the block's programs; what its own parts ask of each
/// other is its own affair.
void Compiler::addActionsOnCalls(const Perturbation& event, std::vector<plan::Action>& to) {
  if (!event.link.isEmpty()) {
    const Index drawn = indexOfLink(event.link);
    const Link& link = *m_design.links.find(event.link);
    to.push_back({event.at, event.change, kNone, event.value, networkLinkOf(drawn)});
    for (Index i = 0; i < m_lookupOfFill.size(); ++i) {  // what it missed is put there by the same way
      if (m_lookupOfFill[i] == drawn) {
        to.push_back(
            {event.at, event.change, kNone, event.value, static_cast<Index>(m_checked.links.size()) + i});
      }
    }
    const bool isAwaited = link.mode == LinkMode::Call;
    if (event.change == Change::LoseCalls && event.value > 0 && isAwaited && link.timeout == Duration()) {
      m_remarks.warn("scenario.loss_without_timeout",
                     "The scenario loses calls over link " + quoted(event.link.text()) +
                         ", which has no timeout: who waits for their answers waits for ever.",
                     About::the(link, "timeout"));
    }
    return;
  }
  const Programs& own = m_programs[m_checked.find(m_design, event.target)];
  const Block& block = *m_design.blocks.find(event.target);
  bool isEndless = false;
  bool hasAny = false;
  for (Index link = 0; link < m_plan.links.size(); ++link) {
    const Index program = m_plan.links[link].program;
    const plan::Origin& origin = m_plan.linkOrigin[link];
    const bool isInner = origin.block == event.target.text() && origin.link.empty();
    if (program >= own.begin && program < own.end && !isInner) {
      to.push_back({event.at, event.change, kNone, event.value, link});
      hasAny = true;
      isEndless = isEndless || m_plan.links[link].timeout == Duration();
    }
  }
  if (!hasAny) {
    m_remarks.warn("scenario.no_calls",
                   "The scenario acts on the calls to " + quoted(block) + ", which nobody calls: left out.",
                   About::the(block));
  } else if (event.change == Change::LoseCalls && event.value > 0 && isEndless) {
    m_remarks.warn("scenario.loss_without_timeout",
                   "The scenario loses calls to " + quoted(block) +
                       " over a link without a timeout: who waits for their answers waits for ever.",
                   About::the(block));
  }
}

/// Of caches that all instances share; false if the block has none.
bool Compiler::addFlushes(const Perturbation& event, std::vector<plan::Action>& to) {
  bool hasAny = false;
  for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
    if (m_plan.cacheOrigin[cache].block == event.target.text() && m_plan.caches[cache].pool == kNone) {
      to.push_back({event.at, event.change, kNone, event.value, kNone, cache});
      hasAny = true;
    }
  }
  return hasAny;
}

/// Of those who read what the block keeps, or as whom it reads what another one does.
void Compiler::addSeeks(const Perturbation& event, std::vector<plan::Action>& to) {
  const Block& block = *m_design.blocks.find(event.target);
  const auto isMeant = [&](const plan::ConsumerGroup& group) {
    const bool isReader = group.link < m_checked.links.size() &&
                          m_checked.blocks[m_checked.links[group.link].to].block == &block;
    return !group.follows && (isReader || m_plan.linkOrigin[group.link].block == block.id.text());
  };
  bool hasAny = false;
  bool isKept = true;
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    if (isMeant(m_plan.groups[group])) {
      plan::Action& action = to.emplace_back();
      action.at = event.at;
      action.change = event.change;
      action.value = event.value;
      action.group = group;
      hasAny = true;
      isKept = isKept && m_plan.groups[group].replay > Duration();
    }
  }
  if (!hasAny) {
    m_remarks.warn(
        "scenario.no_consumers",
        "The scenario sets the consumers of " + quoted(block) + " back, of which there are none: left out.",
        About::the(block));
  } else if (event.value > 0 && !isKept) {
    m_remarks.warn(
        "scenario.nothing_kept",
        "The scenario sets the consumers of " + quoted(block) +
            " back, and what they have read is not kept: give the block that keeps the messages a time in "
            "'Kept after reading'.",
        About::the(block, "replay"));
  }
}

void Compiler::remarkNoInstances(const Block& block) {
  m_remarks.warn("scenario.no_instances",
                 "The scenario acts on the instances of " + quoted(block) + ", which has none: left out.",
                 About::the(block));
}

/// An order that takes the last instance: who breaks something by it should know.
void Compiler::remarkNobodyLeft(const Perturbation& event, const plan::Pool& pool, const Block& block) {
  if (event.change != Change::Drain || pool.instances == 0) {
    return;
  }
  const double asked = event.value < 1 ? event.value * pool.instances : event.value;
  const bool areNamed = event.firstInstance.has_value();
  const std::uint32_t last = areNamed ? event.lastInstance.value_or(*event.firstInstance) : 0;
  const bool isAll = areNamed ? *event.firstInstance == 0 && last + 1 >= pool.instances
                              : std::floor(asked + 0.5) >= pool.instances;
  if (isAll) {
    m_remarks.warn("scenario.drains_all",
                   "The scenario drains every instance of " + quoted(block) + " (" +
                       formatNumber(pool.instances) +
                       "): its calls fail until some are ordered anew, with set_instances or by scaling.",
                   About::the(block));
  }
}

/// Ways that the actions, one after the other, leave without any weight.
void Compiler::remarkWeightsOfNothing(const std::vector<plan::Action>& actions) {
  for (const plan::Route& route : m_plan.routes) {
    std::vector<double> weights;
    for (const plan::Route::Way& way : route.ways) {
      weights.push_back(way.weight);
    }
    bool hasChanged = false;
    bool isNothing = false;
    for (const plan::Action& action : actions) {
      for (std::size_t i = 0; action.change == Change::RouteWeight && i < weights.size(); ++i) {
        const bool isMeant = route.ways[i].behind == action.link;
        weights[i] = isMeant ? action.value : weights[i];
        hasChanged = hasChanged || isMeant;
      }
      isNothing = isNothing || (hasChanged && std::all_of(weights.begin(), weights.end(),
                                                          [](double weight) { return weight == 0; }));
    }
    if (isNothing) {
      m_remarks.warn("scenario.weights_of_nothing",
                     "The scenario leaves all routes beside link \"" +
                         m_plan.links[route.ways.front().behind].key +
                         "\" with the weight 0: then each of them is as likely as the others.");
    }
  }
}

void Compiler::remarkTooMany(const Perturbation& event, const plan::Pool& pool, const Block& block) {
  const bool isOfSome = mayNameInstances(event.change) && event.change != Change::Speed &&
                        event.change != Change::InstanceWeight;
  const bool isKill = event.change == Change::KillInstances || event.change == Change::KillSilently;
  const std::uint32_t most = isKill ? pool.instances : pool.room();
  if ((isOfSome || event.change == Change::SetInstances) && !event.firstInstance && event.value > most) {
    m_remarks.warn("scenario.too_many",
                   "The scenario " + std::string(isKill ? "kills" : "is to act on") + " " +
                       formatNumber(event.value) + " instances of " + quoted(block) + ", which " +
                       (isKill ? "has " : "has room for ") + formatNumber(most) + ".",
                   About::the(block));
  }
}

}  // namespace cantilever::compile
