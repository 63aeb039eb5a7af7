#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/exchange/deployment.h"
#include "core/exchange/file_set.h"
#include "core/exchange/terraform/hcl.h"

/// The Terraform exporter: a root module for AWS. Each function writes the resources of some kinds of block
/// into the module's files.
namespace cantilever::exchange::terraform {

struct Module {
  const Deployment& deployment;
  const Design& design;
  std::map<std::string, hcl::Body> files = {};  ///< "network.tf" -> its blocks
  FileSet otherFiles = {};
  std::vector<std::string> warnings = {};
  hcl::Body examples = {};
  std::set<std::string> variables = {};  ///< names

  hcl::Body& file(const std::string& name) { return files[name]; }
  /// What Terraform cannot say about a block: a warning, and a comment in the file that holds the block.
  void warn(const std::string& fileName, const DeployedBlock& block, const std::string& what);

  hcl::Body& variable(const std::string& name, const std::string& type, const std::string& description);
  bool hasVariable(const std::string& name) const { return variables.contains(name); }
  /// A text that has to be given; listed in terraform.tfvars.example.
  hcl::Body& requiredText(const std::string& name, const std::string& description,
                          const std::string& example);
  std::string exampleVariables() const;
  void output(const std::string& name, const std::string& description, hcl::Expression value);
};

/// A reference such as `aws_vpc.main.id`, written as it is.
inline hcl::Expression code(std::string text) {
  return hcl::Expression::code(std::move(text));
}

/// The block's name as an identifier: "orders_db".
std::string identifierOf(const DeployedBlock& block);
/// "${var.name}-orders-db", at most `limit` characters long (var.name has at most `kLongestModuleName`).
hcl::Expression resourceName(const DeployedBlock& block, std::size_t limit, std::string_view suffix = {});
hcl::Expression resourceName(const std::string& name, std::size_t limit, std::string_view suffix = {});
/// An identifier for what belongs to two blocks; no two pairs share it.
std::string identifierOf(const DeployedBlock& first, const DeployedBlock& second);
inline constexpr std::size_t kLongestModuleName = 12;

/// type.name.attribute
hcl::Expression attribute(const std::string& type, const DeployedBlock& block, const std::string& path);
std::string attributeCode(const std::string& type, const DeployedBlock& block, const std::string& path);

/// Lives in the private network and has a security group.
bool isInNetwork(const DeployedBlock& block);
/// The port others reach the block by, on AWS.
int networkPortOf(const DeployedBlock& block);

/// Versions, provider, variables, network, security groups.
void writeFoundation(Module& module);
/// Name servers, traffic managers, firewalls and gateways.
void writeEdge(Module& module);
/// Load balancers and CDNs.
void writeEntrances(Module& module);
/// Whatever runs as containers on servers of its own.
void writeServices(Module& module);
/// Clusters, and what lives on them.
void writeContainers(Module& module);
/// Databases, poolers, caches, logs, object stores.
void writeDataStores(Module& module);
/// Tables, queues, topics, streams, search, warehouses, telemetry.
void writeManaged(Module& module);

/// The domain whose names a name server keeps: a variable.
hcl::Expression domainOf(const DeployedBlock& nameServer);
/// Of the CDNs that the name server leads to, the one that answers to its domain: CloudFront has a name lead
/// to one distribution only.
bool isAliasOf(const Deployment& deployment, std::size_t nameServer, std::size_t cdn);

/// Clients reach it, at once or by way of a name, an accelerator or a firewall, which do not hide it.
bool isReachedFromOutside(const Deployment& deployment, std::size_t block);

/// The links by which others use the block, with the user first: a log's consumers fetch from it.
struct Use {
  std::size_t user = 0;
  std::size_t used = 0;
  const Link* link = nullptr;
};
std::vector<Use> usesIn(const Deployment& deployment);

}  // namespace cantilever::exchange::terraform
