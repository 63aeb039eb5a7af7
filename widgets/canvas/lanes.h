#pragma once

#include <cstddef>
#include <vector>

/// Keeps lines that would run on top of each other apart. Pure functions without Qt.
namespace cantilever::widgets {

/// A straight piece of a link, seen along its direction: it lies at `at`, from `begin` to `end`.
struct Strand {
  double at = 0;
  double begin = 0;
  double end = 0;
  double least = 0;  ///< how far it may be moved: from `at - least` ...
  double most = 0;   ///< ... to `at + most`; both zero for a piece that ends at a block
  /// To which side the line goes on at either end: -1 towards smaller `at`, 1 towards larger.
  int turnAtBegin = 0;
  int turnAtEnd = 0;
  std::size_t order = 0;  ///< settles ties
};

inline constexpr double kLaneWidth = 7;

/// Do they run so near to each other that one would take them for one line?
bool runTogether(const Strand& a, const Strand& b);

/// Places for strands that hang together by `runTogether`: a lane's width apart where there is room (less
/// where there is not), moved as little as that takes, and in the order in which they cross least.
std::vector<double> spread(const std::vector<Strand>& strands);

}  // namespace cantilever::widgets
