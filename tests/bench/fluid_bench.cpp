// Times of the forecast: high_traffic_web for a day and a year, every second of it looked at, and without
// response times. Usage: fluid_bench [ROUNDS]. CPU time, medians; reported, never asserted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

#include "core/advice/promises.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
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

void report(const char* name, int rounds, const std::function<void()>& work) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpuNow();
    work();
    times.push_back((cpuNow() - start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  std::printf("%-48s %10.1f ms\n", name, times[times.size() / 2]);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const auto loaded = storage::openDesignOrTemplate("high_traffic_web", catalog::Catalog::builtIn());
  if (!loaded) {
    std::printf("%s\n", loaded.error().message.c_str());
    return 1;
  }
  const compile::Compiled compiled = compile::compile(loaded->design, catalog::Catalog::builtIn());
  const plan::Plan& plan = *compiled.plan;
  const std::vector<double> means = advice::meanLevelsOf(loaded->design, plan);
  double checksum = 0;
  const auto run = [&](fluid::Shape shape, bool isStepped, bool withResponses, double load) {
    fluid::Options options;
    options.span = fluid::spanOf(shape).inSeconds();
    options.loadFactor = load;
    options.withResponses = withResponses;
    options.promises = advice::promisesOf(loaded->design, plan);
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
      options.courses.push_back(fluid::curveOf(shape, means[i]));
    }
    if (isStepped) {
      options.onStep = [&checksum](const fluid::Sample& sample) { checksum += sample.pools[0].utilisation; };
    }
    const Result<fluid::Forecast> forecast = fluid::forecast(plan, options);
    checksum += forecast ? forecast->load.value : 0;
  };
  using fluid::Shape;
  report("a day, by the hour", rounds, [&] { run(Shape::Day, false, true, 1); });
  report("a day, by the hour, without response times", rounds, [&] { run(Shape::Day, false, false, 1); });
  report("a day, every second", rounds, [&] { run(Shape::Day, true, true, 1); });
  report("a day at twice the load, every second", rounds, [&] { run(Shape::Day, true, true, 2); });
  report("a year, every second", 1, [&] { run(Shape::Year, true, true, 1); });
  std::printf("(%g)\n", checksum);
  return 0;
}
