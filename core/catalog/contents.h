#pragma once

#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What block types have in common that keep copies of answers: a hit ratio that is stated, or contents that
/// are simulated.
namespace cantilever::catalog::contents {

/// Which requests hit, and for how long an entry may be served.
struct HitParams {
  Choice contents{"ratio"};
  Ratio hitRatio = ratio(0.9);
  Duration timeToLive = {};  ///< zero: for ever

  /// What exports and checks are told: for ever is a year, the longest that caches are asked for.
  Duration statedLife() const { return timeToLive == Duration() ? Duration::hours(365 * 24) : timeToLive; }
  bool areSimulated() const { return contents.value == "keys"; }
  /// For traits: the stated ratio, where it is the one that counts.
  std::optional<Ratio> statedRatio() const {
    return areSimulated() ? std::nullopt : std::optional<Ratio>(hitRatio);
  }
};

struct ContentsParams : HitParams {
  Count capacity{10'000};
  Choice eviction{"least_recently_used"};
  bool isSingleFlight = false;
  Ratio warmShare = ratio(0);
};

/// The word of a parameter; what is unknown is the first.
plan::Eviction evictionOf(const Choice& choice);

template <class P>
Schema<P>& addHitFields(Schema<P>& schema, const char* whyRatio) {
  return schema.field("contents", &HitParams::contents)
      .label("Contents")
      .group("Behaviour")
      .choices({"ratio", "keys"})
      .choiceLabels({{"ratio", "By stated hit ratio"}, {"keys", "By keys"}})
      .help(
          "Whether a stated share of requests hits, or the keys that requests ask for decide: then capacity, "
          "eviction and time "
          "to live act, and request classes need a key space.")
      .source(Source::Grade::Judgement, "A stated ratio needs no knowledge of keys.")
      .field("hit_ratio", &HitParams::hitRatio)
      .label("Hit ratio")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the requests of cacheable classes that it answers itself (contents by ratio).")
      .source(Source::Grade::Judgement, whyRatio);
}

template <class P>
Schema<P>& addLifeField(Schema<P>& schema, const char* whyLife,
                        Source::Grade gradeOfLife = Source::Grade::Judgement) {
  return schema.field("ttl", &HitParams::timeToLive)
      .label("Time to live")
      .group("Behaviour")
      .range(Duration(), Duration::hours(365 * 24))
      .help(
          "How long an entry may be served (contents by keys); 0: for ever. Exports that configure the cache "
          "have "
          "it too.")
      .source(gradeOfLife, whyLife);
}

template <class P>
Schema<P>& addContentsFields(Schema<P>& schema, const char* whyRatio, const char* whyCapacity,
                             const char* whyLife, Source::Grade gradeOfLife = Source::Grade::Judgement) {
  addHitFields(schema, whyRatio)
      .field("capacity", &ContentsParams::capacity)
      .label("Capacity")
      .group("Size")
      .range(1, plan::Cache::kMaxCapacity)
      .logarithmic()
      .help("Entries that each instance holds (contents by keys).")
      .source(Source::Grade::Judgement, whyCapacity)
      .field("eviction", &ContentsParams::eviction)
      .label("Eviction")
      .group("Behaviour")
      .choices({"least_recently_used", "least_frequently_used", "first_in", "random"})
      .help("Which entry of a full cache makes room for a new one (contents by keys).")
      .source(Source::Grade::Judgement, "What most caches do, or imitate by sampling.");
  return addLifeField(schema, whyLife, gradeOfLife)
      .field("single_flight", &ContentsParams::isSingleFlight)
      .label("Fetch once")
      .group("Behaviour")
      .help("While one request fetches a key, others that miss it wait for its answer (contents by keys).")
      .source(Source::Grade::Known,
              "nginx reference, ngx_http_proxy_module: proxy_cache_lock is off by default, and nothing does "
              "it in most other caches; https://nginx.org/en/docs/http/ngx_http_proxy_module.html")
      .field("warm_share", &ContentsParams::warmShare)
      .label("Warm at start")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the capacity that is filled at the start, with what is asked for most (contents by "
          "keys).")
      .source(Source::Grade::Judgement, "A new cache is empty.");
}

/// The contents of one block while it is lowered.
class Contents {
 public:
  /// Each instance of `pool` has its own.
  Contents(const ContentsParams& params, plan::Index pool, plan::Lowering& lowering);

  /// Does `hit` or `miss` for whatever the request asks for, cacheable or not.
  void lookUp(plan::ProgramBuilder& program, const plan::Body& hit, const plan::Body& miss) const;
  /// The answer is in the cache from now on, and not any more.
  void fill(plan::ProgramBuilder& program) const;
  void drop(plan::ProgramBuilder& program) const;
  /// Reads through: a hit does `hit`; a miss does `miss` and puts in what it brought. Requests that are not
  /// cacheable do `pass`.
  void readThrough(plan::ProgramBuilder& program, const plan::Body& hit, const plan::Body& miss,
                   const plan::Body& pass) const;

 private:
  double m_hitRatio;
  plan::Index m_cache = plan::kNone;
  plan::Index m_cacheable;
};

/// The paragraph that the documentation of every such block has.
extern const char* const kContentsDocumentation;

}  // namespace cantilever::catalog::contents
