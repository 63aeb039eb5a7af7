#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

namespace cantilever {

/// A span of simulated (never wall-clock) time: integer nanoseconds, as results must be the same bits
/// everywhere.
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
  /// Rounded to the nearest nanosecond (rule 3 of the engine model); must be below 100 years in magnitude.
  static constexpr Duration seconds(double s) { return Duration(roundToInt(s * 1e9)); }
  static constexpr Duration milliseconds(double ms) { return Duration(roundToInt(ms * 1e6)); }
  static constexpr Duration hours(double h) { return seconds(h * 3600.0); }

  constexpr std::int64_t ns() const { return m_ns; }
  constexpr double inMilliseconds() const { return static_cast<double>(m_ns) / 1e6; }
  constexpr double inSeconds() const { return static_cast<double>(m_ns) / 1e9; }
  constexpr double inHours() const { return inSeconds() / 3600.0; }

  constexpr auto operator<=>(const Duration&) const = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.m_ns + b.m_ns); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.m_ns - b.m_ns); }
  friend constexpr Duration operator*(Duration a, double k) {
    return Duration(roundToInt(static_cast<double>(a.m_ns) * k));
  }
  friend constexpr Duration operator*(double k, Duration a) { return a * k; }
  friend constexpr double operator/(Duration a, Duration b) {
    return static_cast<double>(a.m_ns) / static_cast<double>(b.m_ns);
  }
  constexpr Duration& operator+=(Duration b) {
    m_ns += b.m_ns;
    return *this;
  }

 private:
  constexpr explicit Duration(std::int64_t ns) : m_ns(ns) {}
  static constexpr std::int64_t roundToInt(double x) {
    return static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5);
  }
  std::int64_t m_ns = 0;
};

namespace detail {

/// A real number with a dimension. Only operations that keep the dimension exist.
template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr auto operator<=>(const Quantity&) const = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.m_value + b.m_value); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.m_value - b.m_value); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.m_value * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.m_value * k); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.m_value / k); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.m_value / b.m_value; }
  constexpr Quantity& operator+=(Quantity b) {
    m_value += b.m_value;
    return *this;
  }
  /// The number in the base unit that Tag names.
  constexpr double raw() const { return m_value; }
  static constexpr Quantity fromRaw(double value) { return Quantity(value); }

 protected:
  constexpr explicit Quantity(double value) : m_value(value) {}
  double m_value = 0;
};

struct RateTag;
struct BytesTag;
struct BandwidthTag;
struct RatioTag;

}  // namespace detail

/// Events per second.
using Rate = detail::Quantity<detail::RateTag>;
/// Bytes (GB are decimal, GiB binary).
using Bytes = detail::Quantity<detail::BytesTag>;
/// Bytes per second.
using Bandwidth = detail::Quantity<detail::BandwidthTag>;
/// A dimensionless fraction: 0.8 is 80 %.
using Ratio = detail::Quantity<detail::RatioTag>;

constexpr Rate perSecond(double x) {
  return Rate::fromRaw(x);
}
constexpr Bytes bytes(double x) {
  return Bytes::fromRaw(x);
}
constexpr Bandwidth bytesPerSecond(double x) {
  return Bandwidth::fromRaw(x);
}
constexpr Ratio ratio(double x) {
  return Ratio::fromRaw(x);
}

/// A whole number of things: instances, workers, partitions.
class Count {
 public:
  constexpr Count() = default;
  constexpr explicit Count(std::int64_t n) : m_n(n) {}
  constexpr std::int64_t value() const { return m_n; }
  constexpr auto operator<=>(const Count&) const = default;

 private:
  std::int64_t m_n = 0;
};

namespace literals {

constexpr Duration operator""_ns(unsigned long long n) {
  return Duration::nanoseconds(static_cast<std::int64_t>(n));
}
constexpr Duration operator""_us(long double x) {
  return Duration::milliseconds(static_cast<double>(x) * 1e-3);
}
constexpr Duration operator""_us(unsigned long long x) {
  return Duration::nanoseconds(static_cast<std::int64_t>(x) * 1'000);
}
constexpr Duration operator""_ms(long double x) {
  return Duration::milliseconds(static_cast<double>(x));
}
constexpr Duration operator""_ms(unsigned long long x) {
  return Duration::nanoseconds(static_cast<std::int64_t>(x) * 1'000'000);
}
constexpr Duration operator""_s(long double x) {
  return Duration::seconds(static_cast<double>(x));
}
constexpr Duration operator""_s(unsigned long long x) {
  return Duration::nanoseconds(static_cast<std::int64_t>(x) * 1'000'000'000);
}
constexpr Duration operator""_min(unsigned long long x) {
  return Duration::seconds(static_cast<double>(x) * 60.0);
}
constexpr Duration operator""_h(unsigned long long x) {
  return Duration::hours(static_cast<double>(x));
}
constexpr Rate operator""_rps(long double x) {
  return perSecond(static_cast<double>(x));
}
constexpr Rate operator""_rps(unsigned long long x) {
  return perSecond(static_cast<double>(x));
}
constexpr Ratio operator""_pct(long double x) {
  return ratio(static_cast<double>(x) / 100.0);
}
constexpr Ratio operator""_pct(unsigned long long x) {
  return ratio(static_cast<double>(x) / 100.0);
}
constexpr Bytes operator""_B(unsigned long long x) {
  return bytes(static_cast<double>(x));
}
constexpr Bytes operator""_KB(unsigned long long x) {
  return bytes(static_cast<double>(x) * 1e3);
}
constexpr Bytes operator""_MB(unsigned long long x) {
  return bytes(static_cast<double>(x) * 1e6);
}
constexpr Bytes operator""_GB(unsigned long long x) {
  return bytes(static_cast<double>(x) * 1e9);
}
constexpr Bytes operator""_TB(unsigned long long x) {
  return bytes(static_cast<double>(x) * 1e12);
}
constexpr Bytes operator""_GiB(long double x) {
  return bytes(static_cast<double>(x) * 1024.0 * 1024.0 * 1024.0);
}
constexpr Bytes operator""_GiB(unsigned long long x) {
  return bytes(static_cast<double>(x) * 1024.0 * 1024.0 * 1024.0);
}

}  // namespace literals
}  // namespace cantilever
