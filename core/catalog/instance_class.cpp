#include "core/catalog/instance_class.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace cantilever::catalog {

namespace {

using Family = InstanceClass::Family;

// Work per vCPU relative to Graviton3. A judgement, from published vendor claims of 15 to 25 % between
// generations of one line; benchmarks of one's own code are better. Ice Lake and Graviton3 count as equals.
constexpr double kGraviton3 = 1.0;
constexpr double kIceLake = 1.0;
constexpr double kSkylake = 0.95;  // Skylake and Cascade Lake: the lines t3, m5, c5, r5
constexpr double kGraviton2 = 0.87;

// vCPU and memory: the provider's instance tables as reproduced by karpenter-provider-aws (generated
// 2026-07-20) and ec2instances.info (2021-08-03). The lines t3 and t4g are burstable: their credits are not
// modelled, so sustained load above the baseline is too optimistic.
// Grouped by family.
constexpr std::array kInstanceClasses = std::to_array<InstanceClass>({
    {"t3.micro", Family::Ec2, 2, 1, kSkylake},
    {"t3.small", Family::Ec2, 2, 2, kSkylake},
    {"t3.medium", Family::Ec2, 2, 4, kSkylake},
    {"t3.large", Family::Ec2, 2, 8, kSkylake},
    {"t3.xlarge", Family::Ec2, 4, 16, kSkylake},
    {"t3.2xlarge", Family::Ec2, 8, 32, kSkylake},
    {"t4g.micro", Family::Ec2, 2, 1, kGraviton2},
    {"t4g.small", Family::Ec2, 2, 2, kGraviton2},
    {"t4g.medium", Family::Ec2, 2, 4, kGraviton2},
    {"t4g.large", Family::Ec2, 2, 8, kGraviton2},
    {"t4g.xlarge", Family::Ec2, 4, 16, kGraviton2},
    {"t4g.2xlarge", Family::Ec2, 8, 32, kGraviton2},
    {"m5.large", Family::Ec2, 2, 8, kSkylake},
    {"m5.xlarge", Family::Ec2, 4, 16, kSkylake},
    {"m5.2xlarge", Family::Ec2, 8, 32, kSkylake},
    {"m5.4xlarge", Family::Ec2, 16, 64, kSkylake},
    {"m5.8xlarge", Family::Ec2, 32, 128, kSkylake},
    {"m5.12xlarge", Family::Ec2, 48, 192, kSkylake},
    {"m5.16xlarge", Family::Ec2, 64, 256, kSkylake},
    {"m6i.large", Family::Ec2, 2, 8, kIceLake},
    {"m6i.xlarge", Family::Ec2, 4, 16, kIceLake},
    {"m6i.2xlarge", Family::Ec2, 8, 32, kIceLake},
    {"m6i.4xlarge", Family::Ec2, 16, 64, kIceLake},
    {"m6i.8xlarge", Family::Ec2, 32, 128, kIceLake},
    {"m6i.12xlarge", Family::Ec2, 48, 192, kIceLake},
    {"m6i.16xlarge", Family::Ec2, 64, 256, kIceLake},
    {"m6g.medium", Family::Ec2, 1, 4, kGraviton2},
    {"m6g.large", Family::Ec2, 2, 8, kGraviton2},
    {"m6g.xlarge", Family::Ec2, 4, 16, kGraviton2},
    {"m6g.2xlarge", Family::Ec2, 8, 32, kGraviton2},
    {"m6g.4xlarge", Family::Ec2, 16, 64, kGraviton2},
    {"m6g.8xlarge", Family::Ec2, 32, 128, kGraviton2},
    {"m6g.12xlarge", Family::Ec2, 48, 192, kGraviton2},
    {"m6g.16xlarge", Family::Ec2, 64, 256, kGraviton2},
    {"m7g.medium", Family::Ec2, 1, 4, kGraviton3},
    {"m7g.large", Family::Ec2, 2, 8, kGraviton3},
    {"m7g.xlarge", Family::Ec2, 4, 16, kGraviton3},
    {"m7g.2xlarge", Family::Ec2, 8, 32, kGraviton3},
    {"m7g.4xlarge", Family::Ec2, 16, 64, kGraviton3},
    {"m7g.8xlarge", Family::Ec2, 32, 128, kGraviton3},
    {"m7g.12xlarge", Family::Ec2, 48, 192, kGraviton3},
    {"m7g.16xlarge", Family::Ec2, 64, 256, kGraviton3},
    {"c5.large", Family::Ec2, 2, 4, kSkylake},
    {"c5.xlarge", Family::Ec2, 4, 8, kSkylake},
    {"c5.2xlarge", Family::Ec2, 8, 16, kSkylake},
    {"c5.4xlarge", Family::Ec2, 16, 32, kSkylake},
    {"c5.9xlarge", Family::Ec2, 36, 72, kSkylake},
    {"c5.12xlarge", Family::Ec2, 48, 96, kSkylake},
    {"c5.18xlarge", Family::Ec2, 72, 144, kSkylake},
    {"c6i.large", Family::Ec2, 2, 4, kIceLake},
    {"c6i.xlarge", Family::Ec2, 4, 8, kIceLake},
    {"c6i.2xlarge", Family::Ec2, 8, 16, kIceLake},
    {"c6i.4xlarge", Family::Ec2, 16, 32, kIceLake},
    {"c6i.8xlarge", Family::Ec2, 32, 64, kIceLake},
    {"c6i.12xlarge", Family::Ec2, 48, 96, kIceLake},
    {"c6i.16xlarge", Family::Ec2, 64, 128, kIceLake},
    {"c6g.medium", Family::Ec2, 1, 2, kGraviton2},
    {"c6g.large", Family::Ec2, 2, 4, kGraviton2},
    {"c6g.xlarge", Family::Ec2, 4, 8, kGraviton2},
    {"c6g.2xlarge", Family::Ec2, 8, 16, kGraviton2},
    {"c6g.4xlarge", Family::Ec2, 16, 32, kGraviton2},
    {"c6g.8xlarge", Family::Ec2, 32, 64, kGraviton2},
    {"c6g.12xlarge", Family::Ec2, 48, 96, kGraviton2},
    {"c6g.16xlarge", Family::Ec2, 64, 128, kGraviton2},
    {"c7g.medium", Family::Ec2, 1, 2, kGraviton3},
    {"c7g.large", Family::Ec2, 2, 4, kGraviton3},
    {"c7g.xlarge", Family::Ec2, 4, 8, kGraviton3},
    {"c7g.2xlarge", Family::Ec2, 8, 16, kGraviton3},
    {"c7g.4xlarge", Family::Ec2, 16, 32, kGraviton3},
    {"c7g.8xlarge", Family::Ec2, 32, 64, kGraviton3},
    {"c7g.12xlarge", Family::Ec2, 48, 96, kGraviton3},
    {"c7g.16xlarge", Family::Ec2, 64, 128, kGraviton3},
    {"r5.large", Family::Ec2, 2, 16, kSkylake},
    {"r5.xlarge", Family::Ec2, 4, 32, kSkylake},
    {"r5.2xlarge", Family::Ec2, 8, 64, kSkylake},
    {"r5.4xlarge", Family::Ec2, 16, 128, kSkylake},
    {"r5.8xlarge", Family::Ec2, 32, 256, kSkylake},
    {"r5.12xlarge", Family::Ec2, 48, 384, kSkylake},
    {"r5.16xlarge", Family::Ec2, 64, 512, kSkylake},
    {"r6i.large", Family::Ec2, 2, 16, kIceLake},
    {"r6i.xlarge", Family::Ec2, 4, 32, kIceLake},
    {"r6i.2xlarge", Family::Ec2, 8, 64, kIceLake},
    {"r6i.4xlarge", Family::Ec2, 16, 128, kIceLake},
    {"r6i.8xlarge", Family::Ec2, 32, 256, kIceLake},
    {"r6i.12xlarge", Family::Ec2, 48, 384, kIceLake},
    {"r6i.16xlarge", Family::Ec2, 64, 512, kIceLake},
    {"r6g.medium", Family::Ec2, 1, 8, kGraviton2},
    {"r6g.large", Family::Ec2, 2, 16, kGraviton2},
    {"r6g.xlarge", Family::Ec2, 4, 32, kGraviton2},
    {"r6g.2xlarge", Family::Ec2, 8, 64, kGraviton2},
    {"r6g.4xlarge", Family::Ec2, 16, 128, kGraviton2},
    {"r6g.8xlarge", Family::Ec2, 32, 256, kGraviton2},
    {"r6g.12xlarge", Family::Ec2, 48, 384, kGraviton2},
    {"r6g.16xlarge", Family::Ec2, 64, 512, kGraviton2},
    {"r7g.medium", Family::Ec2, 1, 8, kGraviton3},
    {"r7g.large", Family::Ec2, 2, 16, kGraviton3},
    {"r7g.xlarge", Family::Ec2, 4, 32, kGraviton3},
    {"r7g.2xlarge", Family::Ec2, 8, 64, kGraviton3},
    {"r7g.4xlarge", Family::Ec2, 16, 128, kGraviton3},
    {"r7g.8xlarge", Family::Ec2, 32, 256, kGraviton3},
    {"r7g.12xlarge", Family::Ec2, 48, 384, kGraviton3},
    {"r7g.16xlarge", Family::Ec2, 64, 512, kGraviton3},
    {"i4i.large", Family::Ec2, 2, 16, kIceLake},
    {"i4i.xlarge", Family::Ec2, 4, 32, kIceLake},
    {"i4i.2xlarge", Family::Ec2, 8, 64, kIceLake},
    {"i4i.4xlarge", Family::Ec2, 16, 128, kIceLake},
    {"db.t3.micro", Family::Rds, 2, 1, kSkylake},
    {"db.t3.small", Family::Rds, 2, 2, kSkylake},
    {"db.t3.medium", Family::Rds, 2, 4, kSkylake},
    {"db.t3.large", Family::Rds, 2, 8, kSkylake},
    {"db.m5.large", Family::Rds, 2, 8, kSkylake},
    {"db.m5.xlarge", Family::Rds, 4, 16, kSkylake},
    {"db.m5.2xlarge", Family::Rds, 8, 32, kSkylake},
    {"db.m6g.large", Family::Rds, 2, 8, kGraviton2},
    {"db.m6g.xlarge", Family::Rds, 4, 16, kGraviton2},
    {"db.m6g.2xlarge", Family::Rds, 8, 32, kGraviton2},
    {"db.m6g.4xlarge", Family::Rds, 16, 64, kGraviton2},
    {"db.r5.large", Family::Rds, 2, 16, kSkylake},
    {"db.r5.xlarge", Family::Rds, 4, 32, kSkylake},
    {"db.r5.2xlarge", Family::Rds, 8, 64, kSkylake},
    {"db.r5.4xlarge", Family::Rds, 16, 128, kSkylake},
    {"db.r6g.large", Family::Rds, 2, 16, kGraviton2},
    {"db.r6g.xlarge", Family::Rds, 4, 32, kGraviton2},
    {"db.r6g.2xlarge", Family::Rds, 8, 64, kGraviton2},
    {"db.r6g.4xlarge", Family::Rds, 16, 128, kGraviton2},
    {"db.r6g.8xlarge", Family::Rds, 32, 256, kGraviton2},
    {"db.r6g.16xlarge", Family::Rds, 64, 512, kGraviton2},
    {"db.t4g.micro", Family::Rds, 2, 1, kGraviton2},
    {"db.t4g.small", Family::Rds, 2, 2, kGraviton2},
    {"db.t4g.medium", Family::Rds, 2, 4, kGraviton2},
    {"db.t4g.large", Family::Rds, 2, 8, kGraviton2},
    {"cache.t3.micro", Family::ElastiCache, 2, 0.5, kSkylake},
    {"cache.t3.small", Family::ElastiCache, 2, 1.37, kSkylake},
    {"cache.t3.medium", Family::ElastiCache, 2, 3.09, kSkylake},
    {"cache.t4g.micro", Family::ElastiCache, 2, 0.5, kGraviton2},
    {"cache.t4g.small", Family::ElastiCache, 2, 1.37, kGraviton2},
    {"cache.t4g.medium", Family::ElastiCache, 2, 3.09, kGraviton2},
    {"cache.m6g.large", Family::ElastiCache, 2, 6.38, kGraviton2},
    {"cache.m6g.xlarge", Family::ElastiCache, 4, 12.93, kGraviton2},
    {"cache.m6g.12xlarge", Family::ElastiCache, 48, 157.12, kGraviton2},
    {"cache.m7g.large", Family::ElastiCache, 2, 6.38, kGraviton3},
    {"cache.r5.large", Family::ElastiCache, 2, 13.07, kSkylake},
    {"cache.r5.4xlarge", Family::ElastiCache, 16, 105.81, kSkylake},
    {"cache.r6g.large", Family::ElastiCache, 2, 13.07, kGraviton2},
    {"cache.r6g.xlarge", Family::ElastiCache, 4, 26.32, kGraviton2},
    {"cache.r6g.2xlarge", Family::ElastiCache, 8, 52.82, kGraviton2},
    {"cache.r6g.4xlarge", Family::ElastiCache, 16, 105.81, kGraviton2},
    {"cache.r6g.8xlarge", Family::ElastiCache, 32, 209.55, kGraviton2},
    {"cache.r7g.large", Family::ElastiCache, 2, 13.07, kGraviton3},
    {"cache.r7g.xlarge", Family::ElastiCache, 4, 26.32, kGraviton3},
    {"cache.r7g.2xlarge", Family::ElastiCache, 8, 52.82, kGraviton3},
    {"kafka.t3.small", Family::Msk, 2, 2, kSkylake},
    {"kafka.m5.large", Family::Msk, 2, 8, kSkylake},
    {"kafka.m5.xlarge", Family::Msk, 4, 16, kSkylake},
    {"kafka.m5.2xlarge", Family::Msk, 8, 32, kSkylake},
    {"kafka.m5.4xlarge", Family::Msk, 16, 64, kSkylake},
    {"kafka.m5.24xlarge", Family::Msk, 96, 384, kSkylake},
    {"kafka.m7g.large", Family::Msk, 2, 8, kGraviton3},
    {"kafka.m7g.xlarge", Family::Msk, 4, 16, kGraviton3},
    {"kafka.m7g.2xlarge", Family::Msk, 8, 32, kGraviton3},
});

}  // namespace

std::span<const InstanceClass> instanceClasses(Family family) {
  const auto inFamily = [family](const InstanceClass& each) { return each.family == family; };
  const auto first = std::find_if(kInstanceClasses.begin(), kInstanceClasses.end(), inFamily);
  const auto last = std::find_if_not(first, kInstanceClasses.end(), inFamily);
  return {first, last};
}

const InstanceClass* findInstanceClass(std::string_view key) {
  const auto at = std::find_if(kInstanceClasses.begin(), kInstanceClasses.end(),
                               [key](const InstanceClass& each) { return each.key == key; });
  return at == kInstanceClasses.end() ? nullptr : &*at;
}

std::vector<Choice> instanceChoices(Family family) {
  std::vector<Choice> choices;
  for (const InstanceClass& each : instanceClasses(family)) {
    choices.push_back(Choice{std::string(each.key)});
  }
  return choices;
}

Ratio readsFromMemory(Bytes memory, Bytes inDailyUse) {
  constexpr double kBest = 0.99;
  constexpr double kForPages = 0.75;
  const double fits = std::min(1.0, kForPages * memory.raw() / std::max(1.0, inDailyUse.raw()));
  return ratio(std::round(kBest * fits * 1000) / 1000);
}

}  // namespace cantilever::catalog
