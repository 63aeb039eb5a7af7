#pragma once

#include <complex>
#include <vector>

#include "core/base/law.h"

namespace cantilever::analytic {

/// E[e^(-sX)] of a law, s in 1/seconds, Re s >= 0. Closed forms, but for two: a lognormal law is taken as a
/// product of a lognormal and a gamma variable with the same squared coefficient of variation together,
/// summed by the trapezoidal rule over the normal variable (its first two moments are kept); a Pareto law as
/// 60 uniform pieces of equal probability ratio.
std::complex<double> transformOf(const Law& law, std::complex<double> s);
double transformOf(const Law& law, double s);

/// The same of one law many times.
class LawTransform {
 public:
  explicit LawTransform(const Law& law);
  std::complex<double> operator()(std::complex<double> s) const;

 private:
  struct Atom {
    double weight = 0;
    double scale = 0;
  };
  Law m_law;
  std::vector<Atom> m_atoms;  // of a lognormal law
  int m_squarings = 0;
};

/// P(X <= t), t in seconds, in closed form.
double probabilityUpTo(const Law& law, double t);

}  // namespace cantilever::analytic
