#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/estimate/sheet_lines.h"
#include "core/model/design.h"

namespace cantilever::estimate {

struct WorkloadRate {
  WorkloadId workload;
  Rate peak;
  Rate mean;
};

struct WorkloadRates {
  std::vector<WorkloadRate> rates;
  std::vector<std::string> remarks;  ///< sentences on what was not as one might expect
};

/// What the workloads of a design get from a sheet. Reads are shared among the workloads of classes that
/// read, writes among those that write, each in proportion to their present rates (in equal parts where those
/// are zero); where only one of both is there it gets all. Curves keep their shape: their levels are shares
/// of the peak. Rates of a slice are so much smaller. Workloads whose load is not a rate (closed ones and
/// traces) stay as they are. "estimate.no_workload" if none is left.
Result<WorkloadRates> workloadRates(const Design& design, const Lines& lines);

}  // namespace cantilever::estimate
