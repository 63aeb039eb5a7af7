#pragma once

#include <functional>

#include "core/analytic/figure.h"

/// Requests that ask several at once. Times in seconds or in units of the mean.
namespace cantilever::analytic {

/// The k-th of n independent exponential answers. Exact (Renyi 1953).
double meanOfOrderStatistic(double n, double k, double mean);
double quantileOfOrderStatistic(double n, double k, double mean, double q);

/// Which quantile of a single answer must be below a time so that all of n are with probability q.
double quantileOfEach(double n, double q);

/// Mean response of fork-join over K M/M/1 queues fed by the same Poisson stream: 1 and 2 exact (Flatto and
/// Hahn 1984), up to 32 within 5 % (Nelson and Tantawi 1988, eq. 22), beyond between the bounds H_K / mu and
/// H_K / (mu - lambda) (Baccelli, Makowski and Shwartz 1989).
Figure responseOfForkJoin(double arrivals, double meanService, double branches);

/// A second attempt after `after` if there is no answer yet, the first answer wins. `above(t)`: P(T > t) of
/// one attempt, independent of the other. Exact for such.
struct Hedging {
  std::function<double(double)> above;
  double after = 0;

  double responseAbove(double t) const;
  double quantile(double q, double scale) const;
  double extraRequests() const { return above(after); }
};

}  // namespace cantilever::analytic
