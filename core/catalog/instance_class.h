#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/param_value.h"

namespace cantilever::catalog {

/// A size of machine that a block can run on. The key is the provider's and names the price as well.
struct InstanceClass {
  enum class Family : std::uint8_t { Ec2, Rds, ElastiCache, Msk };
  std::string_view key;  ///< "c7g.2xlarge", "db.r6g.xlarge", "cache.r6g.large", "kafka.m5.large"
  Family family = Family::Ec2;
  int vcpu = 1;
  double memory_gib = 1;
  /// Work per second of one vCPU relative to a Graviton3 core, which the service times of the catalogue refer
  /// to: divide a service time by it.
  double speed = 1;
};

/// All classes of the family, in the provider's order (by line, then size).
std::span<const InstanceClass> instanceClasses(InstanceClass::Family family);
/// The class of that key, or null.
const InstanceClass* findInstanceClass(std::string_view key);
/// The keys of the family, for a parameter's choices.
std::vector<Choice> instanceChoices(InstanceClass::Family family);

}  // namespace cantilever::catalog
