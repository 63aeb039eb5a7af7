#pragma once

#include <cstdint>
#include <string>

#include "core/base/quantities.h"

namespace cantilever {

/// Bills are for a month of 730 hours.
inline constexpr double kHoursPerMonth = 730;
inline constexpr double kSecondsPerMonth = kHoursPerMonth * 3600;

/// What a block consumes, in neutral units; a price book maps it to a provider's SKU. Amounts are per month
/// of 730 hours.
struct Usage {
  enum class Kind : std::uint8_t {
    InstanceHours,    ///< `item` = instance class ("c7g.2xlarge", "db.r6g.xlarge:postgres"), amount in hours
    StorageGbMonths,  ///< `item` = kind of storage ("rds-gp3", "msk", "s3-standard"), amount in GB-months
    Requests,         ///< `item` = what is requested ("cdn-https", "s3-get", "s3-put"), amount in requests
    EgressGb,         ///< `item` = path ("cdn-internet", "internet", "inter-az"), amount in GB
    ProcessedGb,      ///< `item` = what is done with them ("nat-data", "logs", "lake-scan"), amount in GB
    CapacityUnitHours,  ///< `item` = unit ("alb-lcu", "proxy-vcpu"), amount in unit-hours
    ServiceHours,       ///< `item` = managed service with an hourly fee ("alb"), amount in hours
  };
  Kind kind = Kind::InstanceHours;
  std::string item;
  double amount = 0;
  std::string purchase = "ondemand";  ///< ondemand, ri1y, ri3y, spot
  std::string note;                   ///< how the amount came about: "33 instances x 730 h"
};

/// Measured or expected traffic of one block, for usage: means over the month (never the peak).
struct Load {
  Rate requests;  ///< calls arriving at the block
  Rate peakRequests;
  Bandwidth replyTraffic;  ///< bytes per second sent back to callers
  Rate covered = {};       ///< calls that others answer whom it covers without links (Traits::coversItsZone)
};

}  // namespace cantilever
