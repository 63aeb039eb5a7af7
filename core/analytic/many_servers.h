#pragma once

#include "core/analytic/figure.h"

/// Several servers, one queue, service that is not exponential. Rates per second, times in seconds; needs a
/// utilisation below 1.
namespace cantilever::analytic {

/// Mean wait in M/D/c, exact, up to a utilisation of 1 - 1e-9. At low loads W / D = sum over n of P(Po(n a)
/// >= n c) - (c/a) P(Po(n a) >= n c + 1) (Crommelin 1932), else by the roots z of z^c = e^(a (z - 1)) within
/// the unit circle: the mean queue is (a^2 - c (c - 1)) / (2 (c - a)) + sum of 1 / (1 - z) (Tijms 2003, 9.6).
double waitOfMDc(double arrivals, double service, double servers);

/// P(W > 0) in M/D/c, exact: 1 - (c - a) / product of (1 - z) over the same roots, since the numerator of the
/// generating function of the number in system vanishes at them (Crommelin 1932).
double waitProbabilityOfMDc(double arrivals, double service, double servers);

/// The mean wait in closed form: W_M/2 (1 + (1 - rho) (c - 1) (sqrt(4 + 5c) - 2) / (16 rho c)) (Cosmetatos
/// 1975, Kimura 1991). Within 2 % for utilisations above 0.5.
double waitOfMDcApproximately(double arrivals, double service, double servers);

/// (1 + scv) / (2 scv / W_M + (1 - scv) / W_D), from the mean waits with exponential and with constant
/// service (Boxma, Cohen and Huffels 1979; Kimura 1994).
double betweenTwoPoints(double exponential, double constant, double scv);

/// Mean wait in M/G/c: between two points, the constant one in closed form, up to an scv of 2; beyond, a band
/// between that and Allen and Cunneen's. Exact for scv 1 and for one server.
Figure waitOfMGc(double arrivals, double meanService, double serviceScv, double servers);

/// Mean wait in GI/G/c: (ca2 + cs2) / 2 W_M (Allen and Cunneen, Allen 1990), for ca2 < 1 times the factor of
/// Kraemer and Langenbach-Belz (1976).
Figure waitOfGGc(double arrivals, double arrivalScv, double meanService, double serviceScv, double servers);

}  // namespace cantilever::analytic
