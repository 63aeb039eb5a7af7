#include "core/sim/event.h"

namespace cantilever::sim {

const char* nameOf(EventType type) {
  switch (type) {
    case EventType::Arrive:
      return "request_arrives";
    case EventType::Act:
      return "change";
    case EventType::OpenWindow:
      return "warm_up_ends";
    case EventType::Sample:
      return "sample";
    case EventType::Lane:
      return "lane";
    case EventType::PaceEnd:
      return "work_ends";
    case EventType::LookAtPool:
      return "scaler_looks";
    case EventType::Boot:
      return "instance_boots";
    case EventType::DrainEnd:
      return "drain_ends";
    case EventType::Failure:
      return "instance_fails";
    case EventType::Repair:
      return "repair_ends";
    case EventType::ZoneFailure:
      return "zone_fails";
    case EventType::ZoneRepair:
      return "zone_recovers";
    case EventType::BreakEnd:
      return "breaker_half_opens";
    case EventType::Refill:
      return "tokens_come_back";
    case EventType::Linger:
      return "linger_ends";
    case EventType::Visible:
      return "message_visible_again";
    case EventType::Commit:
      return "group_commits";
    case EventType::CommitEnd:
      return "commit_ends";
    case EventType::Backlog:
      return "backlog_is_there";
    case EventType::WriteBack:
      return "write_goes_on";
    case EventType::WindowEnd:
      return "window_ends";
    case EventType::Acknowledge:
      return "acknowledgement_arrives";
    case EventType::PrimaryLost:
      return "loss_is_noticed";
    case EventType::Promote:
      return "promotion";
    case EventType::Admit:
      return "writers_admitted";
    case EventType::Rebalance:
      return "rebalance_ends";
    case EventType::SessionEnd:
      return "session_ends";
    case EventType::HealthCheck:
      return "health_check";
    case EventType::HealthMissed:
      return "health_check_fails";
    case EventType::Readmit:
      return "instance_readmitted";
    case EventType::Reach:
      return "call_arrives";
    case EventType::WorkEnd:
      return "work_ends";
    case EventType::Timer:
      return "wait_ends";
    case EventType::Reply:
      return "reply_arrives";
    case EventType::Timeout:
      return "timeout";
    case EventType::Patience:
      return "patience_ends";
    case EventType::Hedge:
      return "hedge";
    case EventType::Fail:
      return "call_fails";
  }
  return "";
}

}  // namespace cantilever::sim
