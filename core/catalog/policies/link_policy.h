#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/param_spec.h"
#include "core/vocabulary/plan/reason.h"
#include "core/vocabulary/traits.h"

namespace cantilever::catalog {

/// What can be said of a link beyond its own fields: how calls over it meet failure.
struct LinkPolicy {
  Count attempts{1};
  Choice backoffGrowth{"doubling"};
  Law backoffLaw = Law::exponential(Duration::milliseconds(100));
  std::string retryOn;
  Duration backoff = Duration::milliseconds(100);
  Duration backoffCap = Duration::seconds(20);
  bool jitter = true;
  bool retryBudget = false;
  Ratio budgetShare = ratio(0.2);
  Rate budgetFloor = perSecond(0);
  Count budgetDepth{10};
  Count breakerFailures{0};
  Count breakerWindow{0};
  Duration breakerTime;
  Count breakerMinimum{0};
  Ratio breakerShare = ratio(0.5);
  Duration breakerOpen = Duration::seconds(10);
  Count breakerProbes{1};
  Duration hedge;
  bool cancels = false;
  bool propagates = false;
  Choice onFailure{"fail"};
  Count connections{0};
  Duration connectionWait;
  Count connectionQueue{1'000'000'000};
  Count callBatch{1};
  Duration callLinger;
  Duration healthInterval;
  Duration healthTimeout = Duration::seconds(1);
  Count downAfter{3};
  Count upAfter{2};
  bool failsOpen = true;
  Duration slowStart;
  Count ejectAfter{0};
  Duration ejectFor = Duration::seconds(30);
  Count choices{0};
  Count ringPoints{100};
  std::string weights;
  Choice locality{"anywhere"};
  Choice scope{"shared"};
  Count priority{0};
  bool isNearest = false;
  Bandwidth bandwidth{};
  Ratio loss = ratio(0);
  Ratio errors = ratio(0);
  std::string flag;
  bool unlessFlag = false;
};

/// "timed_out, connection_refused": names of reasons, as results have them. Error code "reasons.syntax".
Result<std::vector<plan::Reason>> parseReasons(std::string_view text);

/// What `Link::params` may hold: the above and, for links that leave a log, the settings of its consumers
/// (consumption.h).
const std::vector<ParamSpec>& linkParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
LinkPolicy linkPolicyOf(const Params& params);
/// The same over what the block that calls does by itself (Traits::linkDefaults).
LinkPolicy linkPolicyOf(const Params& params, const Traits& caller);

}  // namespace cantilever::catalog
