#include "core/edit/steps.h"
#include "core/estimate/workload_rates.h"

namespace cantilever::edit {

Result<void> steps::run(Design& design, const SetSheet& edit, const Catalog&) {
  for (const auto& [key, value] : edit.sheet.typed) {
    const auto before = design.sheet.typed.find(key);
    if (before != design.sheet.typed.end() && before->second == value) {
      continue;
    }
    if (const Result<void> checked = estimate::check(key, value); !checked) {
      return checked;
    }
  }
  design.sheet = edit.sheet;
  return {};
}

Result<void> steps::run(Design& design, const ApplySheet& edit, const Catalog& catalog) {
  if (const Result<void> set = run(design, SetSheet{edit.sheet}, catalog); !set) {
    return set;
  }
  const Result<estimate::WorkloadRates> rates =
      estimate::workloadRates(design, estimate::reckon(design.sheet));
  if (!rates) {
    return rates.error();
  }
  for (const estimate::WorkloadRate& rate : rates->rates) {
    Workload workload = *design.workloads.find(rate.workload);
    workload.peak = rate.peak;
    workload.mean = rate.mean;
    if (const Result<void> put = run(design, PutWorkload{std::move(workload)}, catalog); !put) {
      return put;
    }
  }
  return {};
}

}  // namespace cantilever::edit
