#include "app/cli/element_tables.h"

#include <algorithm>
#include <cmath>

#include "app/cli/column_table.h"
#include "app/cli/run_figures.h"

namespace cantilever::cli {
namespace {

double secondsOf(const sim::RunResult& run) {
  return Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
}

/// A key is marked if its element is one of those that grow.
template <class Results>
auto growsAmong(const Results& results, const std::vector<bool>& grow) {
  return [&results, &grow](const std::string& key) {
    for (std::size_t i = 0; i < grow.size(); ++i) {
      if (grow[i] && results[i].key == key) {
        return true;
      }
    }
    return false;
  };
}

/// The fullest first; pools without a limit have a mean number of requests in service instead, and come last.
std::string poolTable(const sim::RunResult& run, const experiment::RunStability& stability) {
  using sim::PoolResult;
  std::vector<PoolResult> pools = run.pools;
  std::stable_sort(pools.begin(), pools.end(),
                   [](const PoolResult& a, const PoolResult& b) { return a.utilisation > b.utilisation; });
  const auto grows = growsAmong(run.pools, stability.pools);
  const auto hasSeats = [](const PoolResult& of) { return of.seats != 0; };
  return ColumnTable<PoolResult>(pools)
      .name("POOL", [](const PoolResult& of) { return of.key; })
      .figure("INSTANCES", [](const PoolResult& of) { return formatNumber(of.meanInstances, 3); })
      .figureIf([](const PoolResult& of) { return of.meanBooting > 0; }, "BOOTING",
                [](const PoolResult& of) { return formatNumber(of.meanBooting, 2); })
      .figureIf([](const PoolResult& of) { return of.meanNext > 0; }, "NEXT VERSION",
                [](const PoolResult& of) { return formatNumber(of.meanNext, 3); })
      .countIfAny("COLD STARTS", &PoolResult::coldStarts)
      .figureIf([](const PoolResult& of) { return of.availability < 1; }, "AVAILABLE",
                [](const PoolResult& of) { return formatNumber(100 * of.availability, 6) + " %"; })
      .figure("HOURS", [](const PoolResult& of) { return formatNumber(of.instanceHours, 3); })
      .figure("UTILISATION",
              [](const PoolResult& of) {
                return of.servers == 0 ? formatNumber(of.meanConcurrency, 3) + " at once"
                                       : formatShort(ratio(of.utilisation));
              })
      .figureIf(hasSeats, "OCCUPANCY",
                [](const PoolResult& of) { return of.seats == 0 ? "-" : formatShort(ratio(of.occupancy)); })
      .figure("MEAN QUEUE",
              [=](const PoolResult& of) { return marked(formatNumber(of.meanQueue, 3), grows(of.key)); })
      .figure("WAIT P99",
              [=](const PoolResult& of) { return marked(quantileText(of.waiting, 0.99), grows(of.key)); })
      .figureIf(
          hasSeats, "SEAT WAIT P99",
          [=](const PoolResult& of) { return marked(quantileText(of.seatWaiting, 0.99), grows(of.key)); })
      .count("SERVED", &PoolResult::served)
      .countIfAny("REFUSED", &PoolResult::refused)
      .countIfAny("ABANDONED", &PoolResult::abandoned)
      .countIfAny("EXPIRED", &PoolResult::expired)
      .countIfAny("INTERRUPTED", &PoolResult::interrupted)
      .figureIf([](const PoolResult& of) { return of.orphanedShare > 0; }, "ORPHANED",
                [](const PoolResult& of) { return formatShort(ratio(of.orphanedShare)); })
      .text();
}

/// Those where something went wrong, or was tried again.
std::string linkTable(const sim::RunResult& run) {
  using sim::LinkResult;
  const std::vector<LinkResult> links = chosen(
      run.links, [](const LinkResult& of) { return of.failed + of.retries + of.hedges + of.notSent > 0; });
  return ColumnTable<LinkResult>(links)
      .name("LINK", [](const LinkResult& of) { return of.key; })
      .count("CALLS", &LinkResult::calls)
      .count("FAILED", &LinkResult::failed)
      .countIfAny("TIMED OUT", &LinkResult::timedOut)
      .countIfAny("LOST", &LinkResult::lost)
      .countIfAny("RETRIES", &LinkResult::retries)
      .countIfAny("HEDGES", &LinkResult::hedges)
      .countIfAny("HEDGES WON", &LinkResult::hedgeWins)
      .countIfAny("NOT SENT", &LinkResult::notSent)
      .figureIf([](const LinkResult& of) { return of.openShare > 0; }, "BREAKER OPEN",
                [](const LinkResult& of) { return formatShort(ratio(of.openShare)); })
      .text();
}

/// What went over the network, where requests have sizes or zones are crossed.
std::string trafficTable(const sim::RunResult& run) {
  using sim::LinkResult;
  const std::vector<LinkResult> links = chosen(run.links, [](const LinkResult& of) {
    return of.calls > 0 && of.sentBytes + of.receivedBytes + of.crossZone > 0;
  });
  const double seconds = secondsOf(run);
  const auto rate = [seconds](std::uint64_t bytes) {
    return seconds > 0 ? formatShort(bytesPerSecond(static_cast<double>(bytes) / seconds)) : "-";
  };
  return ColumnTable<LinkResult>(links)
      .name("LINK", [](const LinkResult& of) { return of.key; })
      .figure("SENT", [=](const LinkResult& of) { return rate(of.sentBytes); })
      .figure("RECEIVED", [=](const LinkResult& of) { return rate(of.receivedBytes); })
      .figureIf([](const LinkResult& of) { return of.crossZone > 0; }, "TO OTHER ZONES",
                [](const LinkResult& of) {
                  return shareText(static_cast<double>(of.crossZone), static_cast<double>(of.calls));
                })
      .text();
}

/// Those that were down, or have crews.
std::string zoneTable(const sim::RunResult& run) {
  using sim::ZoneResult;
  const std::vector<ZoneResult> zones = chosen(
      run.zones, [](const ZoneResult& of) { return of.outages > 0 || of.downShare > 0 || of.crews > 0; });
  const auto hasCrews = [](const ZoneResult& of) { return of.crews > 0; };
  return ColumnTable<ZoneResult>(zones)
      .name("ZONE", [](const ZoneResult& of) { return of.key; })
      .count("OUTAGES", &ZoneResult::outages)
      .figure("DOWN", [](const ZoneResult& of) { return formatShort(ratio(of.downShare)); })
      .figureIf(hasCrews, "REPAIRS", [](const ZoneResult& of) { return std::to_string(of.repairs); })
      .figureIf(hasCrews, "CREWS BUSY", [](const ZoneResult& of) { return formatShort(ratio(of.crewUse)); })
      .figureIf(hasCrews, "WAIT FOR THEM",
                [](const ZoneResult& of) { return formatNumber(of.meanWaiting, 3); })
      .text();
}

/// Look-ups of the caches of instances, by how long these had been up.
std::string ageTable(const sim::RunResult& run) {
  TextTable table({{"CACHE"},
                   {"INSTANCE UP FOR"},
                   {"LOOK-UPS", TextTable::Align::Right},
                   {"HITS", TextTable::Align::Right}});
  bool isEmpty = true;
  for (const sim::CacheResult& cache : run.caches) {
    for (const sim::CacheResult::OfAge& age : cache.byAge) {
      isEmpty = false;
      table.add({cache.key, shortTime(age.fromNs) + " or more", std::to_string(age.lookups),
                 shareText(static_cast<double>(age.hits), static_cast<double>(age.lookups))});
    }
  }
  return isEmpty ? std::string() : "\n" + table.text();
}

std::string cacheTables(const sim::RunResult& run) {
  using sim::CacheResult;
  const std::vector<CacheResult> writing =
      chosen(run.caches, [](const CacheResult& of) { return of.writes + of.dirty > 0; });
  return ColumnTable<CacheResult>(run.caches)
             .name("CACHE", [](const CacheResult& of) { return of.key; })
             .count("LOOK-UPS", &CacheResult::lookups)
             .figure("HITS",
                     [](const CacheResult& of) {
                       return shareText(static_cast<double>(of.hits), static_cast<double>(of.lookups));
                     })
             .countIfAny("WAITED FOR ANOTHER'S", &CacheResult::coalesced)
             .count("ENTRIES", &CacheResult::entries)
             .figureIf(
                 [](const CacheResult& of) { return of.bytes > 0; }, "SIZE",
                 [](const CacheResult& of) { return formatShort(bytes(static_cast<double>(of.bytes))); })
             .countIfAny("EVICTIONS", &CacheResult::evictions)
             .countIfAny("EXPIRED", &CacheResult::expirations)
             .countIfAny("DECLINED", &CacheResult::declined)
             .countIfAny("DROPPED", &CacheResult::drops)
             .text() +
         ageTable(run) +
         ColumnTable<CacheResult>(writing)
             .name("WRITE-BACK", [](const CacheResult& of) { return of.key; })
             .count("WRITES", &CacheResult::writes)
             .count("ABSORBED", &CacheResult::absorbed)
             .count("WRITTEN BACK", &CacheResult::writeBacks)
             .count("LOST", &CacheResult::lostWrites)
             .count("DIRTY", &CacheResult::dirty)
             .text();
}

std::string tokensTable(const sim::RunResult& run, const experiment::RunStability& stability) {
  using sim::TokensResult;
  const auto grows = growsAmong(run.tokens, stability.tokens);
  return ColumnTable<TokensResult>(run.tokens)
      .name("TOKENS", [](const TokensResult& of) { return of.key; })
      .count("SIZE", &TokensResult::size)
      .count("ASKED", &TokensResult::asked)
      .countIfAny("REFUSED", &TokensResult::refused)
      .countIfAny("SHED", &TokensResult::shed)
      .countIfAny("ABANDONED", &TokensResult::abandoned)
      .figureIf([](const TokensResult& of) { return of.meanHeld > 0; }, "MEAN HELD",
                [](const TokensResult& of) { return formatNumber(of.meanHeld, 3); })
      .figureIf(
          [](const TokensResult& of) { return of.meanWaiting > 0; }, "MEAN QUEUE",
          [=](const TokensResult& of) { return marked(formatNumber(of.meanWaiting, 3), grows(of.key)); })
      .figure("WAIT P99",
              [=](const TokensResult& of) { return marked(quantileText(of.waiting, 0.99), grows(of.key)); })
      .text();
}

std::string logTables(const sim::RunResult& run, const experiment::RunStability& stability) {
  using sim::GroupResult;
  using sim::LogResult;
  const auto grows = growsAmong(run.groups, stability.groups);
  const std::vector<GroupResult> copies =
      chosen(run.groups, [](const GroupResult& of) { return of.reads > 0; });
  return ColumnTable<LogResult>(run.logs)
             .name("LOG", [](const LogResult& of) { return of.key; })
             .count("PARTITIONS", &LogResult::partitions)
             .count("APPENDED", &LogResult::appended)
             .count("REFUSED", &LogResult::refused)
             .text() +
         ColumnTable<GroupResult>(run.groups)
             .name("CONSUMERS", [](const GroupResult& of) { return of.key; })
             .name("OF", [&](const GroupResult& of) { return run.logs[of.log].key; })
             .count("CONSUMED", &GroupResult::consumed)
             .figure("MEAN LAG",
                     [=](const GroupResult& of) {
                       return marked(formatNumber(of.meanWaiting, 3), grows(of.key));
                     })
             .count("MAX LAG", &GroupResult::maxWaiting)
             .figure(
                 "LAG P99",
                 [=](const GroupResult& of) { return marked(quantileText(of.wait, 0.99), grows(of.key)); })
             .figure(
                 "END TO END P99",
                 [=](const GroupResult& of) { return marked(quantileText(of.latency, 0.99), grows(of.key)); })
             .countIfAny("REDELIVERED", &GroupResult::redelivered)
             .countIfAny("DUPLICATES", &GroupResult::duplicates)
             .countIfAny("DEAD LETTERS", &GroupResult::deadLetters)
             .countIfAny("LOST", &GroupResult::expired)
             .text() +
         ColumnTable<GroupResult>(copies)
             .name("COPIES", [](const GroupResult& of) { return of.key; })
             .count("READS", &GroupResult::reads)
             .count("STALE", &GroupResult::staleReads)
             .figure("SHARE",
                     [](const GroupResult& of) {
                       return shareText(static_cast<double>(of.staleReads), static_cast<double>(of.reads));
                     })
             .figure("APPLIED AFTER P99", [](const GroupResult& of) { return quantileText(of.inLog, 0.99); })
             .text();
}

std::string storeTable(const sim::RunResult& run) {
  using sim::StoreResult;
  return ColumnTable<StoreResult>(run.stores)
      .name("STORE", [](const StoreResult& of) { return of.key; })
      .count("WRITES", &StoreResult::writes)
      .count("LOST", &StoreResult::lostWrites)
      .count("FAILOVERS", &StoreResult::failovers)
      .countIfAny("NOT COVERED", &StoreResult::notCovered)
      .figure("WITHOUT PRIMARY", [](const StoreResult& of) { return shortTime(of.downNs); })
      .text();
}

std::string batchTable(const sim::RunResult& run) {
  using sim::BatchResult;
  return ColumnTable<BatchResult>(run.callBatches)
      .name("BATCHES OF", [](const BatchResult& of) { return of.key; })
      .count("CALLS", &BatchResult::calls)
      .count("BATCHES", &BatchResult::batches)
      .figure("CALLS IN ONE",
              [](const BatchResult& of) {
                return of.batches > 0
                           ? formatNumber(
                                 static_cast<double>(of.wait.count()) / static_cast<double>(of.batches), 4)
                           : "-";
              })
      .figure("MEAN WAIT",
              [](const BatchResult& of) {
                return of.wait.count() > 0 ? shortTime(std::llround(of.wait.meanNs())) : "-";
              })
      .text();
}

std::string streamTable(const sim::RunResult& run) {
  using sim::StreamResult;
  return ColumnTable<StreamResult>(run.streams)
      .name("STREAM", [](const StreamResult& of) { return of.key; })
      .count("EVENTS", &StreamResult::events)
      .count("LATE", &StreamResult::late)
      .count("ENDED", &StreamResult::windows)
      .count("OUTCOMES", &StreamResult::outcomes)
      .count("MOST KEYS OPEN", &StreamResult::maxOpen)
      .text();
}

std::string sessionTable(const sim::RunResult& run) {
  using sim::SessionResult;
  return ColumnTable<SessionResult>(run.sessions)
      .name("SESSIONS OF", [](const SessionResult& of) { return of.key; })
      .count("ALL", &SessionResult::sessions)
      .figure("MEAN CONNECTED", [](const SessionResult& of) { return formatNumber(of.meanConnected, 6); })
      .count("LOST", &SessionResult::lost)
      .count("CONNECTED AGAIN", &SessionResult::connects)
      .count("NO PLACE", &SessionResult::refused)
      .text();
}

std::string meterTable(const sim::RunResult& run) {
  using sim::MeterResult;
  const double seconds = secondsOf(run);
  return ColumnTable<MeterResult>(run.meters)
      .name("METER", [](const MeterResult& of) { return of.key; })
      .name("UNIT", [](const MeterResult& of) { return of.unit; })
      .figure("SUM", [](const MeterResult& of) { return formatNumber(of.offered, 6); })
      .figure("PER SECOND",
              [seconds](const MeterResult& of) {
                return seconds > 0 ? formatNumber(of.offered / seconds, 4) : "-";
              })
      .figureIf([](const MeterResult& of) { return of.dropped > 0; }, "DROPPED",
                [](const MeterResult& of) { return shareText(of.dropped, of.offered); })
      .text();
}

std::string controlTable(const sim::RunResult& run) {
  using sim::ControlResult;
  return ColumnTable<ControlResult>(run.controls)
      .name("CONTROL", [](const ControlResult& of) { return of.key; })
      .count("FIRED", &ControlResult::fired)
      .figure("FIRST AT",
              [](const ControlResult& of) { return of.firstNs < 0 ? "-" : shortTime(of.firstNs); })
      .figure("RAISED", [](const ControlResult& of) { return formatShort(ratio(of.raisedShare)); })
      .text();
}

}  // namespace

std::string elementTables(const sim::RunResult& run, const experiment::RunStability& stability) {
  return poolTable(run, stability) + linkTable(run) + trafficTable(run) + zoneTable(run) + cacheTables(run) +
         tokensTable(run, stability) + logTables(run, stability) + storeTable(run) + streamTable(run) +
         batchTable(run) + sessionTable(run) + meterTable(run) + controlTable(run);
}

}  // namespace cantilever::cli
