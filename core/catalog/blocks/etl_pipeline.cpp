#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct EtlParams {
  Count slots{16};
  Count stages{4};
  Count tasksPerStage{3};
  Law taskTime = Law::lognormal(Duration::seconds(120), 0.8);
  Law scheduleTime = Law::lognormal(5_s, 0.6);
  Ratio failureShare = ratio(0.01);
  Count attempts{3};
  double unitsPerTask = 2;
  Ratio parallelShare = ratio(0.8);

  Law taskTimeHere() const {
    constexpr double kReferenceUnits = 2;
    return taskTime.scaled(timeWith(parallelShare.raw(), unitsPerTask / kReferenceUnits));
  }
};

Schema<EtlParams> etlSchema() {
  return Schema<EtlParams>()
      .field("slots", &EtlParams::slots)
      .label("Tasks at once")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("Of all runs together; more wait.")
      .source(Source::Grade::Known,
              "Apache Airflow configuration: worker_concurrency is 16; https://airflow.apache.org/docs/")
      .field("stages", &EtlParams::stages)
      .label("Stages")
      .group("Behaviour")
      .range(1, 30)
      .help("Of a run, one after the other: extract, check, transform, load.")
      .source(Source::Grade::Judgement, "The four steps of its name, with a check.")
      .field("tasks_per_stage", &EtlParams::tasksPerStage)
      .label("Tasks of a stage")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("Side by side; a stage is over with its last task.")
      .source(Source::Grade::Judgement, "Three sources.")
      .field("task_time", &EtlParams::taskTime)
      .label("A task")
      .group("Behaviour")
      .range(1_ms, 24_h)
      .logarithmic()
      .help("Time of one task with two units, calls over the outgoing links not included.")
      .source(Source::Grade::Judgement, "A query and some files.")
      .field("schedule_time", &EtlParams::scheduleTime)
      .label("Scheduling")
      .group("Behaviour")
      .range(0_s, 10_min)
      .help("Before each stage: the scheduler notices that it may begin.")
      .source(Source::Grade::Read,
              "Apache Airflow, airflow/configuration.py: scheduler_heartbeat_sec is 5; "
              "https://github.com/apache/airflow/pull/1761/files")
      .field("failure_share", &EtlParams::failureShare)
      .label("Failures")
      .group("Reliability")
      .range(0, 1)
      .help("Share of the attempts at a task that fail.")
      .source(Source::Grade::Judgement, "A source is not there, or not as expected.")
      .field("attempts", &EtlParams::attempts)
      .label("Attempts")
      .group("Reliability")
      .range(1, 6)
      .help("How often a task is tried, the first time included; then the run fails as injected.")
      .source(Source::Grade::Judgement, "Twice more, as most write into their settings.")
      .field("units_per_task", &EtlParams::unitsPerTask)
      .label("Units per task")
      .group("Cost")
      .range(0.0625, 100)
      .logarithmic()
      .help("Processing units (4 vCPU, 16 GB) that a task takes while it runs: more make it shorter.")
      .source(
          Source::Grade::Known,
          "AWS Glue developer guide: two units at least for a Spark job; https://docs.aws.amazon.com/glue/")
      .field("parallel_share", &EtlParams::parallelShare)
      .label("Parallel share")
      .group("Behaviour")
      .range(0, 1)
      .help("Part of a task's time that its units share; the rest takes as long with any number of them.")
      .source(Source::Grade::Judgement, "Rows are independent; planning, shuffling and commits are not.");
}

void lowerEtl(const EtlParams& params, plan::Lowering& lowering) {
  plan::Pool slots = hosted::machines(Count(1), static_cast<int>(params.slots.value()));
  slots.seats = hosted::small(params.slots);
  slots.queue = plan::QueueScope::Shared;
  const plan::Index pool = lowering.addPool(slots);
  const std::function<void(plan::ProgramBuilder&, std::int64_t)> attempt = [&](plan::ProgramBuilder& program,
                                                                               std::int64_t left) {
    program.work(params.taskTimeHere()).useAll(lowering.links());
    program.branch(params.failureShare.raw(), [&](plan::ProgramBuilder& failed) {
      if (left > 1) {
        attempt(failed, left - 1);
      } else {
        failed.fail(plan::Reason::Injected);
      }
    });
  };
  const plan::OutLink task = lowering.addPart(
      "task", pool, {}, [&](plan::ProgramBuilder& program) { attempt(program, params.attempts.value()); });
  lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.draw(CountLaw::fixed(hosted::small(params.tasksPerStage)));
    for (std::int64_t i = 0; i < params.stages.value(); ++i) {
      program.wait(params.scheduleTime).fanOut(task, {});
    }
  });
}

}  // namespace

BlockType etl_pipeline() {
  return makeBlock<EtlParams>(
      {.key = "etl_pipeline",
       .label = "ETL pipeline",
       .category = Category::Analytics,
       .purpose = "Fetches, checks, transforms and loads data in stages, on a schedule.",
       .documentation =
           R"(**What happens to a run.** Each request is a run. Its stages come one after the other: the scheduler notices, then the tasks of the stage are done side by side, each in a
slot, and the stage is over with its last task. A task takes its time and then uses the outgoing links (a lake, a warehouse). A task that fails is tried again in
its slot; after the last attempt the run fails.

**Schedule.** A run each hour is a workload of 1 / 3,600 a second with even spacings; a trace says when exactly.

**Modelled.** Stages, slots that all runs share, the slowest task, attempts, units in the bill for the time that tasks take.

**Not modelled.** Stages of different shapes, tasks that depend on some of another stage, pauses between attempts.)",
       .vendorNames = {"Glue", "MWAA", "Airflow", "Step Functions", "Composer", "Data Factory", "dbt"}},
      etlSchema(), lowerEtl,
      [](const EtlParams& params, const Load& load) {
        const auto tasks = static_cast<double>(params.stages.value() * params.tasksPerStage.value());
        return std::vector<Usage>{
            {Usage::Kind::CapacityUnitHours, "etl-unit",
             hosted::monthly(load) * tasks * params.taskTimeHere().mean.inHours() * params.unitsPerTask,
             "ondemand", "tasks of the month's runs at the mean rate"}};
      },
      [](const EtlParams&) {
        Deployable deployable{.kind = Deployable::Kind::Worker, .image = "apache/airflow:2.10.3"};
        deployable.instanceClass = "m7g.large";
        deployable.ports = {8080};
        deployable.command = {"standalone"};
        deployable.healthCheck = {"curl", "-fs", "http://127.0.0.1:8080/health"};
        return deployable;
      },
      [](const EtlParams&) {
        Traits traits;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.isStateless = true;
        traits.mtbf = 2190_h;  // four failures a year: judgement
        traits.mttr = 15_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
