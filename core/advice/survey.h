#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/advice/checklist.h"
#include "core/model/names.h"
#include "core/vocabulary/traits.h"

/// What rules look through, and the words they answer with. Internal to core/advice.
namespace cantilever::advice {

/// One block with what a rule may ask of it.
struct Station {
  const Block* block = nullptr;
  Traits traits;
  std::vector<const Link*> in;   ///< links that end here, by id
  std::vector<const Link*> out;  ///< links that begin here, by id

  const std::string& name() const { return nameOf(*block); }
};

/// The design of an AdviceInput with its links resolved, and the numbers that belong to it. Rates are those
/// of the plan at the workloads' peak; measurements are those of the run. Refers to the input: use it within
/// one check.
class Survey {
 public:
  explicit Survey(const AdviceInput& input);

  const std::vector<Station>& stations() const { return m_stations; }
  /// Null if there is no such block (a dangling link).
  const Station* find(const BlockId& id) const;
  std::vector<const Station*> where(const std::function<bool(const Station&)>& holds) const;
  /// Blocks that a source calls: where requests enter the system.
  std::vector<const Station*> entries() const;

  /// Whether rates are known: the design compiles.
  bool hasRates() const;
  /// Whether the collector of metrics, logs or backups gets those of the station: over a link either way, or
  /// because it covers the zone that the station is in (in none: everything).
  bool isCovered(const Station& station, const Station& collector) const;
  /// Calls per second over the link; of one class, or of all.
  double rate(const Link& link) const;
  double rate(const Link& link, const ClassId& requestClass) const;
  /// Requests per second that the sources offer, of one class or of all.
  double offered() const;
  double offered(const ClassId& requestClass) const;
  /// Of a cache: as it states, else as follows from its contents; 0 of anything else, or without rates.
  double hitRatio(const Station& station) const;

  bool hasRun() const { return m_input.run != nullptr; }
  /// Measured pools of the block; empty without a run.
  std::vector<const sim::PoolResult*> pools(const Station& station) const;
  /// The highest measured utilisation among the block's pools; nothing without a run or for pure delays.
  std::optional<double> utilisation(const Station& station) const;
  /// The busiest block of the run.
  struct Busiest {
    const Station* station = nullptr;
    double utilisation = 0;
  };
  std::optional<Busiest> busiest() const;
  /// Requests (of a database: connections) that an instance of the block takes at most, by the plan; 0: any
  /// number, or not known.
  double seats(const Station& station) const;
  /// Whether instances were killed during the run, so that means over instances say little.
  bool killedInstances() const;
  /// Length of the measured window.
  Duration window() const;

 private:
  double sumOverLink(const Link& link, std::optional<std::size_t> classIndex) const;

  const AdviceInput& m_input;
  std::vector<Station> m_stations;  // by block id
};

/// A call that the caller waits for in normal operation (no replication, standby or fallback).
bool isSynchronous(const Link& link);

Answer passed(std::string evidence);
Answer warned(std::string evidence, std::string remedy, const std::vector<const Station*>& concerned = {});
Answer failed(std::string evidence, std::string remedy, const std::vector<const Station*>& concerned = {});
Answer unknown(std::string evidence, std::string remedy);
Answer notApplicable(std::string evidence);
/// For a rule whose design part holds and whose measured part needs a run.
Answer needsRun(std::string evidence);
/// For a rule that needs rates of a design that does not compile.
Answer needsPlan();

/// "app", "app and db", "app, db and 2 more".
std::string namesOf(const std::vector<const Station*>& stations);
/// "1 instance", "33 instances".
std::string counted(std::size_t n, std::string_view singular);
/// "61 %", "5.6 %".
std::string percent(double ratio);

}  // namespace cantilever::advice
