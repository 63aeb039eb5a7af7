#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/plan.h"

/// Internal to `faultIn(const Plan&)`: the checks of a plan, by element. Each stops at its first fault.
namespace cantilever::plan {

/// The first fault found; later ones are not looked at.
class FaultSink {
 public:
  bool hasFailed() const { return !m_fault.empty(); }
  const std::string& fault() const { return m_fault; }
  /// `describe` makes the sentence, and is only called for the first fault.
  void require(bool condition, const auto& describe) {
    if (!condition && !hasFailed()) {
      m_fault = describe();
    }
  }

 private:
  std::string m_fault;
};

/// As in: link "a-b".
inline std::string named(std::string_view kind, const std::string& key) {
  return std::string(kind) + " \"" + key + "\"";
}

/// By program: one past its last instruction. A program's code runs from its begin to the next larger begin.
std::vector<Index> programEnds(const Plan& plan);

void checkClasses(const Plan& plan, FaultSink& sink);
void checkSources(const Plan& plan, FaultSink& sink);
void checkPools(const Plan& plan, FaultSink& sink);
void checkCaches(const Plan& plan, FaultSink& sink);
void checkFans(const Plan& plan, FaultSink& sink);
void checkRoutes(const Plan& plan, FaultSink& sink);
void checkTokens(const Plan& plan, FaultSink& sink);
void checkMeters(const Plan& plan, FaultSink& sink);
void checkLogs(const Plan& plan, FaultSink& sink);
void checkBatchings(const Plan& plan, FaultSink& sink);
void checkWindows(const Plan& plan, FaultSink& sink);
/// After logs and links.
void checkStores(const Plan& plan, FaultSink& sink);
void checkLinks(const Plan& plan, FaultSink& sink);
/// Programs have code of their own, and all code belongs to one.
void checkLayout(const Plan& plan, FaultSink& sink);
/// After all elements: what the instructions say.
void checkPrograms(const Plan& plan, FaultSink& sink);
void checkControls(const Plan& plan, FaultSink& sink);
void checkActions(const Plan& plan, FaultSink& sink);
/// Zones, and what lies in them.
void checkZones(const Plan& plan, FaultSink& sink);

}  // namespace cantilever::plan
