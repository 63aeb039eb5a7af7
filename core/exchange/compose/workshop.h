#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/exchange/compose/stack.h"

/// Between the makers of units only.
namespace cantilever::exchange::compose {

/// What the makers of units look at and add to.
struct Workshop {
  const Deployment& deployment;
  const Design& design;
  Stack& stack;

  void warn(const DeployedBlock& block, const std::string& what) const;
  /// A name for one more service of a block, which no other block or service has.
  std::string freeName(const std::string& wish) const;
};

/// A service with all that the block says about its container.
Service serviceOf(const DeployedBlock& block, const std::string& name);

/// Adds the service to the stack and to what dependants of the unit wait for.
void install(Service service, Unit& unit, Stack& stack);
/// Adds one that sets something up and ends; dependants of the unit wait for its end instead.
void installSetUp(Service service, Unit& unit, Stack& stack);

/// Gives each of the block's mount paths a volume of the service's own.
void mountVolumes(Service& service, const DeployedBlock& block, Stack& stack);

/// Puts a file into the export and mounts it, read-only.
void mountFile(Service& service, const std::string& fileName, std::string text, const std::string& target,
               Stack& stack);

Unit makePrimary(std::size_t index, const Workshop& shop);
Unit makeReplica(std::size_t index, const Workshop& shop);
Unit makePooler(std::size_t index, const Workshop& shop);
Unit makeCache(const DeployedBlock& block, const Workshop& shop);
Unit makeEventLog(const DeployedBlock& block, const Workshop& shop);
Unit makeObjectStore(const DeployedBlock& block, const Workshop& shop);

}  // namespace cantilever::exchange::compose
