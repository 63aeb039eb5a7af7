#include "widgets/canvas/lanes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace cantilever::widgets {
namespace {

constexpr std::size_t kMostForOrder = 48;  // each is compared with each

bool runBesides(const Strand& a, const Strand& b) {
  return a.begin < b.end && b.begin < a.end;
}

/// Negative if `a` should lie before `b`, by where the one that ends or begins beside the other comes from.
int preference(const Strand& a, const Strand& b) {
  int sum = 0;
  if (a.begin != b.begin) {
    sum += a.begin > b.begin ? a.turnAtBegin : -b.turnAtBegin;
  }
  if (a.end != b.end) {
    sum += a.end < b.end ? a.turnAtEnd : -b.turnAtEnd;
  }
  return sum;
}

std::vector<std::size_t> orderOf(const std::vector<Strand>& strands) {
  std::vector<int> scores(strands.size());
  if (strands.size() <= kMostForOrder) {
    for (std::size_t i = 0; i < strands.size(); ++i) {
      for (std::size_t j = 0; j < strands.size(); ++j) {
        if (i != j && strands[i].at == strands[j].at && runBesides(strands[i], strands[j])) {
          scores[i] += preference(strands[i], strands[j]);
        }
      }
    }
  }
  std::vector<std::size_t> order(strands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&](std::size_t i) { return std::tuple(strands[i].at, scores[i], strands[i].order); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return order;
}

/// Moves each past those before it, and each before those after it, and takes the middle of both.
std::vector<double> spreadBy(const std::vector<Strand>& strands, const std::vector<std::size_t>& order,
                             double width) {
  constexpr int kRounds = 4;  // what cannot move pushes the others a second time
  std::vector<double> at(strands.size());
  std::transform(strands.begin(), strands.end(), at.begin(), [](const Strand& strand) { return strand.at; });
  const auto isFixed = [&](std::size_t i) { return strands[i].least == 0 && strands[i].most == 0; };
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> after = at;
    std::vector<double> before = at;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t one = order[i];
      for (std::size_t j = 0; j < i && !isFixed(one); ++j) {
        if (runBesides(strands[one], strands[order[j]])) {
          after[one] = std::max(after[one], after[order[j]] + width);
        }
      }
    }
    for (std::size_t i = order.size(); i-- > 0;) {
      const std::size_t one = order[i];
      for (std::size_t j = i + 1; j < order.size() && !isFixed(one); ++j) {
        if (runBesides(strands[one], strands[order[j]])) {
          before[one] = std::min(before[one], before[order[j]] - width);
        }
      }
    }
    for (std::size_t i = 0; i < at.size(); ++i) {
      at[i] = std::clamp((after[i] + before[i]) / 2, strands[i].at - strands[i].least,
                         strands[i].at + strands[i].most);
    }
  }
  return at;
}

bool areApart(const std::vector<Strand>& strands, const std::vector<std::size_t>& order,
              const std::vector<double>& at, double width) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      const bool isNear = at[order[j]] - at[order[i]] < width - 0.5;
      if (isNear && runBesides(strands[order[i]], strands[order[j]])) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool runTogether(const Strand& a, const Strand& b) {
  return std::abs(a.at - b.at) < kLaneWidth && runBesides(a, b);
}

std::vector<double> spread(const std::vector<Strand>& strands) {
  const std::vector<std::size_t> order = orderOf(strands);
  std::vector<double> at;
  for (const double width : {kLaneWidth, kLaneWidth * 0.7, kLaneWidth * 0.45}) {
    at = spreadBy(strands, order, width);
    if (areApart(strands, order, at, width)) {
      break;
    }
  }
  return at;
}

}  // namespace cantilever::widgets
