#include "core/exchange/forecast_profile.h"

#include <algorithm>
#include <cmath>

#include "core/advice/promises.h"
#include "core/fluid/profile.h"

namespace cantilever::exchange {

Result<void> useProfile(const std::string& name, const Design& design, const plan::Plan& plan,
                        fluid::Options& options) {
  options.courses.assign(plan.sources.size(), {});
  options.span = Duration::hours(24).inSeconds();
  if (name == "design") {
    return {};
  }
  const std::optional<fluid::Shape> shape = fluid::shapeNamed(name);
  if (!shape) {
    return Error{"profile.unknown",
                 "\"" + name + "\" is neither day, week, month, year or design nor a file that can be read.",
                 {}};
  }
  const std::vector<double> means = advice::meanLevelsOf(design, plan);
  options.span = fluid::spanOf(*shape).inSeconds();
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    const bool hasOwn =
        !plan.sources[i].curve.points.empty() || plan.sources[i].kind == plan::SourceKind::Trace;
    if (!hasOwn) {
      options.courses[i] = fluid::curveOf(*shape, means[i]);
    }
  }
  return {};
}

void useLoadTable(const LoadTable& table, const plan::Plan& plan, fluid::Options& options) {
  double total = 0;
  for (const plan::Source& source : plan.sources) {
    total += source.rate.raw();
  }
  plan::RateCurve curve = table.curve;
  for (plan::RateCurve::Point& point : curve.points) {
    point.level /= total > 0 ? total : 1;
  }
  options.courses.assign(plan.sources.size(), curve);
  options.span = table.span.inSeconds();
}

std::string momentText(double seconds) {
  const auto whole = static_cast<long long>(std::floor(seconds + 0.5));
  const auto two = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string clock = two(whole / 3600 % 24) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
  return whole >= 86'400 ? "day " + std::to_string(whole / 86'400 + 1) + " " + clock : clock;
}

}  // namespace cantilever::exchange
