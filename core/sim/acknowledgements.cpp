#include <algorithm>
#include <utility>

#include "core/sim/engine_calls.h"
#include "core/sim/logs.h"

/// Publishers who wait until those who read a log have done what they have published.
namespace cantilever::sim {

using plan::Delivery;
using plan::Reason;

/// Who would get a message now and is there: consumers where each gets all, else groups.
std::uint32_t Engine::readersThere(const LogState& log, std::uint8_t requestClass) const {
  std::uint32_t there = 0;
  for (const Index which : log.groups) {
    const GroupState& group = m_groups[which];
    if (!isFor(group, requestClass)) {
      continue;
    }
    std::uint32_t members = 0;
    for (Index member = 0; member < group.running.size(); ++member) {
      const bool gets = group.of->delivery != Delivery::Every || group.isMember[member] != 0;
      members += gets && isThere(group, member) ? 1u : 0u;
    }
    there += group.of->delivery == Delivery::Every ? members : std::min(members, 1u);
  }
  return there;
}

Engine::Index Engine::openTicket(Index frame, std::uint32_t needed, Index log, Index partition,
                                 std::uint64_t number) {
  Index which = m_firstFreeTicket;
  if (which == Message::kNoTicket) {
    which = static_cast<Index>(m_tickets.size());
    m_tickets.emplace_back();
  } else {
    m_firstFreeTicket = m_tickets[which].next;
  }
  Ticket& ticket = m_tickets[which];
  ticket = Ticket{};
  ticket.frame = frame;
  ticket.needed = needed;
  ticket.log = log;
  ticket.partition = partition;
  ticket.number = number;
  ticket.key = namedKey(m_frames[frame].requestClass, m_frames[frame].key);
  return which;
}

void Engine::countAcknowledged(Index which) {
  Ticket& ticket = m_tickets[which];
  --ticket.open;
  if (ticket.needed > 0 && --ticket.needed == 0) {
    decide(ticket, Reason::None);
  }
  closeIfIdle(which);
}

/// One of those who got the message will never do it.
void Engine::countLost(Index which) {
  Ticket& ticket = m_tickets[which];
  --ticket.open;
  if (ticket.needed > ticket.open) {
    ticket.needed = 0;
    decide(ticket, Reason::NotReplicated);
  }
  closeIfIdle(which);
}

/// The publisher hears of it as a consequence.
void Engine::decide(Ticket& ticket, Reason reason) {
  const Index index = std::exchange(ticket.frame, kNoFrame);
  if (index == kNoFrame) {
    return;
  }
  ticket.isAcknowledged = reason == Reason::None;
  if (ticket.isAcknowledged) {
    noteWrite(ticket.log, ticket.key, ticket.number, ticket.partition);
  }
  Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  become(index, FrameState::Ready);
  if (reason != Reason::None && code.target == plan::kNone) {
    frame.reason = static_cast<std::uint8_t>(reason);
    m_agenda.after(0, eventOf(index, EventType::Fail));
    return;
  }
  frame.pc = reason == Reason::None ? frame.pc + 1 : code.target;
  m_agenda.after(0, eventOf(index, EventType::Reach));
}

void Engine::closeIfIdle(Index which) {
  Ticket& ticket = m_tickets[which];
  if (ticket.open == 0) {
    ticket.next = m_firstFreeTicket;
    m_firstFreeTicket = which;
  }
}

/// The frame does not wait any more.
void Engine::leaveTicket(Index frame) {
  m_tickets[m_frames.notes(frame).ticket].frame = kNoFrame;
}

/// How long an acknowledgement takes from a member to its log.
TimeNs Engine::wayBackFrom(const GroupState& group, Index member) {
  LinkState& link = m_links[group.of->link];
  if (!m_network.hasZones()) {
    return Network::scaled(link.latency.draw(link.back), link.factor) + link.added;
  }
  const ZoneNumber there =
      group.pool == plan::kNone ? link.home : m_instances[m_pools[group.pool].first + member].zone;
  const Network::Way& way = m_network.way(there, m_network.numberOf(m_plan->logs[group.of->log].zone));
  const bool isByZones = link.isByZones && way.isKnown();
  const TimeNs time = isByZones ? m_network.timeOf(way, link.back) : link.latency.draw(link.back);
  return Network::scaled(time, link.factor * way.factor) + link.added + way.added;
}

}  // namespace cantilever::sim
