#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct NotificationParams : tier::TierParams {
  NotificationParams() {
    instances = Count(3);
    concurrency = Count(500);
    queueLimit = Count(10'000);
  }
  Law cpuTime = Law::lognormal(200_us, 0.8);
  Law providerTime = Law::lognormal(120_ms, 0.8);
  Ratio errorShare = ratio(0.01);
  Count attempts{3};
  Rate quota = perSecond(3000);
  Duration patience = 60_s;
  Ratio emailShare = ratio(0.09);
  Ratio smsShare = ratio(0.01);
};

Schema<NotificationParams> notificationSchema() {
  Schema<NotificationParams> schema;
  tier::addSizeFields(schema, "One in each of three zones.", "It mostly waits for providers.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement,
                           "Sent without a thread each: 500 / 0.12 s are 4,100 a second.",
                           "Two and a half seconds of what it sends.");
  schema.field("cpu_time", &NotificationParams::cpuTime)
      .label("CPU time")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of one message: template, language, preferences of its receiver.")
      .source(Source::Grade::Judgement, "Text from a template and a call.")
      .field("provider_time", &NotificationParams::providerTime)
      .label("Provider")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("How long the provider of push messages, e-mail or SMS takes to accept one.")
      .source(Source::Grade::Judgement, "A call over the internet.")
      .field("error_share", &NotificationParams::errorShare)
      .label("Errors")
      .group("Reliability")
      .range(0, 1)
      .help("Share of the attempts that the provider refuses for the moment.")
      .source(Source::Grade::Judgement, "One in a hundred on an ordinary day.")
      .field("attempts", &NotificationParams::attempts)
      .label("Attempts")
      .group("Reliability")
      .range(1, 8)
      .help("How often a message is tried, the first time included. Then it fails as injected.")
      .source(Source::Grade::Known,
              "AWS SDKs: three attempts in the standard retry mode; https://docs.aws.amazon.com/sdkref/")
      .field("quota", &NotificationParams::quota)
      .label("Provider's quota")
      .group("Size")
      .range(perSecond(1), perSecond(1e6))
      .logarithmic()
      .help("Attempts a second that providers accept in all; what is too much waits.")
      .source(Source::Grade::Judgement, "What a provider grants without being asked twice.")
      .field("patience", &NotificationParams::patience)
      .label("Patience")
      .group("Behaviour")
      .range(100_ms, 24_h)
      .help("A message that has waited so long for the quota is given up with queue timeout.")
      .source(Source::Grade::Judgement, "News of a minute ago is no news.")
      .field("email_share", &NotificationParams::emailShare)
      .label("E-mail")
      .group("Cost")
      .range(0, 1)
      .help("Share of the messages, for the bill.")
      .source(Source::Grade::Judgement, "Receipts and digests.")
      .field("sms_share", &NotificationParams::smsShare)
      .label("SMS")
      .group("Cost")
      .range(0, 1)
      .help("Share of the messages, for the bill. The rest is pushed to apps.")
      .source(Source::Grade::Judgement, "Codes for logging in; each costs as much as 13,000 pushes.");
  return tier::addOperatingFields(schema);
}

void lowerNotification(const NotificationParams& params, plan::Lowering& lowering) {
  plan::Tokens quota = hosted::throttle(params.quota, params.quota.raw());
  quota.waits = true;
  quota.patience = Law::constant(params.patience);
  const plan::Index tokens = lowering.addTokens(quota);
  const plan::Index pool = tier::addServers(params, lowering);
  const std::function<void(plan::ProgramBuilder&, std::int64_t)> attempt = [&](plan::ProgramBuilder& program,
                                                                               std::int64_t left) {
    program.take(tokens).wait(params.providerTime);
    program.branch(params.errorShare.raw(), [&](plan::ProgramBuilder& refused) {
      if (left > 1) {
        attempt(refused, left - 1);
      } else {
        refused.fail(plan::Reason::Injected);
      }
    });
  };
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.cpuTime)).useAll(lowering.links());
    attempt(program, params.attempts.value());
  });
}

std::vector<Usage> usageOfNotification(const NotificationParams& params, const Load& load) {
  const double email = params.emailShare.raw();
  const double sms = std::min(params.smsShare.raw(), 1 - email);
  std::vector<Usage> usage = tier::usageOfServers(params);
  usage.push_back(hosted::perRequest("mobile-push", load, 1 - email - sms, "pushes at the mean rate"));
  usage.push_back(hosted::perRequest("email", load, email, "e-mails at the mean rate"));
  usage.push_back(hosted::perRequest("sms", load, sms, "SMS at the mean rate"));
  return usage;
}

}  // namespace

BlockType notification_service() {
  BlockType type{.key = "notification_service",
                 .label = "Notification service",
                 .category = Category::Compute,
                 .purpose = "Sends push messages, e-mail and SMS through providers, within their quotas."};
  type.documentation =
      R"(**What happens to a message.** It is admitted, or waits or is refused as at any server, and keeps its slot to the end. It takes a processor for the CPU
time and uses the outgoing links (preferences, addresses). Then it is tried: each attempt takes a token of the provider's quota, waiting for it if need be,
and takes the provider's time; a share is refused and tried again. After the last attempt it fails as *injected*.

Feed it by a link of mode *send* or from a queue, so that nobody waits for it.

**Modelled.** Slots, processors, the quota with its queue and patience, attempts, the price of each channel.

**Not modelled.** A pause between attempts; a quota for each channel; receivers who are not to be reached. Of a call that stands for several receivers (from a
fan-out) one message is sent.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"SNS", "SES", "Pinpoint", "FCM", "APNs", "Notification Hubs", "Novu", "OneSignal"};
  return makeBlock<NotificationParams>(
      std::move(type), notificationSchema(), lowerNotification, usageOfNotification,
      [](const NotificationParams& params) { return tier::deployServers(params); },
      [](const NotificationParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.mttr = 5_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
