#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/elasticity.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct WorkerParams : elasticity::ElasticParams, machines::PurchaseParams {
  WorkerParams() { purchase = {"spot"}; }

  Count instances{4};
  Choice instanceType{"c7g.large"};
  Count concurrency{16};
  Law jobTime = Law::lognormal(50_ms, 1.5);
  Ratio processorShare = ratio(0.2);
  std::string image;

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  Law jobTimeHere() const { return jobTime.scaled(timeWith(processorShare.raw(), instanceClass().speed)); }
};

constexpr std::int64_t kJobsOfCore = 8;

Schema<WorkerParams> workerSchema() {
  Schema<WorkerParams> schema;
  schema.field("instances", &WorkerParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help("How many equal workers there are. See Scaling for a number that follows the load.")
      .source(Source::Grade::Judgement, "Enough to lose one and go on.")
      .field("instance_type", &WorkerParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Ec2))
      .help("Sets vCPUs (with them the jobs at once), their speed, and price.")
      .source(Source::Grade::Judgement, "A small compute-optimised server of the current generation.")
      .field("concurrency", &WorkerParams::concurrency)
      .label("Jobs at once per instance")
      .group("Size")
      .range(1, 1000)
      .logarithmic()
      .help("How many jobs one instance works on at the same time: eight for each vCPU, unless you say so.")
      .follows("the instance type",
               [](const WorkerParams& params) { return Count(kJobsOfCore * params.instanceClass().vcpu); })
      .source(Source::Grade::Judgement, "Eight per core, for jobs that mostly wait.")
      .field("job_time", &WorkerParams::jobTime)
      .label("Job time")
      .group("Behaviour")
      .range(1_us, 1_h)
      .logarithmic()
      .help(
          "Time of one job on a Graviton3 core, from taking it to having done it, calls over the outgoing "
          "links not included.")
      .source(Source::Grade::Judgement,
              "A few writes and a call to another service; jobs differ a lot, hence the variation.")
      .field("processor_share", &WorkerParams::processorShare)
      .label("Processor's share")
      .group("Behaviour")
      .range(0, 1)
      .help("Part of the job time in which the processor works: faster cores shorten that, not the rest.")
      .source(Source::Grade::Judgement, "Jobs mostly wait for other systems.");
  machines::addPurchaseField(schema)
      .help(
          "On demand, reserved for one or three years, or spot, which may be taken away at two minutes' "
          "notice: fine for jobs that can be repeated.")
      .source(Source::Grade::Read,
              "EC2 user guide and Spot Advisor data (2025-07): c7g.large at half the price, interrupted less "
              "than once in 20 months; github.com/alexei-led/spotinfo")
      .field("image", &WorkerParams::image)
      .label("Container image")
      .group("Size")
      .help("What exports deploy. Empty: a stand-in that does nothing but report that it is alive.")
      .source(Source::Grade::Judgement, "Your own image, once you have one.");
  elasticity::addElasticFields(schema);
  return schema;
}

void lowerWorker(const WorkerParams& params, plan::Lowering& lowering) {
  plan::Pool workers;
  workers.instances = static_cast<std::uint32_t>(params.instances.value());
  workers.servers = static_cast<std::uint32_t>(params.concurrency.value());
  workers.seats = workers.servers;           // a job keeps its slot while it calls others
  workers.queue = plan::QueueScope::Shared;  // workers fetch: whoever is free takes the oldest
  elasticity::makeElastic(params, workers);
  const plan::Index pool = lowering.addPool(workers);
  elasticity::addControls(params, workers, pool, params.instanceClass().vcpu, lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.jobTimeHere()).useAll(lowering.links()).end();
  });
}

std::vector<Usage> usageOfWorker(const WorkerParams& params, const Load&) {
  if (elasticity::livesElsewhere(params)) {
    return {};
  }
  const auto instances = static_cast<double>(params.instances.value());
  return {{Usage::Kind::InstanceHours, params.instanceType.value, instances * kHoursPerMonth,
           params.purchase.value, format(params.instances) + " instances x 730 h"}};
}

Deployable deployWorker(const WorkerParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::Worker;
  deployable.instances = static_cast<int>(params.instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.image = params.image;
  if (params.image.empty()) {
    deployable.image = "python:3.13-slim";
    deployable.command = {
        "python", "-c",
        "import pathlib, time\nwhile True:\n    pathlib.Path('/tmp/alive').touch()\n    time.sleep(5)\n"};
    deployable.healthCheck = {
        "python", "-c", "import os, sys, time; sys.exit(time.time() - os.path.getmtime('/tmp/alive') > 30)"};
  }
  deployable.settings["concurrency"] = format(params.concurrency);
  elasticity::describeElasticity(params, deployable);
  return deployable;
}

Traits traitsOfWorker(const WorkerParams& params) {
  Traits traits;
  traits.isCompute = true;
  traits.scalesAutomatically = elasticity::scales(params);
  traits.isStateless = true;
  traits.hasHealthCheck = true;  // by the platform, which replaces an instance that stops
  traits.instances = static_cast<int>(params.instances.value());
  // Two failures a year and instance, deployments gone wrong included: judgement. Of spot ones AWS takes one
  // back in 20 months, at most: the source of the field.
  traits.mtbf = params.purchase.value == "spot" ? 3360_h : 4380_h;
  traits.mttr = 3_min;
  return traits;
}

}  // namespace

BlockType worker() {
  BlockType type;
  type.key = "worker";
  type.label = "Workers";
  type.category = Category::Compute;
  type.purpose = "Servers that do jobs from a queue or log, off the path of requests.";
  type.documentation =
      R"(**What happens to a job.** It waits in one queue, in order of arrival. The first instance with a free slot takes it, keeps the slot for
the job time and for calls over the outgoing links, and goes on to the next.

**Modelled.** Slots, instances and the queue, which is unlimited: when more jobs arrive than can be done, it grows for as long as that
lasts. Feed workers by a link of mode *send*, so that nobody waits for them.

**Behind a log or queue** the link from there says how it reads: partitions, groups, batches, redelivery, dead letters (see the primitive
*Log*). Called directly, its own queue stands for the one in front, and a job that was in hand when its instance died is lost.

**Not modelled.** Processors are not a separate limit: the jobs at once, eight for each of the instance type's vCPUs unless stated, stand for them.
The bill counts the instances of the design, whatever a scaler does.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"EC2 Spot", "ECS service", "Lambda consumer", "Cloud Run jobs", "Container Apps jobs",
                      "Celery",   "Sidekiq"};
  return makeBlock<WorkerParams>(std::move(type), workerSchema(), &lowerWorker, &usageOfWorker, &deployWorker,
                                 &traitsOfWorker);
}

}  // namespace cantilever::catalog::blocks
