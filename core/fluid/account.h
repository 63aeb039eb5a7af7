#pragma once

#include <limits>
#include <vector>

#include "core/fluid/forecast.h"
#include "core/fluid/world.h"

/// Internal to the forecast: what is said of the pieces as they pass.
namespace cantilever::fluid {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

class Account {
 public:
  Account(const plan::Plan& plan, const Options& options, const Network& network, World& world,
          Responses& responses);

  /// A piece of so many seconds ends at `end`: flows are as prepared, backlogs those at its end. `levels`: of
  /// the sources at its beginning and end, as multiples of their rates.
  void piece(double start, double end, const std::vector<double>& before, const std::vector<double>& after);
  Forecast finish();

 private:
  /// What requests meet at one end of a piece.
  struct Moment {
    SolvedClasses classes;         ///< of the steady state
    std::vector<double> meanWait;  ///< [class] in backlogs
    std::vector<double> tailWait;  ///< of those that wait in all of them
    double time = -1;
  };

  struct ClassFlows {
    Flow offered = {}, succeeded = {}, failed = {};
  };

  void note(Moment& moment, double time, const std::vector<double>& levels);
  // Promises (promises.cpp).
  double figureOf(const Promise& promise, const Moment& moment, double offset, std::string& why) const;
  void judge(const Moment& before, const Moment& after, double seconds);
  // Saturations (saturations.cpp).
  void followSaturations(double start, double end);
  // Trust (trust.cpp).
  void judgeTrust();

  void addClasses(double seconds);
  void addPools(double seconds);
  void addGroups(double seconds);
  void addLogs(double start, double seconds);
  void fillSample(const Moment& moment, double offset, Sample& sample) const;
  void sampleSteps(double start, double end);
  void beginHour(double start);
  ClassFlows flowsOf(Index requestClass) const;
  double lateShare(Index requestClass) const;
  double utilisationOf(Index pool, double offset) const;
  double waitingAt(Index pool) const;
  double ageAt(Index pool) const;

  const plan::Plan& m_plan;
  const Options& m_options;
  const Network& m_network;
  World& m_world;
  Responses& m_responses;
  Forecast m_forecast;
  Moment m_before, m_after;
  std::vector<std::vector<Index>> m_sourcesOf;  // by class
  Sample m_first, m_last, m_sample;
  double m_nextStep = 0;
  std::vector<int> m_open;  // [resource] index of its saturation, or -1
  std::vector<double> m_saturatedFrom;
  /// What was appended to a log and is kept for a time: bytes until the ends of pieces, of late.
  struct Kept {
    double until;
    double bytes;
  };
  std::vector<std::vector<Kept>> m_kept;  // [log]
  std::vector<std::size_t> m_keptFrom;
  std::vector<double> m_logBytes, m_stored;
  std::vector<ClassFlows> m_flows;  // [class] of the piece
  std::vector<double> m_lostBefore;
  std::vector<bool> m_wasMixed;  // [resource] several kinds of requests waited together
};

}  // namespace cantilever::fluid
