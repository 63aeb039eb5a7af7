#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/sim/agenda.h"
#include "core/sim/arrivals.h"
#include "core/sim/batches.h"
#include "core/sim/caches.h"
#include "core/sim/code.h"
#include "core/sim/digest.h"
#include "core/sim/frames.h"
#include "core/sim/happening.h"
#include "core/sim/keys.h"
#include "core/sim/link_state.h"
#include "core/sim/logs.h"
#include "core/sim/metering.h"
#include "core/sim/meters.h"
#include "core/sim/network.h"
#include "core/sim/pool_state.h"
#include "core/sim/scaling.h"
#include "core/sim/series.h"
#include "core/sim/simulation.h"
#include "core/sim/step.h"
#include "core/sim/stores.h"
#include "core/sim/timing.h"
#include "core/sim/tokens.h"
#include "core/sim/triggers.h"
#include "core/sim/windows.h"

namespace cantilever::sim {

/// What a source gives its requests.
struct SourceState {
  std::uint32_t requestClass = 0;
  std::uint32_t entry = 0;  ///< pc
  std::uint8_t priority = 0;
  bool isClosed = false;
  bool hasKeys = false;
  ZoneNumber zone = 0;
  TimeNs deadline = 0;  ///< 0: none
  KeySampler keys;
  RandomStream keyStream;
};

/// Random failures of one pool's instances, and their repairs.
struct FaultState {
  struct Broken {
    std::uint32_t instance = 0;
    std::uint32_t epoch = 0;
    std::uint64_t number = 0;          ///< in order of failure, of all
    std::uint32_t zone = plan::kNone;  ///< whose crews it needs besides
  };
  Sampler toFailure;
  Sampler toRepair;
  RandomStream failures;
  RandomStream repairs;
  std::uint32_t crews = 0;  ///< 0: as many as needed
  bool keepsWork = false;
  std::uint32_t crewsBusy = 0;
  std::deque<Broken> broken;     ///< wait for a crew
  std::vector<Broken> inRepair;  ///< by crews of zones
};

/// The state of one run and the rules by which it moves; behind Simulation, and not for others to use.
/// Numbers in parentheses name rules: see RULES.md.
///
/// A call is a frame that runs a program. Handling an event may let frames go on; what follows without delay
/// is queued by the agenda as a consequence and handled before the next event, so nothing here recurses.
/// Invariants: a frame has at most one pending event apart from its timeout; a frame in a waiting list is in
/// state Seat or Queue; only frames in state Join have children; a freed frame has none.
class Engine {
 public:
  /// `plan` has no fault and `config` is in range (Simulation::create checks).
  Engine(std::shared_ptr<const plan::Plan> plan, const RunConfig& config, const AgendaOptions& options = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  TimeNs now() const { return m_agenda.now(); }
  TimeNs end() const { return m_end; }
  bool isFinished() const { return m_isHalted || m_agenda.now() >= m_end; }

  void advanceTo(TimeNs until, const std::stop_token& stop);
  Stepped advanceUntil(const Until& what, TimeNs until, const std::stop_token& stop);
  plan::Action post(plan::Action action);
  std::vector<Sample> takeSamples();
  std::vector<Happening> takeHappenings();
  RunResult result() const;
  /// Goes on beyond the end until all requests of the measured window have had their outcomes, for so long at
  /// most. What comes in from now on is not counted.
  void follow(TimeNs longest, const std::stop_token& stop);
  /// Outcomes and latencies alone: what follow() adds to.
  void addClasses(RunResult& result) const;

 private:
  using Index = std::uint32_t;

  enum class Direction : std::uint8_t { There, Back };
  struct FailedCall {
    std::uint32_t link = 0;
    std::uint32_t instance = 0;  ///< of its pool, over a link that goes to each
    std::uint32_t targets = 1;
    std::uint32_t branch = 0;
    FrameFlags flags = 0;
    std::uint8_t tries = 0;
  };
  /// Instructions and consequences that one event may cause without time passing. Far above what sound
  /// programs do; frames in flight add to it, as a kill may end them all at once.
  static constexpr std::int64_t kStepsPerEvent = 1 << 20;
  static constexpr std::int64_t kStepsPerFrame = 64;

  // Construction, and ending early (engine.cpp).
  void addSources();
  void addPools();
  void addLinks();
  void nameKeySpaces();
  void addCaches();
  void addTokens();
  void chooseInterval(Duration asked);
  void halt(std::string reason);
  void haltForLoop(Index pc);
  Index pcBehind(const Event& event) const;
  void haltForMemory();

  // Keys. Each goes with the name of its key space: the same number in another space is another key, and
  // neither depends on what else the design has.
  bool hasKeys(Index requestClass) const { return m_keyNameOfClass[requestClass] != 0; }
  std::uint64_t namedKey(Index requestClass, std::uint32_t key) const {
    return m_keyNameOfClass[requestClass] | key;
  }

  // Handling events and running programs (interpreter.cpp).
  bool handle(const Event& event);
  bool handleOfRun(const Event& event);
  bool arriveAll(const Event& event);
  void arrive(Index source);
  void sendUserBack(Index frame);
  void run(Index frame);
  void runUnlessNone(Index frame);
  bool execute(Index& frame);
  bool reply(Index& frame);
  bool end(Index& frame);
  void finish(Index frame, plan::Reason reason);
  void settle(Index frame, plan::Reason reason);
  void recordOutcome(const Frame& frame, plan::Reason reason);
  void countDetached();
  void recordDetached(const Frame& frame, plan::Reason reason, bool isCounted);
  template <class Watch, class Enough>
  void advance(TimeNs until, const std::stop_token& stop, const Watch& watch, const Enough& isEnough);
  Stepped describe(const Event& event) const;
  bool isAllMeasured() const;
  Index newFrame();

  // Calls over links and their replies (engine_calls.h, calls.cpp).
  Index call(Index caller, std::uint32_t link, FrameFlags flags);
  void startParallel(Index caller, const Instr& code);
  bool forward(Index frame, std::uint32_t link);
  bool forwardFromZone(Index frame, std::uint32_t link);
  void failForward(Index frame, std::uint32_t link);
  Index launch(Index frame);
  bool startFan(Index caller, const Instr& code);
  void startFanBranch(Index caller, const plan::Fan& fan, Index instance);
  void handOnCargo(Index from, Index to);
  void drawNumber(Index frame, const Instr& code);
  Index joinFan(Index caller, plan::Reason reason);
  void sweepHusks(Index caller);
  bool address(Index frame, std::uint32_t link);
  bool choose(Index frame, std::uint32_t link);
  bool depart(Index frame, LinkState& link);
  void travel(Index frame, LinkState& link, Direction direction);
  Index pick(Index frame, LinkState& link, const InstanceSet& among);
  Index receiveReply(Index frame);
  Index timeOut(Index frame);
  void recordCall(Index call, plan::Reason reason, bool isTimedOutHere);
  Index join(Index caller, plan::Reason reason);
  void abandonCallees(Index caller);
  void leaveCalleesAlone(Index caller);
  void orphan(Index frame);
  void discard(Index frame);
  Index sendOff(Index frame);
  Index enrol(Index caller, std::uint32_t link, FrameFlags flags);
  void failAtOnce(Index frame, plan::Reason reason);

  // What links do beyond that: retries, breakers, losses (resilience.cpp), and choices (balancing.cpp).
  void addLinkPolicy(LinkState& link, const plan::Link& of);
  void givePolicy(LinkState& link, const plan::Link& of);
  void disturb(const plan::Action& action, Cause cause);
  void changeWeights(const plan::Action& action, Cause cause);
  void changeRouteWeight(const plan::Action& action, Cause cause);
  bool startAttempt(Index frame);
  bool isLostOrDone(Index frame);
  void lose(Index frame, LinkState& link);
  FailedCall failedCall(Index frame);
  plan::Reason lookCloser(Index frame, plan::Reason reason);
  bool sendHedge(Index first);
  void expireAtDeadline(Index frame);
  bool isLeftToTwin(Index frame, plan::Reason reason);
  Index partFromTwin(Index frame);
  void letGo(Index callee);
  void cancel(Index frame);
  void stop(Index frame);
  void leaveWaiting(Index frame);
  void dropExpired(WaitingList& queue, PoolState& pool);
  bool retry(Index caller, const FailedCall& failed, plan::Reason reason);
  Index attemptAgain(Index frame);
  void observe(Index call, bool hasFailed);
  void recordOfBreaker(Happening::Kind kind, const LinkSide& side);
  void endBreak(std::uint32_t side, std::uint32_t epoch);
  Index pickByState(Index frame, LinkState& link, const InstanceSet& among);
  Index pickOwner(Index frame, LinkState& link, const InstanceSet& among);
  const InstanceSet& nearby(Index frame, LinkState& link, const InstanceSet& eligible);
  Index pickByWeight(LinkState& link, const InstanceSet& among);
  Index pickAsBefore(Index frame, LinkState& link, const InstanceSet& among);
  Index pickWarmest(Index frame, LinkState& link, const InstanceSet& among);
  Index leastLoaded(Index frame, LinkState& link, const InstanceSet& among);
  std::uint32_t heldAt(const PoolState& pool, Index number) const;
  void countCall(Index frame, LinkState& link);
  void uncountCall(Index frame);

  // What they know as their callers have it (sides.cpp), and routes (routes.cpp).
  void prepareSide(LinkSide& side, const plan::Link& of);
  LinkSide& sideBehind(std::uint32_t number);
  LinkSide& sideOf(Index frame, LinkState& link);
  LinkSide& sideOfCaller(Index frame);
  Index callingInstance(Index caller) const;
  std::uint32_t sideFor(LinkState& link, Index caller);
  LinkSide& sideAt(Index caller, LinkState& link);
  void forgetSidesOf(Index instance);
  bool canBeCalled(Index caller, const plan::Route::Way& way);
  TimeNs distanceFrom(Index caller, const LinkState& link);
  Index routeOf(Index frame, const Instr& code);

  // What links believe of instances (health.cpp).
  void addHealth(LinkSide& side, const plan::Link& of);
  void checkHealth(Index link, Index instance);
  void missHealth(Index link, Index instance);
  void observeInstance(Index call, bool hasFailed);
  void readmit(Index link, Index instance);
  bool addressByHealth(Index frame, LinkState& link);
  Index pickByHealth(Index frame, LinkState& link, const HealthState& health, const InstanceSet& among);
  void tellLinks(Index instance, bool isThere, bool isOnPurpose);
  void vanish(Index frame);
  void meetNobody(Index frame, const PoolState& pool);

  // Seats, servers and queues (engine_pools.h, pools.cpp).
  bool enter(Index frame, const Instr& code);
  bool findSeat(Index frame, PoolState& pool);
  void takeSeat(Index frame, PoolState& pool, Index instance);
  void leaveSeat(Index frame);
  void changeSeats(const plan::Action& action, Cause cause);
  void passSeatOn(Index frame);
  void seatFirst(WaitingList& queue, PoolState& pool, Index instance);
  void requestServer(Index frame, const Instr& code);
  void requestServerElsewhere(Index frame, PoolState& pool);
  void waitForServer(Index frame, PoolState& pool, Index instance, bool isLimited);
  bool hasFreeServer(const PoolState& pool, Index instance) const;
  void startWork(Index frame, PoolState& pool, Index instance);
  TimeNs drawWork(Index frame, const Instr& code, PoolState& pool);
  TimeNs drawScaled(Index frame, plan::WorkScale scale, const Timing& law, double perByte, PoolState& pool);
  void serve(Index frame, PoolState& pool, Index instance);
  void endWork(Index frame);
  void releaseServer(PoolState& pool, Index instance);
  std::uint64_t stopService(Index frame, PoolState& pool);
  void enqueue(WaitingList& queue, const PoolState& pool, Index frame);
  Index takeNext(WaitingList& queue, PoolState& pool);
  void overflow(Index frame, PoolState& pool, const WaitingList& queue);
  void admitParked(WaitingList& queue, PoolState& pool);
  void startWaiting(Index frame, PoolState& pool, const WaitingList& queue);
  void countWaiting(PoolState& pool, const WaitingList& queue);
  void countGone(PoolState& pool, const WaitingList& queue);
  bool losePatience(Index frame);
  PoolState& poolOf(Index frame);
  void withdraw(Index frame);
  WaitingList& seatQueue(PoolState& pool, Index instance);
  WaitingList& serverQueue(PoolState& pool, Index instance);

  // Orders of service other than first come, first served, and speeds (disciplines.cpp).
  void prepareOrder(PoolState& pool, const plan::Pool& of);
  void addParkingTo(WaitingList& queue);
  void addPaces(PoolState& pool, const plan::Pool& of);
  void enqueueInOrder(WaitingList& queue, const PoolState& pool, Index frame);
  void servePaced(Index frame, PoolState& pool, Index instance);
  bool endPaced(const Event& event);
  std::uint64_t stopPaced(Index frame, PoolState& pool);
  void resumePace(PoolState& pool, Index instance);
  bool interruptFor(Index frame, PoolState& pool, Index instance);
  std::uint64_t forgetInterrupted(Index frame);
  WaitingList& runningAt(PoolState& pool, Index instance);
  void setSpeed(Index instance, double factor);
  void makePaced(PoolState& pool);
  void setPace(PoolState& pool, Index instance);
  void takeOverService(PoolState& pool);

  // Zones (zones.cpp).
  void addZones();
  ZoneNumber zoneOf(Index frame);
  void locate(Index frame, LinkState& link, bool isThere);
  std::uint64_t bytesOf(Index frame, Direction direction) const;
  void countSent(Index frame, LinkState& link);
  void travelFar(Index frame, LinkState& link, Direction direction, const Event& event);
  void notePlain(LinkState& link);
  bool isCutOff(Index frame);
  void holdUp(Index frame);
  void releaseHeldUp();
  void actOnZones(const plan::Action& action, Cause cause);
  void recordOfZones(Happening::Kind kind, const plan::Action& action, Cause cause);
  void failZone(Index zone, bool isSilent, Cause cause);
  void recoverZone(Index zone, Cause cause);
  bool isInDownZone(Index instance) const;
  void awaitZoneFailure(Index zone);
  bool failZoneByChance(Index zone, std::uint32_t epoch);
  bool repairZone(Index zone, std::uint32_t epoch);

  // Caches (caches.cpp).
  enum class FetchEnd : std::uint8_t { Filled, NotFilled, Failed };
  void warm(CacheStore& store, const plan::Cache& of) const;
  bool look(Index frame, const Instr& code);
  bool isFetchedByAnother(Index frame, Index cache, Index store, std::uint64_t key);
  void fill(Index frame, const Instr& code);
  CacheStore::Filled write(Index cache, Index store, std::uint64_t key, const Frame& frame);
  void writeLeaving(Index cache, Index store);
  void sendWrite(Index cache, const CacheStore::Dirty& write);
  bool writeBackNext(Index cache, Index store);
  void loseContents(CacheState& cache, Index store);
  void noteCachesUp(Index instance);
  void drop(Index frame, Index cache);
  void closeFetch(Index fetch, FetchEnd how, plan::Reason reason);
  void endFetches(Index frame, plan::Reason reason);
  void leaveFetch(Index frame);
  void clearCachesAt(Index instance, bool isInGoodOrder);
  void flushCaches(const plan::Action& action);

  // Tokens (tokens.cpp).
  bool take(Index frame, const Instr& code);
  Index bucketFor(Index tokens, Index frame);
  std::uint64_t bucketNameFor(const TokensState& tokens, Index frame) const;
  Index openBucket(Index tokens, std::uint64_t name);
  void closeBucket(Index bucket);
  void closeIdleBuckets(TokensState& tokens);
  bool awaitTokens(Index frame, const Instr& code, Index bucket);
  bool failTake(Index frame, const Instr& code, plan::Reason reason);
  void hold(Index frame, Index bucket, std::uint32_t units);
  void give(Index frame, Index tokens);
  void giveAll(Index frame, plan::Reason reason);
  void giveBack(Index held, plan::Reason reason);
  void serveTokenWaiters(Index bucket);
  bool refill(Index bucket, std::uint32_t generation);
  void leaveTokenQueue(Index frame);
  void giveUpTokens(Index index);
  void changeTokens(const plan::Action& action, Cause cause);
  void closeBucketsOf(Index instance);

  // Logs (logs.cpp).
  void addLogs();
  void setReady(GroupState& group, Index queue, bool wanted);
  bool publish(Index frame, const Instr& code);
  bool appendFor(Index frame, const Instr& code, Index partition);
  void appendToGroups(Index log, Index partition, const Message& message);
  bool failPublish(Index frame, const Instr& code, plan::Reason reason);
  void appendBacklog(Index log);
  void admitPublishers(Index log);
  void noteRoom(Index log);
  void leaveRoomQueue(Index index);
  bool isFor(const GroupState& group, std::uint8_t requestClass) const;
  Index partitionFor(LogState& log, const plan::Log& of, const Frame& frame);
  bool hasNoRoom(const LogState& log, const plan::Log& of, Index partition) const;
  void append(Index group, Index queue, const Message& message);
  void dropOld(GroupState& group, PartitionState& queue);
  void dropOldest(GroupState& group, PartitionState& queue);
  void countWaiting(GroupState& group, std::int32_t change);
  void readAt(Index desk);
  Index memberWithRoom(const GroupState& group, Index number) const;
  bool hasUnread(GroupState& group, Index queue);
  Index oldestAt(const GroupState& group, const Desk& desk) const;
  bool isToLinger(const GroupState& group, Index desk);
  void lookAgain(Index desk);
  TimeNs oldestWait(const GroupState& group) const;

  // Batches that are read (deliveries.cpp).
  void deliver(Index desk, Index member);
  void sendBatch(Index delivery, std::uint32_t targets);
  Index openDelivery(Index group, Index member);
  void closeDelivery(Index delivery);
  void endDelivery(Index delivery, plan::Reason reason);
  void acknowledge(Index delivery);
  void keepUncommitted(const GroupState& group, PartitionState& state, const Message& message);
  void release(GroupState& group, const DeliveryState::Item& item);
  void retryLater(Index delivery);
  void bury(GroupState& group, Index delivery, std::size_t item);
  bool takeBack(GroupState& group, const DeliveryState::Item& late);
  void giveBack(Index delivery, bool isOwnFault);
  void putBack(GroupState& group, Index queue, const Message& message);
  void buryMessage(GroupState& group, const Message& message);
  bool makeVisible(Index delivery, std::uint32_t generation);

  // Primaries and their copies (stores.cpp).
  void addStores();
  void addStoreResults(RunResult& result) const;
  void noteWrite(Index log, std::uint64_t key, std::uint64_t number, Index partition);
  void noteKnown(Index frame, Index log);
  bool isDoneByAll(const StoreState& store, const LastWrite& last) const;
  void forgetDone(StoreState& store) const;
  void observeCopy(Index frame, Index group);
  bool choosesFirst(Index frame, const Instr& code);
  void addPrimary(const plan::Store& of, Index number);
  Index storeOf(Index instance) const;
  void losePrimary(Index store, bool isOrderly);
  bool noticeLoss(Index store, std::uint32_t epoch);
  bool promote(Index store, std::uint32_t epoch);
  void becomePrimary(StoreState& store);
  void promoteByOrder(const plan::Action& action, Cause cause);
  void orderPromotion(Index store, Index copy, Cause cause);
  void setCut(const StoreState& store, bool isCut);
  struct Candidate {
    Index group = plan::kNone;
    Index member = 0;
    std::uint64_t behind = 0;
  };
  Candidate leastBehind(const StoreState& store) const;
  Candidate chosenCopy(const StoreState& store) const;
  std::uint64_t dropUnread(StoreState& store, const Candidate& promoted);
  void forgetLost(StoreState& store, const std::vector<std::uint64_t>& firstLost);
  void regainPrimary(StoreState& store);
  void rejoin(StoreState& store, Cause cause);
  bool isReplaced(Index instance) const;

  // What is gathered in windows (windows.cpp).
  void addWindows();
  void gather(Index frame, Index window);
  void putInWindows(Index window, const WindowState::Event& event);
  void endWindow(Index window);
  void addStreamResults(RunResult& result) const;

  // Calls that go on together (batches.cpp).
  void addBatchings();
  bool isBatchOfCalls(Index frame) const;
  Index openBatch(Index batching, std::uint64_t caller);
  void stopFilling(CallBatch& batch);
  void closeBatch(Index batch);
  Index callerOf(Index frame) const;
  void joinBatch(Index frame, Index batching);
  bool endBatch(Index batch, std::uint32_t generation);
  void sendBatchOfCalls(Index batch);
  void answerBatch(Index batch, plan::Reason reason);
  void closeBatchesOf(Index instance);
  void addBatchResults(RunResult& result) const;

  // Who waits until messages are done (acknowledgements.cpp).
  std::uint32_t readersThere(const LogState& log, std::uint8_t requestClass) const;
  Index openTicket(Index frame, std::uint32_t needed, Index log, Index partition, std::uint64_t number);
  void countAcknowledged(Index ticket);
  void countLost(Index ticket);
  void decide(Ticket& ticket, plan::Reason reason);
  void closeIfIdle(Index ticket);
  void leaveTicket(Index frame);
  TimeNs wayBackFrom(const GroupState& group, Index member);

  // Who reads them (members.cpp).
  void addGroup(const plan::ConsumerGroup& of);
  void assignPartitions(Index group);
  void returnUncommitted(GroupState& group, Index queue);
  void commit(Index group);
  // Consumers that are set back (seek.cpp).
  void keepForSeek(GroupState& group, PartitionState& state, const Message& message);
  void commitAll(GroupState& group, PartitionState& state);
  void seek(Index group, double back, Cause cause);
  void takeBackFromReaders(Index group, TimeNs from);
  void bringBack(GroupState& group, Index queue, TimeNs from);
  bool endCommit(Index group, std::uint32_t commits);
  void readAgain(const GroupState& group);
  void joinGroups(Index instance);
  void leaveGroups(Index instance, bool isOnPurpose);
  void leaveUnread(GroupState& group, Index member);
  bool endSession(Index group, Index member);
  void startRebalance(Index group);
  bool endRebalance(Index group, std::uint32_t rebalances);
  bool isThere(const GroupState& group, Index member) const;

  // Requests that are followed (traces.cpp).
  void become(Index frame, FrameState state);
  double expectedRequests() const;
  void beginTrace(Index root);
  void traceCall(Index caller, Index callee);
  void traceHedge(Index first, Index second);
  void traceState(Index frame);
  void endTracedCall(Index call, plan::Reason reason);
  void endTrace(Index root, plan::Reason reason);
  bool isStillTraced(Index frame);

  // Changes from outside, and the end of the warm-up (control.cpp).
  void openWindow();
  void act(const plan::Action& action, Cause cause);
  void actOnInstances(const plan::Action& action, Cause cause);
  bool actOnInstance(Change change, Index instance, Cause cause);
  void changeSpeed(const plan::Action& action, Cause cause);
  void killInstance(Index instance, Cause cause, bool isSilent = false);
  void kill(Index frame, bool isSilent);
  void restoreInstance(Index instance, Cause cause);
  void comeUp(Index instance);
  bool handleOfInstance(const Event& event);

  // Instances that come and go (instances.cpp), and who orders them (scaling.cpp).
  Happening* record(Happening::Kind kind, Cause cause, Index instance, double value = 0);
  void recordOfLink(Happening::Kind kind, Index link, Index instance = kNoInstance, Cause cause = Cause::Run,
                    double value = 0);
  void startFaults();
  void awaitFailure(Index instance);
  void failByChance(Index instance);
  void standStill(Index instance, Instance::Still why, Cause cause);
  void goOn(Index instance, Instance::Still why, Cause cause);
  void beginRepairs(FaultState& fault);
  bool needsRepair(const FaultState::Broken& of) const;
  void beginRepair(FaultState& fault, const FaultState::Broken& of);
  void beginRepairsInZones();
  std::size_t firstForCrews(const FaultState& fault) const;
  void forgetRestored(FaultState& fault);
  void leaveLineForCrews(FaultState& fault, std::size_t place);
  void freeCrewOfZone(FaultState& fault, Index instance, std::uint32_t epoch);
  Index crewsFor(Index instance) const;
  void endRepair(Index instance, std::uint32_t epoch);
  void setInstances(Index pool, Index wanted, Cause cause);
  void leaveForGood(PoolState& pool);
  void order(Index instance, Cause cause, std::uint8_t version);
  void endBoot(Index instance);
  Index newestOf(const PoolState& pool) const;
  void takeAway(Index instance, Cause cause);
  Index holdersOf(Index instance) const;
  void leaveDraining(Index frame);
  void retireIfIdle(Index instance);
  void retire(Index instance);
  void noteAvailability(PoolState& pool);
  void startScalers();
  void lookAtPool(Index scaler);
  PoolFigures figuresSince(ScalerState& state, const PoolState& pool);

  // Connected devices (sessions.cpp).
  void addSessions();
  void noteConnected(const SessionState& state);
  bool connect(Index sessions);
  void greet(const SessionState& sessions, Index number);
  static Index placeFor(SessionState& state, const PoolState& pool);
  void awaitReconnect(Index sessions);
  void reconnect(Index sessions);
  void loseSessions(Index instance);
  Index pickHolder(LinkState& link, const InstanceSet& among);

  // Who lives on whom (hosts.cpp).
  Index hostOf(Index instance) const;
  bool canBeOrdered(Index instance) const;
  bool hasGuests(Index instance) const;
  void loseHost(Index host, bool isSilent);
  void leaveHost(Index host);
  void findHost(Index host);
  void endParts(Index host);
  void orderMissing(Index host);
  void orderHosts(const PoolState& pool, Index missing);
  template <class Visit>
  void forEachGuest(Index host, const Visit& visit);
  Index ownInstanceAt(Index frame, const PoolState& pool) const;

  // Instances on demand (demand.cpp).
  static constexpr TimeNs kLookAgain = 1'000'000'000;
  bool awaitInstance(Index frame, PoolState& pool);
  void orderOnDemand(Index pool);
  bool isWaking(PoolState& pool);
  void offerSeat(Index instance, PoolState& pool);
  void endIdle(Index instance);
  TimeNs drawBoot(Index pool);
  void noteBooting(PoolState& pool) { pool.meter.booting.set(pool.booting, now()); }

  // Other versions (rollouts.cpp).
  Index instancesThere(const PoolState& pool) const {
    return pool.up.size() + pool.booting + pool.restarting - pool.held;
  }
  std::uint8_t versionForNew(const PoolState& pool) const;
  Index countOfVersion(const PoolState& pool, std::uint8_t version) const;
  Index wantedOfNext(const PoolState& pool) const;
  void rollOut(Index pool, double share, Cause cause);
  void advanceRollout(Index pool);
  bool isDraining(const PoolState& pool) const;
  bool replaceInPlace(PoolState& pool, std::uint8_t from);
  bool replaceByNew(PoolState& pool, std::uint8_t from, Index most);
  void restartAs(Index instance, std::uint8_t version);
  bool bootAgain(Index instance);
  void takeOver(PoolState& pool);
  void giveUpHeld(PoolState& pool);
  Index oldestUp(const PoolState& pool, std::uint8_t version) const;

  // Controls and flags (triggers.cpp).
  struct OwnedAction {
    Index control = 0;
    plan::Action action;
  };
  void addControls();
  void trigger(Index control);
  void lookAtFigure(Index control);
  double takeFigure(Index control);
  static void forgetOutcomes(ControlState& state);
  void watchOutcome(std::uint8_t requestClass, plan::Reason reason, TimeNs latency);
  void fire(Index control);
  bool actOfControl(Index action, std::uint32_t generation);
  void stopControl(Index control, Cause cause);
  void recordOfControl(Happening::Kind kind, Index control, Cause cause = Cause::Run);
  void setFlag(const plan::Action& action, Cause cause);
  bool isOn(Index frame, const Instr& code);
  TimeNs lastFetch(Index frame, Index flag);

  // Samples and results (results.cpp).
  Interval presentInterval() const;
  void closeInterval();
  void noteSaturation(const Interval& interval);
  void addPoolResults(RunResult& result) const;
  void addWorkInProgress(RunResult& result) const;
  void addPool(PoolResult& to, const PoolState& pool, WideCount span) const;
  void addLinkResults(RunResult& result) const;
  void addZoneResults(RunResult& result) const;
  void addCacheResults(RunResult& result) const;
  void addTokenResults(RunResult& result) const;
  void addLogResults(RunResult& result) const;
  void addSessionResults(RunResult& result) const;
  void addMeterResults(RunResult& result) const;
  void addControlResults(RunResult& result) const;
  std::string digestOf(const RunResult& result) const;

  Event eventOf(Index frame, EventType type) const { return {frame, m_frames[frame].generation, type}; }
  bool isInWindow(TimeNs time) const { return time >= m_windowStart && time <= m_end; }

  // What never changes during the run.
  std::shared_ptr<const plan::Plan> m_plan;
  RunConfig m_config;
  Code m_code;
  TimeNs m_worldStart;  // the lead-in is over
  TimeNs m_windowStart;
  TimeNs m_end;
  TimeNs m_last;  // the end, or how far requests are followed
  TimeNs m_interval = 0;

  // What is going on.
  FrameArena m_frames;
  Agenda m_agenda;
  Network m_network;
  std::vector<ZoneState> m_zones;
  std::vector<ZoneNumber> m_sites;  // by zone, and of nowhere
  std::uint32_t m_zonesDown = 0;
  bool m_haveZonesCrews = false;
  std::uint64_t m_broken = 0;   // instances that have failed by chance so far
  std::vector<Event> m_heldUp;  // batches of readers that a partition keeps from arriving
  Arrivals m_arrivals;
  std::vector<SourceState> m_sources;
  std::vector<Timing> m_timings;  // by law
  std::vector<PoolState> m_pools;
  std::vector<Instance> m_instances;
  std::vector<WaitingList> m_parked;  // of waiting rooms of pools that block
  std::vector<LinkState> m_links;
  std::deque<LinkSide> m_sides;  // of single callers
  std::vector<FaultState> m_faults;
  std::vector<ScalerState> m_scalers;
  std::vector<plan::Route> m_routes;
  std::vector<ControlState> m_controls;
  std::vector<OwnedAction> m_controlActions;  // of all controls
  std::vector<FlagState> m_flags;
  std::vector<MeterState> m_meters;
  std::vector<SessionState> m_sessions;
  bool m_hasWatchers = false;   // some control looks at outcomes
  Index m_draining = 0;         // instances that drain
  std::uint64_t m_ordered = 0;  // instances ordered so far
  std::vector<CacheState> m_caches;
  std::vector<std::uint64_t> m_keyNames;        // of key spaces, in the upper half
  std::vector<std::uint64_t> m_keyNameOfClass;  // 0 of those without keys
  std::vector<Fetch> m_fetches;
  Index m_firstFreeFetch = Fetch::kNoFetch;
  std::vector<TokensState> m_tokens;
  std::vector<Bucket> m_buckets;  // of all tokens
  std::vector<Held> m_held;
  Index m_firstFreeHeld = Held::kNone;
  std::vector<LogState> m_logs;
  std::vector<GroupState> m_groups;
  std::vector<Desk> m_desks;
  std::vector<StoreState> m_stores;
  std::vector<WindowState> m_windows;
  std::vector<BatchingState> m_batchings;
  std::vector<CallBatch> m_callBatches;
  Index m_firstFreeCallBatch = CallBatch::kNone;
  std::vector<Ticket> m_tickets;
  Index m_firstFreeTicket = Message::kNoTicket;
  std::vector<DeliveryState> m_deliveries;
  Index m_firstFreeDelivery = DeliveryState::kNone;
  std::size_t m_messages = 0;     // that wait
  std::size_t m_uncommitted = 0;  // that are done
  struct ProgramStreams {
    RandomStream chance;
    RandomStream wait;
    RandomStream draw;
  };
  std::vector<ProgramStreams> m_programStreams;
  std::vector<plan::Action> m_actions;  // all that were asked for; events name them by index
  std::vector<Index> m_walk;            // work space of orphan()
  std::vector<Index> m_stopping;        // work space of cancel()
  std::vector<Index> m_drawn;           // work space of leastLoaded()
  std::vector<Index> m_open;            // work space of routeOf()
  std::uint64_t m_uses = 0;             // of instances whose pools track that
  struct Sizes {
    std::uint64_t request = 0;
    std::uint64_t reply = 0;
  };
  std::vector<Sizes> m_sizes;  // by class
  bool m_hasSizes = false;
  bool m_hasDeadlines = false;
  bool m_hasCargo = false;  // calls have targets and the arrival of their request: there are fans or logs
  bool m_dropsExpired = false;
  std::vector<CountSampler> m_counts;  // by law
  std::int64_t m_stepsLeft = 0;        // of the present event
  bool m_hasUsers = false;             // some source is closed
  bool m_hasStarted = false;
  bool m_isHalted = false;
  std::string m_stopReason;

  // What has been counted.
  Tracer m_tracer;
  std::uint64_t m_events = 0;
  std::uint64_t m_outcomes = 0;  // of requests
  std::uint64_t m_failures = 0;  // of those
  std::uint64_t m_underWay = 0;  // requests, and work that nobody waits for
  std::vector<ClassMeter> m_classes;
  DetachedMeter m_detached;
  LatencyBatches m_batches;
  Level m_shortPools;  // that have fewer instances than they need
  Level m_isAnyShort;  // 0 or 1
  Digest m_digest;
  std::vector<plan::Action> m_actionLog;
  std::vector<Happening> m_happenings;
  std::size_t m_happeningsTaken = 0;
  std::uint64_t m_happeningsLeftOut = 0;
  std::size_t m_saturations = 0;  ///< of the happenings, those that pools are saturated or relieved
  TimeNs m_intervalStart = 0;
  Series m_series;
  Series m_untaken{Series::kMaxIntervals / 4, Series::kMaxCells / 4};  // not asked for yet
};

}  // namespace cantilever::sim
