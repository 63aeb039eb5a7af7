#include "core/sim/event_list.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/random.h"

namespace cantilever::sim {
namespace {

using ListKind = EventList::Kind;

TEST(EventList, TakesEventsInOrderOfTime) {
  EventList list;
  for (const TimeNs time : {30, 10, 20}) {
    list.push(time, orderOf(Phase::Requests, static_cast<std::uint64_t>(time)),
              {static_cast<std::uint32_t>(time), 0, EventType::Reach});
  }
  TimeNs time = 0;
  Event event;
  std::vector<TimeNs> times;
  while (list.popUntil(kNever, time, event)) {
    times.push_back(time);
    EXPECT_EQ(event.subject, static_cast<std::uint32_t>(time));
  }
  EXPECT_EQ(times, (std::vector<TimeNs>{10, 20, 30}));
}

// Rule 1: phases, then order of insertion.
TEST(EventList, BreaksTiesByPhaseThenInInsertionOrder) {
  for (const ListKind kind : {ListKind::Ladder, ListKind::Heap}) {
    EventList list(kind);
    list.push(5, orderOf(Phase::Sampling, 0), {0, 0, EventType::Sample});
    list.push(5, orderOf(Phase::Requests, 1), {1, 0, EventType::Reach});
    list.push(5, orderOf(Phase::Requests, 2), {2, 0, EventType::Reach});
    list.push(5, orderOf(Phase::Actions, 3), {3, 0, EventType::Act});
    std::vector<std::uint32_t> subjects;
    TimeNs time = 0;
    for (Event event; list.popUntil(kNever, time, event);) {
      subjects.push_back(event.subject);
    }
    EXPECT_EQ(subjects, (std::vector<std::uint32_t>{3, 1, 2, 0}));
  }
}

TEST(EventList, KeepsWhatIsLaterThanAskedFor) {
  EventList list;
  list.push(10, orderOf(Phase::Requests, 0), {1, 0, EventType::Reach});
  TimeNs time = 0;
  Event event;
  EXPECT_FALSE(list.popUntil(9, time, event));
  EXPECT_EQ(list.size(), 1u);
  EXPECT_TRUE(list.popUntil(10, time, event));
  EXPECT_TRUE(list.isEmpty());
  EXPECT_FALSE(list.popUntil(kNever, time, event));
}

struct Delays {
  std::string name;
  std::function<TimeNs(RandomStream&)> draw;
};

std::vector<Delays> hardDelays() {
  const auto rounded = [](double x) { return 1 + static_cast<TimeNs>(x); };
  return {
      {"exponential", [=](RandomStream& r) { return rounded(1e6 * r.exponential()); }},
      {"constant, many ties", [](RandomStream&) { return TimeNs{1000}; }},
      {"three constants", [](RandomStream& r) { return TimeNs{1 + 500 * r.below(3)}; }},
      {"few nanoseconds", [](RandomStream& r) { return TimeNs{1 + r.below(3)}; }},
      {"near or far", [=](RandomStream& r) { return rounded((r.chance(0.9) ? 1e3 : 1e9) * r.uniform()); }},
      {"half without delay", [=](RandomStream& r) { return r.chance(0.5) ? 0 : rounded(1e5 * r.uniform()); }},
      {"heavy tail", [=](RandomStream& r) { return rounded(10 / (1e-12 + r.uniform() * r.uniform())); }},
      {"ever nearer", [=](RandomStream& r) { return TimeNs{1} << r.below(50); }},
  };
}

using Reference = std::set<std::tuple<TimeNs, std::uint64_t, std::uint32_t>>;

/// Pushes and pops at random around `level` pending events and compares each event taken.
void compareWithSet(ListKind kind, const Delays& delays, std::size_t level) {
  EventList list(kind);
  Reference reference;
  RandomStream random = RandomStream::named(1, static_cast<std::uint32_t>(level), delays.name, "test");
  TimeNs now = 0;
  std::uint64_t sequence = 0;
  const auto push = [&] {
    const TimeNs time = now + delays.draw(random);
    const auto phase = static_cast<Phase>(random.chance(0.02) ? random.below(3) : 1);
    const auto subject = static_cast<std::uint32_t>(sequence);
    list.push(time, orderOf(phase, sequence), {subject, 0, EventType::Reach});
    reference.emplace(time, orderOf(phase, sequence), subject);
    ++sequence;
  };
  for (std::size_t step = 0; step < 5 * level + 3000; ++step) {
    // The level swings, so that the list passes between its forms in both directions.
    const std::size_t wanted = (step / (level + 50)) % 2 == 0 ? level : level / 16;
    const bool grows = reference.size() < wanted || random.chance(0.5);
    if (grows || reference.empty()) {
      push();
      continue;
    }
    TimeNs time = 0;
    Event event;
    ASSERT_TRUE(list.popUntil(kNever, time, event));
    ASSERT_EQ(time, std::get<0>(*reference.begin())) << "step " << step;
    ASSERT_EQ(event.subject, std::get<2>(*reference.begin())) << "step " << step;
    ASSERT_GE(time, now) << "time went back";
    now = time;
    reference.erase(reference.begin());
  }
  ASSERT_EQ(list.size(), reference.size());
}

TEST(EventList, AgreesWithAnOrderedSetWhateverTheDelays) {
  for (const ListKind kind : {ListKind::Ladder, ListKind::Heap}) {
    for (const Delays& delays : hardDelays()) {
      for (const std::size_t level : {3u, 30u, 60u, 300u, 5000u}) {
        SCOPED_TRACE(delays.name + ", " + std::to_string(level) + " pending");
        compareWithSet(kind, delays, level);
        if (::testing::Test::HasFatalFailure()) {
          return;
        }
      }
    }
  }
}

// Many events soon after one another while others wait: the near array sheds its far end into a rung that
// ends within one of its buckets, and what is pushed later may be due in the rest of that bucket.
TEST(EventList, AgreesWithAnOrderedSetInBursts) {
  for (std::uint32_t round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    RandomStream random = RandomStream::named(2, round, "bursts", "test");
    EventList list;
    Reference reference;
    TimeNs now = 0;
    for (std::uint32_t sequence = 0; sequence < 5000;) {
      const std::uint32_t scale = random.below(20);
      for (std::uint32_t many = random.chance(0.1) ? 60 : random.below(3); many > 0; --many, ++sequence) {
        const TimeNs time = now + random.below(2u << scale);
        list.push(time, orderOf(Phase::Requests, sequence), {sequence, 0, EventType::Reach});
        reference.emplace(time, orderOf(Phase::Requests, sequence), sequence);
      }
      Event event;
      for (std::uint32_t many = random.below(8); many > 0 && list.popUntil(kNever, now, event); --many) {
        ASSERT_EQ(now, std::get<0>(*reference.begin())) << "event " << sequence;
        ASSERT_EQ(event.subject, std::get<2>(*reference.begin())) << "event " << sequence;
        reference.erase(reference.begin());
      }
    }
  }
}

// A batch of simultaneous events must not cost the square of its size: a quarter of a million would take
// hours.
TEST(EventList, StandsVeryManyEventsAtOneTime) {
  EventList list;
  constexpr std::uint32_t kMany = 250'000;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    list.push(1000, orderOf(Phase::Requests, i), {i, 0, EventType::Reach});
  }
  TimeNs time = 0;
  Event event;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    ASSERT_TRUE(list.popUntil(kNever, time, event));
    ASSERT_EQ(event.subject, i);
    list.push(2000, orderOf(Phase::Requests, kMany + i), {kMany + i, 0, EventType::Reach});
  }
  ASSERT_TRUE(list.popUntil(kNever, time, event));
  EXPECT_EQ(time, 2000);
  EXPECT_EQ(event.subject, kMany);
}

}  // namespace
}  // namespace cantilever::sim
