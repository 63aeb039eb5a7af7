#pragma once

/// exp and log in plain IEEE additions, multiplications and divisions: the same bits on every platform and
/// with every C library, which libm does not promise. Within 2 ulp of the exact value. Results that enter a
/// digest use these and no others; std::sqrt is exactly rounded everywhere and may be used as it is.
namespace cantilever::portable {

/// Overflows to infinity above 709.78..., underflows to zero below -745.13...; NaN gives NaN.
double exp(double x);

/// Natural logarithm. log(0) = -infinity; NaN for negative arguments and NaN.
double log(double x);

}  // namespace cantilever::portable
