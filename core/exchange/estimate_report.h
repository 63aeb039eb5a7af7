#pragma once

#include <string>

#include "core/estimate/workload_rates.h"

namespace cantilever::exchange {

/// A worked sheet, and what it means for the workloads of a design if it was asked of one (else null).
std::string estimateJson(const Design& design, const estimate::Lines& lines,
                         const estimate::WorkloadRates* rates);  // cantilever.estimate/1

}  // namespace cantilever::exchange
