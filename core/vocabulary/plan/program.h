#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/vocabulary/plan/index.h"
#include "core/vocabulary/plan/reason.h"

namespace cantilever::plan {

/// How often a piece of work is done, or by what its duration is multiplied. A call that stands for several
/// targets has as many requests and replies in it.
enum class WorkScale : std::uint8_t {
  Once,
  Targets,       ///< once for each target that the call stands for
  RequestBytes,  ///< the draw times p times the size of the request
  ReplyBytes,
  Bytes,  ///< of both
};

enum class Op : std::uint8_t {
  Work,  ///< a: law, b: pool, c: WorkScale, p: per byte, where it is scaled so, d: law table or kNone. Queue
         ///< for a server of this frame's instance (or of pool b), be served, go on
  Wait,  ///< a: law. Delay, holding the seat but no server
  Call,  ///< a: link, b: pc on failure or kNone (fail with the callee's reason). Wait for the reply
  Send,  ///< a: link. A detached root; no reply, never fails the sender
  Forward,   ///< a: link without timeout. Tail call: my seat is freed and the callee answers my caller
  Parallel,  ///< a: n branches, b: successes needed, c: pc on failure or kNone; followed by n Branch
  Branch,    ///< a: link; operand of Parallel
  IfChance,  ///< probability in `p`; jumps to pc a when the draw says yes
  IfClass,   ///< b: index into Plan::classSets; jumps to pc a when the request's class is in the set
  Jump,      ///< a: pc
  Reply,     ///< answer now and go on (second phase)
  Fail,      ///< a: Reason
  End,       ///< answer (if not yet answered) and leave
  Look,      ///< a: cache, b: pc on a hit. Waits for the request that fetches the key, if the cache is such
  Fill,      ///< a: cache. The key is in it from now on; one that is there and fresh stays as it is. b: not
             ///< kNone: this is a write that goes on later, by what the cache says of that
  Drop,      ///< a: cache. The key is not in it any more
  Take,  ///< a: tokens, b: how many, c: pc on failure or kNone. Held until given back, or to the end of the
         ///< call
  Give,  ///< a: tokens, the last ones of them that were taken; nothing if none are held
  Draw,  ///< a: count law. The number that the next instructions mean
  IfDrawn,  ///< b: the count law it was drawn from, c: a number; jumps to pc a if more was drawn
  Fan,      ///< a: fan, c: pc on failure or kNone. Calls over one link to many targets
  Publish,  ///< a: log, c: pc on failure or kNone. Appends a message for what the request is about. b: waits
            ///< until so many of those who get it have done it (kEveryCopy: as many as are there), kNone:
            ///< for nobody; d: fails if fewer than so many are there, kNone: than b
  Route,    ///< a: route. Goes on where that leads
  Gather,   ///< a: window. The event, or each of the messages that this call has read, is put in
  Observe,  ///< what is read of a copy of a store, the instance that this frame sits at, is read now (27)
  IfUp,     ///< b, c: pools; jumps to pc a with the share that b has of the instances up in both
  Degrade,  ///< what this call answers from now on is second best
  IfVersion,  ///< b: a version; jumps to pc a if this frame's instance runs that one or a later one
  IfFlag,     ///< b: flag; jumps to pc a if it is on for what the request is about
  Batch,      ///< a: batching. Waits until the batch that this call joins is answered; fails as that does
  Measure,    ///< a: meter, p: amount for each target of this frame
};

struct Instruction {
  Op op = Op::End;
  Index a = kNone;
  Index b = kNone;
  Index c = kNone;
  Index d = kNone;
  double p = 0;

  static constexpr Index kEveryCopy = 0xfffffffeu;  ///< of Publish
  static constexpr Index kMostAcknowledgements = 65535;
};

/// The laws of a Work where they depend on who asks: of each request class one of Plan::laws.
struct LawTable {
  std::vector<Index> laws;  ///< [version of the instance][class]; later versions are as the last
};

/// A stretch of Plan::code; pcs are absolute. Ends with End, Forward, Fail or a Jump.
struct Program {
  std::string key;
  Index begin = 0;
  Index pool = kNone;  ///< the pool a frame running it sits in
  Index zone = kNone;  ///< where it runs if that is no pool; kNone: where its caller is
};

}  // namespace cantilever::plan
