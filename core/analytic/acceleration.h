#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

/// Internal to the solver: fixed points in fewer steps.
namespace cantilever::analytic {

/// Anderson's acceleration of the iteration x = g(x) (Anderson 1965; Walker and Ni 2011, algorithm AA): the
/// next x is the combination of the last values of g whose residuals g(x) - x would cancel best if g were
/// linear. Vectors must keep their length until `forget`.
class Acceleration {
 public:
  /// The x to go on with after `x` has given `g`. `scale`: what each of the values is measured by.
  std::vector<double> next(const std::vector<double>& x, const std::vector<double>& g,
                           const std::vector<double>& scale);
  void forget();
  /// Whether there has been a step before, without which the next x is g.
  bool isUnderWay() const { return !m_residual.empty(); }

 private:
  static constexpr std::size_t kDepth = 4;
  static double productOf(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  }
  static void addTimes(std::vector<double>& to, double factor, const std::vector<double>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i] += factor * from[i];
    }
  }

  /// How the residual and g have changed in a step.
  struct Step {
    std::vector<double> residual;
    std::vector<double> value;
  };
  std::vector<Step> m_steps;  // the newest last
  std::vector<double> m_residual, m_value;
};

inline std::vector<double> Acceleration::next(const std::vector<double>& x, const std::vector<double>& g,
                                              const std::vector<double>& scale) {
  std::vector<double> residual(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    residual[i] = g[i] - x[i];
  }
  if (!m_residual.empty()) {
    Step step{residual, g};
    addTimes(step.residual, -1, m_residual);
    addTimes(step.value, -1, m_value);
    m_steps.push_back(std::move(step));
    if (m_steps.size() > kDepth) {
      m_steps.erase(m_steps.begin());
    }
  }
  m_residual = residual;
  m_value = g;
  const auto inUnits = [&scale](std::vector<double>& of) {  // of now, for all steps
    std::transform(of.begin(), of.end(), scale.begin(), of.begin(), std::divides<>());
  };
  inUnits(residual);
  // What is left of a direction after those before it, relative, below which it says nothing new.
  constexpr double kSameDirection = 1e-6;
  // Least squares by Gram and Schmidt, from the newest step: each direction takes its part of the residual.
  std::vector<double> result = g;
  std::vector<Step> basis;
  for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
    Step direction = *step;
    inUnits(direction.residual);
    const double whole = productOf(direction.residual, direction.residual);
    for (const Step& before : basis) {
      const double part = productOf(direction.residual, before.residual);
      addTimes(direction.residual, -part, before.residual);
      addTimes(direction.value, -part, before.value);
    }
    const double length = productOf(direction.residual, direction.residual);
    if (!(length > kSameDirection * kSameDirection * whole)) {
      continue;
    }
    for (std::vector<double>* each : {&direction.residual, &direction.value}) {
      std::for_each(each->begin(), each->end(), [&](double& value) { value /= std::sqrt(length); });
    }
    const double part = productOf(residual, direction.residual);
    addTimes(result, -part, direction.value);
    basis.push_back(std::move(direction));
  }
  return result;
}

inline void Acceleration::forget() {
  m_steps.clear();
  m_residual.clear();
  m_value.clear();
}

}  // namespace cantilever::analytic
