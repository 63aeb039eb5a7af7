#include "core/catalog/policies/class_policy.h"

#include "core/base/text.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/plan/keys.h"

namespace cantilever::catalog {

namespace {

std::string faultInHotKeys(const std::string& text) {
  const Result<std::vector<double>> shares = parseHotKeys(text);
  return shares ? "" : shares.error().message;
}

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
          .field("hot_keys", &ClassPolicy::hotKeys)
          .label("Hot keys")
          .group("Keys")
          .grammar(faultInHotKeys, "20 %, 5 %")
          .help(
              "The shares of all its requests that single keys have, such as \"20 %, 5 %, 5 %\": the first "
              "keys. The others have the rest, as the exponent says.")
          .source(Source::Grade::Judgement, "None: the exponent says all.")
          .field("key_drift", &ClassPolicy::keyDrift)
          .label("New hot key every")
          .group("Keys")
          .range(Duration(), Duration::hours(8760))
          .help(
              "Each time so much has passed the least popular key becomes the most popular one, and every "
              "other one falls by a rank, as news do. 0: keys stay as popular as they are.")
          .source(Source::Grade::Judgement, "Never: what textbooks assume.")
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

Result<std::vector<double>> parseHotKeys(std::string_view text) {
  constexpr double kRounding = 1e-9;
  const auto wrong = [&](const std::string& what) {
    return Error{"hot_keys.syntax", what + " Write the shares of the hot keys, such as \"20 %, 5 %, 5 %\".",
                 std::string(text)};
  };
  std::vector<double> shares;
  double sum = 0;
  for (const std::string_view part : partsOf(text, ',')) {
    const Result<Ratio> share = parseRatio(part);
    if (!share || !(share->raw() > 0) || share->raw() > 1) {
      return wrong("\"" + std::string(part) + "\" is no share above 0 and up to 100 %.");
    }
    shares.push_back(share->raw());
    sum += share->raw();
  }
  if (sum > 1 + kRounding) {
    return wrong("The shares add up to " + formatNumber(100 * sum, 4) + " %, which is more than 100 %.");
  }
  if (shares.size() > plan::KeySpace::kMostHot) {
    return wrong("There are more than " + formatNumber(static_cast<double>(plan::KeySpace::kMostHot)) +
                 " hot keys.");
  }
  return shares;
}

const std::vector<ParamSpec>& classParams() {
  static const std::vector<ParamSpec> specs = classPolicySchema().specs();
  return specs;
}

ClassPolicy classPolicyOf(const Params& params) {
  return classPolicySchema().read(params);
}

}  // namespace cantilever::catalog
