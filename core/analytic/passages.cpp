#include "core/analytic/passages.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/vocabulary/plan/steps.h"

namespace cantilever::analytic {

namespace {

using plan::Instruction;
using plan::Op;

/// What somebody has come through.
struct Way {
  std::vector<Index> pools, links, tokens;
  double delay = 0;
  bool isThinned = false;
  bool isTorn = false;

  static void join(std::vector<Index>& to, const std::vector<Index>& from) {
    for (const Index each : from) {
      add(to, each);
    }
  }
  static void add(std::vector<Index>& to, Index each) {
    if (std::find(to.begin(), to.end(), each) == to.end()) {
      to.push_back(each);
    }
  }
  void unite(const Way& other) {
    join(pools, other.pools);
    join(links, other.links);
    join(tokens, other.tokens);
    isThinned = isThinned || other.isThinned;
    isTorn = isTorn || other.isTorn;
  }
  /// Either this or the other.
  void meet(const Way& other) {
    unite(other);
    delay = std::max(delay, other.delay);
  }
  /// One after the other.
  void follow(const Way& other) {
    unite(other);
    delay += other.delay;
  }
  void wait(const Law& law) { delay += law.kind == Law::Kind::Constant ? 0.0 : law.mean.inSeconds(); }
};

/// Of one source: forward along the programs, callers before callees.
class PassageWalk {
 public:
  PassageWalk(const Structure& structure, Index source, Passages& passages)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_source(source),
        m_class(m_plan.sources[source].requestClass),
        m_passages(passages),
        m_effect(m_plan.programs.size()),
        m_entry(m_plan.programs.size()) {}

  void run() {
    const std::vector<Index>& order = m_structure.order(m_class);
    for (const Index program : order) {  // callees first
      m_effect[program] = follow(program, Way{}, false);
    }
    m_entry[m_plan.sources[m_source].program] = Way{};
    std::for_each(order.rbegin(), order.rend(), [this](Index program) {
      if (m_entry[program]) {
        follow(program, *m_entry[program], true);
      }
    });
  }

 private:
  Index poolOf(Index program, const Instruction& code) const {
    return code.b == kNone ? m_plan.programs[program].pool : code.b;
  }

  Way overLink(Index link) const {
    Way way;
    const plan::Link& of = m_plan.links[link];
    way.wait(of.latency);
    if (of.retries.isOn() || of.hedge > Duration()) {
      way.links.push_back(link);
    }
    if (of.pool != kNone && m_plan.pools[of.pool].seats > 0) {
      way.pools.push_back(of.pool);
    }
    return way;
  }

  /// What is between an instruction and the next for who has to wait for it.
  Way effectOf(Index program, Index pc) const {
    const Instruction& code = m_plan.code[pc];
    Way way;
    const auto call = [&](Index link) {
      way.follow(overLink(link));
      way.follow(m_effect[m_plan.links[link].program]);
    };
    switch (code.op) {
      case Op::Work: {
        const Index pool = poolOf(program, code);
        const bool isDelay =
            pool == kNone || (m_plan.pools[pool].servers == 0 && m_plan.pools[pool].contention == 0 &&
                              m_plan.pools[pool].coherency == 0);
        if (isDelay) {
          way.wait(plan::workLaw(m_plan, code, m_class));
        } else {
          way.pools.push_back(pool);
        }
        break;
      }
      case Op::Wait:
        way.wait(m_plan.laws[code.a]);
        break;
      case Op::Call:
      case Op::Forward:
      case Op::Fan:
        call(plan::linkOf(m_plan, code));
        break;
      case Op::Parallel:
        for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
          call(m_plan.code[branch].a);
        }
        break;
      case Op::Batch:
        call(plan::linkOf(m_plan, code));
        way.isTorn = true;
        break;
      case Op::Take:
        way.tokens.push_back(code.a);
        break;
      case Op::Look:
        way.isThinned = true;
        break;
      case Op::Route:  // not at random, but by what can be called
        way.isThinned = m_plan.routes[code.a].ways.size() > 1;
        break;
      case Op::Publish:  // who waits to be read
        way.isTorn = code.b != kNone;
        break;
      default:
        break;
    }
    return way;
  }

  void come(Index program, const Way& way) {
    m_entry[program] ? m_entry[program]->meet(way) : void(m_entry[program] = way);
  }

  /// Along a program, with what has been come through where it begins; what has been at its end. `isReal`:
  /// what is found there is noted.
  Way follow(Index program, const Way& entry, bool isReal) {
    const Index begin = m_plan.programs[program].begin;
    const Index end = m_structure.endOf(program);
    std::vector<std::optional<Way>> at(end - begin + std::size_t{1});
    at[0] = entry;
    Way last;
    for (Index pc = begin; pc < end; ++pc) {
      const Instruction& code = m_plan.code[pc];
      if (!at[pc - begin]) {
        continue;
      }
      Way way = *at[pc - begin];
      isReal ? step(program, pc, way) : void();
      way.follow(effectOf(program, pc));
      if (code.op == Op::Reply || code.op == Op::End || code.op == Op::Forward) {
        last.meet(way);
      }
      const auto go = [&](Index target) {
        if (target != kNone && target > pc) {
          std::optional<Way>& next = at[target - begin];
          next ? next->meet(way) : void(next = way);
        }
      };
      if (code.op == Op::IfVersion) {  // all run the present one
        go(code.b == 0 ? code.a : pc + 1);
      } else {
        plan::forEachSuccessor(m_plan, pc, m_class, go);
      }
    }
    if (at.back()) {
      last.meet(*at.back());
    }
    return last;
  }

  void send(Index link, Way way, bool isTorn) {
    way.follow(overLink(link));
    way.isTorn = way.isTorn || isTorn;
    come(m_plan.links[link].program, way);
  }

  void step(Index program, Index pc, const Way& way) {
    const Instruction& code = m_plan.code[pc];
    if (const Index link = plan::linkOf(m_plan, code); link != kNone) {
      send(link, way, code.op == Op::Fan || code.op == Op::Batch || code.op == Op::Fill);
    }
    switch (code.op) {
      case Op::Work:
        if (const Index pool = poolOf(program, code); pool != kNone) {
          work(pool, way, m_structure.multiplicity(m_class, program));
        }
        break;
      case Op::Parallel:
        for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
          send(m_plan.code[branch].a, way, false);
        }
        break;
      case Op::Gather:
        send(m_plan.windows[code.a].link, way, true);
        break;
      case Op::Take:
        Way::add(m_passages.sourcesOfTokens[code.a], m_source);
        break;
      case Op::Publish:
        Way::add(m_passages.sourcesOfLogs[code.a], m_source);
        for (const plan::ConsumerGroup& group : m_plan.groups) {
          if (group.log == code.a) {
            send(group.link, way, true);
          }
        }
        break;
      default:
        break;
    }
  }

  void work(Index pool, const Way& way, double visits) {
    std::vector<Passage>& all = m_passages.toPools[pool];
    const auto known =
        std::find_if(all.begin(), all.end(), [this](const Passage& each) { return each.source == m_source; });
    if (known == all.end()) {
      all.push_back(
          {m_source, way.pools, way.links, way.tokens, way.delay, way.isThinned, way.isTorn, visits});
      return;
    }
    Way both{known->pools, known->links, known->tokens, known->delay, known->isThinned, known->isTorn};
    both.meet(way);
    *known = {m_source,   both.pools,     both.links,  both.tokens,
              both.delay, both.isThinned, both.isTorn, known->visits + visits};
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  Index m_source;
  Index m_class;
  Passages& m_passages;
  std::vector<Way> m_effect;                // [program] of all of it
  std::vector<std::optional<Way>> m_entry;  // [program]
};

}  // namespace

bool isBatched(const plan::Source& source) {
  return source.batch.kind != CountLaw::Kind::Fixed || source.batch.mean > 1;
}

std::optional<Law> spacingOf(const plan::Source& source, double rate) {
  if (source.spacing) {
    return source.spacing->scaled(1 / rate / source.spacing->mean.inSeconds());
  }
  return source.arrivals == ArrivalProcess::Deterministic
             ? std::optional(Law::constant(Duration::seconds(1 / rate)))
             : std::nullopt;
}

double othersInBatch(const CountLaw& batch) {
  switch (batch.kind) {
    case CountLaw::Kind::Fixed:
      return batch.mean - 1;
    case CountLaw::Kind::Geometric:
      return 2 * (batch.mean - 1);
    case CountLaw::Kind::PowerLaw:
      break;
  }
  double first = 0;
  double second = 0;
  for (double n = 1; n <= batch.most; ++n) {
    const double weight = std::pow(n, -batch.exponent);
    first += n * weight;
    second += n * n * weight;
  }
  return second / first - 1;
}

double unevennessOf(const plan::Source& source, double rate) {
  if (source.kind != plan::SourceKind::Open || !(rate > 0)) {
    return 0;
  }
  double sum = 0;
  if (const std::optional<Law> spacing = spacingOf(source, rate)) {
    sum += spacing->scv() - 1;
  }
  sum += isBatched(source) ? othersInBatch(source.batch) : 0.0;
  if (source.bursts) {
    const plan::Bursts& bursts = *source.bursts;
    const double apart = (bursts.level - bursts.calmLevel()) * rate;
    const double lasts = bursts.length.inSeconds();
    const double change = 1 / lasts + bursts.share / (1 - bursts.share) / lasts;
    sum += 2 * bursts.share * (1 - bursts.share) * apart * apart / (rate * change);
  }
  return sum;
}

Passages passagesIn(const Structure& structure) {
  const plan::Plan& plan = structure.plan();
  Passages passages;
  passages.toPools.resize(plan.pools.size());
  passages.sourcesOfTokens.resize(plan.tokens.size());
  passages.sourcesOfLogs.resize(plan.logs.size());
  for (Index i = 0; i < plan.sources.size(); ++i) {
    const plan::Source& source = plan.sources[i];
    const bool isOther = source.spacing || source.arrivals == ArrivalProcess::Deterministic ||
                         source.bursts || isBatched(source);
    if (source.kind == plan::SourceKind::Open && isOther) {
      PassageWalk(structure, i, passages).run();
    }
  }
  return passages;
}

}  // namespace cantilever::analytic
