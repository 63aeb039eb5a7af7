#include "core/cost/sku_map.h"

#include <algorithm>
#include <array>

namespace cantilever::cost {
namespace {

using Kind = Usage::Kind;

constexpr std::array kSkus = {
    Sku{Kind::StorageGbMonths, "ebs-gp3", "EBS", "gp3-storage", 1},
    Sku{Kind::StorageGbMonths, "rds-gp3", "RDS", "storage-gp3", 1},
    Sku{Kind::StorageGbMonths, "rds-backup", "RDS", "backup", 1},
    Sku{Kind::StorageGbMonths, "msk", "MSK", "storage", 1},
    Sku{Kind::StorageGbMonths, "s3-standard", "S3", "standard-storage", 1},
    Sku{Kind::StorageGbMonths, "s3-standard-ia", "S3", "standard-ia-storage", 1},
    Sku{Kind::StorageGbMonths, "s3-glacier", "S3", "glacier-flexible-storage", 1},
    Sku{Kind::Requests, "s3-get", "S3", "standard-get", 1},
    Sku{Kind::Requests, "s3-put", "S3", "standard-put", 1},
    Sku{Kind::Requests, "cdn-https", "CloudFront", "https-requests-us", 1},
    Sku{Kind::Requests, "cdn-origin-shield", "CloudFront", "origin-shield-us", 1},
    Sku{Kind::EgressGb, "cdn-internet", "CloudFront", "egress-us-ca-mx", 1},
    Sku{Kind::EgressGb, "cdn-origin", "DataTransfer", "to-cloudfront", 1},
    Sku{Kind::EgressGb, "internet", "DataTransfer", "internet-egress", 1},
    Sku{Kind::EgressGb, "inter-az", "DataTransfer", "inter-az", 2},  // both sides pay
    Sku{Kind::EgressGb, "inter-region", "DataTransfer", "inter-region", 1},
    Sku{Kind::ServiceHours, "alb", "ELB", "alb-hour", 1},
    Sku{Kind::ServiceHours, "nlb", "ELB", "nlb-hour", 1},
    Sku{Kind::CapacityUnitHours, "alb-lcu", "ELB", "alb-lcu", 1},
    Sku{Kind::CapacityUnitHours, "nlb-lcu", "ELB", "nlb-lcu", 1},
    Sku{Kind::CapacityUnitHours, "proxy-vcpu", "RDS", "rds-proxy", 1},
};

struct UnitScale {
  Kind kind;
  std::string_view unit;
  double scale;
};

constexpr std::array kUnitScales = {
    UnitScale{Kind::InstanceHours, "hour", 1},          UnitScale{Kind::StorageGbMonths, "GB-month", 1},
    UnitScale{Kind::Requests, "1k requests", 1e-3},     UnitScale{Kind::Requests, "10k requests", 1e-4},
    UnitScale{Kind::Requests, "1M requests", 1e-6},     UnitScale{Kind::EgressGb, "GB", 1},
    UnitScale{Kind::EgressGb, "GB per direction", 1},   UnitScale{Kind::ServiceHours, "hour", 1},
    UnitScale{Kind::CapacityUnitHours, "LCU-hour", 1},  UnitScale{Kind::CapacityUnitHours, "NLCU-hour", 1},
    UnitScale{Kind::CapacityUnitHours, "vCPU-hour", 1},
};

}  // namespace

std::span<const Sku> allSkus() {
  return kSkus;
}

const Sku* findSku(const Usage& usage) {
  const auto at = std::find_if(kSkus.begin(), kSkus.end(), [&](const Sku& sku) {
    return sku.kind == usage.kind && sku.item == usage.item;
  });
  return at == kSkus.end() ? nullptr : &*at;
}

double unitsPer(Usage::Kind kind, std::string_view unit) {
  for (const UnitScale& scale : kUnitScales) {
    if (scale.kind == kind && scale.unit == unit) {
      return scale.scale;
    }
  }
  return 0;
}

}  // namespace cantilever::cost
