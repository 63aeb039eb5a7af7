#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// As plan::Op, and Enter, which stands before the program of a link that leads to a pool.
enum class Opcode : std::uint8_t {
  Enter,     ///< operand: pool, target: the program
  Work,      ///< operand: law, extra: pool, isVisit: not the pool that the program sits in, count: WorkFlags,
             ///< target: index into Code::works, or plan::kNone
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
  Gather,     ///< operand: window
  Observe,    ///< operand: group, or kNone
  IfUp,       ///< operand, extra: pools, target
  IfVersion,  ///< operand: version, target
  Measure,    ///< operand: meter, extra: index into Code::amounts
  IfFlag,     ///< operand: flag, extra: program, target
  Batch,      ///< operand: batching
};

/// What makes a Work more than a draw of its law.
namespace work_flags {
inline constexpr std::uint16_t kScale = 7;   ///< plan::WorkScale
inline constexpr std::uint16_t kVaries = 8;  ///< by class, version, or how warm its instance is
}  // namespace work_flags
struct WorkDetail {
  std::uint32_t laws = plan::kNone;  ///< where they begin in Code::laws, [version][class]
  double perByte = 0;
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

  static constexpr std::size_t kVersions = 2;

  bool isInSet(std::uint32_t set, std::uint8_t requestClass) const {
    return sets[set * classes + requestClass] != 0;
  }
  std::vector<Instr> instructions;
  std::vector<std::uint32_t> entries;  ///< by link: where a call of it begins
  std::vector<double> chances;
  std::vector<std::uint64_t> amounts;  ///< thousandths
  std::vector<WorkDetail> works;
  std::vector<std::uint32_t> laws;  ///< of Works with a table: [version][class], for kVersions versions
  std::size_t classes = 0;
  std::vector<std::uint8_t> sets;          ///< [set][class]
  std::uint32_t errorPc = 0;               ///< fails with Injected
  std::vector<std::uint32_t> programOfPc;  ///< for messages
};

}  // namespace cantilever::sim
