#include "core/base/portable_math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace cantilever::portable {
namespace {

// ln 2 in two parts: the high part has 21 trailing zero bits, so that k * kLn2High is exact for |k| < 2^20.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
constexpr double kTurn = 0x1.921fb54442d18p+2;  // 2 pi
constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;

/// 1 / n!
template <int n>
constexpr double kOver = kOver<n - 1> / n;
template <>
constexpr double kOver<0> = 1.0;

/// 2^k for -1022 <= k <= 1023.
double powerOfTwo(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace

double exp(double x) {
  if (!(x == x)) {
    return x;
  }
  if (x > 709.782712893384) {
    return std::numeric_limits<double>::infinity();
  }
  if (x < -745.1332191019412) {
    return 0;
  }
  // x = k ln 2 + r with |r| <= ln(2) / 2.
  const double scaled = x * kInverseLn2;
  const int k = static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  // Taylor series of e^r; the first omitted term is r^14 / 14! < 5e-18. Paired up (Estrin 1960) so that the
  // terms do not wait for each other: a lognormal draw spends most of its time here.
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (kOver<2> + r * kOver<3>)+r2 * (kOver<4> + r * kOver<5>);
  const double middle = (kOver<6> + r * kOver<7>)+r2 * (kOver<8> + r * kOver<9>);
  const double high = (kOver<10> + r * kOver<11>)+r2 * (kOver<12> + r * kOver<13>);
  const double sum = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
  if (k > 1023) {
    return sum * 2.0 * powerOfTwo(k - 1);
  }
  if (k < -1022) {  // the result is subnormal: scale in two steps, only the last one rounds
    return sum * powerOfTwo(k + 100) * powerOfTwo(-100);
  }
  return sum * powerOfTwo(k);
}

double log(double x) {
  if (!(x >= 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (x == 0) {
    return -std::numeric_limits<double>::infinity();
  }
  if (x > std::numeric_limits<double>::max()) {
    return x;
  }
  int k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p+54;
    k = -54;
  }
  // x = 2^k m with sqrt(1/2) <= m < sqrt(2).
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<int>(bits >> 52) - 1022;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3fe0000000000000u);
  if (m < kSqrtHalf) {
    m *= 2;
    --k;
  }
  // ln(1 + f) = 2 artanh(s) with s = f / (2 + f), |s| <= 0.1716. As 2s = f - s f, that is f - s (f - R) with
  // R = 2 s^2/3 + 2 s^4/5 + ...: f is exact, so the rounding of s counts little. Last omitted term < 1e-19.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double series = 0;
  for (int n = 25; n >= 3; n -= 2) {
    series = z * (2.0 / n + series);
  }
  return k * kLn2High + ((k * kLn2Low - s * (f - series)) + f);
}

double sine(double turns) {
  const double inTurn = turns - std::floor(turns);
  const double quarter = std::floor(4 * inTurn + 0.5);
  // |angle| <= pi / 4: the first omitted terms of the series are below 1e-17.
  const double angle = (inTurn - quarter / 4) * kTurn;
  const double square = angle * angle;
  double sum = 0;
  if (static_cast<int>(quarter) % 2 == 0) {
    for (double n = 17; n > 2; n -= 2) {
      sum = (1 + sum) * -square / (n * (n - 1));
    }
    sum = angle * (1 + sum);
  } else {
    for (double n = 16; n > 1; n -= 2) {
      sum = (1 + sum) * -square / (n * (n - 1));
    }
    sum = 1 + sum;
  }
  return quarter == 2 || quarter == 3 ? -sum : sum;
}

}  // namespace cantilever::portable
