#pragma once

#include <complex>

#include "core/base/law.h"

namespace cantilever::analytic {

/// E[e^(-sX)] of a law, s in 1/seconds, Re s >= 0. Closed forms, but for two: a lognormal law is taken as a
/// product of a lognormal and a gamma variable with the same squared coefficient of variation together,
/// summed by the trapezoidal rule over the normal variable (its first two moments are kept); a Pareto law as
/// 60 uniform pieces of equal probability ratio.
std::complex<double> transformOf(const Law& law, std::complex<double> s);
double transformOf(const Law& law, double s);

/// P(X <= t), t in seconds, in closed form.
double probabilityUpTo(const Law& law, double t);

}  // namespace cantilever::analytic
