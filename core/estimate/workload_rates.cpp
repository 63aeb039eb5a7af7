#include "core/estimate/workload_rates.h"

#include <algorithm>

#include "core/catalog/policies/workload_policy.h"

namespace cantilever::estimate {
namespace {

bool hasRate(const Workload& workload) {
  const std::string kind = catalog::workloadPolicyOf(workload.params).kind.value;
  return kind != "closed" && kind != "trace";
}

bool writes(const Design& design, const Workload& workload) {
  const RequestClass* of = design.classes.find(workload.requestClass);
  return of != nullptr && of->access == Access::Write;
}

/// `total` in proportion to what each has now.
std::vector<Rate> inProportion(const std::vector<const Workload*>& among, double total,
                               Rate Workload::*present) {
  double sum = 0;
  for (const Workload* one : among) {
    sum += std::max(0.0, (one->*present).raw());
  }
  std::vector<Rate> shares;
  for (const Workload* one : among) {
    const double share =
        sum > 0 ? std::max(0.0, (one->*present).raw()) / sum : 1.0 / static_cast<double>(among.size());
    shares.push_back(perSecond(total * share));
  }
  return shares;
}

void addShares(const std::vector<const Workload*>& among, double peak, double mean,
               std::vector<WorkloadRate>& rates) {
  const std::vector<Rate> peaks = inProportion(among, peak, &Workload::peak);
  const bool haveMeans =
      std::any_of(among.begin(), among.end(), [](const Workload* each) { return each->mean > Rate(); });
  std::vector<Rate> means = inProportion(among, mean, haveMeans ? &Workload::mean : &Workload::peak);
  for (std::size_t i = 0; i < among.size(); ++i) {
    if (means[i] > peaks[i]) {  // the present ones have other shapes: each gets that of the sheet
      means = inProportion(among, mean, &Workload::peak);
    }
  }
  for (std::size_t i = 0; i < among.size(); ++i) {
    rates.push_back({among[i]->id, peaks[i], means[i]});
  }
}

}  // namespace

Result<WorkloadRates> workloadRates(const Design& design, const Lines& lines) {
  WorkloadRates result;
  std::vector<const Workload*> reading;
  std::vector<const Workload*> writing;
  for (const Workload& workload : design.workloads) {
    if (!hasRate(workload)) {
      result.remarks.push_back("The load \"" + workload.id.text() +
                               "\" stays as it is: it is made by its users or a trace, not by a rate.");
    } else {
      (writes(design, workload) ? writing : reading).push_back(&workload);
    }
  }
  if (reading.empty() && writing.empty()) {
    return Error{"estimate.no_workload",
                 "The design has no load whose rate could be set: give a client block a load of a request "
                 "class first.",
                 {}};
  }
  const double slice = design.slice > 0 ? design.slice : 1;
  const auto rate = [&](std::string_view key) { return valueIn(lines, key) / slice; };
  if (writing.empty() || reading.empty()) {
    result.remarks.push_back(writing.empty()
                                 ? "No request class writes: its load is all requests of the sheet."
                                 : "No request class reads: its load is all requests of the sheet.");
    addShares(writing.empty() ? reading : writing, rate("peak_rate"), rate("mean_rate"), result.rates);
  } else {
    addShares(reading, rate("peak_read_rate"), rate("read_rate"), result.rates);
    addShares(writing, rate("peak_write_rate"), rate("write_rate"), result.rates);
  }
  if (slice != 1) {
    result.remarks.push_back("The design is a slice of the real system: rates are divided accordingly.");
  }
  std::sort(result.rates.begin(), result.rates.end(),
            [](const WorkloadRate& a, const WorkloadRate& b) { return a.workload < b.workload; });
  return result;
}

}  // namespace cantilever::estimate
