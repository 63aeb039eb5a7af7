#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct MeshParams {
  Count proxies{6};
  Count workers{2};
  Law cpuTime = Law::lognormal(200_us, 0.5);
  Law hopTime = Law::lognormal(1_ms, 0.6);
  bool mutualTls = true;
  double reservedVcpu = 0.1;
  Bytes memory = 60_MB;
};

constexpr const char* kIstio =
    "Istio documentation, Performance and Scalability: a sidecar takes 0.20 vCPU and 60 MB for 1,000 "
    "requests a second; "
    "https://istio.io/latest/docs/ops/deployment/performance-and-scalability/";

Schema<MeshParams> meshSchema() {
  return Schema<MeshParams>()
      .field("proxies", &MeshParams::proxies)
      .label("Proxies")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("One beside each container of the services behind.")
      .source(Source::Grade::Judgement, "As many as a microservice has tasks.")
      .field("workers", &MeshParams::workers)
      .label("Threads per proxy")
      .group("Size")
      .range(1, 64)
      .logarithmic()
      .help("Calls that a proxy handles at the same moment.")
      .source(Source::Grade::Known,
              "Istio documentation: a sidecar runs with two worker threads; https://istio.io/latest/docs/")
      .field("cpu_time", &MeshParams::cpuTime)
      .label("CPU time")
      .group("Behaviour")
      .range(1_us, 100_ms)
      .logarithmic()
      .help("Of a proxy for one call.")
      .source(Source::Grade::Known, kIstio)
      .field("hop_time", &MeshParams::hopTime)
      .label("Added by the pair")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("What two proxies, the caller's and the callee's, add to a call besides the queue for a thread.")
      .source(Source::Grade::Known,
              "Istio documentation, Performance and Scalability: one to three milliseconds at p90")
      .field("mutual_tls", &MeshParams::mutualTls)
      .label("Mutual TLS")
      .group("Reliability")
      .help("Calls between services are encrypted, and either side shows who it is.")
      .source(Source::Grade::Judgement, "Why most meshes are installed.")
      .field("reserved_vcpu", &MeshParams::reservedVcpu)
      .label("Reserved per proxy")
      .group("Cost")
      .range(0.01, 16)
      .logarithmic()
      .help("vCPU set aside for each proxy, and billed.")
      .source(Source::Grade::Known,
              "Istio installation profile default: a sidecar requests 100m; https://istio.io/latest/docs/")
      .field("memory", &MeshParams::memory)
      .label("Memory per proxy")
      .group("Cost")
      .range(10_MB, 10_GB)
      .logarithmic()
      .help("Memory set aside for each proxy, and billed.")
      .source(Source::Grade::Known, kIstio);
}

}  // namespace

BlockType service_mesh() {
  return makeBlock<MeshParams>(
      {.key = "service_mesh",
       .label = "Service mesh",
       .category = Category::Operations,
       .purpose =
           "Proxies beside every service that encrypt, retry, split and measure the calls between them.",
       .documentation =
           R"(**What happens to a call.** Draw the mesh between caller and callee. The incoming link picks a proxy; the call queues for one of its threads
for the CPU time, takes what the pair of proxies adds, and goes on over the outgoing links meant for its class.

What a mesh decides is set at its outgoing links: retries, breakers, time limits, ejection of instances that fail, a split between two
versions by the role *route* and weights.

**Modelled.** Processor time and queueing of the proxies, which saturate when they are too few; added latency; what is reserved for them in the bill.

**Not modelled.** Proxies compete with their service for the processors of its node; here they have their own. The control plane and the time until
a change has reached every proxy.)",
       .vendorNames = {"Istio", "Linkerd", "Envoy", "Consul Connect", "VPC Lattice", "App Mesh", "Zuul",
                       "Ribbon"}},
      meshSchema(),
      [](const MeshParams& params, plan::Lowering& lowering) {
        const plan::Index pool =
            lowering.addPool(hosted::machines(params.proxies, static_cast<int>(params.workers.value())));
        lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
          program.work(params.cpuTime).wait(params.hopTime).useAll(lowering.links());
        });
      },
      [](const MeshParams& params, const Load&) {
        const auto proxies = static_cast<double>(params.proxies.value());
        return std::vector<Usage>{
            hosted::allMonth(
                Usage::Kind::CapacityUnitHours, "container-vcpu", proxies * params.reservedVcpu,
                format(params.proxies) + " proxies x " + formatNumber(params.reservedVcpu) + " vCPU"),
            hosted::allMonth(Usage::Kind::CapacityUnitHours, "container-gb",
                             proxies * hosted::gigabytes(params.memory),
                             format(params.proxies) + " proxies x " + format(params.memory))};
      },
      [](const MeshParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Proxy, .image = "traefik:v3.7"};
        deployable.instances = static_cast<int>(params.proxies.value());
        deployable.instanceClass = "c7g.large";
        deployable.ports = {80};
        deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
        deployable.healthCheck = {"traefik", "healthcheck", "--ping"};
        return deployable;
      },
      [](const MeshParams& params) {
        Traits traits;
        traits.balancesLoad = true;
        traits.hasHealthCheck = true;
        traits.isStateless = true;
        traits.terminatesTls = params.mutualTls;
        traits.collectsMetrics = false;  // it measures, something else collects
        traits.instances = static_cast<int>(params.proxies.value());
        traits.mtbf = 87600_h;  // one failure in ten years and proxy: judgement
        traits.mttr = 5_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
