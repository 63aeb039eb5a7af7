#include "widgets/canvas/label_places.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace cantilever::widgets {
namespace {

struct LabelPlace {
  Point at;
  double fromMiddle = 0;  ///< of the piece it is on
  double length = 0;      ///< of that piece
};

constexpr std::size_t kMostPlaces = 48;

/// Places half a label apart, from the middle of the piece outwards; no more than are wanted in all.
void addPlacesOn(Point a, Point b, std::vector<LabelPlace>& places) {
  const bool across = a.y == b.y;
  const double length = std::abs(b.x - a.x) + std::abs(b.y - a.y);
  const double step = across ? kLabelRoom.width / 2 : kLabelRoom.height / 2;
  const std::size_t most = places.size() + kMostPlaces;
  const auto add = [&](double share, double off) {
    places.push_back({{a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}, off, length});
  };
  add(0.5, 0);
  for (double off = step; off < length / 2 && places.size() < most; off += step) {
    add(0.5 - off / length, off);
    add(0.5 + off / length, off);
  }
}

}  // namespace

std::vector<Point> labelPlaces(const std::vector<Point>& line) {
  std::vector<LabelPlace> found;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    addPlacesOn(line[i], line[i + 1], found);
  }
  std::stable_sort(found.begin(), found.end(), [](const LabelPlace& a, const LabelPlace& b) {
    return a.fromMiddle != b.fromMiddle ? a.fromMiddle < b.fromMiddle : a.length > b.length;
  });
  found.resize(std::min(found.size(), kMostPlaces));
  std::vector<Point> places;
  places.reserve(found.size());
  std::transform(found.begin(), found.end(), std::back_inserter(places),
                 [](const LabelPlace& place) { return place.at; });
  return places;
}

Rect labelRoomAt(Point middle) {
  return {{middle.x - kLabelRoom.width / 2, middle.y - kLabelRoom.height / 2}, kLabelRoom};
}

}  // namespace cantilever::widgets
