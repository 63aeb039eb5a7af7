#pragma once

#include <array>
#include <cstddef>

/// Tables of the ziggurat method (Marsaglia & Tsang 2000): a density below which 256 layers of equal area are
/// stacked. `edge[i]` is the right end of layer i; layer 0 is the base with the tail, whose edge[0] is the
/// width of a rectangle of the same area. `height[i]` is the density at edge[i].
namespace cantilever {

struct Ziggurat {
  static constexpr std::size_t kLayers = 256;
  double tailStart = 0;
  std::array<double, kLayers + 1> edge{};
  std::array<double, kLayers + 1> height{};
};

/// e^-x on x >= 0.
const Ziggurat& exponentialZiggurat();
/// e^(-x^2/2) on x >= 0.
const Ziggurat& normalZiggurat();

}  // namespace cantilever
