#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct FunctionParams {
  Bytes memory = 512_MB;
  Law duration = Law::lognormal(60_ms, 0.8);
  Ratio processorShare = ratio(0.7);
  Count concurrency{1000};
  Law coldStart = Law::lognormal(400_ms, 0.5);
  Duration idleExpiry = 45_min;
  Count provisioned{0};
  std::string image;

  /// With its memory: a call is one thread, which has no use for more than a whole vCPU.
  Law durationHere() const {
    const double speed = std::min(memory, kMemoryOfProcessor) / kReferenceMemory;
    return duration.scaled(timeWith(processorShare.raw(), speed));
  }
  static constexpr Bytes kReferenceMemory = 512_MB;
  static constexpr Bytes kMemoryOfProcessor = 1769_MB;  // AWS Lambda developer guide: a vCPU at 1,769 MB
};

Schema<FunctionParams> functionSchema() {
  return Schema<FunctionParams>()
      .field("memory", &FunctionParams::memory)
      .label("Memory")
      .group("Size")
      .range(128_MB, 10_GB)
      .logarithmic()
      .help(
          "Of each call at work. Its part of a processor grows with it, up to a whole vCPU at 1,769 MB: "
          "calls "
          "get "
          "shorter, and each millisecond dearer.")
      .source(Source::Grade::Known,
              "AWS Lambda developer guide: 128 MB to 10,240 MB; https://docs.aws.amazon.com/lambda/")
      .field("duration", &FunctionParams::duration)
      .label("Duration")
      .group("Behaviour")
      .range(100_us, 15_min)
      .logarithmic()
      .help("Of a warm call with 512 MB, calls over the outgoing links not included.")
      .source(Source::Grade::Judgement, "Reads or changes one thing and answers in JSON.")
      .field("processor_share", &FunctionParams::processorShare)
      .label("Processor's share")
      .group("Behaviour")
      .range(0, 1)
      .help("Part of the duration in which the processor works: more memory shortens that, not the rest.")
      .source(Source::Grade::Judgement, "Mostly parsing, checking and writing JSON; the rest waits.")
      .field("concurrency", &FunctionParams::concurrency)
      .label("Calls at once")
      .group("Size")
      .range(1, 100'000)
      .logarithmic()
      .help("One more is refused with rate limited. Waiting for others counts as being at work.")
      .source(Source::Grade::Known,
              "AWS Lambda quotas: 1,000 for each account and region; https://docs.aws.amazon.com/lambda/")
      .field("cold_start", &FunctionParams::coldStart)
      .label("Cold start")
      .group("Behaviour")
      .range(1_ms, 60_s)
      .logarithmic()
      .help("From a call that finds no free place until a new one can take it.")
      .source(Source::Grade::Read,
              "A. Tanasa, \"Lambda cold starts benchmark 2023\" (Node.js 18 and 20, 100 runs each): 390 to "
              "470 ms "
              "with 8 MB of code, 0.2 s with next to none, 3 s with 64 MB; "
              "https://gist.github.com/adriantanasa/d9cb9f7313f985f180c0aec98e482f2b")
      .field("idle_expiry", &FunctionParams::idleExpiry)
      .label("Idle expiry")
      .group("Behaviour")
      .range(1_s, 24_h)
      .logarithmic()
      .help("A place without calls for so long is given up.")
      .source(Source::Grade::Read,
              "Y. Cui, \"How long does AWS Lambda keep your idle functions around before a cold start?\": "
              "measured "
              "45 to 60 minutes, sometimes less; https://www.pluralsight.com/resources/blog/cloud/")
      .field("provisioned", &FunctionParams::provisioned)
      .label("Kept warm")
      .group("Size")
      .range(0, 100'000)
      .help("Places that are kept warm and billed all month. Calls up to as many at once are never cold.")
      .source(Source::Grade::Judgement, "None.")
      .field("image", &FunctionParams::image)
      .label("Container image")
      .group("Size")
      .help("What exports deploy. Empty: a stand-in that answers every path.")
      .source(Source::Grade::Judgement, "Your own image, once you have one.");
}

/// The limit is looked at before there is a place for the call: a place each, so none waits for another's.
void lowerFunction(const FunctionParams& params, plan::Lowering& lowering) {
  plan::Pool places;
  places.maxInstances = hosted::small(params.concurrency);
  places.instances = std::min(hosted::small(params.provisioned), places.maxInstances);
  places.needed = 0;
  places.seats = 1;
  places.queue = plan::QueueScope::Shared;
  places.boot = params.coldStart;
  places.idleExpiry = params.idleExpiry;
  const plan::Index pool = lowering.addPool(places);
  plan::Tokens atOnce;
  atOnce.size = places.maxInstances;
  const plan::Index limit = lowering.addTokens(atOnce, "concurrency");
  const plan::OutLink run = lowering.addPart("run", pool, {}, [&](plan::ProgramBuilder& program) {
    program.work(params.durationHere()).useAll(lowering.links());
  });
  lowering.addOperation("", plan::kNone,
                        [&](plan::ProgramBuilder& program) { program.take(limit).use(run); });
}

std::vector<Usage> usageOfFunction(const FunctionParams& params, const Load& load) {
  const double gibibytes = params.memory.raw() / (1024.0 * 1024 * 1024);
  const double seconds = params.durationHere().mean.inSeconds();
  const double calls = hosted::monthly(load);
  return {hosted::perRequest("function-call", load, 1, "calls at the mean rate"),
          {Usage::Kind::CapacityUnitHours, "function-gb", calls * seconds * gibibytes / 3600, "ondemand",
           "duration x memory of calls at the mean rate, waiting for others not included"},
          hosted::allMonth(Usage::Kind::CapacityUnitHours, "function-provisioned-gb",
                           static_cast<double>(params.provisioned.value()) * gibibytes,
                           format(params.provisioned) + " places")};
}

}  // namespace

BlockType serverless_function() {
  return makeBlock<FunctionParams>(
      {.key = "serverless_function",
       .label = "Serverless function",
       .category = Category::Compute,
       .purpose = "Code that the provider runs for each call, and bills by the millisecond.",
       .documentation =
           R"(**What happens to a call.** If as many as allowed are at work, it is refused with *rate limited*. Else it takes the free place that was used last; if there is none,
a new place starts for it, unless one that starts is free for it, and the call waits for the **cold start** (or for a place that becomes free before). Then it takes its duration, uses the outgoing links, and answers. A place that
nobody has called for the idle expiry is given up; those kept warm stay.

**Cold starts** are what comes of it: many after a quiet time, in a burst, or when the load grows; few under steady load. The instances of the block over time, and the calls that
waited, show them.

**The limit counts waiting.** A function that waits for a slow database is at work: when that slows down, more places start until the limit is reached and calls are refused.

**Memory** is the size of a function: with it comes a part of a processor, up to a whole one at 1,769 MB. Up to there, what of a call is processor work gets as much shorter as its memory gets dearer.

**Modelled.** Places one by one with their cold starts and expiry, the limit on calls at once, places kept warm, calls and their duration in the bill.

**Not modelled.** Limits on how fast places may start. The bill leaves out what a function waits for others: state it in the duration if it is long.)",
       .vendorNames = {"Lambda", "Cloud Run functions", "Azure Functions", "OpenFaaS", "Knative",
                       "Cloudflare Workers"}},
      functionSchema(), lowerFunction, usageOfFunction,
      [](const FunctionParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Compute, .image = params.image};
        deployable.instanceClass = "c7g.large";
        deployable.ports = {8080};
        if (params.image.empty()) {
          deployable.image = "nginx:1.28-alpine";
          deployable.command = {
              "sh", "-c",
              "echo 'server { listen 8080; location / { default_type text/plain; return 200 "
              "\"ok\"; } }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"};
        }
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"};
        return deployable;
      },
      [](const FunctionParams&) {
        Traits traits =
            hosted::traits(43800_h, 5_min);  // one outage in five years: judgement, against an SLA of 99.95 %
        traits.isCompute = true;
        traits.isStateless = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
