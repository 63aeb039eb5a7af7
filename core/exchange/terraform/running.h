#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/exchange/terraform/module.h"
#include "core/exchange/wishes.h"

/// What whatever runs as a container has in common, on servers of its own or on those of a cluster: what it
/// must know and may touch, which balancers lead to it, by what it is scaled. `file` is where remarks go.
namespace cantilever::exchange::terraform {

struct Needs {
  std::vector<Wish> wishes;
  std::set<std::string> secrets;                                ///< code of their ARNs
  std::set<std::string> buckets;                                ///< code of their ARNs
  std::map<std::string, std::vector<const char*>> grants = {};  ///< code of an ARN -> actions on it
};
Needs needsOf(Module& module, const std::string& file, std::size_t index);
/// The rights that follow, for the role of the block, if there are any.
void writePolicy(Module& module, const DeployedBlock& block, const Needs& needs);

/// What its containers are given: what the block says itself, and how to reach what it uses.
hcl::Expression environmentOf(const DeployedBlock& block, const Needs& needs);
/// A variable for its image; the reference to it.
hcl::Expression imageOf(Module& module, const DeployedBlock& block);

/// How many of it there are, and between which numbers they scale.
struct Bounds {
  int least = 0;
  int instances = 0;
  int most = 0;

  bool scales() const { return least != most; }
};
Bounds boundsOf(const DeployedBlock& block);

/// The block's role, which whoever is trusted (writeTrust) may take.
void writeRole(Module& module, const DeployedBlock& block, const std::string& trusted);
/// The same for servers: they take it when they start, and may be looked into by sessions. `agentPolicy`
/// names the rights, among those that AWS keeps, of an agent that runs on them.
void writeServerRole(Module& module, const DeployedBlock& block, const std::string& trusted,
                     const std::string& agentPolicy = {});
/// How servers of the block's instance class start. `images` is where AWS keeps the name of the system's
/// image for x86_64 and for arm64.
struct SystemImages {
  std::string intel;
  std::string arm;
};
void writeLaunchTemplate(Module& module, const std::string& file, const DeployedBlock& block,
                         const SystemImages& images, hcl::Expression userData);

/// Who may take a role, as the document trust__NAME: "servers", "nodes", "tasks". (No block's identifier has
/// two underscores in a row.)
void writeTrust(Module& module, const std::string& name, const char* service);

/// Where a balancer has it among its targets.
struct TargetGroup {
  std::string arn;       ///< code
  std::string listener;  ///< code: whatever needs the group to have a balancer waits for it
};
std::vector<TargetGroup> targetGroupsOf(const Module& module, std::size_t index);
hcl::Expression listenersOf(const std::vector<TargetGroup>& groups);

/// Keeps a figure near a target, as AWS measures it by itself.
struct Tracking {
  std::string resourceLabel;  ///< code for what metrics call its target group; empty: by busy processors
  int target = 0;             ///< requests a minute and instance, or per cent

  bool isByRequests() const { return !resourceLabel.empty(); }
};
/// Nothing, with a remark, where AWS measures no such figure.
std::optional<Tracking> trackingOf(Module& module, const std::string& file, std::size_t index);
void writeTracking(hcl::Body& configuration, const Tracking& tracking, const char* processorMetric);

void warnIfEntry(Module& module, const std::string& file, std::size_t index);

/// AWS marks Graviton by a 'g' after the generation: c7g, m6gd, r6g; not g5.
bool isArm(const std::string& instanceClass);

}  // namespace cantilever::exchange::terraform
