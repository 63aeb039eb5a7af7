#include "core/catalog/policies/workload_policy.h"

#include "core/catalog/schema.h"

namespace cantilever::catalog {

namespace {

const Schema<WorkloadPolicy>& workloadPolicySchema() {
  static const Schema<WorkloadPolicy> schema = Schema<WorkloadPolicy>();
  return schema;
}

}  // namespace

const std::vector<ParamSpec>& workloadParams() {
  static const std::vector<ParamSpec> specs = workloadPolicySchema().specs();
  return specs;
}

WorkloadPolicy workloadPolicyOf(const Params& params) {
  return workloadPolicySchema().read(params);
}

}  // namespace cantilever::catalog
