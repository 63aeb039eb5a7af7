#include "widgets/inspector/slider_scale.h"

#include <algorithm>
#include <cmath>

namespace cantilever::widgets {
namespace {

/// Decimal rounding that gives the double nearest to the decimal text: dividing by a power of ten is exact
/// where multiplying by its inverse is not.
double roundToStep(double number, int exponent) {
  if (exponent >= 0) {
    const double step = std::pow(10.0, exponent);
    return std::round(number / step) * step;
  }
  const double inverse = std::pow(10.0, -exponent);
  return std::round(number * inverse) / inverse;
}

}  // namespace

std::optional<SliderScale> SliderScale::of(const catalog::ParamSpec& spec) {
  if (!spec.minimum || !spec.maximum || *spec.maximum <= *spec.minimum ||
      !catalog::numberOf(spec.defaultValue)) {
    return std::nullopt;
  }
  SliderScale scale;
  scale.m_minimum = *spec.minimum;
  scale.m_maximum = *spec.maximum;
  scale.m_isWhole = spec.kind == ParamKind::Count;
  scale.m_lowest = *spec.minimum > 0 ? *spec.minimum : scale.m_isWhole ? 1.0 : *spec.maximum * 1e-6;
  scale.m_isLogarithmic = spec.isLogarithmic && *spec.minimum >= 0 && scale.m_lowest < *spec.maximum;
  return scale;
}

int SliderScale::positionOf(double number) const {
  if (number <= m_minimum) {
    return 0;
  }
  if (number >= m_maximum) {
    return kSteps;
  }
  const double share = m_isLogarithmic
                           ? std::log(std::max(number, m_lowest) / m_lowest) / std::log(m_maximum / m_lowest)
                           : (number - m_minimum) / (m_maximum - m_minimum);
  return std::clamp(static_cast<int>(std::lround(share * kSteps)), 1, kSteps);
}

double SliderScale::numberAt(int position) const {
  if (position <= 0) {
    return m_minimum;
  }
  if (position >= kSteps) {
    return m_maximum;
  }
  const double share = static_cast<double>(position) / kSteps;
  double number = 0;
  int exponent = 0;
  if (m_isLogarithmic) {
    number = m_lowest * std::pow(m_maximum / m_lowest, share);
    exponent = static_cast<int>(std::floor(std::log10(number))) - 1;
  } else {
    number = m_minimum + (m_maximum - m_minimum) * share;
    exponent = static_cast<int>(std::floor(std::log10(m_maximum - m_minimum))) - 2;
  }
  number = roundToStep(number, exponent);
  return std::clamp(m_isWhole ? std::round(number) : number, m_minimum, m_maximum);
}

}  // namespace cantilever::widgets
