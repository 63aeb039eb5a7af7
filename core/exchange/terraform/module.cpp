#include "core/exchange/terraform/module.h"

#include <algorithm>

#include "core/base/random.h"

namespace cantilever::exchange::terraform {
namespace {

using Kind = Deployable::Kind;

/// Cut to `limit` characters; what is cut stays unique by four digits of its hash.
std::string shortened(const std::string& name, std::size_t limit) {
  if (name.size() <= limit) {
    return name;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string mark = "-";
  for (std::uint64_t hash = hashText(name); mark.size() < 5; hash >>= 4) {
    mark += digits[hash & 15];
  }
  std::string head = name.substr(0, limit - mark.size());
  head.erase(head.find_last_not_of('-') + 1);
  return head + mark;
}

}  // namespace

void Module::warn(const std::string& fileName, const DeployedBlock& block, const std::string& what) {
  const std::string warning = "\"" + block.label() + "\": " + what;
  warnings.push_back(warning);
  file(fileName).comment("Not as in the design: " + warning);
}

hcl::Body& Module::variable(const std::string& name, const std::string& type,
                            const std::string& description) {
  variables.insert(name);
  hcl::Body& body = file("variables.tf").block("variable", {name});
  body.set("description", description);
  body.set("type", hcl::Expression::code(type));
  return body;
}

hcl::Body& Module::requiredText(const std::string& name, const std::string& description,
                                const std::string& example) {
  examples.comment(description + ".");
  examples.set(name, example);
  return variable(name, "string", description);
}

std::string Module::exampleVariables() const {
  const std::string text = examples.text();
  return text.empty() ? "# Every variable has a default; variables.tf lists them.\n" : text;
}

void Module::output(const std::string& name, const std::string& description, hcl::Expression value) {
  file("outputs.tf").block("output", {name}).set("description", description).set("value", std::move(value));
}

std::string identifierOf(const DeployedBlock& block) {
  std::string name = block.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string identifierOf(const DeployedBlock& first, const DeployedBlock& second) {
  return identifierOf(first) + "__" + identifierOf(second);  // no name has two '-' in a row
}

hcl::Expression resourceName(const DeployedBlock& block, std::size_t limit, std::string_view suffix) {
  return resourceName(block.name, limit, suffix);
}

hcl::Expression resourceName(const std::string& name, std::size_t limit, std::string_view suffix) {
  const std::size_t room = limit - kLongestModuleName - 1 - suffix.size();
  return hcl::Expression::prefixed("var.name", "-" + shortened(name, room) + std::string(suffix));
}

std::string attributeCode(const std::string& type, const DeployedBlock& block, const std::string& path) {
  return type + "." + identifierOf(block) + path;
}

hcl::Expression attribute(const std::string& type, const DeployedBlock& block, const std::string& path) {
  return hcl::Expression::code(attributeCode(type, block, path));
}

bool isInNetwork(const DeployedBlock& block) {
  return block.runsOnServers() || block.isDatabase() || block.is(Kind::LoadBalancer) ||
         block.is(Kind::RelationalCluster) || block.is(Kind::ConnectionPooler) ||
         block.is(Kind::KeyValueCache) || block.is(Kind::EventLog) || block.is(Kind::SearchIndex) ||
         block.is(Kind::Warehouse) || block.is(Kind::Gateway);
}

hcl::Expression domainOf(const DeployedBlock& nameServer) {
  return code("var." + identifierOf(nameServer) + "_domain");
}

bool isAliasOf(const Deployment& deployment, std::size_t nameServer, std::size_t cdn) {
  const std::vector<DeployedTarget> targets = deployment.targetsOf(nameServer);
  const auto first = std::find_if(targets.begin(), targets.end(), [&](const DeployedTarget& each) {
    return deployment.blocks[each.index].is(Kind::Cdn) && deployment.hasOrigin(each.index);
  });
  return first != targets.end() && first->index == cdn;
}

bool isReachedFromOutside(const Deployment& deployment, std::size_t block) {
  std::vector<std::size_t> open{block};
  std::set<std::size_t> seen{block};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (deployment.isEntry(at)) {
      return true;
    }
    for (const DeployedLink* link : deployment.linksTo(at)) {
      const DeployedBlock& from = deployment.blocks[link->from];
      const bool isTransparent =
          from.is(Kind::NameServer) || from.is(Kind::TrafficManager) || from.is(Kind::Firewall);
      if (isTransparent && seen.insert(link->from).second) {
        open.push_back(link->from);
      }
    }
  }
  return false;
}

int networkPortOf(const DeployedBlock& block) {
  switch (block.deployable.kind) {
    case Kind::LoadBalancer:
      return block.isOn("tls") ? 443 : 80;
    case Kind::RelationalPrimary:
    case Kind::RelationalReplica:
    case Kind::RelationalCluster:
    case Kind::ConnectionPooler:
      return block.isMySql() ? 3306 : 5432;  // RDS Proxy listens where the database does
    case Kind::KeyValueCache:
      return 6379;
    case Kind::EventLog:
      return 9094;  // MSK's port for TLS
    case Kind::SearchIndex:
      return 443;
    case Kind::Warehouse:
      return 5439;
    default:
      return block.port();
  }
}

std::vector<Use> usesIn(const Deployment& deployment) {
  std::vector<Use> uses;
  for (const DeployedLink& link : deployment.links) {
    if (link.link->role == LinkRole::Replication) {
      continue;  // within the managed service
    }
    const bool isDelivery = deployment.blocks[link.from].isFetchedFrom();
    uses.push_back(isDelivery ? Use{link.to, link.from, link.link} : Use{link.from, link.to, link.link});
  }
  return uses;
}

}  // namespace cantilever::exchange::terraform
