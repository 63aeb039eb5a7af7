#include "tests/core/plan_maker.h"

#include <iterator>
#include <sstream>
#include <utility>

#include "core/base/text.h"

namespace cantilever::test {

plan::Instruction work(plan::Index law) {
  return {.op = plan::Op::Work, .a = law};
}

plan::Instruction call(plan::Index link, plan::Index onFailure) {
  return {.op = plan::Op::Call, .a = link, .b = onFailure};
}

plan::Instruction send(plan::Index link) {
  return {.op = plan::Op::Send, .a = link};
}

plan::Instruction forward(plan::Index link) {
  return {.op = plan::Op::Forward, .a = link};
}

plan::Instruction parallel(plan::Index n, plan::Index needed, plan::Index onFailure) {
  return {.op = plan::Op::Parallel, .a = n, .b = needed, .c = onFailure};
}

plan::Instruction branch(plan::Index link) {
  return {.op = plan::Op::Branch, .a = link};
}

plan::Instruction ifChance(double p, plan::Index target) {
  return {.op = plan::Op::IfChance, .a = target, .p = p};
}

plan::Instruction ifClass(plan::Index set, plan::Index target) {
  return {.op = plan::Op::IfClass, .a = target, .b = set};
}

plan::Instruction jump(plan::Index target) {
  return {.op = plan::Op::Jump, .a = target};
}

plan::Instruction reply() {
  return {.op = plan::Op::Reply};
}

plan::Instruction fail(plan::Reason reason) {
  return {.op = plan::Op::Fail, .a = static_cast<plan::Index>(reason)};
}

plan::Instruction end() {
  return {.op = plan::Op::End};
}

plan::Index PlanMaker::requestClass(const std::string& key) {
  plan.classes.push_back({key, key});
  return last(plan.classes);
}

plan::Index PlanMaker::law(const Law& law) {
  plan.laws.push_back(law);
  return last(plan.laws);
}

plan::Index PlanMaker::pool(const std::string& key, std::uint32_t servers) {
  plan.pools.push_back({.key = key, .servers = servers});
  plan.poolOrigin.push_back({key, {}});
  return last(plan.pools);
}

plan::Index PlanMaker::link(const std::string& key) {
  plan.links.push_back({.key = key, .latency = {}, .timeout = {}});
  plan.linkOrigin.push_back({{}, key});
  return last(plan.links);
}

plan::Index PlanMaker::program(const std::string& key, plan::Index pool,
                               std::vector<plan::Instruction> code) {
  const auto begin = static_cast<plan::Index>(plan.code.size());
  for (plan::Instruction& each : code) {
    relocate(each, begin);
    plan.code.push_back(each);
  }
  plan.programs.push_back({key, begin, pool});
  return last(plan.programs);
}

void PlanMaker::aim(plan::Index link, plan::Index program) {
  plan.links[link].program = program;
  plan.links[link].pool = plan.programs[program].pool;
}

void PlanMaker::source(const std::string& key, plan::Index requestClass, double perSecond,
                       plan::Index program) {
  plan.sources.push_back(
      {.key = key, .requestClass = requestClass, .rate = Rate::fromRaw(perSecond), .program = program});
}

plan::Index PlanMaker::classSet(std::vector<bool> classes) {
  plan.classSets.push_back(std::move(classes));
  return last(plan.classSets);
}

void PlanMaker::relocate(plan::Instruction& code, plan::Index begin) {
  const auto move = [begin](plan::Index& pc) { pc = pc == plan::kNone ? pc : pc + begin; };
  switch (code.op) {
    case plan::Op::IfChance:
    case plan::Op::IfClass:
    case plan::Op::IfDrawn:
    case plan::Op::IfUp:
    case plan::Op::Jump:
      move(code.a);
      break;
    case plan::Op::Call:
    case plan::Op::Look:
      move(code.b);
      break;
    case plan::Op::Parallel:
    case plan::Op::Take:
    case plan::Op::Fan:
    case plan::Op::Publish:
      move(code.c);
      break;
    default:
      break;
  }
}

std::string textOf(const CountLaw& law) {
  return law.kind == CountLaw::Kind::PowerLaw
             ? "power law " + formatNumber(law.exponent) + " up to " + formatNumber(law.most)
             : (law.kind == CountLaw::Kind::Fixed ? "fixed " : "geometric ") + formatNumber(law.mean);
}

std::string codeOf(const plan::Plan& plan, plan::Index program, plan::Index size) {
  static const char* const kNames[] = {
      "Work",    "Wait", "Call",    "Send",      "Forward", "Parallel", "Branch", "IfChance",
      "IfClass", "Jump", "Reply",   "Fail",      "End",     "Look",     "Fill",   "Drop",
      "Take",    "Give", "Draw",    "IfDrawn",   "Fan",     "Publish",  "Route",  "Gather",
      "Observe", "IfUp", "Degrade", "IfVersion", "IfFlag",  "Batch",    "Measure"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(plan::Op::Measure) + 1);
  const plan::Index begin = plan.programs[program].begin;
  const auto target = [begin](plan::Index pc) {
    return pc == plan::kNone ? std::string() : " ->" + formatNumber(pc - begin);
  };
  std::ostringstream text;
  for (plan::Index pc = begin; pc < begin + size; ++pc) {
    const plan::Instruction& code = plan.code[pc];
    text << (pc == begin ? "" : "; ") << kNames[static_cast<int>(code.op)];
    switch (code.op) {
      case plan::Op::Work:
      case plan::Op::Wait:
        text << ' ' << format(plan.laws[code.a])
             << (code.b == plan::kNone ? "" : " at " + plan.pools[code.b].key)
             << (code.c == plan::kNone ? ""
                 : code.c == 1
                     ? " per target"
                     : " by bytes of kind " + formatNumber(code.c) + " times " + formatNumber(code.p));
        if (code.op == plan::Op::Work && code.d != plan::kNone) {
          for (const plan::Index law : plan.lawTables[code.d].laws) {
            text << " | " << format(plan.laws[law]);
          }
        }
        break;
      case plan::Op::Call:
        text << ' ' << plan.links[code.a].key << target(code.b);
        break;
      case plan::Op::Send:
      case plan::Op::Forward:
      case plan::Op::Branch:
        text << ' ' << plan.links[code.a].key;
        break;
      case plan::Op::Parallel:
        text << ' ' << code.b << " of " << code.a << target(code.c);
        break;
      case plan::Op::IfChance:
        text << ' ' << formatNumber(code.p) << target(code.a);
        break;
      case plan::Op::IfClass:
        text << " {";
        for (std::size_t i = 0, n = 0; i < plan.classes.size(); ++i) {
          if (plan.classSets[code.b][i]) {
            text << (n++ == 0 ? "" : ",") << plan.classes[i].key;
          }
        }
        text << '}' << target(code.a);
        break;
      case plan::Op::Jump:
        text << target(code.a);
        break;
      case plan::Op::Fail:
        text << ' ' << plan::nameOf(static_cast<plan::Reason>(code.a));
        break;
      case plan::Op::Look:
        text << ' ' << plan.caches[code.a].key << target(code.b);
        break;
      case plan::Op::Fill:
      case plan::Op::Drop:
        text << ' ' << plan.caches[code.a].key << (code.b == plan::kNone ? "" : " to write");
        break;
      case plan::Op::Gather:
        text << ' ' << plan.windows[code.a].key;
        break;
      case plan::Op::Take:
        text << ' ' << code.b << ' ' << plan.tokens[code.a].key << target(code.c);
        break;
      case plan::Op::Give:
        text << ' ' << plan.tokens[code.a].key;
        break;
      case plan::Op::Route:
        for (const plan::Route::Way& way : plan.routes[code.a].ways) {
          text << ' ' << plan.links[way.link].key << " priority " << way.priority << " weight "
               << formatNumber(way.weight) << (way.isNearest ? " nearest" : "") << target(way.pc);
        }
        break;
      case plan::Op::Publish:
        text << ' ' << plan.logs[code.a].key << target(code.c);
        if (code.b != plan::kNone) {
          text << " needs " << code.b;
        }
        break;
      case plan::Op::IfUp:
        text << ' ' << plan.pools[code.b].key << " or " << plan.pools[code.c].key << target(code.a);
        break;
      case plan::Op::Draw:
        text << ' ' << textOf(plan.countLaws[code.a]);
        break;
      case plan::Op::IfDrawn:
        text << " > " << code.c << target(code.a);
        break;
      case plan::Op::Fan: {
        const plan::Fan& fan = plan.fans[code.a];
        text << ' ' << plan.links[fan.link].key << (fan.count == plan::kNone ? " to each" : "") << " batch "
             << fan.batch << " window " << fan.window << " needed " << fan.needed
             << (fan.isSent ? " sent" : "") << target(code.c);
        break;
      }
      case plan::Op::Batch:
        text << ' ' << plan.batchings[code.a].key;
        break;
      case plan::Op::Measure:
        text << ' ' << formatNumber(code.p) << " by " << plan.meters[code.a].key;
        break;
      case plan::Op::IfVersion:
        text << ' ' << code.b << target(code.a);
        break;
      case plan::Op::IfFlag:
        text << ' ' << plan.flags[code.b].key << target(code.a);
        break;
      case plan::Op::Reply:
      case plan::Op::End:
      case plan::Op::Observe:
      case plan::Op::Degrade:
        break;
    }
  }
  return text.str();
}

std::string textOf(const plan::Plan& plan) {
  std::ostringstream text;
  for (const plan::RequestClass& each : plan.classes) {
    text << "class " << each.key << '\n';
  }
  for (const plan::Pool& pool : plan.pools) {
    text << "pool " << pool.key << ' ' << pool.instances << 'x' << pool.servers << " seats " << pool.seats
         << " limit " << pool.queueLimit << " queue " << static_cast<int>(pool.queue);
    text << (pool.overflow == plan::Overflow::Block ? " blocks" : "");
    text << (pool.order == plan::ServiceOrder::Fifo ? ""
                                                    : " order " + formatNumber(static_cast<int>(pool.order)))
         << (pool.patience ? " patience " + format(*pool.patience) : "");
    if (pool.contention > 0 || pool.coherency > 0) {
      text << " slowed " << formatNumber(pool.contention) << ' ' << formatNumber(pool.coherency);
    }
    for (const double speed : pool.speeds) {
      text << " speed " << formatNumber(speed);
    }
    text << "\nelastic " << pool.key << ": room " << pool.room() << " needed " << pool.needed << " boot "
         << format(pool.boot) << " drain " << format(pool.drainLimit);
    if (pool.coldFactor != 1 || pool.warmTime != Duration()) {
      text << " cold x " << formatNumber(pool.coldFactor) << " for " << format(pool.warmTime);
    }
    if (pool.isOnDemand()) {
      text << " on demand, idle " << format(*pool.idleExpiry);
    }
    if (pool.host != plan::kNone) {
      text << " on " << plan.pools[pool.host].key << ", " << pool.perHost << " on each"
           << (pool.isPart ? ", a part" : "");
    }
    text << (pool.growsWithGuests ? " grows with guests" : "");
    text << (pool.wakesUp ? " wakes up" : "");
    if (pool.warmPool != 0 || pool.warmBoot != Law::constant(Duration::seconds(5))) {
      text << " warm " << pool.warmPool << ' ' << format(pool.warmBoot);
    }
    if (pool.rolloutBatch != 1 || pool.rollout != plan::Rollout::InPlace) {
      text << " rollout " << static_cast<int>(pool.rollout) << " batch " << pool.rolloutBatch;
    }
    text << '\n';
  }
  for (const plan::Scaler& scaler : plan.scalers) {
    text << "scaler " << scaler.key << " of " << plan.pools[scaler.pool].key << " on "
         << static_cast<int>(scaler.on) << " target " << scaler.target << ' ' << scaler.least << ".."
         << scaler.most << " every " << format(scaler.period) << " cooldown " << format(scaler.cooldownUp)
         << ' ' << format(scaler.cooldownDown) << " ahead " << format(scaler.lookahead);
    for (const plan::Scaler::Step& step : scaler.steps) {
      text << (step.isAbove ? " above " : " below ") << formatNumber(step.threshold) << ' ' << step.change;
    }
    text << '\n';
  }
  for (const plan::RandomFault& fault : plan.randomFaults) {
    text << "fault " << fault.key << " of " << plan.pools[fault.pool].key << ' '
         << format(fault.timeToFailure) << ' ' << format(fault.timeToRepair) << " crews " << fault.crews
         << (fault.keepsWork ? " keeps work" : "") << '\n';
  }
  for (const plan::Link& link : plan.links) {
    text << "link " << link.key << " to "
         << (link.program == plan::kNone ? "?" : plan.programs[link.program].key) << " latency "
         << format(link.latency) << " timeout " << format(link.timeout) << " balancing "
         << static_cast<int>(link.balancing) << '\n';
  }
  for (const plan::Log& log : plan.logs) {
    text << "log " << log.key << ' ' << log.partitions << " by " << static_cast<int>(log.partitioning)
         << " kept " << format(log.retention) << " limit " << log.limit << " overflow "
         << static_cast<int>(log.overflow) << " backlog " << log.backlog << '\n';
  }
  for (const plan::ConsumerGroup& group : plan.groups) {
    text << "group " << group.key << " of " << plan.logs[group.log].key << " delivery "
         << static_cast<int>(group.delivery) << " ordered " << group.isOrdered << " batch " << group.batch
         << " linger " << format(group.linger) << " in flight " << group.inFlight << " visible "
         << format(group.visibility) << " retry " << format(group.retryAfter) << " receives "
         << group.maxReceives << " dead "
         << (group.deadLetters == plan::kNone ? "none" : plan.links[group.deadLetters].key) << " pause "
         << format(group.rebalancePause) << " replay " << format(group.replay) << " session "
         << format(group.sessionTimeout) << " commit " << format(group.commitInterval) << " for "
         << format(group.commitPause) << (group.follows ? " follows" : "")
         << (group.takesOver ? " takes over" : "") << (group.classSet == plan::kNone ? "" : " some") << '\n';
  }
  for (const plan::Batching& batching : plan.batchings) {
    text << "batching " << batching.key << " over " << plan.links[batching.link].key << " of "
         << batching.most << " within " << format(batching.linger) << '\n';
  }
  for (const plan::Window& window : plan.windows) {
    text << "window " << window.key << ' ' << format(window.size) << " every " << format(window.slide)
         << (window.isByBirth ? " by birth" : "") << " late " << format(window.lateness) << '\n';
  }
  for (const plan::Store& store : plan.stores) {
    text << "store " << store.key << " at " << plan.pools[store.pool].key << " standbys " << store.standbys
         << (store.sharesVolume ? " one volume" : "") << " fails over " << store.failsOver << " after "
         << format(store.detection) << ' ' << format(store.promotion) << " coverage "
         << formatNumber(store.coverage) << '\n';
  }
  for (const plan::Tokens& tokens : plan.tokens) {
    text << "tokens " << tokens.key << ' ' << tokens.size << " refill " << static_cast<int>(tokens.refill)
         << " rate " << format(tokens.rate) << " window " << format(tokens.window) << " scope "
         << static_cast<int>(tokens.scope) << " waits " << tokens.waits << " limit " << tokens.queueLimit
         << " patience " << (tokens.patience ? format(*tokens.patience) : "none") << " by priority "
         << tokens.isByPriority << " reserve " << tokens.reserve;
    if (tokens.adaptive) {
      text << " target " << format(tokens.adaptive->target) << " within " << tokens.adaptive->least << " to "
           << tokens.adaptive->most << " backoff " << formatNumber(tokens.adaptive->backoff);
    }
    text << '\n';
  }
  for (const plan::Cache& cache : plan.caches) {
    text << "cache " << cache.key << " of "
         << (cache.pool == plan::kNone ? "all" : plan.pools[cache.pool].key) << " capacity " << cache.capacity
         << " eviction " << static_cast<int>(cache.eviction) << " ttl " << format(cache.timeToLive)
         << " from " << static_cast<int>(cache.ttlFrom) << " single flight " << cache.isSingleFlight
         << " warm " << formatNumber(cache.warmShare) << " bytes " << cache.capacityBytes << " of "
         << formatNumber(cache.entryBytes) << " varying " << formatNumber(cache.entryVariation)
         << " written after " << format(cache.writeBackAfter) << '\n';
  }
  for (const plan::Source& source : plan.sources) {
    text << "source " << source.key << ' ' << plan.classes[source.requestClass].key << ' '
         << format(source.rate) << ' ' << static_cast<int>(source.arrivals) << " runs "
         << plan.programs[source.program].key << '\n';
  }
  for (plan::Index i = 0; i < plan.programs.size(); ++i) {
    const plan::Index begin = plan.programs[i].begin;
    const auto next = i + 1 < plan.programs.size() ? plan.programs[i + 1].begin
                                                   : static_cast<plan::Index>(plan.code.size());
    text << "program " << plan.programs[i].key << ": " << codeOf(plan, i, next - begin) << '\n';
  }
  for (const plan::Control& control : plan.controls) {
    const plan::Trigger& trigger = control.trigger;
    text << "control " << control.key << " kind " << static_cast<int>(trigger.kind) << " at "
         << format(trigger.at) << " spacing " << format(trigger.spacing) << ' '
         << plan::nameOf(trigger.figure) << ' ' << trigger.element
         << (trigger.isAbove ? " above " : " below ") << formatNumber(trigger.threshold) << " over "
         << format(trigger.period) << " for " << format(trigger.lasting) << '\n';
    for (const plan::Action& action : control.actions) {
      text << "  does " << format(action.at) << ' ' << static_cast<int>(action.change) << ' ' << action.value
           << '\n';
    }
  }
  for (const plan::Meter& meter : plan.meters) {
    text << "meter " << meter.key << ' ' << meter.unit << ' ' << formatNumber(meter.capacity) << '\n';
  }
  for (const plan::Flag& flag : plan.flags) {
    text << "flag " << flag.key << ' ' << formatNumber(flag.share) << '\n';
  }
  for (const plan::Action& action : plan.actions) {
    text << "action " << format(action.at) << ' ' << static_cast<int>(action.change) << ' ' << action.value
         << '\n';
  }
  return text.str();
}

}  // namespace cantilever::test
