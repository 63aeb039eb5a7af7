#pragma once

/// Functions in plain IEEE additions, multiplications and divisions: the same bits on every platform and
/// with every C library, which libm does not promise; exp and log are within 2 ulp. Results that enter a
/// digest use these and no others; std::sqrt is exactly rounded everywhere and may be used as it is.
namespace cantilever::portable {

/// Overflows to infinity above 709.78..., underflows to zero below -745.13...; NaN gives NaN.
double exp(double x);

/// Natural logarithm. log(0) = -infinity; NaN for negative arguments and NaN.
double log(double x);

/// The sine of a number of full turns: sine(0.25) = 1. Within 1e-15 for |turns| < 1e6.
double sine(double turns);

}  // namespace cantilever::portable
