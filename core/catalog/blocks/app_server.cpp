#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/elasticity.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct AppServerParams : elasticity::ElasticParams, machines::PurchaseParams {
  Count instances{3};
  Choice instanceType{"m7g.large"};
  Count threads{200};
  bool asyncIo = false;
  Count queueLimit{100};
  Law cpuTime = Law::lognormal(8_ms, 1.0);
  bool stateless = true;
  std::string healthPath = "/health";
  std::string image;

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
};

Schema<AppServerParams> appServerSchema() {
  Schema<AppServerParams> schema;
  schema.field("instances", &AppServerParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help("How many equal servers there are. See Scaling for a number that follows the load.")
      .source(Source::Grade::Judgement, "One in each of three zones.")
      .field("instance_type", &AppServerParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Ec2))
      .help("Sets vCPUs (the requests that compute at once), their speed and price.")
      .source(Source::Grade::Judgement, "A small general-purpose server of the current generation.")
      .field("threads", &AppServerParams::threads)
      .label("Threads per instance")
      .group("Size")
      .range(1, 10000)
      .logarithmic()
      .help(
          "Requests that one instance works on at once. A thread is held from start to answer, waiting for "
          "databases included: when they slow down, threads run out before processors do.")
      .source(Source::Grade::Known,
              "Spring Boot reference: server.tomcat.threads.max is 200; https://docs.spring.io/spring-boot/")
      .field("async_io", &AppServerParams::asyncIo)
      .label("Asynchronous I/O")
      .group("Behaviour")
      .help("Requests hold no thread while they wait, so threads never run out.")
      .source(Source::Grade::Judgement, "Most web frameworks still give each request a thread.")
      .field("queue_limit", &AppServerParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 100000)
      .logarithmic()
      .help(
          "Requests that may wait at one instance for a thread (for a processor, with asynchronous I/O); one "
          "more is refused.")
      .source(Source::Grade::Known,
              "Spring Boot reference: server.tomcat.accept-count is 100; https://docs.spring.io/spring-boot/")
      .field("cpu_time", &AppServerParams::cpuTime)
      .label("CPU time")
      .group("Behaviour")
      .range(10_us, 10_s)
      .logarithmic()
      .help(
          "Processor time of one request, on a Graviton3 core. 2 to 4 ms for a lean Go or Java API, 8 ms for "
          "a typical page, 30 to 80 ms for a large Rails page.")
      .source(Source::Grade::Judgement, "A page or API call of a typical Java web application.")
      .field("stateless", &AppServerParams::stateless)
      .label("Stateless")
      .group("Reliability")
      .help("Keeps nothing of a user in its memory, so that any instance can serve anyone and be replaced.")
      .source(Source::Grade::Judgement, "What makes a tier scale; sessions belong in a store.")
      .field("health_path", &AppServerParams::healthPath)
      .label("Health path")
      .group("Reliability")
      .help("Where balancers ask whether it can serve; empty: no health check.")
      .source(Source::Grade::Judgement, "A common convention.");
  machines::addPurchaseField(schema)
      .field("image", &AppServerParams::image)
      .label("Container image")
      .group("Size")
      .help("What exports deploy; it must answer on port 8080. Empty: a stand-in that answers every path.")
      .source(Source::Grade::Judgement, "Your own image, once you have one.");
  elasticity::addElasticFields(schema);
  return schema;
}

void lowerAppServer(const AppServerParams& params, plan::Lowering& lowering) {
  const InstanceClass& size = params.instanceClass();
  plan::Pool servers;
  servers.instances = static_cast<std::uint32_t>(params.instances.value());
  servers.servers = static_cast<std::uint32_t>(size.vcpu);
  servers.seats = params.asyncIo ? 0 : static_cast<std::uint32_t>(params.threads.value());
  servers.queueLimit = static_cast<std::uint32_t>(params.queueLimit.value());
  elasticity::makeElastic(params, servers);
  const plan::Index pool = lowering.addPool(servers);
  elasticity::addControls(params, servers, pool, size.vcpu, lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.cpuTime.scaled(1.0 / size.speed)).useAll(lowering.links()).end();
  });
}

std::vector<Usage> usageOfAppServer(const AppServerParams& params, const Load&) {
  if (elasticity::livesElsewhere(params)) {
    return {};
  }
  const auto instances = static_cast<double>(params.instances.value());
  return {{Usage::Kind::InstanceHours, params.instanceType.value, instances * kHoursPerMonth,
           params.purchase.value, format(params.instances) + " instances x 730 h"}};
}

Deployable deployAppServer(const AppServerParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::Compute;
  deployable.instances = static_cast<int>(params.instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {8080};
  deployable.image = params.image;
  if (params.image.empty()) {
    deployable.image = "nginx:1.28-alpine";
    deployable.command = {"sh", "-c",
                          "echo 'server { listen 8080; location / { default_type text/plain; return 200 "
                          "\"ok\"; } }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"};
  }
  if (!params.healthPath.empty()) {
    // 127.0.0.1 rather than localhost, which is ::1 first in the image while the server listens on IPv4.
    deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080" + params.healthPath};
    deployable.settings["health_path"] = params.healthPath;
  }
  elasticity::describeElasticity(params, deployable);
  return deployable;
}

Traits traitsOfAppServer(const AppServerParams& params) {
  Traits traits;
  traits.isCompute = true;
  traits.scalesAutomatically = elasticity::scales(params);
  traits.isStateless = params.stateless;
  traits.hasHealthCheck = !params.healthPath.empty();
  traits.instances = static_cast<int>(params.instances.value());
  traits.mtbf = 4380_h;  // two failures a year and instance, deployments gone wrong included: judgement
  traits.mttr = 4_min;
  return traits;
}

}  // namespace

BlockType app_server() {
  BlockType type;
  type.key = "app_server";
  type.label = "App servers";
  type.category = Category::Compute;
  type.purpose = "A tier of equal, stateless servers that run your web application.";
  type.documentation =
      R"(**What happens to a request.** The incoming link picks an instance. The request takes one of its threads, waiting in its queue if all
are taken, and is refused when the queue is full. With a thread it queues for a processor, computes for the CPU time, then uses the
outgoing links: look-ups first, then what they missed, then the others in order. The thread is free again when the answer is sent.

**Modelled.** Processors (the instance type's vCPUs) and threads as two limits of each instance: slow downstream calls exhaust threads while
processors idle. A faster generation shortens the CPU time.

**Not modelled.** All CPU time is spent before the calls, not in between. Memory and garbage collection are not simulated. Disks of the servers
are not billed, and the bill counts the instances of the design, whatever a scaler does.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"EC2",    "Auto Scaling group", "ECS",    "GKE",  "VM Scale Set",
                      "Docker", "Kubernetes",         "Tomcat", "Rails"};
  return makeBlock<AppServerParams>(std::move(type), appServerSchema(), &lowerAppServer, &usageOfAppServer,
                                    &deployAppServer, &traitsOfAppServer);
}

}  // namespace cantilever::catalog::blocks
