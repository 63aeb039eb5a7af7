#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/machines.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ClusterParams : machines::BootParams, machines::FaultParams, machines::PurchaseParams {
  ClusterParams() {
    bootTime = Law::lognormal(75_s, 0.2);
    timeToFailure = 8760_h;
    timeToRepair = 10_min;
  }

  Count nodes{6};
  Count mostNodes{0};
  Choice instanceType{"m7g.xlarge"};
  Choice controlPlane{"managed"};

  std::uint32_t room() const { return hosted::small(std::max(nodes, mostNodes)); }
  double vcpu() const { return findInstanceClass(instanceType.value)->vcpu; }
  /// Of a node, for containers. Kubernetes keeps 6 % of the first vCPU, 1 % of the second, half a per cent of
  /// each of the next two and a quarter of the rest for itself (eksctl, pkg/nodebootstrap/reserved.go); ECS
  /// keeps none.
  double vcpuForContainers() const {
    if (controlPlane.value == "included") {
      return vcpu();
    }
    constexpr double kOfFirst = 0.06;
    constexpr double kOfSecond = 0.01;
    constexpr double kOfNextTwo = 0.005;
    constexpr double kOfOthers = 0.0025;
    const double kept = kOfFirst * std::min(1.0, vcpu()) + kOfSecond * std::clamp(vcpu() - 1, 0.0, 1.0) +
                        kOfNextTwo * std::clamp(vcpu() - 2, 0.0, 2.0) + kOfOthers * std::max(0.0, vcpu() - 4);
    return vcpu() - kept;
  }
};

Schema<ClusterParams> clusterSchema() {
  Schema<ClusterParams> schema;
  schema.field("nodes", &ClusterParams::nodes)
      .label("Nodes")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help(
          "Machines that containers are placed on. Say at a service that it lives on this block, and how "
          "many on each.")
      .source(Source::Grade::Judgement, "Two in each of three zones.")
      .field("max_nodes", &ClusterParams::mostNodes)
      .label("Nodes at most")
      .group("Scaling")
      .range(0, 5000)
      .help("Nodes are added up to this number while containers find no place; 0: none are.")
      .source(Source::Grade::Judgement, "No room, so that nothing grows unasked.")
      .field("instance_type", &ClusterParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Ec2))
      .help("Sets the processors that the containers of a node can reserve together, and its price.")
      .source(Source::Grade::Judgement, "Room for a dozen small containers.");
  machines::addBootFields(schema, Source::Grade::Judgement,
                          "A machine, its agent, and its entry in the control plane.")
      .field("control_plane", &ClusterParams::controlPlane)
      .label("Control plane")
      .group("Cost")
      .choices({"managed", "included", "own"})
      .choiceLabels({{"included", "Included in the nodes"}, {"own", "Nodes of your own"}})
      .help(
          "Managed and billed by the hour (EKS), included in the nodes (ECS), or run on three further nodes.")
      .source(Source::Grade::Judgement, "What most clusters have.");
  machines::addPurchaseField(schema);
  return machines::addFaultFields(
      schema, "Nodes, with all that is on them,", "A year; shorten it to see failures in a short run.",
      Source::Grade::Read,
      "Google Kubernetes Engine, Auto-repair nodes: a node that has not been ready for some ten minutes is "
      "repaired; https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-repair");
}

void lowerCluster(const ClusterParams& params, plan::Lowering& lowering) {
  plan::Pool nodes = hosted::machines(params.nodes, findInstanceClass(params.instanceType.value)->vcpu);
  nodes.maxInstances = params.room();
  nodes.growsWithGuests = nodes.maxInstances > nodes.instances;
  nodes.boot = params.bootTime;
  nodes.drainLimit = params.drainLimit;
  machines::warnIfMostIsLess(params.nodes, params.mostNodes, "max_nodes", lowering);
  const plan::Index pool = lowering.addPool(nodes);
  if (params.failsAtRandom) {
    lowering.addFault(machines::faultOf(params, pool));
  }
}

std::vector<Usage> usageOfCluster(const ClusterParams& params, const Load&) {
  constexpr double kOwnControlPlane = 3;  // the least that keeps a majority when one fails
  const bool isOwn = params.controlPlane.value == "own";
  std::vector<Usage> usage = {
      hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value,
                       static_cast<double>(params.nodes.value()) + (isOwn ? kOwnControlPlane : 0),
                       format(params.nodes) + (isOwn ? " nodes and 3 of the control plane" : " nodes"),
                       params.purchase.value)};
  if (params.controlPlane.value == "managed") {
    usage.push_back(hosted::allMonth(Usage::Kind::ServiceHours, "kubernetes", 1, "1 control plane"));
  }
  return usage;
}

}  // namespace

BlockType container_cluster() {
  return makeBlock<ClusterParams>(
      {.key = "container_cluster",
       .label = "Container cluster",
       .category = Category::Compute,
       .purpose = "Machines that the containers of many services are placed on, and go down with.",
       .documentation =
           R"(**What it does.** No request comes here: services **live on** it. Say so at a service (*Lives on*: `cluster x 4`, with the id of this block and how many of its instances a node has room for).

- Instances are placed on nodes in order, and only where there is a place.
- Each container **reserves the vCPU of its size** on its node. A node has so many of them, less what Kubernetes keeps for itself (2 % of four): the blocks that live here get theirs in order of id. Where fewer
fit than were asked for, so many are placed, and a warning says so; a block that finds no place at all is an error.
- When a node dies, all that lives on it dies with it, and is placed on other nodes as soon as there is room. When it drains, they drain.
- When instances find no place (a service scales up, or a node has died), **nodes are added**, up to *nodes at most*, and take containers when they have booted: the boot times of node and container add up.
- Draw the cluster in a region with several zones: its nodes, and what lives on them, are spread over these.

What lives on a cluster is paid for with its nodes.

**Modelled.** Places, processors that are reserved, the common fate of what shares a node, the cluster's autoscaling on containers without a place, draining, nodes and control plane in the bill.

**Not modelled.** Taking nodes away again that have become empty (a control can say how many there are to be). Memory as a limit. Processors that a container takes beyond what it has
reserved, while others leave theirs idle. The control plane: its loss would only stop changes.)",
       .vendorNames = {"EKS", "ECS", "GKE", "AKS", "Kubernetes", "Nomad", "OpenShift", "Karpenter"},
       .acceptsCalls = false,
       .makesCalls = false},
      clusterSchema(), lowerCluster, usageOfCluster,
      [](const ClusterParams& params) {
        Deployable deployable{.kind = Deployable::Kind::None};
        deployable.instances = static_cast<int>(params.nodes.value());
        deployable.instanceClass = params.instanceType.value;
        deployable.settings["hosts"] = "containers";
        deployable.settings["autoscale_max"] = std::to_string(params.room());
        return deployable;
      },
      [](const ClusterParams& params) {
        Traits traits;
        traits.hasHealthCheck = true;
        traits.isReplicated = params.nodes > Count(1);
        traits.scalesAutomatically = params.mostNodes > params.nodes;
        traits.instances = static_cast<int>(params.nodes.value());
        traits.processorsForGuests = params.vcpuForContainers();
        traits.mtbf = params.timeToFailure;
        traits.mttr = params.timeToRepair;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
