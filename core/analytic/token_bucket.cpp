#include "core/analytic/token_bucket.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/limits.h"

namespace cantilever::analytic {

namespace {

constexpr double kNothing = 1e-14;
constexpr double kStepsOfLargest = 128;
/// Of the largest take: beyond so many from the bottom, F is a constant and an exponential.
constexpr double kBottom = 16;
constexpr double kLarge = 1e200;
/// A load that differs from 1 by less is 1.
constexpr double kOne = 1e-8;

/// How likely it is that at most so much is missing, but for a factor: straight between places at equal
/// steps.
class Content {
 public:
  /// Nothing is ever below the beginning; less than nothing is missing never.
  Content(double begin, double step) : m_begin(begin), m_step(step) {}

  void add(double value) {
    m_sums.push_back(m_values.empty() ? 0.0 : m_sums.back() + m_step * (m_values.back() + value) / 2);
    m_values.push_back(value);
  }
  double end() const { return m_begin + m_step * static_cast<double>(m_values.size() - 1); }
  double last() const { return m_values.back(); }
  void scale(double by) {
    for (auto* each : {&m_values, &m_sums}) {
      std::for_each(each->begin(), each->end(), [by](double& value) { value *= by; });
    }
  }

  double at(double x) const {
    const Place place = placeOf(x);
    return !place.isInside ? 0 : m_values[place.index] + place.share * risenAfter(place);
  }
  /// The integral up to there.
  double sumTo(double x) const {
    const Place place = placeOf(x);
    return !place.isInside
               ? 0
               : m_sums[place.index] +
                     m_step * place.share * (m_values[place.index] + place.share * risenAfter(place) / 2);
  }

 private:
  struct Place {
    bool isInside = false;
    std::size_t index = 0;
    double share = 0;  // of the step after it
  };
  Place placeOf(double x) const {
    const double steps = (x - m_begin) / m_step;
    if (!(steps > 0)) {
      return {steps == 0, 0, 0};
    }
    const auto index = std::min(static_cast<std::size_t>(steps), m_values.size() - 1);
    return {true, index, steps - static_cast<double>(index)};
  }
  double risenAfter(const Place& place) const {
    return place.index + 1 < m_values.size() ? m_values[place.index + 1] - m_values[place.index] : 0;
  }

  double m_begin;
  double m_step;
  std::vector<double> m_values;
  std::vector<double> m_sums;
};

class Dam {
 public:
  Dam(const std::vector<BucketTakes>& takes, double rate, double depth) : m_rate(rate), m_depth(depth) {
    for (const BucketTakes& each : takes) {
      if (each.rate > 0 && each.units <= depth) {  // others are never let through
        m_takes.push_back(each);
        m_largest = std::max(m_largest, each.units);
        m_load += each.rate * each.units / rate;
      }
    }
  }

  std::vector<double> refused(const std::vector<BucketTakes>& takes) {
    std::vector<double> shares;
    for (const BucketTakes& each : takes) {
      shares.push_back(each.units > m_depth ? 1 : 0);
    }
    if (m_takes.empty()) {
      return shares;
    }
    m_growth = growth();
    if (m_load < 1 && std::exp(m_growth * (m_depth - m_largest)) < kNothing) {  // Lundberg's bound
      return shares;
    }
    const Content content = solve();
    for (std::size_t i = 0; i < takes.size(); ++i) {
      if (takes[i].units <= m_depth) {
        shares[i] = std::clamp(1 - content.at(m_depth - takes[i].units) / content.at(m_depth), 0.0, 1.0);
      }
    }
    return shares;
  }

 private:
  /// The root other than 0 of g = sum of rate_j (1 - e^(-g units_j)) / rate: F grows, or dies out, like e^(g
  /// x). The difference is convex, so that Newton's steps from beyond the root come ever nearer to it.
  double growth() const {
    const auto difference = [this](double g, double& slope) {
      double value = g;
      slope = 1;
      for (const BucketTakes& each : m_takes) {
        value += each.rate * std::expm1(-g * each.units) / m_rate;
        slope -= each.rate * each.units * std::exp(-g * each.units) / m_rate;
      }
      return value;
    };
    if (std::abs(m_load - 1) < kOne) {
      return 0;
    }
    double slope = 0;
    double g = m_load > 1 ? m_load / m_largest : -1e-3 / m_largest;
    while (difference(g, slope) <= 0 && std::abs(g) * m_largest < 1e6) {
      g *= 2;
    }
    for (int i = 0; i < 100; ++i) {
      const double step = difference(g, slope) / slope;
      g -= step;
      if (!(std::abs(step) > 1e-10 * std::abs(g))) {
        break;
      }
    }
    return g;
  }
  double grownBy(double x) const {
    return std::abs(m_growth * x) < 1e-12 ? x : std::expm1(m_growth * x) / m_growth;
  }

  Content solve() const {
    const double step = m_largest / kStepsOfLargest;
    Content content(0, step);
    content.add(1);
    const double bottom = kBottom * m_largest;
    if (m_depth - 2 * m_largest <= bottom) {
      follow(content, m_depth);
      return content;
    }
    follow(content, bottom);
    // In between F(x) = a + b (e^(g x) - 1) / g, known from two places. Where that grows, in units of it at
    // the beginning of the last stretch.
    const double from = bottom - m_largest;
    const double a = content.at(from);
    const double b = (content.at(bottom) - a) / grownBy(m_largest);
    const double last = m_depth - m_largest;
    const double unit = m_growth > 0 ? std::exp(-m_growth * (last - from)) : 1.0;
    Content top(last - m_largest, step);
    for (double i = 0; i <= kStepsOfLargest; ++i) {
      const double x = last - m_largest + i * step;
      top.add(a * unit +
              b * (m_growth > 0 ? (std::exp(m_growth * (x - last)) - unit) / m_growth : grownBy(x - from)));
    }
    follow(top, m_depth);
    return top;
  }

  /// From its end on to there, by what its equation says of each step as a whole: what it is at the end of
  /// the step stands on both sides.
  void follow(Content& content, double to) const {
    const double step = m_largest / kStepsOfLargest;
    while (content.end() < to) {
      const double x = content.end();
      const double before = content.last();
      double known = before;
      double more = 1;  // of the rise in the step
      for (const BucketTakes& each : m_takes) {
        const double rate = each.rate / m_rate;
        const double highest = m_depth - each.units;
        const double risen = std::clamp(highest - x, 0.0, step);
        known += rate * (step * (highest < x ? content.at(highest) : before) -
                         (content.sumTo(x + step - each.units) - content.sumTo(x - each.units)));
        const double inside = std::max(0.0, step - each.units);  // of a take that is less than a step
        more -= rate * (risen - risen * risen / (2 * step) - inside * inside / (2 * step));
      }
      content.add(before + (known - before) / more);
      if (content.last() > kLarge) {
        content.scale(1 / kLarge);
      }
    }
  }

  double m_rate;
  double m_depth;
  std::vector<BucketTakes> m_takes;
  double m_largest = 0;
  double m_load = 0;
  double m_growth = 0;
};

}  // namespace

std::vector<double> refusedByTakes(const std::vector<BucketTakes>& takes, double rate, double depth) {
  return Dam(takes, rate, depth).refused(takes);
}

}  // namespace cantilever::analytic
