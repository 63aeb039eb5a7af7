#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/block.h"
#include "core/model/control.h"
#include "core/model/link.h"
#include "core/vocabulary/plan.h"
#include "core/vocabulary/traits.h"

namespace cantilever::plan {

/// One outgoing link of the block being lowered, as its programs may use it.
struct OutLink {
  const cantilever::Link* link = nullptr;
  Index index = kNone;             ///< in Plan::links
  const Traits* target = nullptr;  ///< what is known of the callee (its hit ratio, for one)
  Index classSet = kNone;          ///< restriction to request classes, kNone: all
  /// Of a look-up in a cache whose contents are simulated: the link by which what a miss brought is put
  /// there.
  Index fill = kNone;
  // Among routes: see Route.
  std::uint32_t priority = 0;
  bool isNearest = false;
  bool isWeighedAnew = false;  ///< some action changes its weight
};

/// How the work at a block's own pool differs by request class, and by the version that an instance runs.
struct WorkVariants {
  struct OfClass {
    Index requestClass = 0;
    std::optional<Law> law;  ///< instead of the first work of a program
    double factor = 1;       ///< else: of all its work
  };
  /// Of the version that a rollout brings: a law instead of the first work of a program, or a multiple of
  /// what all its work is in the present version; and the share of its calls that fail after their first
  /// work.
  struct Next {
    std::optional<Law> law;
    double factor = 1;
    double errorShare = 0;
  };
  /// A resource beside the servers, such as a disk: work of every call there, after its first own work.
  struct Beside {
    Index pool = kNone;
    Law law;
  };
  std::vector<OfClass> classes;
  std::optional<Next> next;
  std::optional<Beside> beside;

  bool isEmpty() const { return classes.empty() && !next; }
};

class ProgramBuilder;
using Body = std::function<void(ProgramBuilder&)>;

/// The index of the set of request classes, which is added if the plan has none equal to it.
Index addClassSet(Plan& plan, const std::vector<bool>& classes);

/// Writes one program in order. Every verb appends; nested bodies become jumps. Nothing after end() or
/// fail().
class ProgramBuilder {
 public:
  /// `programPool`: where the program sits, kNone for a station without resources.
  ProgramBuilder(Plan& plan, Index programPool, const WorkVariants& variants = {});

  /// Queue for a server of `pool` (default: the pool the program sits in), be served for a draw of `law`.
  ProgramBuilder& work(const Law& law, Index pool = kNone);
  /// The same once for each of the targets that the call stands for.
  ProgramBuilder& workPerTarget(const Law& law, Index pool = kNone);
  /// Bytes of the request, the reply or both go through the pool, at `rate` for each of its servers.
  ProgramBuilder& transfer(Bandwidth rate, WorkScale bytes);
  ProgramBuilder& wait(const Law& law);
  /// With `probability` does `yes`, otherwise `no`.
  ProgramBuilder& branch(double probability, const Body& yes, const Body& no = {});
  /// For the classes in the set does `yes`, otherwise `no`.
  ProgramBuilder& branchOnClass(Index classSet, const Body& yes, const Body& no = {});
  /// Uses one link as it says: mode, mean number of calls (a fraction is drawn), group, classes.
  ProgramBuilder& use(const OutLink& link);
  /// The ordinary way to go downstream: look-ups, then on-miss links (each as often as look-ups miss), then
  /// the links of the other roles in order of id: those of a parallel group at once, then those in sequence;
  /// role Route: exactly one, by priority, nearness and weight. Replication, standby and fallback links are
  /// not used here. A look-up that fails counts as a miss where there are on-miss links; a callee without a
  /// hit ratio always misses. A callee with contents tells by its answer, and is given what the on-miss links
  /// brought.
  ProgramBuilder& useAll(std::span<const OutLink> links);
  /// Exactly one of them, by weight (equally likely if all weights are zero), or as Route has it where they
  /// differ in priority or one is to be the nearest; for each request class among those it may use.
  ProgramBuilder& chooseOne(std::span<const OutLink> links);
  /// Uses each of the links as often as it says, all at once; goes on when `needed` calls succeeded (0, or
  /// more than there are: all of them). Sends among them go out first.
  ProgramBuilder& parallel(std::span<const OutLink> branches, std::size_t needed);
  /// Looks the request's key up in a cache: does `hit` if it is there, otherwise `miss`.
  ProgramBuilder& lookUpIn(Index cache, const Body& hit, const Body& miss);
  ProgramBuilder& fill(Index cache);
  /// The cache keeps the write at first; it goes on by what the cache says.
  ProgramBuilder& fillWrite(Index cache);
  ProgramBuilder& drop(Index cache);
  /// Puts the event, or each message that was read, into the windows of its time.
  ProgramBuilder& gather(Index window);
  /// Waits until the batch that the call joins is answered, and fails if that fails.
  ProgramBuilder& batch(Index batching);
  /// Draws a number of targets, for what follows.
  ProgramBuilder& draw(const CountLaw& law);
  /// If more than `number` was drawn does `yes`, otherwise `no`.
  ProgramBuilder& branchOnDrawn(std::uint32_t number, const Body& yes, const Body& no = {});
  /// Uses the link for as many targets as were drawn, `fan` says how; sends if the link does.
  ProgramBuilder& fanOut(const OutLink& link, Fan fan);
  /// Takes tokens, and keeps them until give() or the end of the call; fails the call if it gets none.
  ProgramBuilder& take(Index tokens, std::uint32_t units = 1);
  ProgramBuilder& give(Index tokens);
  /// Appends a message to the log and waits until so many of those who read it have done it
  /// (Instruction::kEveryCopy: all who are there); fails the call if there is no room for it, or fewer than
  /// `least` readers (kNone: than are waited for) are there.
  ProgramBuilder& publish(Index log, Index acknowledgements = 0, Index least = kNone);
  /// What is read of the copy of a store at which the call sits, is read now.
  ProgramBuilder& observe();
  /// If the flag is on for what the request is about does `yes`, otherwise `no`.
  ProgramBuilder& branchOnFlag(Index flag, const Body& yes, const Body& no);
  /// With the share that `first` has of the instances of both pools that are up does `yes`, otherwise `no`.
  ProgramBuilder& branchOnUp(Index first, Index second, const Body& yes, const Body& no);
  /// The callee answers instead; over a link without timeout and all that.
  ProgramBuilder& forward(Index link);
  /// Adds to a meter, for each target that the call stands for.
  ProgramBuilder& measure(Index meter, double amount);
  ProgramBuilder& reply();
  ProgramBuilder& fail(Reason reason);
  ProgramBuilder& end();

  /// True while control can reach what is appended next: the program still needs an end.
  bool isOpen() const { return m_isOpen; }
  /// More than the plan can hold was asked for; what has been written is not to be used.
  bool isTooLarge() const { return m_isTooLarge; }

 private:
  ProgramBuilder& appendWork(const Law& law, Index pool, WorkScale scale, double perByte = 0);
  Index addLawTable(const Law& law);
  void failByVersion();
  Index append(const Instruction& instruction);
  Index here() const { return static_cast<Index>(m_plan.code.size()); }
  Index arriveHere();
  ProgramBuilder& branchOn(const Instruction& condition, const Body& yes, const Body& no);
  void writeBranches(Index test, Index Instruction::*target, const Body& yes, const Body& no);
  void putWhatMissed(const OutLink& cache, Index call, std::span<const OutLink> misses);
  void forEachClassGroup(std::span<const OutLink> links,
                         const std::function<void(std::span<const OutLink>)>& emit);
  void useOnce(const OutLink& link);
  void useUnrestricted(const OutLink& link);
  void lookUp(const OutLink& cache, std::span<const OutLink> misses);
  void lookUpOnce(const OutLink& cache, std::span<const OutLink> misses);
  void chooseAmong(std::span<const OutLink> links);
  void routeAmong(std::span<const OutLink> links, bool isBlind);
  void callAtOnce(std::vector<Index> certain, std::span<const OutLink> fractional, std::size_t needed);
  void emitParallel(std::span<const Index> calls, std::size_t needed);

  void appendFan(Fan fan, const OutLink& link);
  bool goesToAll(const OutLink& link) const { return m_plan.links[link.index].balancing == Balancing::All; }

  Plan& m_plan;
  Index m_pool;
  WorkVariants m_variants;
  bool m_hasWorked = false;
  // What is known of the number drawn.
  Index m_count = kNone;
  std::uint32_t m_least = 1;
  std::uint32_t m_most = Fan::kUnlimited;
  bool m_isOpen = true;
  bool m_isTooLarge = false;
};

/// What a block type's `lower` sees: its block, its outgoing links, and the verbs that add elements to the
/// plan. Keys are made from the block's id: "orders-db" for its pool, "orders-db/standby" for further ones.
class Lowering {
 public:
  virtual ~Lowering() = default;

  virtual const cantilever::Block& block() const = 0;
  /// All outgoing links, in order of id.
  virtual std::span<const OutLink> links() const = 0;
  /// Those of one role.
  virtual std::vector<OutLink> links(LinkRole role) const = 0;
  /// The set of request classes marked cacheable.
  virtual Index cacheableClasses() = 0;
  /// The set of request classes that ask for keys.
  virtual Index keyedClasses() = 0;

  /// Adds a pool; `role` distinguishes several of one block. The pool's key is filled in.
  virtual Index addPool(Pool pool, std::string_view role = {}) = 0;
  /// Controls of a pool of this block, one of each kind and role at most. The key is filled in.
  virtual void addScaler(Scaler scaler) = 0;
  virtual void addFault(RandomFault fault, std::string_view role = {}) = 0;
  /// Of the programs that are defined after it.
  virtual void varyWork(WorkVariants variants) = 0;
  /// The pool's instances live on those of another block, so many on each, as far as there is room. Each
  /// reserves so many `processors` there.
  virtual void liveOn(Index pool, std::string block, std::uint32_t perHost, double processors) = 0;
  /// Its index in the plan, kNone if the design has no such request class.
  virtual Index classOf(std::string_view id) const = 0;
  /// Adds a cache. Its key is filled in.
  virtual Index addCache(Cache cache) = 0;
  /// Adds windows. Their key is filled in.
  virtual Index addWindow(Window window) = 0;
  /// Adds a batching of calls over `link`, and what each of its batches runs. Its key is filled in.
  virtual Index addBatching(const OutLink& link, std::uint32_t most, Duration linger) = 0;
  /// Adds tokens; `role` as of pools. Their key is filled in.
  virtual Index addTokens(Tokens tokens, std::string_view role = {}) = 0;
  /// The flag of this block's name, which links and events may name too. Its key is filled in.
  virtual Index addFlag(Flag flag) = 0;
  /// Adds a meter. Its key is filled in.
  virtual Index addMeter(Meter meter) = 0;
  /// Adds a log; `role` as of pools. Its key is filled in.
  virtual Index addLog(Log log, std::string_view role = {}) = 0;
  /// Adds a store, at most one. Its key is filled in. Calls of this block, and of its copies, are told what
  /// its log has had by then.
  virtual void addStore(Store store) = 0;
  /// A link from this block to a station in one of its own pools, which runs `body`. Its key and where it
  /// leads are filled in.
  virtual Index addInnerLink(Link link, std::string_view role, Index pool, const Body& body) = 0;
  /// The same as programs of this block use it: one call that is waited for, or one that is not.
  OutLink addPart(std::string_view role, Index pool, Link link, const Body& body,
                  LinkMode mode = LinkMode::Call);
  /// Adds a group of consumers behind one of the outgoing links, whose key it gets.
  virtual void addGroup(ConsumerGroup group) = 0;
  /// Defines what a call of `operation` does here ("" = the default operation, used when the caller names
  /// none). `pool`: where the call sits, kNone for a station without resources.
  virtual void addOperation(std::string_view operation, Index pool, const Body& body) = 0;
  /// Only for sources: each workload that enters at this block runs `body` once per request.
  virtual void addSource(const Body& body) = 0;
  /// What it does to others while the system runs, as a design says it; the id is made from this block's and
  /// that of the control, which is also how an event that stops one names it. Events name other blocks.
  virtual void addControl(cantilever::Control control) = 0;
  /// A remark for the user about this block.
  virtual void warn(std::string code, std::string message, std::string param = {}) = 0;
};

/// The links that a request may go on by: those with role default, read, write or route, in order of id.
std::vector<OutLink> onwardLinks(const Lowering& lowering);

}  // namespace cantilever::plan
