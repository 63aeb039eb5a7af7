#include "core/model/diff.h"

namespace cantilever {
namespace {

/// Walks both tables in order of id. `isBehaviour(before, after)` says whether a change of one element could
/// alter a plan; added and removed elements are given with a null in the other place.
template <class T, class IsBehaviour>
TableDiff<typename Table<T>::IdType> tableDiff(const Table<T>& before, const Table<T>& after,
                                               bool& hasBehaviourChanges, IsBehaviour isBehaviour) {
  TableDiff<typename Table<T>::IdType> result;
  auto a = before.pointers().begin();
  auto b = after.pointers().begin();
  const auto note = [&](const T* old, const T* now) {
    auto& list = old == nullptr ? result.added : now == nullptr ? result.removed : result.changed;
    list.push_back(now == nullptr ? old->id : now->id);
    hasBehaviourChanges = hasBehaviourChanges || isBehaviour(old, now);
  };
  while (a != before.pointers().end() || b != after.pointers().end()) {
    const bool isOnlyBefore =
        b == after.pointers().end() || (a != before.pointers().end() && (*a)->id < (*b)->id);
    const bool isOnlyAfter =
        a == before.pointers().end() || (b != after.pointers().end() && (*b)->id < (*a)->id);
    if (isOnlyBefore) {
      note((a++)->get(), nullptr);
    } else if (isOnlyAfter) {
      note(nullptr, (b++)->get());
    } else {
      if (*a != *b && !(**a == **b)) {
        note(a->get(), b->get());
      }
      ++a;
      ++b;
    }
  }
  return result;
}

/// The block without what is only drawn or read by people.
Block behaviourOf(const Block& block) {
  Block bare = block;
  bare.name.clear();
  bare.position = {};
  bare.isPinned = false;
  bare.zOrder = 0;
  bare.extras.clear();
  return bare;
}

Zone behaviourOf(const Zone& zone) {
  Zone bare = zone;
  bare.name.clear();
  bare.area = {};
  bare.isCollapsed = false;
  bare.extras.clear();
  return bare;
}

Link behaviourOf(const Link& link) {
  Link bare = link;
  bare.extras.clear();
  return bare;
}

RequestClass behaviourOf(const RequestClass& requestClass) {
  RequestClass bare = requestClass;
  bare.extras.clear();
  return bare;  // the name stays: plans and results carry it
}

Workload behaviourOf(const Workload& workload) {
  Workload bare = workload;
  bare.extras.clear();
  return bare;
}

Scenario behaviourOf(const Scenario& scenario) {
  Scenario bare = scenario;
  bare.name.clear();
  bare.description.clear();
  bare.extras.clear();
  return bare;
}

Control behaviourOf(const Control& control) {
  Control bare = control;
  bare.extras.clear();
  return bare;  // the name stays: results carry it
}

/// For elements that plans are made of: an added or removed one counts, a changed one if its behaviour did.
const auto kIfBehaviourDiffers = [](const auto* old, const auto* now) {
  return old == nullptr || now == nullptr || !(behaviourOf(*old) == behaviourOf(*now));
};
const auto kNeverBehaviour = [](const auto*, const auto*) { return false; };

}  // namespace

DesignDiff diff(const Design& before, const Design& after) {
  DesignDiff result;
  bool& isBehaviour = result.hasBehaviourChanges;
  result.blocks = tableDiff(before.blocks, after.blocks, isBehaviour, kIfBehaviourDiffers);
  result.links = tableDiff(before.links, after.links, isBehaviour, kIfBehaviourDiffers);
  result.zones = tableDiff(before.zones, after.zones, isBehaviour, kIfBehaviourDiffers);
  result.notes = tableDiff(before.notes, after.notes, isBehaviour, kNeverBehaviour);

  const auto classes = tableDiff(before.classes, after.classes, isBehaviour, kIfBehaviourDiffers);
  const auto workloads = tableDiff(before.workloads, after.workloads, isBehaviour, kIfBehaviourDiffers);
  const auto scenarios = tableDiff(before.scenarios, after.scenarios, isBehaviour, kIfBehaviourDiffers);
  const auto controls = tableDiff(before.controls, after.controls, isBehaviour, kIfBehaviourDiffers);
  const auto objectives = tableDiff(before.objectives, after.objectives, isBehaviour, kNeverBehaviour);
  isBehaviour = isBehaviour || before.slice != after.slice;
  result.hasOtherChanges = !classes.isEmpty() || !workloads.isEmpty() || !scenarios.isEmpty() ||
                           !controls.isEmpty() || !objectives.isEmpty() || before.name != after.name ||
                           before.description != after.description || before.sources != after.sources ||
                           before.slice != after.slice || before.sheet != after.sheet ||
                           before.extras != after.extras;
  return result;
}

}  // namespace cantilever
