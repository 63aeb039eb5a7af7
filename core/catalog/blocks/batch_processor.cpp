#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct BatchParams {
  Count workers{10};
  Choice instanceType{"m5.2xlarge"};
  Bytes job = 500_GB;
  Bytes split = 256_MB;
  Bandwidth ratePerCore = bytesPerSecond(25e6);
  double variation = 0.5;
  Law startup = Law::lognormal(Duration::seconds(420), 0.2);
  Ratio spotShare = ratio(0.8);
  Count needed{0};

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  std::uint32_t tasks() const {
    return static_cast<std::uint32_t>(std::clamp(std::ceil(job.raw() / split.raw()), 1.0, 1e7));
  }
  double taskSeconds() const { return job.raw() / tasks() / (ratePerCore.raw() * instanceClass().speed); }
  /// From the start of the cluster to its end, if a job has it to itself.
  double hoursOfJob() const {
    const double cores = static_cast<double>(workers.value()) * instanceClass().vcpu;
    return (startup.mean.inSeconds() + std::ceil(tasks() / cores) * taskSeconds()) / 3600;
  }
};

/// The instance types that the price book has EMR's surcharge for.
std::vector<Choice> batchChoices() {
  return {Choice{"m5.xlarge"}, Choice{"m5.2xlarge"}, Choice{"m5.4xlarge"}, Choice{"c5.2xlarge"},
          Choice{"r5.xlarge"}, Choice{"r5.2xlarge"}, Choice{"m6g.xlarge"}};
}

Schema<BatchParams> batchSchema() {
  return Schema<BatchParams>()
      .field("workers", &BatchParams::workers)
      .label("Workers")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help("Servers that work on a job together.")
      .source(Source::Grade::Judgement, "80 cores: the job below takes four minutes and its start.")
      .field("instance_type", &BatchParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(batchChoices())
      .help("Sets the cores (tasks at once), their speed and price of each worker.")
      .source(Source::Grade::Judgement, "General-purpose with eight cores.")
      .field("job", &BatchParams::job)
      .label("Bytes per job")
      .group("Behaviour")
      .range(1_MB, Bytes::fromRaw(1e15))
      .logarithmic()
      .help("Input of one job.")
      .source(Source::Grade::Judgement, "A day of raw events.")
      .field("split", &BatchParams::split)
      .label("Bytes per task")
      .group("Behaviour")
      .range(1_MB, 100_GB)
      .logarithmic()
      .help("A job is cut into tasks of this size. At most 65,535 are open at a time.")
      .source(Source::Grade::Known,
              "Spark SQL documentation: spark.sql.files.maxPartitionBytes is 128 MB; "
              "https://spark.apache.org/docs/")
      .field("rate_per_core", &BatchParams::ratePerCore)
      .label("Rate of a core")
      .group("Behaviour")
      .range(bytesPerSecond(1e4), bytesPerSecond(1e10))
      .logarithmic()
      .help("Input that a core works off, on Graviton3: reading, parsing, shuffling, writing.")
      .source(Source::Grade::Judgement, "25 MB/s for plain transformations; 5 to 10 for heavy joins.")
      .field("variation", &BatchParams::variation)
      .label("Variation of tasks")
      .group("Behaviour")
      .range(0, 10)
      .help(
          "Standard deviation of a task's time over its mean. A job is over with its last task: stragglers "
          "count.")
      .source(Source::Grade::Judgement, "Keys are not spread evenly.")
      .field("startup", &BatchParams::startup)
      .label("Start of the cluster")
      .group("Behaviour")
      .range(0_s, 1_h)
      .help("Before the first task of a job.")
      .source(Source::Grade::Judgement,
              "Virtual machines, and a framework onto them; seconds where the cluster stays.")
      .field("needed", &BatchParams::needed)
      .label("Tasks needed")
      .group("Reliability")
      .range(0, 10'000'000)
      .help("So many tasks must succeed; 0: all.")
      .source(Source::Grade::Judgement, "All.")
      .field("spot_share", &BatchParams::spotShare)
      .label("Spot")
      .group("Cost")
      .range(0, 1)
      .help("Share of the workers that may be taken away at two minutes' notice, for the bill.")
      .source(Source::Grade::Judgement, "Tasks can be repeated; those that keep data should stay.");
}

void lowerBatch(const BatchParams& params, plan::Lowering& lowering) {
  plan::Pool workers = hosted::machines(params.workers, params.instanceClass().vcpu);
  workers.queue = plan::QueueScope::Shared;
  const plan::Index pool = lowering.addPool(workers);
  const plan::OutLink task = lowering.addPart("task", pool, {}, [&](plan::ProgramBuilder& program) {
    program.work(Law::gamma(Duration::seconds(params.taskSeconds()), std::max(0.01, params.variation)));
  });
  plan::Fan tasks;
  tasks.window = plan::Fan::kMostOpen;
  tasks.needed = static_cast<std::uint32_t>(std::min<std::int64_t>(params.needed.value(), params.tasks()));
  lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.wait(params.startup)
        .draw(CountLaw::fixed(params.tasks()))
        .fanOut(task, tasks)
        .useAll(lowering.links());
  });
}

std::vector<Usage> usageOfBatch(const BatchParams& params, const Load& load) {
  const double hours =
      hosted::monthly(load) * params.hoursOfJob() * static_cast<double>(params.workers.value());
  const double spot = params.spotShare.raw();
  const std::string note = "jobs at the mean rate, each with the cluster to itself";
  return {{Usage::Kind::InstanceHours, params.instanceType.value, hours * (1 - spot), "ondemand", note},
          {Usage::Kind::InstanceHours, params.instanceType.value, hours * spot, "spot", note},
          {Usage::Kind::InstanceHours, "emr-uplift:" + params.instanceType.value, hours, "ondemand", note}};
}

}  // namespace

BlockType batch_processor() {
  return makeBlock<BatchParams>(
      {.key = "batch_processor",
       .label = "Batch processor",
       .category = Category::Analytics,
       .purpose = "Works through a day of data at once, cut into tasks for many servers.",
       .documentation =
           R"(**What happens to a job.** Each request is a job. The cluster starts. The job is cut into tasks, which wait in one queue for the cores of all workers; it is over with
its last task. Then the outgoing links are used: the result is written away.

With the defaults a job is 1,954 tasks of 10.8 s on 80 cores: 4.5 minutes and its start of 7. Jobs of several users share the cores.

**Schedule.** A job a day is a workload of 1 / 86,400 a second with even spacings; a trace says when exactly. Shorten the day to see several.

**Modelled.** Tasks, cores, stragglers, the price of on-demand and spot workers with the framework's surcharge.

**Not modelled.** Stages that wait for each other (a shuffle is part of the rate), tasks that are lost with a spot server and repeated, clusters that grow.
The bill gives each job the cluster for as long as it takes alone.)",
       .vendorNames = {"EMR", "Spark", "Databricks", "Dataproc", "HDInsight", "Hadoop", "AWS Batch"}},
      batchSchema(), lowerBatch, usageOfBatch,
      [](const BatchParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Worker, .image = "spark:3.5.8-java17"};
        deployable.instances = static_cast<int>(params.workers.value());
        deployable.instanceClass = params.instanceType.value;
        deployable.command = {"/opt/spark/bin/spark-class", "org.apache.spark.deploy.master.Master"};
        deployable.healthCheck = {"pgrep", "-f", "spark.deploy"};
        return deployable;
      },
      [](const BatchParams& params) {
        Traits traits;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.isStateless = true;
        traits.instances = static_cast<int>(params.workers.value());
        traits.mtbf = 730_h;  // spot interruptions, about once a month at worst: spotinfo, 2025-07
        traits.mttr = 10_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
