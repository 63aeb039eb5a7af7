#include "core/sim/tokens.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

using plan::Reason;
using plan::Refill;
using plan::TokenScope;

namespace {

// Below this a missing part of a token is rounding.
constexpr double kNoPart = 1e-9;
constexpr std::size_t kFirstSweep = 1024;
/// The bucket of requests that sit nowhere, or were called from nowhere.
constexpr std::uint64_t kNowhere = 0;

}  // namespace

double Bucket::levelAt(TimeNs now) const {
  const double earned = m_perSecond * (static_cast<double>(now - m_since) * 1e-9);
  return std::min(static_cast<double>(m_size), m_level + earned);
}

std::uint32_t Bucket::available(TimeNs now) {
  switch (m_of->refill) {
    case Refill::Continuous:
      return static_cast<std::uint32_t>(levelAt(now) + kNoPart);
    case Refill::FixedWindow:
      if (m_since != windowStart(now)) {
        m_since = windowStart(now);
        m_out = 0;
      }
      break;
    case Refill::SlidingWindow:
      while (!m_grants.isEmpty() && now - m_grants.front().at >= m_of->window.ns()) {
        m_out -= m_grants.pop().units;
      }
      break;
    case Refill::OnGive:
      break;
  }
  return m_size > m_out ? m_size - m_out : 0;
}

void Bucket::take(std::uint32_t units, TimeNs now) {
  if (m_of->refill == Refill::Continuous) {
    m_level = std::max(0.0, levelAt(now) - units);
    m_since = now;
    return;
  }
  m_out += units;
  if (m_of->refill == Refill::SlidingWindow) {
    m_grants.push({now, units});
  }
}

TimeNs Bucket::availableAt(std::uint32_t units, TimeNs now) const {
  if (units > m_size) {
    return kNever;
  }
  switch (m_of->refill) {
    case Refill::Continuous: {
      const double ns = (units - levelAt(now)) / m_perSecond * 1e9;
      return ns < static_cast<double>(plan::kLongestDuration.ns())
                 ? now + std::max<TimeNs>(1, std::llround(std::ceil(ns)))
                 : kNever;
    }
    case Refill::FixedWindow:
      return windowStart(now) + m_of->window.ns();
    case Refill::SlidingWindow:  // one grant at a time: it is asked again if that was not enough
      return m_grants.isEmpty() ? kNever : m_grants.front().at + m_of->window.ns();
    case Refill::OnGive:
      break;
  }
  return kNever;
}

void Bucket::resize(std::uint32_t size, TimeNs now) {
  m_level = levelAt(now);
  m_since = m_of->refill == Refill::Continuous ? now : m_since;
  const auto& limit = m_of->adaptive;
  m_size = m_first = limit ? std::clamp(size, limit->least, limit->most) : size;
  m_level = std::min(m_level, static_cast<double>(size));
}

void Bucket::setRate(double perSecond, TimeNs now) {
  m_level = levelAt(now);
  m_since = now;
  m_perSecond = perSecond;
}

void Bucket::adapt(TimeNs ns, bool hasFailed) {
  if (!m_of->adaptive) {
    return;
  }
  const plan::AdaptiveLimit& limit = *m_of->adaptive;
  if (hasFailed || ns > limit.target.ns()) {
    m_size = std::max(limit.least, static_cast<std::uint32_t>(m_size * limit.backoff));
  } else if (2 * std::uint64_t{m_out} >= m_size) {
    m_size = std::min(limit.most, m_size + 1);
  }
}

void TokensMeter::openWindow(TimeNs now) {
  for (Counter* each : {&asked, &granted, &refused, &shed, &abandoned}) {
    each->openWindow();
  }
  held.openWindow(now);
  waiting.openWindow(now);
  maxHeld = held.value();
  maxWaiting = waiting.value();
  wait.clear();
  hold.clear();
}

void TokensMeter::startInterval(TimeNs now) {
  granted.startInterval();
  refused.startInterval();
  shed.startInterval();
  held.startInterval(now);
  waiting.startInterval(now);
}

void Engine::addTokens() {
  for (const plan::Tokens& of : m_plan->tokens) {
    TokensState& tokens = m_tokens.emplace_back();
    tokens.of = &of;
    tokens.size = of.size;
    tokens.perSecond = of.rate.raw();
    tokens.sweepAt = kFirstSweep;
    if (of.patience) {
      tokens.patience = Timing(*of.patience, m_agenda);
      tokens.patienceStream =
          RandomStream::named(m_config.seed, m_config.replication, of.key, "token patience");
    }
    if (of.scope == TokenScope::All) {
      tokens.common = openBucket(static_cast<Index>(m_tokens.size() - 1), 0);
    }
  }
}

Engine::Index Engine::openBucket(Index tokens, std::uint64_t name) {
  TokensState& state = m_tokens[tokens];
  Index index = static_cast<Index>(m_buckets.size());
  if (state.closed.empty()) {
    m_buckets.emplace_back();
  } else {
    index = state.closed.back();
    state.closed.pop_back();
  }
  Bucket opened(*state.of, state.size, state.perSecond);
  opened.generation = m_buckets[index].generation;
  opened.waiters = m_buckets[index].waiters;
  opened.tokens = tokens;
  opened.name = name;
  Bucket& bucket = m_buckets[index] = std::move(opened);
  if (state.of->isByPriority && bucket.waiters.lasts == WaitingList::kNoLasts) {
    std::uint8_t lowest = 0;
    for (const plan::RequestClass& of : m_plan->classes) {
      lowest = std::max(lowest, of.priority);
    }
    m_frames.orderByPriority(bucket.waiters, lowest);
  }
  return index;
}

void Engine::closeBucket(Index index) {
  Bucket& bucket = m_buckets[index];
  ++bucket.generation;
  TokensState& tokens = m_tokens[bucket.tokens];
  tokens.buckets.erase(bucket.name);
  tokens.closed.push_back(index);
}

std::uint64_t Engine::bucketNameFor(const TokensState& tokens, Index index) const {
  const Frame& frame = m_frames[index];
  const auto at = [](Index instance) {
    return instance == kNoInstance ? kNowhere : std::uint64_t{instance} + 1;
  };
  switch (tokens.of->scope) {
    case TokenScope::Instance:
      return at(frame.instance);
    case TokenScope::Caller:
      return at(callerOf(index));
    case TokenScope::Key:
      return namedKey(frame.requestClass, frame.key);
    case TokenScope::All:
      break;
  }
  return kNowhere;
}

Engine::Index Engine::bucketFor(Index which, Index frame) {
  TokensState& tokens = m_tokens[which];
  if (tokens.of->scope == TokenScope::All) {
    return tokens.common;
  }
  const std::uint64_t name = bucketNameFor(tokens, frame);
  const Index known = tokens.buckets.find(name);
  if (known != KeyIndex::kAbsent) {
    return known;
  }
  if (tokens.buckets.size() >= tokens.sweepAt) {
    closeIdleBuckets(tokens);
  }
  return tokens.buckets.findOrAdd(name, openBucket(which, name));
}

/// Those that are as if they were new. Looks at all of them each time their number has doubled.
void Engine::closeIdleBuckets(TokensState& tokens) {
  const auto which = static_cast<Index>(&tokens - m_tokens.data());
  for (Index index = 0; index < m_buckets.size(); ++index) {
    Bucket& bucket = m_buckets[index];
    const bool isOpen = bucket.tokens == which && tokens.buckets.find(bucket.name) == index;
    if (isOpen && bucket.waiters.count == 0 && bucket.isUntouched(now())) {
      closeBucket(index);
    }
  }
  tokens.sweepAt = std::max(kFirstSweep, 2 * tokens.buckets.size());
}

/// True if the frame goes on at once. Nobody overtakes those who wait.
bool Engine::take(Index index, const Instr& code) {
  TokensState& tokens = m_tokens[code.operand];
  const Index at = bucketFor(code.operand, index);
  Bucket& bucket = m_buckets[at];
  const std::uint64_t kept = std::uint64_t{tokens.of->reserve} * m_frames[index].priority;
  const std::uint32_t there = bucket.available(now());
  tokens.meter.asked.add();
  if (bucket.waiters.count == 0 && there >= code.count + kept) {
    tokens.meter.wait.add(0);
    hold(index, at, code.count);
    ++m_frames[index].pc;
    return true;
  }
  const bool isTooMuch = !tokens.of->adaptive && code.count > bucket.size();
  const bool isHopeless = !tokens.of->adaptive && code.count + kept > bucket.size();
  if (tokens.of->waits && !isHopeless && bucket.waiters.count < tokens.of->queueLimit) {
    return awaitTokens(index, code, at);
  }
  if (!isTooMuch && (there >= code.count || isHopeless)) {  // kept for others
    tokens.meter.shed.add();
    return failTake(index, code, Reason::Shed);
  }
  tokens.meter.refused.add();
  return failTake(index, code, tokens.of->waits ? Reason::QueueFull : Reason::RateLimited);
}

bool Engine::awaitTokens(Index index, const Instr& code, Index at) {
  TokensState& tokens = m_tokens[code.operand];
  Bucket& bucket = m_buckets[at];
  Frame& frame = m_frames[index];
  become(index, FrameState::Token);
  frame.markedAt = now();
  m_frames.cold(index).bucket = at;
  if (tokens.of->isByPriority) {
    m_frames.insertByPriority(bucket.waiters, index, FrameArena::AmongEquals::Last);
  } else {
    m_frames.append(bucket.waiters, index);
  }
  tokens.meter.waiting.increase(now());
  tokens.meter.maxWaiting = std::max(tokens.meter.maxWaiting, tokens.meter.waiting.value());
  if (tokens.of->patience) {
    const TimeNs patience = tokens.patience.draw(tokens.patienceStream);
    m_frames.notes(index).patienceEnds = now() + patience;
    tokens.patience.scheduleAfter(patience, m_agenda, eventOf(index, EventType::Patience));
  }
  serveTokenWaiters(at);
  return false;
}

/// True if the program says how to go on without tokens.
bool Engine::failTake(Index index, const Instr& code, Reason reason) {
  if (code.target == plan::kNone) {
    finish(index, reason);
    return false;
  }
  m_frames[index].pc = code.target;
  become(index, FrameState::Ready);
  return true;
}

void Engine::hold(Index index, Index at, std::uint32_t units) {
  Bucket& bucket = m_buckets[at];
  TokensState& tokens = m_tokens[bucket.tokens];
  bucket.take(units, now());
  tokens.meter.granted.add();
  if (tokens.of->refill != Refill::OnGive) {
    return;
  }
  Index held = m_firstFreeHeld;
  if (held == Held::kNone) {
    held = static_cast<Index>(m_held.size());
    m_held.emplace_back();
  } else {
    m_firstFreeHeld = m_held[held].next;
  }
  Frame& frame = m_frames[index];
  Index& last = m_frames.cold(index).held;
  m_held[held] = {frame.has(frame_flags::kHolding) ? last : Held::kNone, at, bucket.generation, units, now()};
  last = held;
  frame.flags |= frame_flags::kHolding;
  tokens.meter.held.set(tokens.meter.held.value() + units, now());
  tokens.meter.maxHeld = std::max(tokens.meter.maxHeld, tokens.meter.held.value());
}

/// The last that the frame took of these tokens.
void Engine::give(Index index, Index which) {
  Frame& frame = m_frames[index];
  if (!frame.has(frame_flags::kHolding)) {
    return;
  }
  Index* link = &m_frames.cold(index).held;
  while (*link != Held::kNone && m_buckets[m_held[*link].bucket].tokens != which) {
    link = &m_held[*link].next;
  }
  if (*link == Held::kNone) {
    return;
  }
  const Index held = *link;
  *link = m_held[held].next;
  if (m_frames.cold(index).held == Held::kNone) {
    frame.clear(frame_flags::kHolding);
  }
  giveBack(held, Reason::None);
}

/// The last taken first.
void Engine::giveAll(Index index, Reason reason) {
  m_frames[index].clear(frame_flags::kHolding);
  Index held = m_frames.cold(index).held;
  while (held != Held::kNone) {
    const Index next = m_held[held].next;
    giveBack(held, reason);
    held = next;
  }
}

void Engine::giveBack(Index which, Reason reason) {
  const Held held = m_held[which];
  m_held[which].next = m_firstFreeHeld;
  m_firstFreeHeld = which;
  Bucket& bucket = m_buckets[held.bucket];
  TokensMeter& meter = m_tokens[bucket.tokens].meter;
  meter.held.set(meter.held.value() - held.units, now());
  meter.hold.add(now() - held.since);
  if (bucket.generation != held.generation) {
    return;
  }
  bucket.adapt(now() - held.since, reason != Reason::None);
  bucket.giveBack(held.units);
  serveTokenWaiters(held.bucket);
}

/// Who has what it waited for goes on as a consequence: however many they are, nothing recurses.
void Engine::serveTokenWaiters(Index at) {
  Bucket& bucket = m_buckets[at];
  TokensState& tokens = m_tokens[bucket.tokens];
  while (bucket.waiters.count > 0) {
    const Index index = bucket.waiters.head;
    Frame& frame = m_frames[index];
    const std::uint32_t units = m_code.instructions[frame.pc].count;
    const std::uint64_t wanted = units + std::uint64_t{tokens.of->reserve} * frame.priority;
    if (bucket.available(now()) < wanted) {
      const TimeNs time = bucket.availableAt(static_cast<std::uint32_t>(wanted), now());
      if (time < bucket.refillAt) {
        bucket.refillAt = time;
        m_agenda.at(time, Phase::Requests, {at, bucket.generation, EventType::Refill});
      }
      return;
    }
    leaveTokenQueue(index);
    tokens.meter.wait.add(now() - frame.markedAt);
    become(index, FrameState::Ready);
    ++frame.pc;
    hold(index, at, units);
    m_agenda.after(0, eventOf(index, EventType::Reach));
  }
}

bool Engine::refill(Index at, std::uint32_t generation) {
  Bucket& bucket = m_buckets[at];
  if (bucket.generation != generation || bucket.refillAt != now()) {
    return false;
  }
  bucket.refillAt = kNever;
  serveTokenWaiters(at);
  return true;
}

/// The frame does not wait any more.
void Engine::leaveTokenQueue(Index index) {
  Bucket& bucket = m_buckets[m_frames.cold(index).bucket];
  m_frames.remove(bucket.waiters, index);
  m_tokens[bucket.tokens].meter.waiting.decrease(now());
  if (m_tokens[bucket.tokens].of->patience) {
    m_frames.notes(index).patienceEnds = kNever;
  }
}

/// It gives up. Who is next may be content with fewer tokens.
void Engine::giveUpTokens(Index index) {
  const Index at = m_frames.cold(index).bucket;
  leaveTokenQueue(index);
  serveTokenWaiters(at);
}

/// What a killed instance had of its own is gone; what waited for it fails.
void Engine::closeBucketsOf(Index instance) {
  for (TokensState& tokens : m_tokens) {
    if (tokens.of->scope != TokenScope::Instance && tokens.of->scope != TokenScope::Caller) {
      continue;
    }
    const Index at = tokens.buckets.find(std::uint64_t{instance} + 1);
    if (at == KeyIndex::kAbsent) {
      continue;
    }
    while (m_buckets[at].waiters.count > 0) {
      const Index index = m_buckets[at].waiters.head;
      leaveTokenQueue(index);
      finish(index, Reason::KilledInFlight);
    }
    closeBucket(at);
  }
}

/// Of all that share them, and of those who come. Of windows the rate is that of what each lets through. Who
/// waits is looked at again.
void Engine::changeTokens(const plan::Action& action, Cause cause) {
  TokensState& tokens = m_tokens[action.tokens];
  const bool isRate = action.change == Change::SetRate;
  const bool isSize = !isRate || tokens.of->refill != Refill::Continuous;
  const double size = isRate ? action.value * tokens.of->window.inSeconds() : action.value;
  if (isSize) {
    tokens.size =
        static_cast<std::uint32_t>(std::min<double>(std::floor(size + 0.5), plan::Tokens::kMostSize));
  } else {
    tokens.perSecond = action.value;
  }
  for (Index at = 0; at < m_buckets.size(); ++at) {
    Bucket& bucket = m_buckets[at];
    const bool isOpen =
        bucket.tokens == action.tokens &&
        (tokens.of->scope == TokenScope::All ? tokens.common == at : tokens.buckets.find(bucket.name) == at);
    if (!isOpen) {
      continue;
    }
    isSize ? bucket.resize(tokens.size, now()) : bucket.setRate(tokens.perSecond, now());
    serveTokenWaiters(at);
  }
  const auto kind = isRate ? Happening::Kind::RateSet : Happening::Kind::SizeSet;
  if (Happening* happening = record(kind, cause, kNoInstance, action.value)) {
    happening->tokens = action.tokens;
  }
}

void Engine::addTokenResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  const auto span = static_cast<double>(isOpen ? now() - m_windowStart : 0);
  const auto meanOf = [&](const Level& level) {
    return span > 0 ? static_cast<double>(level.inWindow(now())) / span : 0.0;
  };
  for (const TokensState& tokens : m_tokens) {
    TokensResult& to = result.tokens.emplace_back();
    to.key = tokens.of->key;
    to.buckets = tokens.of->scope == TokenScope::All ? 1 : tokens.buckets.size();
    to.size = tokens.of->scope == TokenScope::All ? m_buckets[tokens.common].size() : tokens.size;
    if (!isOpen) {
      continue;
    }
    const TokensMeter& meter = tokens.meter;
    to.asked = meter.asked.inWindow();
    to.granted = meter.granted.inWindow();
    to.refused = meter.refused.inWindow();
    to.shed = meter.shed.inWindow();
    to.abandoned = meter.abandoned.inWindow();
    to.meanHeld = meanOf(meter.held);
    to.maxHeld = meter.maxHeld;
    to.meanWaiting = meanOf(meter.waiting);
    to.maxWaiting = meter.maxWaiting;
    to.waiting = meter.wait;
    to.holding = meter.hold;
  }
}

}  // namespace cantilever::sim
