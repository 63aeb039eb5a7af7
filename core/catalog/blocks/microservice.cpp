#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/elasticity.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

/// What a task may have, as AWS Fargate sells it.
struct TaskSize {
  std::string_view key;
  double vcpu;
  double memory_gb;
};
constexpr std::array kTaskSizes = std::to_array<TaskSize>({{"0.25 vCPU, 0.5 GB", 0.25, 0.5},
                                                           {"0.5 vCPU, 1 GB", 0.5, 1},
                                                           {"1 vCPU, 2 GB", 1, 2},
                                                           {"1 vCPU, 4 GB", 1, 4},
                                                           {"2 vCPU, 4 GB", 2, 4},
                                                           {"2 vCPU, 8 GB", 2, 8},
                                                           {"4 vCPU, 8 GB", 4, 8},
                                                           {"4 vCPU, 16 GB", 4, 16},
                                                           {"8 vCPU, 16 GB", 8, 16},
                                                           {"16 vCPU, 32 GB", 16, 32}});

std::vector<Choice> taskChoices() {
  std::vector<Choice> choices;
  for (const TaskSize& size : kTaskSizes) {
    choices.push_back(Choice{std::string(size.key)});
  }
  return choices;
}

struct MicroserviceParams : elasticity::ElasticParams {
  MicroserviceParams() { bootTime = Law::constant(45_s); }
  Count instances{6};
  Choice taskSize{"1 vCPU, 2 GB"};
  Count concurrency{64};
  Count queueLimit{128};
  Law cpuTime = Law::lognormal(2_ms, 1.0);
  Ratio errorShare = ratio(0);
  std::string image;

  const TaskSize& size() const {
    const auto at = std::find_if(kTaskSizes.begin(), kTaskSizes.end(),
                                 [&](const TaskSize& each) { return each.key == taskSize.value; });
    return at == kTaskSizes.end() ? kTaskSizes[2] : *at;
  }
};

constexpr double kCallsOfProcessor = 64;

Schema<MicroserviceParams> microserviceSchema() {
  Schema<MicroserviceParams> schema;
  schema.field("instances", &MicroserviceParams::instances)
      .label("Tasks")
      .group("Size")
      .range(1, 2000)
      .logarithmic()
      .help("How many equal containers there are. See Scaling for a number that follows the load.")
      .source(Source::Grade::Judgement, "Two in each of three zones.")
      .field("task_size", &MicroserviceParams::taskSize)
      .label("Task size")
      .group("Size")
      .choices(taskChoices())
      .help("Processors, memory and price of each container. Less than one vCPU is one that is slower.")
      .source(Source::Grade::Known, "AWS Fargate: the sizes of tasks; https://docs.aws.amazon.com/AmazonECS/")
      .field("concurrency", &MicroserviceParams::concurrency)
      .label("Calls at once per task")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help(
          "Calls that one container works on at once, waiting for others included: its threads, or its own "
          "limit.")
      .follows(
          "the task size",
          [](const MicroserviceParams& params) {
            return Count(static_cast<std::int64_t>(kCallsOfProcessor * std::max(1.0, params.size().vcpu)));
          })
      .source(Source::Grade::Judgement, "A limit that protects it: 64 for each processor.")
      .field("queue_limit", &MicroserviceParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 100'000)
      .logarithmic()
      .help("Calls that may wait at one container; one more is refused.")
      .source(Source::Grade::Judgement, "Twice what it works on: 0.3 s of work.")
      .field("cpu_time", &MicroserviceParams::cpuTime)
      .label("CPU time")
      .group("Behaviour")
      .range(10_us, 10_s)
      .logarithmic()
      .help("Processor time of one call, on a whole Graviton vCPU.")
      .source(Source::Grade::Judgement,
              "A call that reads or changes one thing and answers in JSON: 500 a second and core.")
      .field("error_share", &MicroserviceParams::errorShare)
      .label("Errors")
      .group("Reliability")
      .range(0, 1)
      .help("Share of the calls that it answers with an error after its work, as a bad release does.")
      .source(Source::Grade::Judgement, "None, so that what fails has a cause in the design.")
      .field("image", &MicroserviceParams::image)
      .label("Container image")
      .group("Size")
      .help("What exports deploy; it must answer on port 8080. Empty: a stand-in that answers every path.")
      .source(Source::Grade::Judgement, "Your own image, once you have one.");
  elasticity::addElasticFields(schema);
  return schema
      .sourceOf("boot_time", Source::Grade::Judgement,
                "A place for the task, its image, and the start of the application.")
      .sourceOf("time_to_repair", Source::Grade::Read,
                "Kubernetes: what ran on a node that is unreachable goes after 300 s "
                "(default-unreachable-toleration-seconds, as Huawei Cloud documents it); "
                "https://support.huaweicloud.com/intl/en-us/drawer-cce/"
                "Cluster_default-unreachable-toleration-seconds.html");
}

void lowerMicroservice(const MicroserviceParams& params, plan::Lowering& lowering) {
  const double vcpu = params.size().vcpu;
  plan::Pool tasks = hosted::machines(params.instances, std::max(1, static_cast<int>(vcpu)));
  tasks.seats = hosted::small(params.concurrency);
  tasks.queueLimit = hosted::small(params.queueLimit);
  elasticity::makeElastic(params, tasks);
  const plan::Index pool = lowering.addPool(tasks);
  elasticity::addControls(params, tasks, pool, vcpu, lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.cpuTime.scaled(std::max(1.0, 1.0 / vcpu))).useAll(lowering.links());
    if (params.errorShare > ratio(0)) {
      program.branch(params.errorShare.raw(),
                     [](plan::ProgramBuilder& error) { error.fail(plan::Reason::Injected); });
    }
  });
}

std::vector<Usage> usageOfMicroservice(const MicroserviceParams& params, const Load&) {
  if (elasticity::livesElsewhere(params)) {
    return {};
  }
  const auto tasks = static_cast<double>(params.instances.value());
  const TaskSize& size = params.size();
  return {hosted::allMonth(Usage::Kind::CapacityUnitHours, "container-vcpu", tasks * size.vcpu,
                           format(params.instances) + " tasks x " + formatNumber(size.vcpu) + " vCPU"),
          hosted::allMonth(Usage::Kind::CapacityUnitHours, "container-gb", tasks * size.memory_gb,
                           format(params.instances) + " tasks x " + formatNumber(size.memory_gb) + " GB")};
}

/// The smallest server that holds one task: exports without containers of their own run each on one.
std::string serverFor(const TaskSize& size) {
  return size.vcpu <= 2   ? "c7g.large"
         : size.vcpu <= 4 ? "c7g.xlarge"
         : size.vcpu <= 8 ? "c7g.2xlarge"
                          : "c7g.4xlarge";
}

}  // namespace

BlockType microservice() {
  BlockType type{
      .key = "microservice",
      .label = "Microservice",
      .category = Category::Compute,
      .purpose = "One service with one purpose, in containers that a platform places and replaces."};
  type.documentation =
      R"(**What happens to a call.** The incoming link picks a container. The call takes one of its slots, waiting in its queue if all are taken, and is
refused when the queue is full. It queues for a processor for the CPU time, then uses the outgoing links: look-ups first, then what they missed,
then the others in order. The slot is free again when the answer is sent.

**Modelled.** Slots and processors as two limits of each container; a fraction of a vCPU as a slower one; errors by chance; vCPU and memory
in the bill. Time limits and retries belong to the links that lead here.

**Not modelled.** Processor time is spent before the calls, not in between. Short bursts beyond a fraction of a vCPU, which platforms allow until
they throttle. The bill counts the tasks of the design, whatever a scaler does. Exports to virtual machines run each task on a server of its own.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"ECS", "Fargate",    "EKS",  "Cloud Run", "GKE", "Container Apps",
                      "AKS", "Kubernetes", "Nomad"};
  return makeBlock<MicroserviceParams>(
      std::move(type), microserviceSchema(), lowerMicroservice, usageOfMicroservice,
      [](const MicroserviceParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Compute, .image = params.image};
        deployable.instances = static_cast<int>(params.instances.value());
        deployable.instanceClass = serverFor(params.size());
        deployable.ports = {8080};
        if (params.image.empty()) {
          deployable.image = "nginx:1.28-alpine";
          deployable.command = {
              "sh", "-c",
              "echo 'server { listen 8080; location / { default_type text/plain; return 200 "
              "\"ok\"; } }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"};
        }
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"};
        elasticity::describeElasticity(params, deployable);
        return deployable;
      },
      [](const MicroserviceParams& params) {
        Traits traits;
        traits.isCompute = true;
        traits.isStateless = true;
        traits.hasHealthCheck = true;
        traits.scalesAutomatically = elasticity::scales(params);
        traits.instances = static_cast<int>(params.instances.value());
        traits.mtbf = 4380_h;  // two failures a year and task, deployments gone wrong included: judgement
        traits.mttr = 1_min;   // a new container in place of the old one
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
