#include <algorithm>

#include "core/exchange/compose/configuration.h"
#include "core/exchange/compose/workshop.h"

namespace cantilever::exchange::compose {

void Workshop::warn(const DeployedBlock& block, const std::string& what) const {
  stack.warnings.push_back("\"" + block.label() + "\": " + what);
}

std::string Workshop::freeName(const std::string& wish) const {
  const auto isTaken = [&](const std::string& name) {
    return stack.services.contains(name) ||
           std::any_of(deployment.blocks.begin(), deployment.blocks.end(),
                       [&](const DeployedBlock& block) { return block.name == name; });
  };
  std::string name = wish;
  while (isTaken(name)) {
    name += "-x";
  }
  return name;
}

Service serviceOf(const DeployedBlock& block, const std::string& name) {
  Service service;
  service.name = name;
  service.image = block.deployable.image;
  service.command = literal(block.deployable.command);
  for (const auto& [key, value] : block.deployable.environment) {
    service.environment[key] = literal(value);
  }
  service.healthTest = literal(block.deployable.healthCheck);
  return service;
}

void install(Service service, Unit& unit, Stack& stack) {
  unit.services.push_back(service.name);
  unit.readyWhen[service.name] = service.healthTest.empty() ? kStarted : kHealthy;
  stack.services.emplace(service.name, std::move(service));
}

void installSetUp(Service service, Unit& unit, Stack& stack) {
  service.isOneShot = true;
  unit.readyWhen = {{service.name, kCompleted}};
  stack.services.emplace(service.name, std::move(service));
}

void mountVolumes(Service& service, const DeployedBlock& block, Stack& stack) {
  for (std::size_t i = 0; i < block.deployable.volumes.size(); ++i) {
    const std::string volume = service.name + (i == 0 ? "-data" : "-data-" + std::to_string(i + 1));
    stack.volumes.insert(volume);
    service.volumes.push_back(volume + ":" + block.deployable.volumes[i]);
  }
}

void mountFile(Service& service, const std::string& fileName, std::string text, const std::string& target,
               Stack& stack) {
  const std::string path = "config/" + service.name + "/" + fileName;
  stack.files[path] = std::move(text);
  service.volumes.push_back("./" + path + ":" + target + ":ro");
}

namespace {

using Kind = Deployable::Kind;

/// HTTP servers that a proxy's links lead to.
std::vector<Upstream> upstreamsOf(std::size_t index, const Workshop& shop) {
  std::vector<Upstream> upstreams;
  for (const DeployedLink* link : shop.deployment.linksFrom(index)) {
    const DeployedBlock& target = shop.deployment.blocks[link->to];
    if (!target.speaksHttp() || target.port() == 0) {
      shop.warn(shop.deployment.blocks[index],
                "the link to \"" + target.label() + "\" cannot be a route: that is no HTTP server.");
      continue;
    }
    Upstream upstream{target.name, target.port(), link->link->weight, target.setting("health_path"), {}, {}};
    for (const ClassId& id : cacheableClassesOf(*link->link, shop.design)) {
      upstream.prefixes.push_back(id.text());
    }
    if (target.is(Kind::ObjectStore)) {
      upstream.pathBelow = target.name;
    }
    const auto same = std::find_if(upstreams.begin(), upstreams.end(),
                                   [&](const Upstream& one) { return one.name == upstream.name; });
    if (same == upstreams.end()) {
      upstreams.push_back(std::move(upstream));
    }
  }
  return upstreams;
}

Unit makeService(const DeployedBlock& block, const Workshop& shop) {
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  service.replicas = block.deployable.instances;
  if (!block.deployable.volumes.empty()) {
    if (service.replicas == 1) {
      mountVolumes(service, block, shop.stack);
    } else {
      service.volumes = block.deployable.volumes;  // without a name, each replica gets one of its own
    }
  }
  install(std::move(service), unit, shop.stack);
  return unit;
}

bool isImage(const DeployedBlock& block, std::string_view product) {
  return block.deployable.image.find(product) != std::string::npos;
}

RateLimit rateLimitOf(const DeployedBlock& block) {
  return {block.number("rate_limit_rps", 0, 0), block.number("burst", 1)};
}

/// A part of the provider's network, or a service that Docker has one of its own for.
Unit makeNothing(const DeployedBlock& block, const Workshop& shop, const std::string& instead) {
  shop.warn(block, "it is not started locally: " + instead);
  return {&block, {}, {}};
}

/// One container, however many the design has: clusters need more than copies of a container.
Unit makeStandIn(const DeployedBlock& block, const Workshop& shop) {
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  if (block.deployable.instances > 1) {
    const std::string standIn =
        "one container stands for " + std::to_string(block.deployable.instances) + " of them.";
    service.comments.push_back("Locally " + standIn);
    shop.warn(block, standIn);
  }
  mountVolumes(service, block, shop.stack);
  install(std::move(service), unit, shop.stack);
  return unit;
}

/// ModSecurity's image passes everything on to one server.
Unit makeFirewall(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  const std::vector<Upstream> upstreams = upstreamsOf(index, shop);
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  if (upstreams.empty()) {
    shop.warn(block, "no link leads to a server, so there is nothing that it could pass requests on to.");
  } else {
    service.environment["BACKEND"] =
        "http://" + upstreams.front().name + ":" + std::to_string(upstreams.front().port);
  }
  for (std::size_t i = 1; i < upstreams.size(); ++i) {
    shop.warn(block, "the link to \"" + upstreams[i].name +
                         "\" is not expressed: it passes requests on to one server.");
  }
  install(std::move(service), unit, shop.stack);
  return unit;
}

Unit makeLoadBalancer(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  const std::vector<Upstream> upstreams = upstreamsOf(index, shop);
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  if (!isImage(block, "traefik")) {
    shop.warn(block, "no configuration is written for the image " + block.deployable.image +
                         "; add its routes yourself.");
  } else if (upstreams.empty()) {
    shop.warn(block, "no link leads to a server, so it answers every request with 404.");
  } else {
    const auto links = shop.deployment.linksFrom(index);
    const bool isWeighted = std::any_of(links.begin(), links.end(), [](const DeployedLink* link) {
      return link->link->role == LinkRole::Route;
    });
    service.command.push_back("--providers.file.filename=/etc/traefik/routing.yml");
    mountFile(
        service, "routing.yml",
        traefikRouting(upstreams, isWeighted, block.number("health_interval_s", 10), rateLimitOf(block)),
        "/etc/traefik/routing.yml", shop.stack);
  }
  if (block.isOn("tls")) {
    shop.warn(block, "TLS is not set up locally: it needs a certificate. Requests come in as plain HTTP.");
    service.comments.push_back("TLS is not set up locally: it needs a certificate.");
  }
  install(std::move(service), unit, shop.stack);
  return unit;
}

Unit makeCdn(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  const std::vector<Upstream> upstreams = upstreamsOf(index, shop);
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  const std::string standIn = "one local cache stands in for the network of edge locations.";
  service.comments.push_back("A CDN: " + standIn);
  shop.warn(block, standIn);
  if (!isImage(block, "varnish")) {
    shop.warn(block, "no configuration is written for the image " + block.deployable.image +
                         "; add its origins yourself.");
  } else if (upstreams.empty()) {
    shop.warn(block, "no link leads to an origin, so the image's own configuration is used.");
  } else {
    mountFile(service, "default.vcl", varnishProgram(upstreams, block.number("ttl_s", 86400)),
              "/etc/varnish/default.vcl", shop.stack);
  }
  install(std::move(service), unit, shop.stack);
  return unit;
}

Unit makeUnit(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  const bool isStarted = !block.is(Kind::Client) && !block.is(Kind::NameServer) && !block.is(Kind::Network);
  if (isStarted && block.deployable.image.empty()) {
    shop.warn(block, "its type names no container image, so it is left out.");
    return {&block, {}, {}};
  }
  switch (block.deployable.kind) {
    case Kind::None:
    case Kind::Client:
      return {&block, {}, {}};
    case Kind::Cdn:
      return makeCdn(index, shop);
    case Kind::LoadBalancer:
    case Kind::Gateway:
    case Kind::Proxy:
    case Kind::TrafficManager:
      return makeLoadBalancer(index, shop);
    case Kind::Firewall:
      return makeFirewall(index, shop);
    case Kind::NameServer:
      return makeNothing(block, shop, "Docker has names of its own.");
    case Kind::Network:
      return makeNothing(block, shop, "containers reach the internet by Docker's network.");
    case Kind::External:
    case Kind::Server:
    case Kind::Table:
    case Kind::SearchIndex:
    case Kind::Warehouse:
    case Kind::Queue:
    case Kind::Topic:
    case Kind::EventBus:
    case Kind::Stream:
    case Kind::Telemetry:
      return makeStandIn(block, shop);
    case Kind::Compute:
    case Kind::Worker:
      return makeService(block, shop);
    case Kind::RelationalPrimary:
    case Kind::RelationalCluster:
      return makePrimary(index, shop);
    case Kind::RelationalReplica:
      return makeReplica(index, shop);
    case Kind::ConnectionPooler:
      return makePooler(index, shop);
    case Kind::KeyValueCache:
      return makeCache(block, shop);
    case Kind::EventLog:
      return makeEventLog(block, shop);
    case Kind::ObjectStore:
      return makeObjectStore(block, shop);
  }
  return {&block, {}, {}};
}

}  // namespace

std::vector<Unit> makeUnits(const Deployment& deployment, const Design& design, Stack& stack) {
  const Workshop shop{deployment, design, stack};
  std::vector<Unit> units;
  for (std::size_t i = 0; i < deployment.blocks.size(); ++i) {
    units.push_back(makeUnit(i, shop));
  }
  return units;
}

}  // namespace cantilever::exchange::compose
