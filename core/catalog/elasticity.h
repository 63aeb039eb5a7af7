#pragma once

#include "core/base/quantities.h"
#include "core/catalog/class_work.h"
#include "core/catalog/machines.h"
#include "core/catalog/residence.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/deployable.h"
#include "core/vocabulary/lowering.h"

/// What block types whose instances come and go have in common: autoscaling, booting, draining, and failures
/// by chance.
namespace cantilever::catalog::elasticity {

struct ElasticParams : machines::BootParams, machines::FaultParams {
  Choice scaleOn{"none"};
  double scaleTarget = 0.6;
  Count minInstances{1};
  Count maxInstances{0};
  Duration scalePeriod = Duration::seconds(60);
  Duration cooldownUp = {};
  Duration cooldownDown = Duration::seconds(300);
  Choice failure{"kill"};
  Count repairCrews{0};
  Count neededInstances{1};
  std::string scaleSteps;
  Duration lookahead = {};
  Duration idleExpiry = Duration::seconds(300);
  Count warmPool{0};
  Law warmBoot = Law::constant(Duration::seconds(5));
  std::string workByClass;
  double coldFactor = 1;
  Duration warmTime = {};
  std::string livesOn;
  bool hasDisk = false;
  Count diskServers{1};
  Law diskTime = Law::exponential(Duration::milliseconds(1));
  std::string nextWork;
  Ratio nextErrors{};
  Choice rollout{"in_place"};
  Count rolloutBatch{1};
};

std::string faultInScaleSteps(const std::string& text);

template <class P>
Schema<P>& addElasticFields(Schema<P>& schema) {
  using namespace literals;
  schema.field("scale_on", &ElasticParams::scaleOn)
      .label("Scale on")
      .group("Scaling")
      .choices({"none", "utilisation", "occupancy", "queue", "request_rate", "lag", "demand"})
      .help(
          "What the number of instances follows: busy servers, held seats (threads), waiting requests per "
          "instance, requests per second and instance, or unread messages per instance where it consumes "
          "from a log. demand: an instance comes with each request that finds no free seat (a thread, or a "
          "server "
          "where seats are unlimited), as functions do.")
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
      .source(Source::Grade::Known,
              "Kubernetes API reference, HorizontalPodAutoscaler v2: minReplicas is 1 by default; "
              "https://kubernetes.io/docs/reference/kubernetes-api/")
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
      .source(Source::Grade::Read,
              "Kubernetes API, HorizontalPodAutoscalerBehavior: unlike scaling down, scaling up is not "
              "stabilised by default; https://docs.rs/k8s-openapi/0.9.0/")
      .field("cooldown_down", &ElasticParams::cooldownDown)
      .label("Cooldown, down")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("Instances are taken away when fewer have been wanted for so long, and again after as long.")
      .source(Source::Grade::Known,
              "Kubernetes documentation: scaling down is stabilised over 300 s; https://kubernetes.io/docs/");
  machines::addBootFields(
      schema, Source::Grade::Read,
      "C. Percival, EC2 boot time benchmarking (2021): 29 s from the call until SSH answers, and as long for "
      "agent and application; ADMIN 65/2021 expects one to two minutes; "
      "https://www.daemonology.net/blog/2021-08-12-EC2-boot-time-benchmarking.html");
  machines::addFaultFields(schema, "Instances", "A month; shorten it to see failures in a short run.",
                           Source::Grade::Judgement, "Five minutes: detection and a new machine.");
  return schema.field("failure", &ElasticParams::failure)
      .label("What a failure does")
      .group("Reliability")
      .choices({"kill", "pause"})
      .help(
          "Kill: all that the instance holds fails, and calls go elsewhere. Pause: it stands still, work "
          "waits and is "
          "resumed, and calls go on to come.")
      .source(Source::Grade::Judgement, "Machines and processes mostly die.")
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
      .source(Source::Grade::Judgement, "One answers at all.")
      .field("scale_steps", &ElasticParams::scaleSteps)
      .label("Steps")
      .group("Scaling")
      .grammar(faultInScaleSteps, "above 70 %: +1, below 30 %: -1")
      .help(
          "Instead of the target: what is added or taken away when the figure is above or below something, "
          "such "
          "as \"above 70 %: +1, above 90 %: +4, below 30 %: -1\"; the step furthest out counts.")
      .source(Source::Grade::Judgement, "Target tracking needs no steps.")
      .field("lookahead", &ElasticParams::lookahead)
      .label("Look ahead")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help(
          "Scales for the load that a straight line through the last two periods reaches after that time, if "
          "it is "
          "more. The boot time is a good value; 0: the last period alone counts.")
      .source(Source::Grade::Judgement, "Most scalers only react.")
      .field("idle_expiry", &ElasticParams::idleExpiry)
      .label("Idle expiry")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("With demand: how long an instance stays without a request, if there are more than \"at least\".")
      .source(Source::Grade::Read,
              "KEDA, ScaledObject specification: cooldownPeriod is 300 seconds by default; providers of "
              "functions promise nothing; https://keda.sh/docs/latest/reference/scaledobject-spec")
      .field("warm_pool", &ElasticParams::warmPool)
      .label("Warm pool")
      .group("Scaling")
      .range(0, 10'000)
      .help("Prepared instances that stand by: the next ones ordered boot in the warm boot time.")
      .source(Source::Grade::Judgement, "None: what stands by costs as well.")
      .field("warm_boot", &ElasticParams::warmBoot)
      .label("Warm boot time")
      .group("Scaling")
      .range(Duration(), 24_h)
      .help("From the order of a prepared instance until it takes work.")
      .source(Source::Grade::Judgement, "A stopped machine starts in seconds.")
      .field("work_by_class", &ElasticParams::workByClass)
      .label("Work by request class")
      .group("Behaviour")
      .grammar(faultInClassWork, "get: x 3")
      .help(
          "Classes whose requests take more or less work: a factor (\"checkout: x 3\") or a law of their own "
          "(\"search: exponential 5 ms\"), separated by semicolons.")
      .source(Source::Grade::Judgement, "All requests are alike.")
      .field("cold_factor", &ElasticParams::coldFactor)
      .label("Slower when cold")
      .group("Behaviour")
      .range(1, plan::Pool::kMostColdFactor)
      .logarithmic()
      .help(
          "How many times as long work takes right after an instance has booted or was repaired; the factor "
          "falls "
          "to 1 within the time to warm up.")
      .source(Source::Grade::Judgement, "Always warm.")
      .field("warm_time", &ElasticParams::warmTime)
      .label("Time to warm up")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("How long an instance that came up is slower than others. 0: it never is.")
      .source(Source::Grade::Judgement, "Always warm.")
      .field("lives_on", &ElasticParams::livesOn)
      .label("Lives on")
      .group("Reliability")
      .grammar(faultInResidence, "station-0 x 10000")
      .help(
          "The id of a block on whose instances these live, and how many on each (\"nodes x 10\"): they go "
          "when "
          "that goes, and only come where there is one.")
      .source(Source::Grade::Judgement, "On machines of their own.")
      .field("has_disk", &ElasticParams::hasDisk)
      .label("Uses its disk")
      .group("Behaviour")
      .help("Each request also does work at the disk of its instance, after the first work at its servers.")
      .source(Source::Grade::Judgement, "Most servers keep nothing.")
      .field("disk_servers", &ElasticParams::diskServers)
      .label("Disk operations at a time")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("Of one instance; more wait, first come, first served.")
      .source(Source::Grade::Judgement, "One head; solid-state disks do dozens.")
      .field("disk_time", &ElasticParams::diskTime)
      .label("Disk time")
      .group("Behaviour")
      .range(Duration::nanoseconds(1), 24_h)
      .logarithmic()
      .help("How long the disk is busy with one request.")
      .source(Source::Grade::Judgement, "About what networked block storage takes.")
      .field("next_work", &ElasticParams::nextWork)
      .label("Work of the next version")
      .group("Rollout")
      .grammar(faultInOtherWork, "x 1.3")
      .help(
          "What a rollout changes: a factor (\"x 1.3\") or a law instead of the service time of the present "
          "version.")
      .source(Source::Grade::Judgement, "The next version is no slower.")
      .field("next_errors", &ElasticParams::nextErrors)
      .label("Errors of the next version")
      .group("Rollout")
      .range(ratio(0), ratio(1))
      .help("The share of its requests that fail after they were worked on.")
      .source(Source::Grade::Judgement, "The next version works.")
      .field("rollout", &ElasticParams::rollout)
      .label("Rollout")
      .group("Rollout")
      .choices({"in_place", "blue_green"})
      .choiceLabels({{"blue_green", "Blue-green"}})
      .help(
          "In place: some instances at a time drain, boot with the other version and take work again. "
          "Blue-green: as many new ones as there is room for boot first, and take over together.")
      .source(Source::Grade::Known,
              "Kubernetes documentation, Deployments: RollingUpdate is the default strategy; "
              "https://kubernetes.io/docs/")
      .field("rollout_batch", &ElasticParams::rolloutBatch)
      .label("Replaced at a time")
      .group("Rollout")
      .range(1, 10'000)
      .logarithmic()
      .help("Instances that are out of service at a time during a rollout in place.")
      .source(Source::Grade::Known,
              "Docker reference, docker service update: --update-parallelism is 1 by default, and Kubernetes "
              "goes through a StatefulSet one by one; "
              "https://docs.docker.com/reference/cli/docker/service/update/");
}

/// A scaler has something to decide.
bool scales(const ElasticParams& params);
/// Its instances live on those of another block, with which they are paid.
inline bool livesElsewhere(const ElasticParams& params) {
  return !params.livesOn.empty();
}
/// What exporters have to know to scale it in the same way, and where it lives (`lives_on`, a block, and
/// `lives_per_host`): see Deployable.
void describeElasticity(const ElasticParams& params, Deployable& deployable);
/// Gives the pool its room, boot time and drain limit; before it is added.
void makeElastic(const ElasticParams& params, plan::Pool& pool);
/// Its scaler, its random faults and what its work depends on; after it was added, before its operations.
/// `processors`: what each instance reserves where it lives.
void addControls(const ElasticParams& params, const plan::Pool& pool, plan::Index index, double processors,
                 plan::Lowering& lowering);

/// The two paragraphs that the documentation of every such block has.
extern const char* const kElasticDocumentation;

}  // namespace cantilever::catalog::elasticity
