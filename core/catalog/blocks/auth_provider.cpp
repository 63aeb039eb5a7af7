#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct AuthParams : tier::TierParams {
  Law loginTime = Law::lognormal(120_ms, 0.3);
  Law refreshTime = Law::lognormal(5_ms, 0.6);
  Law verifyTime = Law::constant(100_us);
  Ratio loginShare = ratio(0.01);
  Ratio refusedShare = ratio(0.02);
  Duration tokenLife = 1_h;
};

Schema<AuthParams> authSchema() {
  Schema<AuthParams> schema;
  tier::addSizeFields(schema, "Two, so that one may fail.",
                      "A small general-purpose server: 16 log-ins a second.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement, "A thread for each.",
                           "As many as one server still answers in time.");
  schema.field("login_time", &AuthParams::loginTime)
      .label("Log in")
      .group("Behaviour")
      .range(100_us, 60_s)
      .logarithmic()
      .help(
          "Processor time of checking a password, on a Graviton3 core. Slow on purpose: it slows down those "
          "who guess.")
      .source(
          Source::Grade::Known,
          "OWASP Password Storage Cheat Sheet: bcrypt with a work factor of 10 or more, below one second; "
          "https://cheatsheetseries.owasp.org/")
      .field("refresh_time", &AuthParams::refreshTime)
      .label("Renew a token")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of exchanging a refresh token for an access token.")
      .source(Source::Grade::Judgement, "A look into the session and a signature.")
      .field("verify_time", &AuthParams::verifyTime)
      .label("Verify a token")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of checking a signature, where services ask instead of checking themselves.")
      .source(Source::Grade::Read,
              "openssl speed on a laptop (A. Abhilash, How slow is public-key cryptography?): 12,900 "
              "RSA-2048 verifications a second and core, 78 us, and the parsing around; "
              "https://abhilash.dev/how-slow-is-public-key-cryptography/")
      .field("login_share", &AuthParams::loginShare)
      .label("Log-ins among requests")
      .group("Behaviour")
      .range(0, 1)
      .help("Of requests that name no operation: the share that logs in; the others verify.")
      .source(Source::Grade::Judgement, "One log-in in a session of a hundred requests.")
      .field("refused_share", &AuthParams::refusedShare)
      .label("Refused")
      .group("Behaviour")
      .range(0, 1)
      .help("Share that is refused after its check, with the reason refused.")
      .source(Source::Grade::Judgement, "Mistyped passwords and expired tokens.")
      .field("token_life", &AuthParams::tokenLife)
      .label("Life of a token")
      .group("Behaviour")
      .range(60_s, 24_h)
      .help("How long an access token is good. Goes into the export; long lives mean few renewals.")
      .source(Source::Grade::Read,
              "GitGuardian documentation of Amazon Cognito: access tokens live for an hour by default; "
              "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/"
              "aws_cognito_access_token");
  return tier::addOperatingFields(schema);
}

void lowerAuth(const AuthParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  const auto doing = [&](const Law& time) -> plan::Body {
    return [&params, &lowering, &time](plan::ProgramBuilder& program) {
      program.work(params.onThisServer(time)).useAll(lowering.links());
      program.branch(params.refusedShare.raw(),
                     [](plan::ProgramBuilder& refused) { refused.fail(plan::Reason::Refused); });
    };
  };
  const plan::Body login = doing(params.loginTime);
  const plan::Body verify = doing(params.verifyTime);
  const plan::Body either = [&](plan::ProgramBuilder& program) {
    program.branch(params.loginShare.raw(), login, verify);
  };
  lowering.addOperation("", pool, either);
  lowering.addOperation("authenticate", pool, either);
  lowering.addOperation("login", pool, login);
  lowering.addOperation("refresh", pool, doing(params.refreshTime));
  lowering.addOperation("verify", pool, verify);
}

}  // namespace

BlockType auth_provider() {
  BlockType type{.key = "auth_provider",
                 .label = "Authentication",
                 .category = Category::Edge,
                 .purpose = "Logs users in and issues the tokens that services check."};
  type.documentation =
      R"(**What happens to a request.** It is admitted, or waits or is refused as at any server. Then, by the operation that the link names:

- `login`: the password is hashed, which takes a processor for a tenth of a second on purpose: two cores do some sixteen a second;
- `refresh`: a token is renewed; `verify`: a signature is checked, for services that ask;
- `authenticate` (the default): a log-in by the share of log-ins, else a verification.

Then the outgoing links are used (a database of users, a session store), and the share that is not let in fails with *refused*.

Services that check signatures themselves do not call it at each request: draw the link with 0.01 calls per request and operation *login*.

**Modelled.** Processors, refusals, the difference of three orders of magnitude between hashing and verifying.

**Not modelled.** A second factor, lock-outs, federation with other providers.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Keycloak", "Cognito", "Identity Platform", "Entra External ID", "Auth0",
                      "OAuth",    "OIDC"};
  type.operations = {"authenticate", "login", "refresh", "verify"};
  return makeBlock<AuthParams>(
      std::move(type), authSchema(), lowerAuth,
      [](const AuthParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const AuthParams& params) {
        Deployable deployable =
            tier::deployProduct(params, "quay.io/keycloak/keycloak:26.0", 8080,
                                {"bash", "-c",
                                 "exec 3<>/dev/tcp/127.0.0.1/9000; echo -e 'GET /health/ready "
                                 "HTTP/1.0\\r\\n\\r\\n' >&3; grep -q UP <&3"});
        if (params.image.empty()) {
          deployable.command = {"start-dev", "--health-enabled=true"};
        }
        deployable.settings["token_life_s"] = formatNumber(params.tokenLife.inSeconds());
        return deployable;
      },
      [](const AuthParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.mtbf = 8760_h;  // one failure a year: judgement
        traits.mttr = 10_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
