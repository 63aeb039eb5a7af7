// Times of the forecast: all templates for a day, every second of it looked at; of high_traffic_web also a
// year, twice the load, and without response times. Usage: fluid_bench [ROUNDS [TEMPLATE...]]. CPU time,
// medians; reported, never asserted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/advice/promises.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "core/fluid/forecast.h"
#include "core/fluid/profile.h"
#include "core/storage/document_file.h"

namespace {

using namespace cantilever;

double cpuNow() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void report(const std::string& name, int rounds, const std::function<fluid::Forecast()>& work) {
  std::vector<double> times;
  fluid::Forecast forecast;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpuNow();
    forecast = work();
    times.push_back((cpuNow() - start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  std::printf("%-48s %10.1f ms %9.0f pieces %6.0f states\n", name.c_str(), times[times.size() / 2],
              forecast.pieces, forecast.solved);
  std::fflush(stdout);
}

double checksum = 0;

struct Forecaster {
  explicit Forecaster(const Design& design)
      : compiled(compile::compile(design, catalog::Catalog::builtIn())),
        means(advice::meanLevelsOf(design, *compiled.plan)),
        promises(advice::promisesOf(design, *compiled.plan)) {}

  fluid::Forecast run(fluid::Shape shape, bool isStepped, bool withResponses, double load) const {
    fluid::Options options;
    options.span = fluid::spanOf(shape).inSeconds();
    options.loadFactor = load;
    options.withResponses = withResponses;
    options.promises = promises;
    for (std::size_t i = 0; i < compiled.plan->sources.size(); ++i) {
      options.courses.push_back(fluid::curveOf(shape, means[i]));
    }
    if (isStepped) {
      options.onStep = [](const fluid::Sample& sample) { checksum += sample.pools[0].utilisation; };
    }
    Result<fluid::Forecast> forecast = fluid::forecast(*compiled.plan, options);
    if (!forecast) {
      std::printf("%s\n", forecast.error().message.c_str());
      std::exit(1);
    }
    checksum += forecast->load.value;
    return *std::move(forecast);
  }

  compile::Compiled compiled;
  std::vector<double> means;
  decltype(fluid::Options::promises) promises;
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  using fluid::Shape;
  const std::set<std::string> wanted(argv + std::min(argc, 2), argv + argc);
  for (const exchange::Template& each : exchange::templates()) {
    if (!wanted.empty() && wanted.count(each.key) == 0) {
      continue;
    }
    const auto loaded = storage::openDesignOrTemplate(each.key, catalog::Catalog::builtIn());
    if (!loaded) {
      std::printf("%s\n", loaded.error().message.c_str());
      return 1;
    }
    const Forecaster forecaster(loaded->design);
    report("a day of " + each.key + ", every second", rounds,
           [&] { return forecaster.run(Shape::Day, true, true, 1); });
    if (each.key == "high_traffic_web") {
      report("  by the hour", rounds, [&] { return forecaster.run(Shape::Day, false, true, 1); });
      report("  by the hour, without response times", rounds,
             [&] { return forecaster.run(Shape::Day, false, false, 1); });
      report("  at twice the load, every second", rounds,
             [&] { return forecaster.run(Shape::Day, true, true, 2); });
      report("  a year, every second", 1, [&] { return forecaster.run(Shape::Year, true, true, 1); });
    }
  }
  std::printf("(%g)\n", checksum);
  return 0;
}
