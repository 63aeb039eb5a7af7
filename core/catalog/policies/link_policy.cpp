#include "core/catalog/policies/link_policy.h"

#include "core/catalog/schema.h"

namespace cantilever::catalog {

namespace {

const Schema<LinkPolicy>& linkPolicySchema() {
  static const Schema<LinkPolicy> schema = Schema<LinkPolicy>();
  return schema;
}

}  // namespace

const std::vector<ParamSpec>& linkParams() {
  static const std::vector<ParamSpec> specs = linkPolicySchema().specs();
  return specs;
}

LinkPolicy linkPolicyOf(const Params& params) {
  return linkPolicySchema().read(params);
}

}  // namespace cantilever::catalog
