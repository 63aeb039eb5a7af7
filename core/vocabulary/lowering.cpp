#include "core/vocabulary/lowering.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace cantilever::plan {

namespace {

// 128 MB of code: 400 instructions for each of 10,000 blocks.
constexpr std::size_t kMaxCode = 4'000'000;
// Drawing which of n fractional calls take part in a parallel group needs 2^n variants of the group.
constexpr std::size_t kMaxFractionalBranches = 8;
// A remainder below this is rounding, not a wish.
constexpr double kNoFraction = 1e-12;

/// A mean number of calls as certain calls and the chance of one more.
struct CallCount {
  std::size_t certain = 0;
  double chance = 0;
};

CallCount callCountOf(const OutLink& link) {
  const double calls = std::max(link.link->calls, 0.0);
  const double certain = std::floor(calls + kNoFraction);
  const double chance = calls - certain;
  return {static_cast<std::size_t>(certain), chance < kNoFraction ? 0.0 : chance};
}

bool isSend(const OutLink& link) {
  return link.link->mode == LinkMode::Send;
}

bool isOnward(const OutLink& link) {
  const LinkRole role = link.link->role;
  return role == LinkRole::Default || role == LinkRole::Read || role == LinkRole::Write ||
         role == LinkRole::Route;
}

std::vector<OutLink> keepIf(std::span<const OutLink> links, const auto& condition) {
  std::vector<OutLink> kept;
  std::copy_if(links.begin(), links.end(), std::back_inserter(kept), condition);
  return kept;
}

/// The links that a request of one class may use, with the restriction taken off; and all classes with the
/// same choice.
struct ClassGroup {
  std::vector<OutLink> links;
  std::vector<bool> classes;
};

std::vector<ClassGroup> groupByClass(const Plan& plan, std::span<const OutLink> links) {
  std::map<std::vector<bool>, std::size_t> groupOf;
  std::vector<ClassGroup> groups;
  for (std::size_t each = 0; each < plan.classes.size(); ++each) {
    std::vector<bool> allowed(links.size());
    for (std::size_t i = 0; i < links.size(); ++i) {
      allowed[i] = links[i].classSet == kNone || plan.classSets[links[i].classSet][each];
    }
    const auto [at, isNew] = groupOf.emplace(allowed, groups.size());
    if (isNew) {
      ClassGroup group;
      group.classes.assign(plan.classes.size(), false);
      for (std::size_t i = 0; i < links.size(); ++i) {
        if (allowed[i]) {
          group.links.push_back(links[i]);
          group.links.back().classSet = kNone;
        }
      }
      groups.push_back(std::move(group));
    }
    groups[at->second].classes[each] = true;
  }
  return groups;
}

}  // namespace

Index addClassSet(Plan& plan, const std::vector<bool>& classes) {
  const auto at = std::find(plan.classSets.begin(), plan.classSets.end(), classes);
  const auto index = static_cast<Index>(at - plan.classSets.begin());
  if (at == plan.classSets.end()) {
    plan.classSets.push_back(classes);
  }
  return index;
}

std::vector<OutLink> onwardLinks(const Lowering& lowering) {
  return keepIf(lowering.links(), isOnward);
}

OutLink Lowering::addPart(std::string_view role, Index pool, Link link, const Body& body, LinkMode mode) {
  static const auto linkOf = [](LinkMode its) {
    cantilever::Link one;
    one.mode = its;
    return one;
  };
  static const cantilever::Link kOneCall = linkOf(LinkMode::Call);
  static const cantilever::Link kOneSend = linkOf(LinkMode::Send);
  return {.link = mode == LinkMode::Call ? &kOneCall : &kOneSend,
          .index = addInnerLink(std::move(link), role, pool, body)};
}

ProgramBuilder::ProgramBuilder(Plan& plan, Index programPool, const WorkVariants& variants)
    : m_plan(plan), m_pool(programPool), m_variants(variants) {}

Index ProgramBuilder::append(const Instruction& instruction) {
  if (m_plan.code.size() >= kMaxCode) {
    m_isTooLarge = true;
    return static_cast<Index>(m_plan.code.size() - 1);
  }
  m_plan.code.push_back(instruction);
  return static_cast<Index>(m_plan.code.size() - 1);
}

/// The place that a jump written earlier leads to.
Index ProgramBuilder::arriveHere() {
  m_isOpen = true;
  return here();
}

ProgramBuilder& ProgramBuilder::work(const Law& law, Index pool) {
  return appendWork(law, pool, WorkScale::Once);
}

ProgramBuilder& ProgramBuilder::workPerTarget(const Law& law, Index pool) {
  return appendWork(law, pool, WorkScale::Targets);
}

ProgramBuilder& ProgramBuilder::transfer(Bandwidth rate, WorkScale bytes) {
  return appendWork(Law::constant(Duration::seconds(1)), kNone, bytes, 1 / rate.raw());
}

ProgramBuilder& ProgramBuilder::appendWork(const Law& law, Index pool, WorkScale scale, double perByte) {
  const bool isOwn = pool == kNone || pool == m_pool;
  m_plan.laws.push_back(law);
  const auto index = static_cast<Index>(m_plan.laws.size() - 1);
  append({.op = Op::Work,
          .a = index,
          .b = isOwn ? kNone : pool,
          .c = scale == WorkScale::Once ? kNone : static_cast<Index>(scale),
          .d = isOwn && !m_variants.isEmpty() ? addLawTable(law) : kNone,
          .p = perByte});
  const bool isFirst = isOwn && !m_hasWorked;
  m_hasWorked = m_hasWorked || isOwn;
  if (isFirst && m_variants.next && m_variants.next->errorShare > 0) {
    failByVersion();
  }
  if (isFirst && m_variants.beside) {
    appendWork(m_variants.beside->law, m_variants.beside->pool, WorkScale::Once);
  }
  return *this;
}

/// The laws of a piece of work that is `law` for most classes, which is the last of the plan's.
Index ProgramBuilder::addLawTable(const Law& law) {
  LawTable table;
  table.laws.assign(m_plan.classes.size(), static_cast<Index>(m_plan.laws.size() - 1));
  const auto add = [this](const Law& own) {
    m_plan.laws.push_back(own);
    return static_cast<Index>(m_plan.laws.size() - 1);
  };
  std::vector<double> factors(m_plan.classes.size(), 1.0);
  for (const WorkVariants::OfClass& each : m_variants.classes) {
    if (each.law && !m_hasWorked) {
      table.laws[each.requestClass] = add(*each.law);
    } else if (!each.law) {
      factors[each.requestClass] = each.factor;
      table.laws[each.requestClass] = add(law.scaled(each.factor));
    }
  }
  if (m_variants.next) {
    const WorkVariants::Next& next = *m_variants.next;
    for (std::size_t each = 0; each < m_plan.classes.size(); ++each) {
      const bool hasLaw = next.law && !m_hasWorked;
      table.laws.push_back(
          add(hasLaw ? next.law->scaled(factors[each]) : m_plan.laws[table.laws[each]].scaled(next.factor)));
    }
  }
  m_plan.lawTables.push_back(std::move(table));
  return static_cast<Index>(m_plan.lawTables.size() - 1);
}

/// A share of the calls that the next version has worked on fails.
void ProgramBuilder::failByVersion() {
  const Body next = [this](ProgramBuilder& body) {
    body.branch(m_variants.next->errorShare, [](ProgramBuilder& failing) { failing.fail(Reason::Injected); });
  };
  branchOn({.op = Op::IfVersion, .b = 1}, next, {});
}

ProgramBuilder& ProgramBuilder::wait(const Law& law) {
  if (!law.isZero()) {
    m_plan.laws.push_back(law);
    append({.op = Op::Wait, .a = static_cast<Index>(m_plan.laws.size() - 1)});
  }
  return *this;
}

ProgramBuilder& ProgramBuilder::branch(double probability, const Body& yes, const Body& no) {
  return branchOn({.op = Op::IfChance, .p = probability}, yes, no);
}

ProgramBuilder& ProgramBuilder::branchOnClass(Index classSet, const Body& yes, const Body& no) {
  return branchOn({.op = Op::IfClass, .b = classSet}, yes, no);
}

ProgramBuilder& ProgramBuilder::branchOn(const Instruction& condition, const Body& yes, const Body& no) {
  writeBranches(append(condition), &Instruction::a, yes, no);
  return *this;
}

/// Layout: test, `no`, jump to the end, `yes`. `target`: where the test keeps the pc of `yes`.
void ProgramBuilder::writeBranches(Index test, Index Instruction::*target, const Body& yes, const Body& no) {
  if (no) {
    no(*this);
  }
  const bool meets = m_isOpen;
  const Index skip = meets ? append({.op = Op::Jump}) : kNone;
  m_plan.code[test].*target = arriveHere();
  if (yes) {
    yes(*this);
  }
  if (meets) {
    m_plan.code[skip].a = arriveHere();
  }
}

ProgramBuilder& ProgramBuilder::use(const OutLink& link) {
  if (link.classSet == kNone) {
    useUnrestricted(link);
    return *this;
  }
  return branchOnClass(link.classSet, [&link](ProgramBuilder& body) { body.useUnrestricted(link); });
}

void ProgramBuilder::useUnrestricted(const OutLink& link) {
  const CallCount count = callCountOf(link);
  if (link.link->group == CallGroup::Parallel && !isSend(link) && !goesToAll(link)) {
    const bool isFractional = count.chance > 0;
    callAtOnce(std::vector<Index>(count.certain, link.index),
               isFractional ? std::span(&link, 1) : std::span<const OutLink>(), 0);
    return;
  }
  for (std::size_t i = 0; i < count.certain && !m_isTooLarge; ++i) {
    useOnce(link);
  }
  if (count.chance > 0) {
    branch(count.chance, [&link](ProgramBuilder& body) { body.useOnce(link); });
  }
}

void ProgramBuilder::useOnce(const OutLink& link) {
  if (goesToAll(link)) {
    appendFan({}, link);
    return;
  }
  append({.op = isSend(link) ? Op::Send : Op::Call, .a = link.index});
}

/// Does `emit` once for each group of classes that may use the same links.
void ProgramBuilder::forEachClassGroup(std::span<const OutLink> links,
                                       const std::function<void(std::span<const OutLink>)>& emit) {
  const bool isRestricted =
      std::any_of(links.begin(), links.end(), [](const OutLink& link) { return link.classSet != kNone; });
  if (!isRestricted) {
    emit(links);
    return;
  }
  const std::vector<ClassGroup> groups = groupByClass(m_plan, links);
  // The last group needs no test: every class is in some group.
  const auto emitFrom = [&](const auto& self, std::size_t first) -> void {
    if (first + 1 >= groups.size()) {
      if (first < groups.size()) {
        emit(groups[first].links);
      }
      return;
    }
    branchOnClass(
        addClassSet(m_plan, groups[first].classes), [&](ProgramBuilder&) { emit(groups[first].links); },
        [&](ProgramBuilder&) { self(self, first + 1); });
  };
  emitFrom(emitFrom, 0);
}

ProgramBuilder& ProgramBuilder::useAll(std::span<const OutLink> links) {
  const auto withRole = [links](LinkRole role) {
    return keepIf(links, [role](const OutLink& link) { return link.link->role == role; });
  };
  const std::vector<OutLink> misses = withRole(LinkRole::OnMiss);
  for (const OutLink& cache : withRole(LinkRole::Lookup)) {
    lookUp(cache, misses);
  }

  const auto isOrdinary = [](const OutLink& link) {
    return isOnward(link) && link.link->role != LinkRole::Route;
  };
  parallel(keepIf(links,
                  [&](const OutLink& link) {
                    return isOrdinary(link) && link.link->group == CallGroup::Parallel;
                  }),
           0);
  for (const OutLink& link : links) {
    if (isOrdinary(link) && link.link->group == CallGroup::Sequence) {
      use(link);
    }
  }
  return chooseOne(withRole(LinkRole::Route));
}

void ProgramBuilder::lookUp(const OutLink& cache, std::span<const OutLink> misses) {
  const auto asOftenAsSaid = [&](ProgramBuilder&) {
    const CallCount count = callCountOf(cache);
    for (std::size_t i = 0; i < count.certain && !m_isTooLarge; ++i) {
      lookUpOnce(cache, misses);
    }
    if (count.chance > 0) {
      branch(count.chance, [&](ProgramBuilder&) { lookUpOnce(cache, misses); });
    }
  };
  if (cache.classSet == kNone) {
    asOftenAsSaid(*this);
  } else {
    branchOnClass(cache.classSet, asOftenAsSaid);
  }
}

/// Layout: call (on failure to the miss), hit test that jumps to the end, the on-miss links.
void ProgramBuilder::lookUpOnce(const OutLink& cache, std::span<const OutLink> misses) {
  const Index call = append({.op = isSend(cache) ? Op::Send : Op::Call, .a = cache.index});
  if (misses.empty() || isSend(cache)) {
    return;
  }
  if (cache.fill != kNone) {
    putWhatMissed(cache, call, misses);
    return;
  }
  const bool canHit = cache.target != nullptr && cache.target->hitRatio;
  const Index test = append({.op = Op::IfChance, .p = canHit ? cache.target->hitRatio->raw() : 0.0});
  m_plan.code[call].b = here();
  for (const OutLink& miss : misses) {
    use(miss);
  }
  m_plan.code[test].a = arriveHere();
}

/// Layout: the call, on success a jump to the end; on failure the on-miss links and the call that fills,
/// whose failure does no harm.
void ProgramBuilder::putWhatMissed(const OutLink& cache, Index call, std::span<const OutLink> misses) {
  const Index skip = append({.op = Op::Jump});
  m_plan.code[call].b = here();
  for (const OutLink& miss : misses) {
    use(miss);
  }
  const Index put = append({.op = Op::Call, .a = cache.fill});
  m_plan.code[put].b = arriveHere();
  m_plan.code[skip].a = here();
}

ProgramBuilder& ProgramBuilder::lookUpIn(Index cache, const Body& hit, const Body& miss) {
  writeBranches(append({.op = Op::Look, .a = cache}), &Instruction::b, hit, miss);
  return *this;
}

ProgramBuilder& ProgramBuilder::fill(Index cache) {
  append({.op = Op::Fill, .a = cache});
  return *this;
}

ProgramBuilder& ProgramBuilder::fillWrite(Index cache) {
  append({.op = Op::Fill, .a = cache, .b = 1});
  return *this;
}

ProgramBuilder& ProgramBuilder::batch(Index batching) {
  append({.op = Op::Batch, .a = batching});
  return *this;
}

ProgramBuilder& ProgramBuilder::gather(Index window) {
  append({.op = Op::Gather, .a = window});
  return *this;
}

ProgramBuilder& ProgramBuilder::drop(Index cache) {
  append({.op = Op::Drop, .a = cache});
  return *this;
}

ProgramBuilder& ProgramBuilder::draw(const CountLaw& law) {
  m_count = static_cast<Index>(m_plan.countLaws.size());
  m_least = 1;
  m_most = Fan::kUnlimited;
  m_plan.countLaws.push_back(law);
  append({.op = Op::Draw, .a = m_count});
  return *this;
}

ProgramBuilder& ProgramBuilder::branchOnDrawn(std::uint32_t number, const Body& yes, const Body& no) {
  const std::uint32_t least = m_least;
  const std::uint32_t most = m_most;
  const auto within = [this](std::uint32_t from, std::uint32_t to, const Body& body) {
    m_least = from;
    m_most = to;
    if (body) {
      body(*this);
    }
  };
  branchOn(
      {.op = Op::IfDrawn, .b = m_count, .c = number},
      [&](ProgramBuilder&) { within(std::max(least, number + 1), most, yes); },
      [&](ProgramBuilder&) { within(least, std::min(most, number), no); });
  m_least = least;
  m_most = most;
  return *this;
}

ProgramBuilder& ProgramBuilder::fanOut(const OutLink& link, Fan fan) {
  fan.count = m_count;
  fan.least = m_least;
  fan.most = m_most;
  if (link.classSet == kNone) {
    appendFan(fan, link);
    return *this;
  }
  return branchOnClass(link.classSet, [&](ProgramBuilder& body) { body.appendFan(fan, link); });
}

void ProgramBuilder::appendFan(Fan fan, const OutLink& link) {
  fan.link = link.index;
  fan.isSent = isSend(link);
  m_plan.fans.push_back(fan);
  append({.op = Op::Fan, .a = static_cast<Index>(m_plan.fans.size() - 1)});
}

ProgramBuilder& ProgramBuilder::take(Index tokens, std::uint32_t units) {
  append({.op = Op::Take, .a = tokens, .b = units});
  return *this;
}

ProgramBuilder& ProgramBuilder::give(Index tokens) {
  append({.op = Op::Give, .a = tokens});
  return *this;
}

ProgramBuilder& ProgramBuilder::publish(Index log, Index acknowledgements, Index least) {
  append({.op = Op::Publish, .a = log, .b = acknowledgements == 0 ? kNone : acknowledgements, .d = least});
  return *this;
}

ProgramBuilder& ProgramBuilder::chooseOne(std::span<const OutLink> links) {
  forEachClassGroup(links, [this](std::span<const OutLink> allowed) { chooseAmong(allowed); });
  return *this;
}

/// Layout: a test for each link but the last, which jumps to its use with its share of what the tests before
/// left; the use of the last, jump to the end; the uses of the others, each with a jump to the end.
void ProgramBuilder::chooseAmong(std::span<const OutLink> links) {
  const bool isByWeight = std::all_of(links.begin(), links.end(), [&](const OutLink& link) {
    return link.priority == links.front().priority && !link.isNearest;
  });
  const bool changes =
      std::any_of(links.begin(), links.end(), [](const OutLink& link) { return link.isWeighedAnew; });
  if ((!isByWeight || changes) && links.size() > 1) {
    routeAmong(links, isByWeight);
    return;
  }
  std::vector<OutLink> likely = keepIf(links, [](const OutLink& link) { return link.link->weight > 0; });
  const bool areEqual = likely.empty();
  if (areEqual) {
    likely.assign(links.begin(), links.end());
  }
  if (likely.empty()) {
    return;
  }
  const std::size_t last = likely.size() - 1;
  std::vector<double> share(likely.size());
  double rest = 0;
  for (std::size_t i = likely.size(); i-- > 0;) {
    const double weight = areEqual ? 1.0 : likely[i].link->weight;
    rest += weight;
    share[i] = weight / rest;
  }
  std::vector<Index> tests;
  for (std::size_t i = 0; i < last; ++i) {
    tests.push_back(append({.op = Op::IfChance, .p = share[i]}));
  }
  useUnrestricted(likely[last]);
  std::vector<Index> skips;
  for (std::size_t i = 0; i < last; ++i) {
    skips.push_back(append({.op = Op::Jump}));
    m_plan.code[tests[i]].a = arriveHere();
    useUnrestricted(likely[i]);
  }
  for (const Index skip : skips) {
    m_plan.code[skip].a = arriveHere();
  }
}

/// Layout: the route; the use of each link, with a jump to the end.
void ProgramBuilder::routeAmong(std::span<const OutLink> links, bool isBlind) {
  const auto route = static_cast<Index>(m_plan.routes.size());
  m_plan.routes.emplace_back().isBlind = isBlind;
  append({.op = Op::Route, .a = route});
  std::vector<Index> skips;
  for (const OutLink& link : links) {
    m_plan.routes[route].ways.push_back(
        {link.index, link.index, link.link->weight, link.priority, link.isNearest, arriveHere()});
    useUnrestricted(link);
    skips.push_back(append({.op = Op::Jump}));
  }
  for (const Index skip : skips) {
    m_plan.code[skip].a = arriveHere();
  }
}

ProgramBuilder& ProgramBuilder::parallel(std::span<const OutLink> branches, std::size_t needed) {
  forEachClassGroup(branches, [&](std::span<const OutLink> allowed) {
    std::vector<Index> certain;
    std::vector<OutLink> fractional;
    for (const OutLink& link : allowed) {
      if (isSend(link) || goesToAll(link)) {
        useUnrestricted(link);
        continue;
      }
      const CallCount count = callCountOf(link);
      certain.insert(certain.end(), count.certain, link.index);
      if (count.chance > 0) {
        fractional.push_back(link);
      }
    }
    callAtOnce(std::move(certain), fractional, needed);
  });
  return *this;
}

/// The calls that certainly take place and, one draw after the other, those that may.
void ProgramBuilder::callAtOnce(std::vector<Index> certain, std::span<const OutLink> fractional,
                                std::size_t needed) {
  if (fractional.size() > kMaxFractionalBranches) {
    m_isTooLarge = true;
    return;
  }
  if (fractional.empty() || m_isTooLarge) {
    emitParallel(certain, needed);
    return;
  }
  const OutLink& first = fractional.front();
  const std::span<const OutLink> others = fractional.subspan(1);
  std::vector<Index> withFirst = certain;
  withFirst.push_back(first.index);
  branch(
      callCountOf(first).chance, [&](ProgramBuilder& body) { body.callAtOnce(withFirst, others, needed); },
      [&](ProgramBuilder& body) { body.callAtOnce(certain, others, needed); });
}

void ProgramBuilder::emitParallel(std::span<const Index> calls, std::size_t needed) {
  if (calls.size() == 1) {
    append({.op = Op::Call, .a = calls.front()});
  } else if (!calls.empty()) {
    const std::size_t atLeast = needed == 0 ? calls.size() : std::min(needed, calls.size());
    append({.op = Op::Parallel, .a = static_cast<Index>(calls.size()), .b = static_cast<Index>(atLeast)});
    for (const Index link : calls) {
      append({.op = Op::Branch, .a = link});
    }
  }
}

ProgramBuilder& ProgramBuilder::observe() {
  append({.op = Op::Observe});
  return *this;
}

ProgramBuilder& ProgramBuilder::branchOnUp(Index first, Index second, const Body& yes, const Body& no) {
  return branchOn({.op = Op::IfUp, .b = first, .c = second}, yes, no);
}

ProgramBuilder& ProgramBuilder::branchOnFlag(Index flag, const Body& yes, const Body& no) {
  return branchOn({.op = Op::IfFlag, .b = flag}, yes, no);
}

ProgramBuilder& ProgramBuilder::forward(Index link) {
  append({.op = Op::Forward, .a = link});
  m_isOpen = false;
  return *this;
}

ProgramBuilder& ProgramBuilder::measure(Index meter, double amount) {
  append({.op = Op::Measure, .a = meter, .p = amount});
  return *this;
}

ProgramBuilder& ProgramBuilder::reply() {
  append({.op = Op::Reply});
  return *this;
}

ProgramBuilder& ProgramBuilder::fail(Reason reason) {
  append({.op = Op::Fail, .a = static_cast<Index>(reason)});
  m_isOpen = false;
  return *this;
}

ProgramBuilder& ProgramBuilder::end() {
  append({.op = Op::End});
  m_isOpen = false;
  return *this;
}

}  // namespace cantilever::plan
