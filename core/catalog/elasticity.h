#pragma once

#include "core/base/quantities.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What block types whose instances come and go have in common: autoscaling, booting, draining, and failures
/// by chance.
namespace cantilever::catalog::elasticity {

struct ElasticParams {
  Choice scaleOn{"none"};
  double scaleTarget = 0.6;
  Count minInstances{1};
  Count maxInstances{0};
  Duration scalePeriod = Duration::seconds(60);
  Duration cooldownUp = {};
  Duration cooldownDown = Duration::seconds(300);
  Law bootTime = Law::constant(Duration::seconds(60));
  Duration drainLimit = Duration::seconds(30);
  bool failsAtRandom = false;
  Choice failure{"kill"};
  Duration timeToFailure = Duration::hours(720);
  Duration timeToRepair = Duration::seconds(300);
  Count repairCrews{0};
  Count neededInstances{1};
};

template <class P>
Schema<P>& addElasticFields(Schema<P>& schema) {
  using namespace literals;
  return schema.field("scale_on", &ElasticParams::scaleOn)
      .label("Scale on")
      .group("Scaling")
      .choices({"none", "utilisation", "occupancy", "queue", "request_rate", "lag"})
      .help(
          "What the number of instances follows: busy servers, held seats (threads), waiting requests per "
          "instance, requests per second and instance, or unread messages per instance where it consumes "
          "from a log.")
      .source(Source::Grade::Judgement, "A fixed number, until somebody decides otherwise.")
      .field("scale_target", &ElasticParams::scaleTarget)
      .label("Target")
      .group("Scaling")
      .range(0.001, 1e9)
      .logarithmic()
      .help(
          "Of the figure above: a share such as 0.6 for utilisation and occupancy, requests or messages for "
          "queue and lag, "
          "requests per "
          "second for request_rate. Deviations below 10 % are left alone.")
      .source(
          Source::Grade::Known,
          "Kubernetes documentation, Horizontal Pod Autoscaling: a tolerance of 0.1; 50 to 70 % processor "
          "utilisation is the usual target; https://kubernetes.io/docs/")
      .field("min_instances", &ElasticParams::minInstances)
      .label("At least")
      .group("Scaling")
      .range(0, 10'000)
      .logarithmic()
      .help("The scaler never goes below.")
      .source(Source::Grade::Judgement, "One.")
      .field("max_instances", &ElasticParams::maxInstances)
      .label("At most")
      .group("Scaling")
      .range(0, 10'000)
      .logarithmic()
      .help("The scaler never goes above, nor does a scenario; 0: no more than there are.")
      .source(Source::Grade::Judgement, "No room, so that nothing grows unasked.")
      .field("scale_period", &ElasticParams::scalePeriod)
      .label("Period")
      .group("Scaling")
      .range(1_s, 24_h)
      .logarithmic()
      .help("The scaler looks at the mean of its figure over this time, and decides at its end.")
      .source(Source::Grade::Known,
              "Amazon EC2 Auto Scaling user guide: detailed monitoring has a period of one minute; "
              "https://docs.aws.amazon.com/autoscaling/")
      .field("cooldown_up", &ElasticParams::cooldownUp)
      .label("Cooldown, up")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("How long it waits after adding instances before it adds more.")
      .source(Source::Grade::Judgement, "None: instances that boot are counted as there.")
      .field("cooldown_down", &ElasticParams::cooldownDown)
      .label("Cooldown, down")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("How long it waits after taking instances away before it takes more.")
      .source(Source::Grade::Known,
              "Kubernetes documentation: scaling down is stabilised over 300 s; https://kubernetes.io/docs/")
      .field("boot_time", &ElasticParams::bootTime)
      .label("Boot time")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("From the order of a new instance until it takes work.")
      .source(Source::Grade::Judgement,
              "A virtual machine with an agent and an application; containers take seconds.")
      .field("drain_limit", &ElasticParams::drainLimit)
      .label("Drain limit")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help(
          "An instance that is taken away gets no new work and this long to finish what it holds; the rest "
          "fails. "
          "0: as long as it takes.")
      .source(Source::Grade::Known,
              "Kubernetes documentation: terminationGracePeriodSeconds is 30; https://kubernetes.io/docs/")
      .field("fails_at_random", &ElasticParams::failsAtRandom)
      .label("Fails at random")
      .group("Reliability")
      .help("Instances fail and are repaired by chance while a simulation runs.")
      .source(Source::Grade::Judgement, "Off: a run shows the load alone.")
      .field("failure", &ElasticParams::failure)
      .label("What a failure does")
      .group("Reliability")
      .choices({"kill", "pause"})
      .help(
          "Kill: all that the instance holds fails, and calls go elsewhere. Pause: it stands still, work "
          "waits and is "
          "resumed, and calls go on to come.")
      .source(Source::Grade::Judgement, "Machines and processes mostly die.")
      .field("time_to_failure", &ElasticParams::timeToFailure)
      .label("Time to failure")
      .group("Reliability")
      .range(1_s, Duration::hours(876'000))
      .logarithmic()
      .help("Mean of an exponential law, for each instance while it is up.")
      .source(Source::Grade::Judgement, "A month; shorten it to see failures in a short run.")
      .field("time_to_repair", &ElasticParams::timeToRepair)
      .label("Time to repair")
      .group("Reliability")
      .range(1_ms, Duration::hours(8760))
      .logarithmic()
      .help("Mean of an exponential law, from the begin of the repair.")
      .source(Source::Grade::Judgement, "Five minutes: detection and a new machine.")
      .field("repair_crews", &ElasticParams::repairCrews)
      .label("Repair crews")
      .group("Reliability")
      .range(0, 10'000)
      .help("Repairs that go on at a time; 0: all at once.")
      .source(Source::Grade::Judgement, "Machines are replaced by machines.")
      .field("needed_instances", &ElasticParams::neededInstances)
      .label("Needed instances")
      .group("Reliability")
      .range(0, 10'000)
      .help("The block counts as available while at least as many take work (k of n).")
      .source(Source::Grade::Judgement, "One answers at all.");
}

/// A scaler has something to decide.
bool scales(const ElasticParams& params);
/// Gives the pool its room, boot time and drain limit; before it is added.
void makeElastic(const ElasticParams& params, plan::Pool& pool);
/// Its scaler and its random faults; after it was added.
void addControls(const ElasticParams& params, const plan::Pool& pool, plan::Index index,
                 plan::Lowering& lowering);

/// The two paragraphs that the documentation of every such block has.
extern const char* const kElasticDocumentation;

}  // namespace cantilever::catalog::elasticity
