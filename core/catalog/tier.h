#pragma once

#include <string>
#include <vector>

#include "core/catalog/elasticity.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

/// What block types have in common that are equal servers running somebody's code.
namespace cantilever::catalog::tier {

struct TierParams : elasticity::ElasticParams, machines::PurchaseParams {
  Count instances{2};
  Choice instanceType{"m7g.large"};
  Count concurrency{200};
  Count queueLimit{100};
  std::string image;

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  /// Processor times are stated for a Graviton3 core.
  Law onThisServer(const Law& cpuTime) const { return cpuTime.scaled(1.0 / instanceClass().speed); }
};

template <class P>
Schema<P>& addSizeFields(Schema<P>& schema, const char* whyInstances, const char* whyType) {
  return schema.field("instances", &TierParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 2000)
      .logarithmic()
      .help("How many equal servers there are. See Scaling for a number that follows the load.")
      .source(Source::Grade::Judgement, whyInstances)
      .field("instance_type", &TierParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Ec2))
      .help("Sets vCPUs (the requests that compute at once), their speed and price.")
      .source(Source::Grade::Judgement, whyType);
}

template <class P>
Schema<P>& addAdmissionFields(Schema<P>& schema, Source::Grade grade, const char* whyConcurrency,
                              const char* whyQueueLimit) {
  return schema.field("concurrency", &TierParams::concurrency)
      .label("Requests at once per instance")
      .group("Size")
      .range(1, 100'000)
      .logarithmic()
      .help("Requests that one instance works on at once, waiting for others included.")
      .source(grade, whyConcurrency)
      .field("queue_limit", &TierParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 100'000)
      .logarithmic()
      .help("Requests that may wait at one instance to be admitted; one more is refused.")
      .source(Source::Grade::Judgement, whyQueueLimit);
}

template <class P>
Schema<P>& addDeploymentFields(Schema<P>& schema) {
  return machines::addPurchaseField(schema)
      .field("image", &TierParams::image)
      .label("Container image")
      .group("Size")
      .help("What exports deploy. Empty: a stand-in.")
      .source(Source::Grade::Judgement, "Your own image, once you have one.");
}

/// The same, and all that makes instances come and go.
template <class P>
Schema<P>& addOperatingFields(Schema<P>& schema) {
  addDeploymentFields(schema);
  return elasticity::addElasticFields(schema);
}

/// The servers with seats, queue and scaling; their pool.
plan::Index addServers(const TierParams& params, plan::Lowering& lowering);
std::vector<Usage> usageOfServers(const TierParams& params);
/// A web server that answers every path on port 8080 unless the block names an image of its own.
Deployable deployServers(const TierParams& params, Deployable::Kind kind = Deployable::Kind::Compute);
/// The same with a product of its own where the block names no image.
Deployable deployProduct(const TierParams& params, std::string image, int port,
                         std::vector<std::string> healthCheck,
                         Deployable::Kind kind = Deployable::Kind::Compute);
/// Stateless servers that run the designer's code.
Traits traitsOfServers(const TierParams& params);

}  // namespace cantilever::catalog::tier
