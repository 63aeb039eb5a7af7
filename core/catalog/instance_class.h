#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/quantities.h"
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

  Bytes memory() const { return bytes(memory_gib * 1024 * 1024 * 1024); }
  /// Work per second of all its vCPUs, in Graviton3 cores.
  double power() const { return vcpu * speed; }
};

/// All classes of the family, in the provider's order (by line, then size).
std::span<const InstanceClass> instanceClasses(InstanceClass::Family family);
/// The class of that key, or null.
const InstanceClass* findInstanceClass(std::string_view key);
/// The keys of the family, for a parameter's choices.
std::vector<Choice> instanceChoices(InstanceClass::Family family);

// What follows from the class besides processors: defaults of parameters (Schema::follows).

/// Share of a database's reads that find their page in memory where the rows in daily use take so many bytes,
/// each asked for as often as any other: 99 % while they fill three quarters of the memory, in proportion
/// beyond. A judgement: buffers and the file cache have about that, and one page in a hundred is always new.
Ratio readsFromMemory(Bytes memory, Bytes inDailyUse);
/// How long work takes of which `share` goes `speed` times as fast, as a multiple (G. M. Amdahl, "Validity of
/// the single processor approach to achieving large scale computing capabilities", AFIPS 1967).
constexpr double timeWith(double share, double speed) {
  return 1 - share + share / speed;
}

}  // namespace cantilever::catalog
