#pragma once

#include <string>
#include <vector>

#include "core/vocabulary/plan.h"

/// Plans by hand, for tests of what reads them.
namespace cantilever::test {

plan::Instruction work(plan::Index law);
plan::Instruction call(plan::Index link, plan::Index onFailure = plan::kNone);
plan::Instruction send(plan::Index link);
plan::Instruction forward(plan::Index link);
plan::Instruction parallel(plan::Index n, plan::Index needed, plan::Index onFailure = plan::kNone);
plan::Instruction branch(plan::Index link);
plan::Instruction ifChance(double p, plan::Index target);
plan::Instruction ifClass(plan::Index set, plan::Index target);
plan::Instruction jump(plan::Index target);
plan::Instruction reply();
plan::Instruction fail(plan::Reason reason = plan::Reason::Injected);
plan::Instruction end();

/// Jump targets in the code handed to `program` count from the program's own beginning. Links are announced
/// first (`link`) and aimed once their callee is there (`aim`).
class PlanMaker {
 public:
  plan::Plan plan;

  plan::Index requestClass(const std::string& key);
  plan::Index law(const Law& law);
  plan::Index pool(const std::string& key, std::uint32_t servers = 1);
  plan::Index link(const std::string& key);
  plan::Index program(const std::string& key, plan::Index pool, std::vector<plan::Instruction> code);
  void aim(plan::Index link, plan::Index program);
  void source(const std::string& key, plan::Index requestClass, double perSecond, plan::Index program);
  plan::Index classSet(std::vector<bool> classes);

 private:
  static plan::Index last(const auto& elements) { return static_cast<plan::Index>(elements.size() - 1); }
  static void relocate(plan::Instruction& code, plan::Index begin);
};

std::string textOf(const CountLaw& law);

/// The code of one program, pcs counted from its beginning: "IfChance 0.5 ->3; Call a-b; End".
std::string codeOf(const plan::Plan& plan, plan::Index program, plan::Index size);

/// Everything in a plan, for comparisons and for a look at it.
std::string textOf(const plan::Plan& plan);

}  // namespace cantilever::test
