#pragma once

#include "core/base/quantities.h"
#include "core/base/text.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What block types that are machines have in common, however else they differ: how they are bought, how they
/// come and go, and that they fail by chance. A struct of parameters derives from those it needs.
namespace cantilever::catalog::machines {

struct PurchaseParams {
  Choice purchase{"ondemand"};
};

/// May it be taken away at short notice? What keeps data may not.
enum class Spot : std::uint8_t { Offered, NotOffered };

template <class P>
Schema<P>& addPurchaseField(Schema<P>& schema, Spot spot = Spot::Offered) {
  schema.field("purchase", &PurchaseParams::purchase).label("Purchase").group("Cost");
  if (spot == Spot::Offered) {
    schema.choices({"ondemand", "ri1y", "ri3y", "spot"})
        .choiceLabels(
            {{"ondemand", "On demand"}, {"ri1y", "Reserved, 1 year"}, {"ri3y", "Reserved, 3 years"}})
        .help(
            "On demand, reserved for one or three years, or spot, which may be taken away at two minutes' "
            "notice.");
  } else {
    schema.choices({"ondemand", "ri1y", "ri3y"})
        .choiceLabels(
            {{"ondemand", "On demand"}, {"ri1y", "Reserved, 1 year"}, {"ri3y", "Reserved, 3 years"}})
        .help("On demand, or reserved for one or three years.");
  }
  return schema.source(Source::Grade::Judgement, "The price to compare others with.");
}

struct BootParams {
  Law bootTime = Law::constant(Duration::seconds(60));
  Duration drainLimit = Duration::seconds(30);
};

template <class P>
Schema<P>& addBootFields(Schema<P>& schema, Source::Grade grade, const char* whyBootTime) {
  return schema.field("boot_time", &BootParams::bootTime)
      .label("Boot time")
      .group("Scaling")
      .range(Duration(), Duration::hours(24))
      .help("From the order of a new instance until it takes work.")
      .source(grade, whyBootTime)
      .field("drain_limit", &BootParams::drainLimit)
      .label("Drain limit")
      .group("Scaling")
      .range(Duration(), Duration::hours(24))
      .help(
          "An instance that is taken away gets no new work and this long to finish what it holds; the rest "
          "fails. 0: as long as it takes.")
      .source(Source::Grade::Known,
              "Kubernetes documentation: terminationGracePeriodSeconds is 30; https://kubernetes.io/docs/");
}

struct FaultParams {
  bool failsAtRandom = false;
  Duration timeToFailure = Duration::hours(720);
  Duration timeToRepair = Duration::seconds(300);
};

/// `what` fails: "Instances", "Members".
template <class P>
Schema<P>& addFaultFields(Schema<P>& schema, const std::string& what, const char* whyFailure,
                          Source::Grade gradeOfRepair, const char* whyRepair) {
  return schema.field("fails_at_random", &FaultParams::failsAtRandom)
      .label("Fails at random")
      .group("Reliability")
      .help(what + " fail and are repaired by chance while a simulation runs.")
      .source(Source::Grade::Judgement, "Off: a run shows the load alone.")
      .field("time_to_failure", &FaultParams::timeToFailure)
      .label("Time to failure")
      .group("Reliability")
      .range(Duration::seconds(1), Duration::hours(876'000))
      .logarithmic()
      .help("Mean of an exponential law, for each one while it is up.")
      .source(Source::Grade::Judgement, whyFailure)
      .field("time_to_repair", &FaultParams::timeToRepair)
      .label("Time to repair")
      .group("Reliability")
      .range(Duration::milliseconds(1), Duration::hours(8760))
      .logarithmic()
      .help("Mean of an exponential law, from the begin of the repair.")
      .source(gradeOfRepair, whyRepair);
}

/// Of those that fail at random; otherwise nothing is to be added.
inline plan::RandomFault faultOf(const FaultParams& params, plan::Index pool) {
  plan::RandomFault fault;
  fault.pool = pool;
  fault.timeToFailure = Law::exponential(params.timeToFailure);
  fault.timeToRepair = Law::exponential(params.timeToRepair);
  return fault;
}

/// Warns if a number of instances may not grow to what it is already: `most` is 0 where there is no room.
inline void warnIfMostIsLess(Count instances, Count most, const char* key, plan::Lowering& lowering) {
  if (most == Count(0) || most >= instances) {
    return;
  }
  lowering.warn("scaling.most_is_less",
                "At most " + format(most) + " is less than the " + format(instances) +
                    " that it has: none is ever added. Set it to more than " + format(instances) +
                    ", or to 0 for a fixed number.",
                key);
}

}  // namespace cantilever::catalog::machines
