#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// As plan::Op, and Enter, which stands before the program of a link that leads to a pool.
enum class Opcode : std::uint8_t {
  Enter,     ///< operand: pool, target: the program
  Work,      ///< operand: law, extra: pool, isVisit: not the pool that the program sits in, count:
             ///< plan::WorkScale, target: index into Code::chances of what it is multiplied by per byte
  Wait,      ///< operand: law, extra: program
  Call,      ///< operand: link, target: pc on failure or plan::kNone
  Send,      ///< operand: link
  Forward,   ///< operand: link
  Parallel,  ///< count: branches, extra: successes needed, target: as Call; `count` Branch follow
  Branch,    ///< operand: link
  IfChance,  ///< operand: index into Code::chances, extra: program, target
  IfClass,   ///< operand: class set, target
  Jump,      ///< target
  Reply,
  Fail,  ///< operand: plan::Reason
  End,
  Look,     ///< operand: cache, target: pc on a hit
  Fill,     ///< operand: cache, count: 1: a write that goes on later
  Drop,     ///< operand: cache
  Take,     ///< operand: tokens, count: how many, target: as Call
  Give,     ///< operand: tokens
  Draw,     ///< operand: count law, extra: program
  IfDrawn,  ///< operand: the number, target
  Fan,      ///< operand: fan, target: as Call
  Publish,  ///< operand: log, target: as Call, extra: acknowledgements or kNone, count: readers needed
  Route,    ///< operand: route, extra: program
  Degrade,
  Gather,   ///< operand: window
  Observe,  ///< operand: group, or kNone
  IfUp,     ///< operand, extra: pools, target
};

/// Pcs are those of the plan; the Enters stand behind the last of them.
struct Instr {
  Opcode op = Opcode::End;
  bool isVisit = false;
  std::uint16_t count = 0;
  std::uint32_t operand = plan::kNone;
  std::uint32_t target = plan::kNone;
  std::uint32_t extra = plan::kNone;
};
static_assert(sizeof(Instr) == 16);

/// The programs of a plan without faults, packed for the interpreter.
struct Code {
  explicit Code(const plan::Plan& plan);

  bool isInSet(std::uint32_t set, std::uint8_t requestClass) const {
    return sets[set * classes + requestClass] != 0;
  }
  std::vector<Instr> instructions;
  std::vector<std::uint32_t> entries;  ///< by link: where a call of it begins
  std::vector<double> chances;
  std::size_t classes = 0;
  std::vector<std::uint8_t> sets;          ///< [set][class]
  std::uint32_t errorPc = 0;               ///< fails with Injected
  std::vector<std::uint32_t> programOfPc;  ///< for messages
};

}  // namespace cantilever::sim
