#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ApiGatewayParams : tier::TierParams {
  ApiGatewayParams() {
    instanceType = Choice{"c7g.large"};
    concurrency = Count(4096);
    queueLimit = Count(0);
  }
  Choice operatedBy{"provider_http"};
  Rate rateLimit = perSecond(10'000);
  Count burst{5000};
  Law managedTime = Law::lognormal(4_ms, 0.8);
  Law routeTime = Law::lognormal(400_us, 0.6);
  Choice authentication{"token"};
  Law tokenTime = Law::constant(100_us);
  Ratio refusedShare = ratio(0.005);

  bool isManaged() const { return operatedBy.value != "self"; }
};

constexpr const char* kGatewayQuotas =
    "Amazon API Gateway developer guide (2023-06-29): 10,000 requests a second for each account and region, "
    "bursts of 5,000";

Schema<ApiGatewayParams> apiGatewaySchema() {
  Schema<ApiGatewayParams> schema;
  schema.field("operated_by", &ApiGatewayParams::operatedBy)
      .label("Operated by")
      .group("Size")
      .choices({"provider_http", "provider_rest", "self"})
      .choiceLabels({{"provider_http", "Provider, HTTP API"},
                     {"provider_rest", "Provider, REST API"},
                     {"self", "Servers of your own"}})
      .help(
          "The provider (HTTP interfaces, or REST ones with more features at 3.5 times the price), billed by "
          "the request; or "
          "servers of your own, for which instances and their type count.")
      .source(Source::Grade::Judgement,
              "The cheaper of the managed ones, which nobody has to run. At 1 USD a million requests two "
              "c7g.large, at "
              "106 USD a month, cost as much as 40 requests a second all month.")
      .field("rate_limit", &ApiGatewayParams::rateLimit)
      .label("Rate limit")
      .group("Behaviour")
      .range(perSecond(1), perSecond(1e7))
      .logarithmic()
      .help("Requests a second, of everybody together, beyond which requests are refused.")
      .source(Source::Grade::Read, kGatewayQuotas)
      .field("burst", &ApiGatewayParams::burst)
      .label("Burst")
      .group("Behaviour")
      .range(1, 10'000'000)
      .logarithmic()
      .help("Requests that may come at once after a quiet moment: the depth of the token bucket.")
      .source(Source::Grade::Read, kGatewayQuotas)
      .field("managed_time", &ApiGatewayParams::managedTime)
      .label("Added by the provider's")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What a managed gateway adds to each request.")
      .source(Source::Grade::Judgement, "A few milliseconds at the median, tens at p99.")
      .field("route_time", &ApiGatewayParams::routeTime)
      .label("Processor time of own servers")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Of one request with its plug-ins, on a Graviton3 core.")
      .source(Source::Grade::Judgement,
              "2,500 requests a second and core, as gateways with a token plug-in do.")
      .field("authentication", &ApiGatewayParams::authentication)
      .label("Authentication")
      .group("Behaviour")
      .choices({"none", "token"})
      .help("Whether the signature of a token is checked, and requests without a valid one are refused.")
      .source(Source::Grade::Judgement, "What gateways are for.")
      .field("token_time", &ApiGatewayParams::tokenTime)
      .label("Token check")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Time of checking a signature: added latency, or processor time of own servers.")
      .source(Source::Grade::Read,
              "openssl speed on a laptop (A. Abhilash, How slow is public-key cryptography?): 12,900 "
              "RSA-2048 verifications a second and core, 78 us, and the parsing around; "
              "https://abhilash.dev/how-slow-is-public-key-cryptography/")
      .field("refused_share", &ApiGatewayParams::refusedShare)
      .label("Without a valid token")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the requests that are refused for it. They end there, as failures of the reason refused.")
      .source(Source::Grade::Judgement, "Expired tokens before they are renewed.");
  tier::addSizeFields(schema, "Two, so that one may fail.", "A small compute-optimised server.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement,
                           "Asynchronous proxies keep thousands of calls open.",
                           "None: what has no connection is refused.");
  return tier::addDeploymentFields(schema);
}

void lowerApiGateway(const ApiGatewayParams& params, plan::Lowering& lowering) {
  const plan::Index tokens =
      lowering.addTokens(hosted::throttle(params.rateLimit, static_cast<double>(params.burst.value())));
  const plan::Index pool =
      params.isManaged() ? lowering.addPool(hosted::boundless()) : tier::addServers(params, lowering);
  const auto take = [&](plan::ProgramBuilder& program, const Law& managed, const Law& own) {
    if (params.isManaged()) {
      program.wait(managed);
    } else {
      program.work(params.onThisServer(own));
    }
  };
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.take(tokens);
    take(program, params.managedTime, params.routeTime);
    if (params.authentication.value == "token") {
      take(program, params.tokenTime, params.tokenTime);
      program.branch(params.refusedShare.raw(),
                     [](plan::ProgramBuilder& refused) { refused.fail(plan::Reason::Refused); });
    }
    program.useAll(lowering.links());
  });
  hosted::warnIfEveryLinkIsCalled(lowering, "gateway");
}

std::vector<Usage> usageOfApiGateway(const ApiGatewayParams& params, const Load& load) {
  if (!params.isManaged()) {
    return tier::usageOfServers(params);
  }
  const std::string item = params.operatedBy.value == "provider_rest" ? "api-rest" : "api-http";
  return {hosted::perRequest(item, load, 1, "requests at the mean rate")};
}

Deployable deployApiGateway(const ApiGatewayParams& params) {
  Deployable deployable =
      tier::deployProduct(params, "traefik:v3.7", 80, {"traefik", "healthcheck", "--ping"},
                          params.isManaged() ? Deployable::Kind::Gateway : Deployable::Kind::Proxy);
  if (params.isManaged()) {
    deployable.instances = 1;
    deployable.instanceClass.clear();
  }
  deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
  deployable.settings["protocol"] = params.operatedBy.value == "provider_rest" ? "rest" : "http";
  deployable.settings["rate_limit_rps"] = formatNumber(params.rateLimit.raw());
  deployable.settings["burst"] = format(params.burst);
  return deployable;
}

Traits traitsOfApiGateway(const ApiGatewayParams& params) {
  Traits traits = params.isManaged() ? hosted::traits(43800_h, 10_min)  // an SLA of 99.95 %: judgement
                                     : tier::traitsOfServers(params);
  traits.isCompute = false;  // none of the designer's code
  traits.isPublicEntry = true;
  traits.balancesLoad = true;
  traits.terminatesTls = true;
  traits.limitsRate = true;
  return traits;
}

}  // namespace

BlockType api_gateway() {
  BlockType type{
      .key = "api_gateway",
      .label = "API gateway",
      .category = Category::Edge,
      .purpose = "The entrance of programs: checks who calls, limits how often, and routes to services."};
  type.documentation =
      R"(**What happens to a request.** It takes a token of the bucket that the rate limit refills, or fails with *rate limited*. Then it takes the
time of routing (added latency of a managed gateway; a processor of one of your own) and of checking its token; a share is *refused* there. The
others use the outgoing links meant for their class.

A managed gateway gives up on an answer after 29 s: give the outgoing links that timeout if your services may take longer.

**Modelled.** The limit with its burst, refusals, either way of running it, and the bill of each.

**Not modelled.** Limits for each client (put a *rate limiter* behind), the response cache (put a *query cache* or a CDN in front), own
authorizer functions, request validation.)";
  type.vendorNames = {"API Gateway", "Apigee", "API Management", "Kong", "Zuul", "Spring Cloud Gateway"};
  return makeBlock<ApiGatewayParams>(std::move(type), apiGatewaySchema(), lowerApiGateway, usageOfApiGateway,
                                     deployApiGateway, traitsOfApiGateway);
}

}  // namespace cantilever::catalog::blocks
