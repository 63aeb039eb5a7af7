#pragma once

#include <string>
#include <vector>

#include "core/base/law.h"
#include "core/vocabulary/plan/action.h"
#include "core/vocabulary/plan/batching.h"
#include "core/vocabulary/plan/cache.h"
#include "core/vocabulary/plan/control.h"
#include "core/vocabulary/plan/fan.h"
#include "core/vocabulary/plan/index.h"
#include "core/vocabulary/plan/keys.h"
#include "core/vocabulary/plan/link.h"
#include "core/vocabulary/plan/log.h"
#include "core/vocabulary/plan/meter.h"
#include "core/vocabulary/plan/pool.h"
#include "core/vocabulary/plan/program.h"
#include "core/vocabulary/plan/reason.h"
#include "core/vocabulary/plan/route.h"
#include "core/vocabulary/plan/source.h"
#include "core/vocabulary/plan/store.h"
#include "core/vocabulary/plan/tokens.h"
#include "core/vocabulary/plan/window.h"
#include "core/vocabulary/plan/zone.h"

/// What the engines read: a closed vocabulary into which block types lower themselves. No engine knows block
/// types, no block type knows engines. Everything refers to everything else by index into the vectors of
/// Plan; `key` is the name that random streams, results and digests use, and never depends on position.
/// Semantics: ARCHITECTURE.md, "The plan".
namespace cantilever::plan {

/// Which block or link an element came from; results are shown there.
struct Origin {
  std::string block;  ///< BlockId text; empty if none
  std::string link;
};

struct Plan {
  std::vector<Zone> zones;
  std::vector<Duration> zoneWays;     ///< one way, [from][to]: see wayBetween
  std::vector<double> zoneVariation;  ///< of them, as coefficients of variation; empty: none varies
  std::vector<ZoneFault> zoneFaults;
  std::vector<RequestClass> classes;
  std::vector<KeySpace> keySpaces;
  std::vector<Source> sources;
  std::vector<Pool> pools;
  std::vector<Link> links;
  std::vector<Cache> caches;
  std::vector<Tokens> tokens;
  std::vector<Log> logs;
  std::vector<ConsumerGroup> groups;
  std::vector<Store> stores;
  std::vector<Window> windows;
  std::vector<Batching> batchings;
  std::vector<Program> programs;
  std::vector<Instruction> code;
  std::vector<Law> laws;
  std::vector<LawTable> lawTables;
  std::vector<CountLaw> countLaws;
  std::vector<Fan> fans;
  std::vector<Route> routes;
  std::vector<std::vector<bool>> classSets;  ///< each of size classes.size()
  std::vector<Scaler> scalers;
  std::vector<Meter> meters;
  std::vector<Control> controls;
  std::vector<Flag> flags;
  std::vector<RandomFault> randomFaults;
  std::vector<Action> actions;      ///< of the chosen scenario, by time
  std::vector<Origin> poolOrigin;   ///< parallel to pools
  std::vector<Origin> linkOrigin;   ///< parallel to links
  std::vector<Origin> cacheOrigin;  ///< parallel to caches
  std::vector<Origin> tokenOrigin;  ///< parallel to tokens
  std::vector<Origin> logOrigin;    ///< parallel to logs
  std::vector<Origin> meterOrigin;  ///< parallel to meters
  double slice = 1;
};

/// The law of a Work for a request class, at an instance of the present version.
Index workLawIndex(const Plan& plan, const Instruction& work, Index requestClass);
const Law& workLaw(const Plan& plan, const Instruction& work, Index requestClass);

/// Requests a second that a source offers while all instances are up: of sessions those that find a place.
double meanRate(const Plan& plan, const Source& source);

/// What is wrong with the parameters of a law, as a sentence for the user; empty if nothing is.
std::string faultIn(const Law& law);
std::string faultIn(const CountLaw& law);

/// Checks every index, pc and number, so that an engine may run the plan without checking again. Returns a
/// sentence for the first fault, or empty. A plan made by compile always passes.
std::string faultIn(const Plan& plan);

/// Of an IfUp, with all instances up: how often it jumps.
double shareOfFirst(const Plan& plan, const Instruction& code);

}  // namespace cantilever::plan
