#pragma once

#include "core/vocabulary/plan.h"

/// What one instruction of a plan's code leads to, for all who walk programs without running them.
namespace cantilever::plan {

/// The link over which it calls or sends, of a Parallel none (its branches have theirs); kNone: it does not,
/// or later (Gather, when its window ends), or to whoever reads a log (Publish).
inline Index linkOf(const Plan& plan, const Instruction& code) {
  switch (code.op) {
    case Op::Call:
    case Op::Send:
    case Op::Forward:
    case Op::Branch:
      return code.a;
    case Op::Fan:
      return plan.fans[code.a].link;
    case Op::Batch:
      return plan.batchings[code.a].link;
    case Op::Fill:  // a write that goes on later
      return code.b == kNone ? kNone : plan.caches[code.a].writeBack;
    default:
      return kNone;
  }
}

/// Calls `visit` with each pc at which control can go on after that at `pc`, for a request of class
/// `requestClass`, or of any class if that is kNone.
template <class Visit>
void forEachSuccessor(const Plan& plan, Index pc, Index requestClass, const Visit& visit) {
  const Instruction& code = plan.code[pc];
  switch (code.op) {
    case Op::IfChance:
      if (code.p > 0) {
        visit(code.a);
      }
      if (code.p < 1) {
        visit(pc + 1);
      }
      return;
    case Op::IfClass: {
      const bool isKnown = requestClass != kNone;
      const bool isIn = isKnown && plan.classSets[code.b][requestClass];
      if (!isKnown || isIn) {
        visit(code.a);
      }
      if (!isKnown || !isIn) {
        visit(pc + 1);
      }
      return;
    }
    case Op::Jump:
      visit(code.a);
      return;
    case Op::Call:
      if (code.b != kNone) {
        visit(code.b);
      }
      visit(pc + 1);
      return;
    case Op::Parallel:
      if (code.c != kNone) {
        visit(code.c);
      }
      visit(pc + 1 + code.a);
      return;
    case Op::Route:
      for (const Route::Way& way : plan.routes[code.a].ways) {
        visit(way.pc);
      }
      return;
    case Op::Forward:
    case Op::Fail:
    case Op::End:
    case Op::Branch:
      return;
    case Op::Look:
      visit(code.b);
      visit(pc + 1);
      return;
    case Op::IfDrawn:
    case Op::IfUp:
    case Op::IfVersion:
    case Op::IfFlag:
      visit(code.a);
      visit(pc + 1);
      return;
    case Op::Fan:
    case Op::Take:
    case Op::Publish:
      if (code.c != kNone) {
        visit(code.c);
      }
      visit(pc + 1);
      return;
    case Op::Work:
    case Op::Wait:
    case Op::Send:
    case Op::Reply:
    case Op::Fill:
    case Op::Drop:
    case Op::Give:
    case Op::Draw:
    case Op::Gather:
    case Op::Observe:
    case Op::Degrade:
    case Op::Measure:
    case Op::Batch:
      visit(pc + 1);
      return;
  }
}

}  // namespace cantilever::plan
