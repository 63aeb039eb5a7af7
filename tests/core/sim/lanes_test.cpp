#include "core/sim/lanes.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/sim/agenda.h"

namespace cantilever::sim {
namespace {

using LaneUse = AgendaOptions::LaneUse;

/// Frames to hang events on; all of generation 0.
FrameArena framesOf(std::uint32_t n) {
  FrameArena frames;
  for (std::uint32_t i = 0; i < n; ++i) {
    frames[frames.allocate()].state = FrameState::Net;
  }
  return frames;
}

std::vector<std::uint32_t> subjectsInOrder(Agenda& agenda) {
  std::vector<std::uint32_t> subjects;
  for (Event event; agenda.next(kNever, event);) {
    subjects.push_back(event.subject);
  }
  return subjects;
}

TEST(Lanes, GiveTheOrderOfTheEventList) {
  const FrameArena frames = framesOf(8);
  for (const LaneUse use : {LaneUse::On, LaneUse::Off}) {
    Agenda agenda({EventList::Kind::Ladder, use}, frames);
    const LaneId lane = agenda.laneOf(10);
    agenda.afterConstant(lane, {0, 0, EventType::Timeout});
    agenda.after(10, {1, 0, EventType::Reach});  // the same time, later
    agenda.afterConstant(lane, {2, 0, EventType::Timeout});
    agenda.after(9, {3, 0, EventType::Reach});
    agenda.at(10, Phase::Actions, {4, 0, EventType::Act});
    EXPECT_EQ(subjectsInOrder(agenda), (std::vector<std::uint32_t>{3, 4, 0, 1, 2}));
  }
}

TEST(Lanes, AreSharedByEqualDelays) {
  const FrameArena frames;
  Agenda agenda({}, frames);
  EXPECT_EQ(agenda.laneOf(10), agenda.laneOf(10));
  EXPECT_NE(agenda.laneOf(10), agenda.laneOf(11));
}

// What is not of a frame names something else by its number, whether or not there is such a frame.
TEST(Lanes, KeepEventsThatAreNotOfFrames) {
  FrameArena frames = framesOf(2);
  frames.release(0);  // its generation is 1 now
  Agenda agenda({EventList::Kind::Ladder, LaneUse::On}, frames);
  const LaneId lane = agenda.laneOf(10);
  for (std::uint32_t i = 0; i < 40; ++i) {
    agenda.afterConstant(lane, {i % 2 == 0 ? 0u : 1000u, 0, EventType::Visible});
  }
  EXPECT_EQ(subjectsInOrder(agenda).size(), 40u);
}

// Most timeouts never come true: what they take must follow the calls in flight and not the calls made.
TEST(Lanes, ForgetEventsOfFramesThatAreGone) {
  FrameArena frames;
  Lanes lanes;
  EventList list;
  const LaneId lane = lanes.laneOf(1'000'000);
  const std::uint32_t kept = frames.allocate();
  frames[kept].state = FrameState::Net;
  lanes.push(lane, 1'000'000, orderOf(Phase::Requests, 0), {kept, 0, EventType::Timeout}, list, frames);
  for (std::uint64_t i = 1; i <= 100'000; ++i) {
    const std::uint32_t gone = frames.allocate();
    frames[gone].state = FrameState::Net;
    const auto time = static_cast<TimeNs>(1'000'000 + i);
    lanes.push(lane, time, orderOf(Phase::Requests, i), {gone, frames[gone].generation, EventType::Timeout},
               list, frames);
    frames.release(gone);
  }
  EXPECT_LE(lanes.capacity(lane), 64u);
  EXPECT_EQ(list.size(), 1u);
  TimeNs time = 0;
  Event event;
  ASSERT_TRUE(list.popUntil(kNever, time, event));
  EXPECT_EQ(lanes.takeDue(event.subject, list, frames).subject, kept);
}

TEST(Agenda, HandlesConsequencesInOrderAndWithoutTime) {
  const FrameArena frames = framesOf(2);
  Agenda agenda({}, frames);
  agenda.after(0, {0, 0, EventType::Reach});
  agenda.after(0, {1, 0, EventType::Reach});
  ASSERT_TRUE(agenda.hasConsequence());
  EXPECT_EQ(agenda.takeConsequence().subject, 0u);
  EXPECT_EQ(agenda.takeConsequence().subject, 1u);
  EXPECT_FALSE(agenda.hasConsequence());
  EXPECT_EQ(agenda.now(), 0);
}

}  // namespace
}  // namespace cantilever::sim
