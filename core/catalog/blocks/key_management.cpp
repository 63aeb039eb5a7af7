#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct KeyManagementParams {
  Count keys{10};
  Rate quota = perSecond(10'000);
  Law operationTime = Law::lognormal(5_ms, 0.5);
  Ratio cachedShare = ratio(0);
};

Schema<KeyManagementParams> keyManagementSchema() {
  return Schema<KeyManagementParams>()
      .field("keys", &KeyManagementParams::keys)
      .label("Keys")
      .group("Cost")
      .range(1, 1'000'000)
      .logarithmic()
      .help("That are kept, whether anybody asks for them or not.")
      .source(Source::Grade::Judgement, "One for each kind of data.")
      .field("quota", &KeyManagementParams::quota)
      .label("Quota")
      .group("Size")
      .range(perSecond(1), perSecond(1e6))
      .logarithmic()
      .help("Operations a second of everybody in the account; one more is refused with rate limited.")
      .source(Source::Grade::Known,
              "AWS KMS developer guide, Request quotas: shared by the operations with symmetric keys, in "
              "thousands a second by region, and adjustable; "
              "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html")
      .field("operation_time", &KeyManagementParams::operationTime)
      .label("Operation")
      .group("Behaviour")
      .range(100_us, 10_s)
      .logarithmic()
      .help("Of encrypting, decrypting or signing something small, or making a data key.")
      .source(Source::Grade::Judgement, "A round trip within the region, and a hardware module.")
      .field("cached_share", &KeyManagementParams::cachedShare)
      .label("Data keys at hand")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the calls whose data key the caller still has: they take no time, and count for nothing.")
      .source(Source::Grade::Judgement, "None: a key for each use, until somebody hits the quota.");
}

void lowerKeyManagement(const KeyManagementParams& params, plan::Lowering& lowering) {
  const plan::Index quota = lowering.addTokens(hosted::throttle(params.quota, params.quota.raw()));
  const plan::Index pool = lowering.addPool(hosted::boundless());
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.branch(1 - params.cachedShare.raw(),
                   [&](plan::ProgramBuilder& asked) { asked.take(quota).wait(params.operationTime); });
  });
}

}  // namespace

BlockType key_management() {
  return makeBlock<KeyManagementParams>(
      {.key = "key_management",
       .label = "Key management",
       .category = Category::Operations,
       .purpose = "Keeps the keys that data are encrypted with, and uses them for whoever may.",
       .documentation =
           R"(**What happens to a call.** One operation with a key: encrypt, decrypt, sign, or make a data key. If the quota of the account is used up, it is refused with *rate limited*; else it takes its time. Nothing queues.

**The quota is everybody's.** All services of an account share it, and encrypted queues, tables and buckets use it for their readers: a burst somewhere makes calls fail elsewhere. Draw all of them, and give their links retries with
pauses. **Data keys at hand** are the usual remedy: a caller keeps a data key for a while, and asks once for many uses.

**Modelled.** The quota with one second of it in hand, the time of an operation, keys and operations in the bill.

**Not modelled.** Quotas by kind of key and operation; who may use which key; changing keys.)",
       .vendorNames = {"KMS", "Cloud KMS", "Key Vault", "Vault Transit", "HSM", "CloudHSM"},
       .makesCalls = false},
      keyManagementSchema(), lowerKeyManagement,
      [](const KeyManagementParams& params, const Load& load) {
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::CapacityUnitHours, "encryption-key",
                             static_cast<double>(params.keys.value()), format(params.keys) + " keys"),
            hosted::perRequest("encryption-request", load, 1 - params.cachedShare.raw(),
                               "operations at the mean rate")};
      },
      [](const KeyManagementParams&) {
        Deployable deployable{.kind = Deployable::Kind::None};
        deployable.settings["instead"] =
            "managed services encrypt with the keys that the provider keeps for them";
        return deployable;
      },
      [](const KeyManagementParams&) {
        return hosted::traits(43800_h, 5_min);  // one outage in five years: judgement
      });
}

}  // namespace cantilever::catalog::blocks
