#include "core/sim/code.h"

#include <algorithm>
#include <numeric>

namespace cantilever::sim {

namespace {

/// A program's code runs from its begin to the next larger begin.
std::vector<std::uint32_t> programsByPc(const plan::Plan& plan) {
  std::vector<std::uint32_t> order(plan.programs.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return plan.programs[a].begin < plan.programs[b].begin;
  });
  std::vector<std::uint32_t> programs(plan.code.size(), 0);
  for (const std::uint32_t program : order) {
    std::fill(programs.begin() + plan.programs[program].begin, programs.end(), program);
  }
  return programs;
}

/// The group whose members are the instances of the pool.
plan::Index groupOfCopies(const plan::Plan& plan, plan::Index pool) {
  for (plan::Index group = 0; group < plan.groups.size(); ++group) {
    if (plan.groups[group].follows && plan.links[plan.groups[group].link].pool == pool) {
      return group;
    }
  }
  return plan::kNone;
}

/// By a Publish.
std::uint16_t readersNeeded(const plan::Instruction& from) {
  const bool isAsMany = from.d == plan::kNone && from.b <= plan::Instruction::kMostAcknowledgements;
  return static_cast<std::uint16_t>(isAsMany ? from.b : from.d == plan::kNone ? 0 : from.d);
}

/// Where the table begins in `laws`, to which it is added.
std::uint32_t addTable(const plan::LawTable& table, std::size_t classes, std::vector<std::uint32_t>& laws) {
  const auto begin = static_cast<std::uint32_t>(laws.size());
  const std::size_t versions = table.laws.size() / classes;
  for (std::size_t version = 0; version < Code::kVersions; ++version) {
    const auto row =
        table.laws.begin() + static_cast<std::ptrdiff_t>(std::min(version, versions - 1) * classes);
    laws.insert(laws.end(), row, row + static_cast<std::ptrdiff_t>(classes));
  }
  return begin;
}

Instr packedWork(const plan::Instruction& from, std::uint32_t program, const plan::Plan& plan,
                 std::vector<std::uint32_t>& laws, std::vector<WorkDetail>& works) {
  const plan::Index home = plan.programs[program].pool;
  const plan::Index pool = from.b == plan::kNone ? home : from.b;
  const auto scale = static_cast<std::uint16_t>(from.c == plan::kNone ? 0 : from.c);
  const bool varies = from.d != plan::kNone || plan.pools[pool].warmTime > Duration();
  const bool isByBytes = scale > static_cast<std::uint16_t>(plan::WorkScale::Targets);
  std::uint32_t detail = plan::kNone;
  if (isByBytes || from.d != plan::kNone) {
    detail = static_cast<std::uint32_t>(works.size());
    works.push_back(
        {from.d == plan::kNone ? plan::kNone : addTable(plan.lawTables[from.d], plan.classes.size(), laws),
         from.p});
  }
  const auto flags = static_cast<std::uint16_t>(scale | (varies ? work_flags::kVaries : 0));
  return {Opcode::Work, pool != home, flags, from.a, detail, pool};
}

Instr packedMeasure(const plan::Instruction& from, std::vector<std::uint64_t>& amounts) {
  amounts.push_back(static_cast<std::uint64_t>(from.p * 1000 + 0.5));
  return {Opcode::Measure, false, 0, from.a, plan::kNone, static_cast<std::uint32_t>(amounts.size() - 1)};
}

Instr packed(const plan::Instruction& from, std::uint32_t program, const plan::Plan& plan,
             std::vector<double>& chances) {
  using plan::Op;
  switch (from.op) {
    case Op::Work:
      break;
    case Op::Wait:
      return {Opcode::Wait, false, 0, from.a, plan::kNone, program};
    case Op::Call:
      return {Opcode::Call, false, 0, from.a, from.b, plan::kNone};
    case Op::Send:
      return {Opcode::Send, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Forward:
      return {Opcode::Forward, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Parallel:
      return {Opcode::Parallel, false, static_cast<std::uint16_t>(from.a), plan::kNone, from.c, from.b};
    case Op::Branch:
      return {Opcode::Branch, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::IfChance:
      chances.push_back(from.p);
      return {Opcode::IfChance, false, 0, static_cast<std::uint32_t>(chances.size() - 1), from.a, program};
    case Op::IfClass:
      return {Opcode::IfClass, false, 0, from.b, from.a, plan::kNone};
    case Op::Jump:
      return {Opcode::Jump, false, 0, plan::kNone, from.a, plan::kNone};
    case Op::Reply:
      return {Opcode::Reply, false, 0, plan::kNone, plan::kNone, plan::kNone};
    case Op::Fail:
      return {Opcode::Fail, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Look:
      return {Opcode::Look, false, 0, from.a, from.b, plan::kNone};
    case Op::Fill:
      return {Opcode::Fill, false,       static_cast<std::uint16_t>(from.b == plan::kNone ? 0 : 1),
              from.a,       plan::kNone, plan::kNone};
    case Op::Gather:
      return {Opcode::Gather, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Drop:
      return {Opcode::Drop, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Take:
      return {Opcode::Take, false, static_cast<std::uint16_t>(from.b), from.a, from.c, plan::kNone};
    case Op::Give:
      return {Opcode::Give, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Draw:
      return {Opcode::Draw, false, 0, from.a, plan::kNone, program};
    case Op::IfDrawn:
      return {Opcode::IfDrawn, false, 0, from.c, from.a, plan::kNone};
    case Op::Fan:
      return {Opcode::Fan, false, 0, from.a, from.c, plan::kNone};
    case Op::Publish:
      return {Opcode::Publish, false, readersNeeded(from), from.a, from.c, from.b};
    case Op::Route:
      return {Opcode::Route, false, 0, from.a, plan::kNone, program};
    case Op::Batch:
      return {Opcode::Batch, false, 0, from.a, plan::kNone, plan::kNone};
    case Op::Measure:
      break;
    case Op::IfVersion:
      return {Opcode::IfVersion, false, 0, from.b, from.a, plan::kNone};
    case Op::IfFlag:
      return {Opcode::IfFlag, false, 0, from.b, from.a, program};
    case Op::Degrade:
      return {Opcode::Degrade, false, 0, plan::kNone, plan::kNone, plan::kNone};
    case Op::Observe:
      return {Opcode::Observe, false,      0, groupOfCopies(plan, plan.programs[program].pool),
              plan::kNone,     plan::kNone};
    case Op::IfUp:
      return {Opcode::IfUp, false, 0, from.b, from.a, from.c};
    case Op::End:
      break;
  }
  return {Opcode::End, false, 0, plan::kNone, plan::kNone, plan::kNone};
}

}  // namespace

Code::Code(const plan::Plan& plan) : classes(plan.classes.size()), programOfPc(programsByPc(plan)) {
  instructions.reserve(plan.code.size() + plan.links.size());
  for (std::size_t pc = 0; pc < plan.code.size(); ++pc) {
    const plan::Instruction& from = plan.code[pc];
    instructions.push_back(from.op == plan::Op::Work ? packedWork(from, programOfPc[pc], plan, laws, works)
                           : from.op == plan::Op::Measure ? packedMeasure(from, amounts)
                                                          : packed(from, programOfPc[pc], plan, chances));
  }
  for (const plan::Link& link : plan.links) {
    const std::uint32_t begin = plan.programs[link.program].begin;
    if (link.pool == plan::kNone) {
      entries.push_back(begin);
      continue;
    }
    entries.push_back(static_cast<std::uint32_t>(instructions.size()));
    instructions.push_back({Opcode::Enter, false, 0, link.pool, begin, plan::kNone});
    programOfPc.push_back(link.program);
  }
  errorPc = static_cast<std::uint32_t>(instructions.size());
  instructions.push_back(
      {Opcode::Fail, false, 0, static_cast<std::uint32_t>(plan::Reason::Injected), plan::kNone, plan::kNone});
  programOfPc.push_back(0);
  for (const std::vector<bool>& set : plan.classSets) {
    sets.insert(sets.end(), set.begin(), set.end());
  }
}

}  // namespace cantilever::sim
