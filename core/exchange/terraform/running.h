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
