#pragma once

#include <span>
#include <string_view>

#include "core/model/scenario.h"

namespace cantilever {

/// The word by which files and messages call an enumerator. Never renamed: files hold them.
template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};
template <class Enum>
constexpr std::string_view wordOf(Enum value, std::span<const Word<Enum>> words) {
  for (const Word<Enum>& word : words) {
    if (word.value == value) {
      return word.text;
    }
  }
  return {};  // a value without a word is a bug: the writer's tests cover every enumerator
}

inline constexpr Word<Change> kChangeWords[] = {{Change::KillInstances, "kill_instances"},
                                                {Change::RestoreInstances, "restore_instances"},
                                                {Change::LoadFactor, "load_factor"},
                                                {Change::SetInstances, "set_instances"},
                                                {Change::Speed, "speed"},
                                                {Change::KillSilently, "kill_silently"},
                                                {Change::FlushCaches, "flush_caches"},
                                                {Change::AddLatency, "add_latency"},
                                                {Change::LoseCalls, "lose_calls"},
                                                {Change::FailCalls, "fail_calls"},
                                                {Change::PauseInstances, "pause_instances"},
                                                {Change::ResumeInstances, "resume_instances"},
                                                {Change::ZoneOutage, "zone_outage"},
                                                {Change::ZoneSilentOutage, "zone_silent_outage"},
                                                {Change::ZoneRecovery, "zone_recovery"},
                                                {Change::Partition, "partition"},
                                                {Change::Heal, "heal"},
                                                {Change::AddZoneLatency, "add_zone_latency"},
                                                {Change::RollOut, "roll_out"},
                                                {Change::SetFlag, "set_flag"},
                                                {Change::StopControl, "stop_control"},
                                                {Change::SeekGroup, "seek_group"},
                                                {Change::Drain, "drain"},
                                                {Change::Promote, "promote"},
                                                {Change::InstanceWeight, "instance_weight"},
                                                {Change::RouteWeight, "route_weight"},
                                                {Change::SetSize, "set_size"},
                                                {Change::SetRate, "set_rate"},
                                                {Change::ScaleLatency, "scale_latency"},
                                                {Change::ScaleZoneLatency, "scale_zone_latency"}};

/// As files have it.
constexpr std::string_view wordOf(Change change) {
  return wordOf(change, std::span<const Word<Change>>(kChangeWords));
}

}  // namespace cantilever
