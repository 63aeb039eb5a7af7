#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/advice/checklist.h"
#include "core/model/block.h"
#include "core/model/link.h"
#include "core/model/names.h"
#include "core/vocabulary/deployable.h"
#include "core/vocabulary/traits.h"

namespace cantilever::exchange {

/// A block as exporters see it.
struct DeployedBlock {
  const Block* block = nullptr;
  Deployable deployable;
  Traits traits;
  /// Lower-case letters, digits and '-', beginning with a letter, at most 40 characters, unique: fit for host
  /// names and, with '_' for '-', for identifiers.
  std::string name;

  /// The block's own name, or its id.
  const std::string& label() const { return nameOf(*block); }
  std::string setting(std::string_view key, std::string_view otherwise = {}) const;
  /// A whole number of at least `smallest`; `otherwise` if the setting is absent or no number.
  int number(std::string_view key, int otherwise, int smallest = 1) const;
  /// Its containers run on the servers of another block, by its setting `lives_on`.
  bool livesElsewhere() const { return !setting("lives_on").empty(); }
  bool isOn(std::string_view key) const { return setting(key) == "true"; }
  int port() const { return deployable.ports.empty() ? 0 : deployable.ports.front(); }
  bool is(Deployable::Kind kind) const { return deployable.kind == kind; }
  bool isService() const { return is(Deployable::Kind::Compute) || is(Deployable::Kind::Worker); }
  /// Takes HTTP requests from a proxy before it.
  bool speaksHttp() const;
  /// Its readers fetch from it: the caller in the design is the one that is used.
  bool isFetchedFrom() const;
  /// Runs as containers on servers of one's own.
  bool runsOnServers() const {
    return isService() || is(Deployable::Kind::Proxy) || is(Deployable::Kind::Server);
  }
  /// A load balancer can have it among its targets: containers with a port, on servers or on a cluster.
  bool canBeTarget() const {
    return (is(Deployable::Kind::Compute) || is(Deployable::Kind::Proxy)) && port() > 0;
  }
  /// Keeps data: nothing that faces outwards should reach it.
  bool keepsData() const;
  /// Its engine; of a pooler that of the databases behind it.
  bool isMySql() const { return setting("engine") == "mysql"; }
  bool isDatabase() const {
    return is(Deployable::Kind::RelationalPrimary) || is(Deployable::Kind::RelationalReplica);
  }
};

struct DeployedLink {
  const Link* link = nullptr;
  std::size_t from = 0;  ///< indices into Deployment::blocks
  std::size_t to = 0;
};

/// A block that links lead to from another, however many they are: their weights added up, and the request
/// classes of them all.
struct DeployedTarget {
  std::size_t index = 0;  ///< into Deployment::blocks
  double weight = 0;
  std::vector<ClassId> classes = {};  ///< none: all of them
};

/// What of a design can be deployed at all: blocks in order of id, links in order of id with both ends among
/// them. The same for every target. Blocks of kind None are left out with a remark; their setting `instead`
/// says what takes their place.
struct Deployment {
  std::string title;
  std::vector<DeployedBlock> blocks;
  std::vector<DeployedLink> links;
  /// Clusters that containers of others are placed on: of kind None, with the setting `hosts` = "containers".
  std::vector<DeployedBlock> clusters;
  std::vector<std::string> warnings;  ///< blocks left out, and why

  /// The cluster that the block lives on; null: it lives on none, or on what is no cluster.
  const DeployedBlock* clusterOf(const DeployedBlock& block) const;

  std::vector<const DeployedLink*> linksFrom(std::size_t block) const;
  std::vector<const DeployedLink*> linksTo(std::size_t block) const;
  /// In the order of the first link to each.
  std::vector<DeployedTarget> targetsOf(std::size_t block) const;
  /// A CDN has something to fetch from: a load balancer or an object store. Others are left out.
  bool hasOrigin(std::size_t cdn) const;
  /// Something outside sends requests here: a client's link ends at it, or, in a design without clients, it
  /// faces the internet by nature.
  bool isEntry(std::size_t block) const;
};

Deployment deploymentOf(const advice::AdviceInput& input);

/// The same without the containers that live on other containers: there is no cluster to place them on. Says
/// so among the warnings; the links to and from them go with them.
Deployment withoutSidecars(Deployment deployment);

/// The classes that a link is restricted to, if all of them may be answered by a cache; otherwise none.
std::vector<ClassId> cacheableClassesOf(const Link& link, const Design& design);

}  // namespace cantilever::exchange
