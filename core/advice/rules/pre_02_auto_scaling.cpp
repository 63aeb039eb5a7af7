#include <algorithm>
#include <cmath>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kReserve = 1.5;     ///< times the load of the run that fixed instances should carry
constexpr double kTargetBusy = 0.7;  ///< the usual target of a CPU scaling policy

/// How many instances carry kReserve times the load of the run at the target utilisation.
std::string sizingOf(const Survey& survey, const std::vector<const Station*>& fixed) {
  std::string text;
  for (const Station* tier : fixed) {
    const std::optional<double> busy = survey.utilisation(*tier);
    if (busy) {
      const double wanted = std::ceil(tier->traits.instances * *busy * kReserve / kTargetBusy);
      text += (text.empty() ? " For one and a half times the load of the run at 70 %: " : ", ") +
              tier->name() + " " + counted(static_cast<std::size_t>(wanted), "instance");
    }
  }
  return text.empty() ? text : text + ".";
}

Answer checkAutoScaling(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> tiers = survey.where(
      [](const Station& station) { return station.traits.isCompute && station.traits.isStateless; });
  if (tiers.empty()) {
    return notApplicable("There is no stateless compute block to scale.");
  }
  std::vector<const Station*> fixed;
  std::copy_if(tiers.begin(), tiers.end(), std::back_inserter(fixed),
               [](const Station* tier) { return !tier->traits.scalesAutomatically; });
  if (fixed.empty()) {
    return passed("Scales with its load: " + namesOf(tiers) + ".");
  }
  std::string evidence;
  for (const Station* tier : fixed) {
    const std::optional<double> busy = survey.utilisation(*tier);
    evidence += (evidence.empty() ? "" : " ") + tier->name() + ": " +
                counted(static_cast<std::size_t>(tier->traits.instances), "instance") + ", whatever the load";
    evidence += busy && *busy > 0 ? "; " + percent(*busy) + " busy in the run, full at " +
                                        formatNumber(1.0 / *busy, 3) + " times its load."
                                  : ".";
  }
  return failed(
      evidence,
      "Let it scale on utilisation (Scaling in the inspector; a target of 60 to 70 % and two instances "
      "at least), or provision for the peak with a reserve. Terraform exports carry scaling on utilisation, "
      "and "
      "on requests behind a load balancer; for other figures they carry the bounds alone." +
          sizingOf(survey, fixed),
      fixed);
}

}  // namespace

ChecklistItem pre_02_auto_scaling() {
  return {"PRE-02",
          "pre-launch",
          "Auto-scaling enabled",
          "Load moves over the day and jumps on launch day; a fixed number of servers is either idle or too "
          "small.",
          "Each stateless compute block scales by itself with its load.",
          &checkAutoScaling};
}

}  // namespace cantilever::advice::rules
