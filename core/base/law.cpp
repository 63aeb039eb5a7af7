#include "core/base/law.h"

#include <cmath>
#include <limits>

namespace cantilever {

namespace {

double power(double base, int k) {
  return k == 1 ? base : k == 2 ? base * base : base * base * base;
}

/// E[X^k] of a uniform law between two values.
double momentBetween(double a, double b, int k) {
  return k == 1 ? (a + b) / 2 : k == 2 ? (a * a + a * b + b * b) / 3 : (a + b) * (a * a + b * b) / 4;
}

}  // namespace

double momentOfPoints(const Law& law, int k) {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < law.points.size(); ++i) {
    const auto value = static_cast<double>(law.points[i].value.ns());
    if (law.kind == Law::Kind::Empirical) {
      sum += law.points[i].weight * power(value, k);
      weights += law.points[i].weight;
    } else if (i > 0) {
      const double share = law.points[i].weight - law.points[i - 1].weight;
      sum += share * momentBetween(static_cast<double>(law.points[i - 1].value.ns()), value, k);
      weights += share;
    }
  }
  return weights > 0 ? sum / weights : 0.0;
}

Law Law::ofPoints(Kind kind, std::vector<Point> points) {
  Law law{kind, {}, 0, std::move(points)};
  const double mean = momentOfPoints(law, 1);
  const bool isDuration = std::isfinite(mean) && std::abs(mean) < 9e18;
  law.mean = isDuration ? Duration::nanoseconds(std::llround(mean)) : Duration();
  return law;
}

double Law::scv() const {
  switch (kind) {
    case Kind::Constant:
      return 0;
    case Kind::Exponential:
      return 1;
    case Kind::Erlang:
      return 1.0 / shape;
    case Kind::Uniform:
      return shape * shape / 3.0;
    case Kind::Lognormal:
    case Kind::Hyperexponential:
    case Kind::Gamma:
      return shape * shape;
    case Kind::Pareto:
      return shape > 2 ? 1 / (shape * (shape - 2)) : std::numeric_limits<double>::infinity();
    case Kind::Empirical:
    case Kind::Quantiles: {
      const double first = momentOfPoints(*this, 1);
      return first > 0 ? std::fmax(0.0, momentOfPoints(*this, 2) / (first * first) - 1) : 0.0;
    }
  }
  return 0;
}

Law Law::scaled(double factor) const {
  Law law = *this;
  law.mean = mean * factor;
  for (Point& point : law.points) {
    point.value = point.value * factor;
  }
  return law;
}

Law Law::withMean(Duration other) const {
  Law law = *this;
  if (!points.empty() && mean != Duration()) {
    law = scaled(static_cast<double>(other.ns()) / static_cast<double>(mean.ns()));
  }
  law.mean = other;
  return law;
}

}  // namespace cantilever
