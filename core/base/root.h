#pragma once

#include <cmath>

/// Where functions are zero.
namespace cantilever {

/// A point, and the function there.
struct RootEnd {
  double at = 0;
  double value = 0;
};

/// Where `f`, smooth and increasing from below zero to above it between the two, is zero, to a relative error
/// or where it is less than that itself: by straight lines between the ends, of which one that stays counts
/// half (the Illinois method, Dowell and Jarratt 1971). Some ten steps.
template <class Function>
double rootOfSmooth(RootEnd low, RootEnd high, double error, const Function& f) {
  constexpr int kMostSteps = 200;
  double last = low.at + (high.at - low.at) / 2;
  for (int i = 0, side = 0; i < kMostSteps && high.value > low.value; ++i) {
    last = (low.at * high.value - high.at * low.value) / (high.value - low.value);
    const double value = f(last);
    if (std::abs(value) < error) {
      break;
    }
    if (value < 0) {
      low = {last, value};
      high.value /= side < 0 ? 2 : 1;
      side = -1;
    } else {
      high = {last, value};
      low.value /= side > 0 ? 2 : 1;
      side = 1;
    }
    if (high.at - low.at <= error * std::abs(high.at)) {
      break;
    }
  }
  return last;
}

}  // namespace cantilever
