#pragma once

#include <array>
#include <span>
#include <string_view>

/// The units that quantities are read and written in; shared by text_parse.cpp and text_format.cpp.
namespace cantilever::units {

/// value = number * 10^shift * factor / divisor. The shift is applied to the decimal text, so it rounds
/// nothing; factor and divisor are powers of two except for minutes and hours.
struct Unit {
  std::string_view name;
  int shift = 0;
  double factor = 1;
  double divisor = 1;
  bool isWritten = true;  ///< false: understood, never written
};

/// One kind of quantity: what messages call it, its units in ascending order, and an example.
struct Kind {
  std::string_view name;
  std::span<const Unit> units;
  std::string_view listing;
  std::string_view example;
};

inline constexpr double kKi = 1024.0;
inline constexpr double kMi = 1024.0 * kKi;
inline constexpr double kGi = 1024.0 * kMi;
inline constexpr double kTi = 1024.0 * kGi;
inline constexpr double kPi = 1024.0 * kTi;

/// Base unit: nanosecond.
inline constexpr std::array kDuration{
    Unit{"ns"},
    Unit{"us", 3},
    Unit{"\u00b5s", 3, 1, 1, false},  // micro sign
    Unit{"\u03bcs", 3, 1, 1, false},  // Greek mu
    Unit{"ms", 6},
    Unit{"s", 9},
    Unit{"sec", 9, 1, 1, false},
    Unit{"min", 9, 60},
    Unit{"h", 9, 3600},
    Unit{"d", 9, 86400},
    Unit{"y", 9, 365.0 * 86400, 1, false},  // of 365 days
};

/// Base unit: events per second.
inline constexpr std::array kRate{
    Unit{"/s"},     Unit{"rps", 0, 1, 1, false}, Unit{"k/s", 3},         Unit{"krps", 3, 1, 1, false},
    Unit{"M/s", 6}, Unit{"/min", 0, 1, 60},      Unit{"/h", 0, 1, 3600}, Unit{"/d", 0, 1, 86400, false},
};

/// Base unit: byte.
inline constexpr std::array kBytes{
    Unit{"B"},           Unit{"KB", 3},       Unit{"kB", 3, 1, 1, false},
    Unit{"KiB", 0, kKi}, Unit{"MB", 6},       Unit{"MiB", 0, kMi},
    Unit{"GB", 9},       Unit{"GiB", 0, kGi}, Unit{"TB", 12},
    Unit{"TiB", 0, kTi}, Unit{"PB", 15},      Unit{"PiB", 0, kPi},
};

/// Base unit: byte per second; b = bit.
inline constexpr std::array kBandwidth{
    Unit{"B/s"},
    Unit{"b/s", 0, 1, 8, false},
    Unit{"KB/s", 3},
    Unit{"kB/s", 3, 1, 1, false},
    Unit{"KiB/s", 0, kKi, 1, false},
    Unit{"Kb/s", 3, 1, 8, false},
    Unit{"kb/s", 3, 1, 8, false},
    Unit{"Kbps", 3, 1, 8, false},
    Unit{"MB/s", 6},
    Unit{"MiB/s", 0, kMi, 1, false},
    Unit{"Mb/s", 6, 1, 8},
    Unit{"Mbps", 6, 1, 8, false},
    Unit{"GB/s", 9},
    Unit{"GiB/s", 0, kGi, 1, false},
    Unit{"Gb/s", 9, 1, 8},
    Unit{"Gbps", 9, 1, 8, false},
    Unit{"TB/s", 12},
    Unit{"Tb/s", 12, 1, 8},
};

/// Base unit: 1. A bare number is a ratio too.
inline constexpr std::array kRatio{
    Unit{"%", -2},
    Unit{"", 0},
};

/// Base unit: 1.
inline constexpr std::array kCount{
    Unit{""},
    Unit{"k", 3},
    Unit{"M", 6},
    Unit{"G", 9, 1, 1, false},
};

/// Base unit: 1, whole or not. People say B or bn for a milliard.
inline constexpr std::array kAmount{
    Unit{""},
    Unit{"k", 3},
    Unit{"M", 6},
    Unit{"G", 9},
    Unit{"B", 9, 1, 1, false},
    Unit{"bn", 9, 1, 1, false},
    Unit{"T", 12},
};

inline constexpr Kind kDurations{"duration", kDuration, "ns, us, ms, s, min, h or d", "20 ms"};
inline constexpr Kind kRates{"rate", kRate, "/s, k/s, M/s, /min, /h or rps", "500/s"};
inline constexpr Kind kByteSizes{"size in bytes", kBytes, "B, KB, MB, GB, TB, KiB, MiB, GiB or TiB", "8 GiB"};
inline constexpr Kind kBandwidths{"bandwidth", kBandwidth, "B/s, KB/s, MB/s, GB/s, Kb/s, Mb/s or Gb/s",
                                  "10 MB/s"};
inline constexpr Kind kRatios{"ratio", kRatio, "% or no unit at all", "80 %"};
inline constexpr Kind kAmounts{"number", kAmount, "k, M, G, T or no unit at all", "300 M"};
inline constexpr Kind kCounts{"count", kCount, "k, M or no unit at all", "1,000"};

}  // namespace cantilever::units
