#include "core/experiment/precision.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/experiment/estimate.h"

namespace cantilever::experiment {

namespace {

std::vector<double> valuesOf(const std::string& path, const std::vector<Observation>& observations) {
  std::vector<double> values;
  for (const Observation& each : observations) {
    const auto at = std::find_if(each.figures.begin(), each.figures.end(),
                                 [&](const Figure& figure) { return figure.path == path; });
    values.push_back(at == each.figures.end() ? std::numeric_limits<double>::quiet_NaN() : at->value);
  }
  return values;
}

double widthOf(const Estimate& estimate) {
  return estimate.count < Precision::kFewest ? std::numeric_limits<double>::quiet_NaN()
         : estimate.halfWidth <= 0           ? 0.0  // always the same, be it 0
                                             : estimate.halfWidth / std::abs(estimate.mean);
}

}  // namespace

const Figure* figureCalled(const std::string& path, const std::vector<Figure>& figures) {
  const auto isCalled = [&](const std::string& name) {
    return std::find_if(figures.begin(), figures.end(),
                        [&](const Figure& each) { return each.path == name; });
  };
  for (const char* unit : {"", "_ms", "_ratio", "_per_s"}) {
    if (const auto at = isCalled(path + unit); at != figures.end()) {
      return &*at;
    }
  }
  return nullptr;
}

std::optional<std::size_t> enoughFor(const Precision& precision,
                                     const std::vector<Observation>& observations) {
  const std::vector<double> values = valuesOf(precision.path, observations);
  for (std::size_t count = Precision::kFewest; count <= values.size(); ++count) {
    if (widthOf(estimateOf(std::span(values).first(count))) <= precision.share) {
      return count;
    }
  }
  return std::nullopt;
}

double shareReached(const Precision& precision, const std::vector<Observation>& observations) {
  return widthOf(estimateOf(valuesOf(precision.path, observations)));
}

}  // namespace cantilever::experiment
