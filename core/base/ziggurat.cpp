#include "core/base/ziggurat.h"

#include <cmath>

#include "core/base/portable_math.h"

namespace cantilever {
namespace {

struct ZigguratDensity {
  double (*value)(double x);
  double (*inverse)(double y);
};

double exponentialDensity(double x) {
  return portable::exp(-x);
}
double exponentialInverse(double y) {
  return -portable::log(y);
}
double normalDensity(double x) {
  return portable::exp(-0.5 * x * x);
}
double normalInverse(double y) {
  return std::sqrt(-2.0 * portable::log(y));
}

/// Each layer has area v: edge[i + 1] is where the density is height[i] + v / edge[i].
Ziggurat stacked(const ZigguratDensity& density, double tailStart, double area) {
  Ziggurat table;
  table.tailStart = tailStart;
  table.edge[0] = area / density.value(tailStart);
  table.height[0] = 0;
  table.edge[1] = tailStart;
  table.height[1] = density.value(tailStart);
  for (std::size_t i = 2; i < Ziggurat::kLayers; ++i) {
    table.height[i] = table.height[i - 1] + area / table.edge[i - 1];
    table.edge[i] = density.inverse(table.height[i]);
  }
  table.edge[Ziggurat::kLayers] = 0;
  table.height[Ziggurat::kLayers] = 1;
  return table;
}

}  // namespace

// The tail starts and areas below are the solutions, for 256 layers, of "the topmost layer ends at height 1"
// together with area = r f(r) + integral of f from r on; solved to 60 digits by bisection and rounded. A test
// checks both conditions.

const Ziggurat& exponentialZiggurat() {
  static const Ziggurat table =
      stacked({exponentialDensity, exponentialInverse}, 7.697117470131049714, 0.003949659822581557220);
  return table;
}

const Ziggurat& normalZiggurat() {
  static const Ziggurat table =
      stacked({normalDensity, normalInverse}, 3.654152885361008772, 0.004928673233974655347);
  return table;
}

}  // namespace cantilever
