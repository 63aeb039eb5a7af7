#include "core/catalog/policies/class_policy.h"

#include "core/catalog/schema.h"

namespace cantilever::catalog {

namespace {

const Schema<ClassPolicy>& classPolicySchema() {
  static const Schema<ClassPolicy> schema =
      Schema<ClassPolicy>()
          .field("keys", &ClassPolicy::keys)
          .label("Different keys")
          .group("Keys")
          .range(1, 1e9)
          .logarithmic()
          .help(
              "How many different things its requests are about: users, products, videos. Caches, shards and "
              "limits "
              "per key see them.")
          .source(Source::Grade::Judgement,
                  "One: all requests are alike, as where contents are not simulated.")
          .field("key_exponent", &ClassPolicy::keyExponent)
          .label("Zipf exponent")
          .group("Keys")
          .range(0, 10)
          .help(
              "How unequal the keys are: the k-th most popular has a share proportional to 1 / k^exponent. "
              "0: all the "
              "same; 0.6 to 1.1 is usual for web pages and videos.")
          .source(Source::Grade::Known,
                  "L. Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM 1999: 0.64 to 0.83 "
                  "for page "
                  "requests at six proxies. The default is none.")
          .field("key_space", &ClassPolicy::keySpace)
          .label("Key space")
          .group("Keys")
          .help(
              "Classes that name the same are about the same things, so that a write can drop what a read "
              "put "
              "into a cache; the first of them says how many things there are. Empty: things of its own.")
          .source(Source::Grade::Judgement, "Of its own.")
          .field("priority", &ClassPolicy::priority)
          .label("Priority")
          .group("Service")
          .range(0, 255)
          .help("0 goes first, where a pool or a limiter looks at priorities.")
          .source(Source::Grade::Judgement, "All the same.")
          .field("deadline", &ClassPolicy::deadline)
          .label("Deadline")
          .group("Service")
          .range(Duration(), Duration::hours(24))
          .help("The time for all attempts together, from the arrival at the source; 0: none.")
          .source(Source::Grade::Judgement, "None.");
  return schema;
}

}  // namespace

const std::vector<ParamSpec>& classParams() {
  static const std::vector<ParamSpec> specs = classPolicySchema().specs();
  return specs;
}

ClassPolicy classPolicyOf(const Params& params) {
  return classPolicySchema().read(params);
}

}  // namespace cantilever::catalog
