#include <algorithm>
#include <cmath>

#include "core/exchange/terraform/module.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

constexpr const char* kBalancerFile = "load_balancing.tf";
constexpr const char* kCdnFile = "cdn.tf";

/// A server behind a balancer, and its share.
struct Target {
  const DeployedBlock* block;
  double weight;
};

std::vector<Target> targetsOf(Module& module, std::size_t index) {
  std::vector<Target> targets;
  for (const DeployedTarget& each : module.deployment.targetsOf(index)) {
    const DeployedBlock& block = module.deployment.blocks[each.index];
    if (!block.canBeTarget()) {
      module.warn(
          kBalancerFile, module.deployment.blocks[index],
          "the link to \"" + block.label() + "\" is not expressed: the balancer's targets are servers.");
      continue;
    }
    targets.push_back({&block, each.weight});
  }
  return targets;
}

void writeTargetGroup(Body& file, const DeployedBlock& balancer, const DeployedBlock& server) {
  Body& group = file.resource("aws_lb_target_group", identifierOf(balancer, server));
  group.set("name", resourceName(balancer.name + "-" + server.name, 32));
  group.set("port", server.port());
  const bool isHttp = balancer.setting("layer") != "4";
  group.set("protocol", isHttp ? "HTTP" : "TCP");
  group.set("vpc_id", code("aws_vpc.main.id"));
  group.set("deregistration_delay", 30);
  if (server.livesElsewhere()) {
    group.set("target_type", "ip");  // a task has an address of its own
  }
  if (isHttp && balancer.setting("algorithm") == "least_connections") {
    group.set("load_balancing_algorithm_type", "least_outstanding_requests");
  }
  Body& check = group.block("health_check");
  if (isHttp) {
    check.set("path", server.setting("health_path", "/")).set("matcher", "200-399");
  } else {
    check.set("protocol", "TCP");
  }
  check.set("interval", std::clamp(balancer.number("health_interval_s", 30), 5, 300))
      .set("healthy_threshold", 2)
      .set("unhealthy_threshold", std::clamp(balancer.number("unhealthy_threshold", 2), 2, 10));
}

void writeForward(Body& listener, const DeployedBlock& balancer, const std::vector<Target>& targets) {
  if (targets.empty()) {
    Body& action = listener.block("default_action");
    action.set("type", "fixed-response");
    action.block("fixed_response").set("content_type", "text/plain").set("status_code", "404");
    return;
  }
  Body& action = listener.block("default_action");
  action.set("type", "forward");
  if (targets.size() == 1) {
    action.set("target_group_arn",
               code("aws_lb_target_group." + identifierOf(balancer, *targets[0].block) + ".arn"));
    return;
  }
  Body& forward = action.block("forward");
  for (const Target& target : targets) {  // weights are whole numbers up to 999
    const double share = std::clamp(target.weight * 100, 0.0, 999.0);
    forward.block("target_group")
        .set("arn", code("aws_lb_target_group." + identifierOf(balancer, *target.block) + ".arn"))
        .set("weight", static_cast<int>(std::lround(share)));
  }
}

void writeBalancer(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kBalancerFile);
  const std::vector<Target> targets = targetsOf(module, index);
  const std::string id = identifierOf(block);
  const auto incoming = module.deployment.linksTo(index);
  // A CDN reaches its origin over the internet.
  const bool isOrigin = std::any_of(incoming.begin(), incoming.end(), [&](const DeployedLink* link) {
    return module.deployment.blocks[link->from].is(Deployable::Kind::Cdn);
  });
  const bool isOutside = isReachedFromOutside(module.deployment, index);
  const bool isInternal = !isOrigin && !isOutside && !block.traits.isPublicEntry;
  const bool isHttp = block.setting("layer") != "4";
  Body& balancer = file.resource("aws_lb", id);
  balancer.set("name", resourceName(block, 32))
      .set("internal", isInternal)
      .set("load_balancer_type", isHttp ? "application" : "network")
      .set("security_groups", Expression::list({attribute("aws_security_group", block, ".id")}))
      .set("subnets", code(isInternal ? "aws_subnet.private[*].id" : "aws_subnet.public[*].id"));
  if (isHttp) {
    balancer.set("drop_invalid_header_fields", true);
  } else {
    balancer.set("enable_cross_zone_load_balancing", block.isOn("cross_zone"));
  }
  balancer.set("enable_deletion_protection", code("var.deletion_protection"));
  for (const Target& target : targets) {
    writeTargetGroup(file, block, *target.block);
  }
  if (targets.empty()) {
    module.warn(kBalancerFile, block, "no link leads to a server, so it answers every request with 404.");
  }
  const bool isTls = block.isOn("tls");
  Body& listener = file.resource("aws_lb_listener", id);
  listener.set("load_balancer_arn", attribute("aws_lb", block, ".arn"));
  listener.set("port", isTls ? 443 : 80);
  listener.set("protocol", !isHttp ? "TCP" : isTls ? "HTTPS" : "HTTP");
  if (isTls) {
    listener.set("ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06");
    listener.set("certificate_arn", code("var." + id + "_certificate_arn"));
    module.requiredText(
        id + "_certificate_arn",
        "ARN of the ACM certificate of the load balancer " + block.name + ", in the same region",
        "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000");
  }
  if (isTls && isOutside) {  // behind a CDN, port 80 is closed
    Body& redirect = file.resource("aws_lb_listener", id + "__redirect");
    redirect.set("load_balancer_arn", attribute("aws_lb", block, ".arn"));
    redirect.set("port", 80);
    redirect.set("protocol", "HTTP");
    Body& action = redirect.block("default_action");
    action.set("type", "redirect");
    action.block("redirect").set("port", "443").set("protocol", "HTTPS").set("status_code", "HTTP_301");
  }
  if (isHttp || !targets.empty()) {
    writeForward(listener, block, targets);
  } else {
    // A listener for TCP must lead somewhere: to a group that is still empty.
    file.resource("aws_lb_target_group", id)
        .set("name", resourceName(block, 32))
        .set("port", 80)
        .set("protocol", "TCP")
        .set("vpc_id", code("aws_vpc.main.id"));
    listener.block("default_action")
        .set("type", "forward")
        .set("target_group_arn", attribute("aws_lb_target_group", block, ".arn"));
  }
  module.output(id + "_address", "Address of the load balancer " + block.name,
                attribute("aws_lb", block, ".dns_name"));
}

/// Where a CDN fetches from.
struct Origin {
  const DeployedBlock* block;
  std::vector<ClassId> classes;  ///< paths that begin with these ids come from here; none: everything else
};

std::vector<Origin> originsOf(Module& module, std::size_t index) {
  std::vector<Origin> origins;
  for (const DeployedLink* link : module.deployment.linksFrom(index)) {
    const DeployedBlock& block = module.deployment.blocks[link->to];
    if (!block.is(Kind::LoadBalancer) && !block.is(Kind::ObjectStore)) {
      module.warn(kCdnFile, module.deployment.blocks[index],
                  "the link to \"" + block.label() +
                      "\" is not expressed: an origin is a load balancer or an object store.");
      continue;
    }
    origins.push_back({&block, cacheableClassesOf(*link->link, module.design)});
  }
  // CloudFront needs a default: what takes every path comes first.
  std::stable_partition(origins.begin(), origins.end(),
                        [](const Origin& one) { return one.classes.empty(); });
  return origins;
}

void writeCachePolicy(Body& file, const DeployedBlock& cdn) {
  Body& policy = file.resource("aws_cloudfront_cache_policy", identifierOf(cdn));
  const int seconds = cdn.number("ttl_s", 86400, 0);
  policy.set("name", resourceName(cdn, 64));
  policy.set("min_ttl", 0);
  policy.set("default_ttl", seconds);
  policy.set("max_ttl", std::max(seconds, 31536000));
  Body& key = policy.block("parameters_in_cache_key_and_forwarded_to_origin");
  key.set("enable_accept_encoding_brotli", true);
  key.set("enable_accept_encoding_gzip", true);
  key.block("cookies_config").set("cookie_behavior", "none");
  key.block("headers_config").set("header_behavior", "none");
  key.block("query_strings_config").set("query_string_behavior", "none");
}

void writeOrigin(Module& module, Body& distribution, const DeployedBlock& cdn, const DeployedBlock& block) {
  Body& origin = distribution.block("origin");
  origin.set("origin_id", block.name);
  if (block.is(Kind::ObjectStore)) {
    origin.set("domain_name", attribute("aws_s3_bucket", block, ".bucket_regional_domain_name"));
    origin.set("origin_access_control_id", attribute("aws_cloudfront_origin_access_control", cdn, ".id"));
    return;
  }
  const bool isTls = block.isOn("tls");
  const std::string variable = identifierOf(block) + "_domain_name";
  if (isTls && !module.hasVariable(variable)) {  // it may be the origin of several CDNs
    module.requiredText(
        variable, "Host name that the certificate of " + block.name + " covers and that leads to its address",
        "origin.example.com");
  }
  origin.set("domain_name", isTls ? code("var." + variable) : attribute("aws_lb", block, ".dns_name"));
  origin.block("custom_origin_config")
      .set("http_port", 80)
      .set("https_port", 443)
      .set("origin_protocol_policy", isTls ? "https-only" : "http-only")
      .set("origin_ssl_protocols", Expression::list({Expression::text("TLSv1.2")}));
}

Expression methods(std::initializer_list<const char*> names) {
  std::vector<Expression> list;
  for (const char* name : names) {
    list.push_back(Expression::text(name));
  }
  return Expression::list(list);
}

void fillBehaviour(Body& behaviour, const DeployedBlock& cdn, const DeployedBlock& origin, bool isCached) {
  behaviour.set("target_origin_id", origin.name);
  behaviour.set("viewer_protocol_policy", "redirect-to-https");
  behaviour.set("allowed_methods",
                isCached ? methods({"GET", "HEAD"})
                         : methods({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}));
  behaviour.set("cached_methods", methods({"GET", "HEAD"}));
  behaviour.set("compress", true);
  if (isCached) {
    behaviour.set("cache_policy_id", attribute("aws_cloudfront_cache_policy", cdn, ".id"));
  } else {
    behaviour.set("cache_policy_id", code("data.aws_cloudfront_cache_policy.disabled.id"));
    behaviour.set("origin_request_policy_id", code("data.aws_cloudfront_origin_request_policy.viewer.id"));
  }
}

const char* priceClassOf(const DeployedBlock& cdn) {
  const std::string reach = cdn.setting("reach", "global");
  return reach == "local" ? "PriceClass_100" : reach == "continental" ? "PriceClass_200" : "PriceClass_All";
}

/// Each path has one origin, and what no path is for has the first.
void writeBehaviours(Module& module, Body& distribution, const DeployedBlock& cdn,
                     const std::vector<Origin>& origins) {
  const Origin& first = origins.front();
  fillBehaviour(distribution.block("default_cache_behavior"), cdn, *first.block,
                !first.classes.empty() || first.block->is(Kind::ObjectStore));
  std::set<ClassId> taken;
  for (const Origin& origin : origins) {
    bool isUsed = origin.block == first.block;
    for (const ClassId& id : origin.classes) {
      if (taken.insert(id).second) {
        Body& behaviour = distribution.block("ordered_cache_behavior");
        behaviour.set("path_pattern", "/" + id.text() + "/*");
        fillBehaviour(behaviour, cdn, *origin.block, true);
        isUsed = true;
      }
    }
    if (!isUsed) {
      module.warn(
          kCdnFile, cdn,
          "nothing is fetched from \"" + origin.block->label() +
              "\": its request classes have another origin already. CloudFront shares nothing out; put a "
              "load balancer before both.");
    }
  }
}

/// The domains of the name servers that lead to it.
std::vector<Expression> aliasesOf(const Module& module, std::size_t index) {
  std::set<std::size_t> nameServers;
  for (const DeployedLink* link : module.deployment.linksTo(index)) {
    if (module.deployment.blocks[link->from].is(Kind::NameServer) &&
        isAliasOf(module.deployment, link->from, index)) {
      nameServers.insert(link->from);
    }
  }
  std::vector<Expression> aliases;
  for (const std::size_t each : nameServers) {
    aliases.push_back(domainOf(module.deployment.blocks[each]));
  }
  return aliases;
}

/// For names of one's own. (Amazon CloudFront developer guide, "Requirements for using SSL/TLS certificates
/// with CloudFront": of ACM in us-east-1.)
void writeCertificate(Module& module, Body& certificate, const DeployedBlock& cdn) {
  const std::string variable = identifierOf(cdn) + "_certificate_arn";
  module.requiredText(variable,
                      "ARN of the ACM certificate for the domain of the CDN " + cdn.name + ", in us-east-1",
                      "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000");
  certificate.set("acm_certificate_arn", code("var." + variable))
      .set("ssl_support_method", "sni-only")
      .set("minimum_protocol_version", "TLSv1.2_2021");
}

void writeDistribution(Module& module, std::size_t index, const std::vector<Origin>& origins) {
  const DeployedBlock& cdn = module.deployment.blocks[index];
  Body& distribution = module.file(kCdnFile).resource("aws_cloudfront_distribution", identifierOf(cdn));
  distribution.set("enabled", true);
  distribution.set("is_ipv6_enabled", true);
  distribution.set("http_version", "http2and3");
  distribution.set("price_class", priceClassOf(cdn));
  distribution.set("comment", resourceName(cdn, 100));
  const std::vector<Expression> aliases = aliasesOf(module, index);
  if (!aliases.empty()) {
    distribution.set("aliases", Expression::list(aliases));
  }
  std::set<const DeployedBlock*> written;
  for (const Origin& origin : origins) {
    if (written.insert(origin.block).second) {
      writeOrigin(module, distribution, cdn, *origin.block);
    }
  }
  writeBehaviours(module, distribution, cdn, origins);
  distribution.block("restrictions").block("geo_restriction").set("restriction_type", "none");
  Body& certificate = distribution.block("viewer_certificate");
  if (aliases.empty()) {
    certificate.set("cloudfront_default_certificate", true);
  } else {
    writeCertificate(module, certificate, cdn);
  }
}

/// Only this distribution may read the bucket.
void writeBucketPolicy(Body& file, const DeployedBlock& cdn, const DeployedBlock& bucket) {
  const std::string id = identifierOf(cdn, bucket);
  Body& statement = file.data("aws_iam_policy_document", id).block("statement");
  statement.set("actions", methods({"s3:GetObject"}));
  statement.set(
      "resources",
      Expression::list({Expression::prefixed(attributeCode("aws_s3_bucket", bucket, ".arn"), "/*")}));
  statement.block("principals")
      .set("type", "Service")
      .set("identifiers", methods({"cloudfront.amazonaws.com"}));
  statement.block("condition")
      .set("test", "StringEquals")
      .set("variable", "AWS:SourceArn")
      .set("values", Expression::list({attribute("aws_cloudfront_distribution", cdn, ".arn")}));
  file.resource("aws_s3_bucket_policy", id)
      .set("bucket", attribute("aws_s3_bucket", bucket, ".id"))
      .set("policy", code("data.aws_iam_policy_document." + id + ".json"));
}

void writeCdn(Module& module, std::size_t index) {
  const DeployedBlock& cdn = module.deployment.blocks[index];
  const std::vector<Origin> origins = originsOf(module, index);
  if (!module.deployment.hasOrigin(index)) {
    module.warn(kCdnFile, cdn, "no link leads to an origin; it is left out.");
    return;
  }
  Body& file = module.file(kCdnFile);
  writeCachePolicy(file, cdn);
  std::set<const DeployedBlock*> buckets;
  for (const Origin& origin : origins) {
    if (origin.block->is(Kind::ObjectStore)) {
      buckets.insert(origin.block);
    }
  }
  if (!buckets.empty()) {
    file.resource("aws_cloudfront_origin_access_control", identifierOf(cdn))
        .set("name", resourceName(cdn, 64))
        .set("origin_access_control_origin_type", "s3")
        .set("signing_behavior", "always")
        .set("signing_protocol", "sigv4");
  }
  writeDistribution(module, index, origins);
  for (const Origin& origin : origins) {
    if (buckets.erase(origin.block) == 1) {
      writeBucketPolicy(file, cdn, *origin.block);
    }
  }
  module.output(identifierOf(cdn) + "_address", "Address of the CDN " + cdn.name,
                attribute("aws_cloudfront_distribution", cdn, ".domain_name"));
}

}  // namespace

void writeEntrances(Module& module) {
  bool hasCdn = false;
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& block = module.deployment.blocks[i];
    if (block.is(Kind::LoadBalancer)) {
      writeBalancer(module, i);
    } else if (block.is(Kind::Cdn)) {
      if (!std::exchange(hasCdn, true)) {
        Body& file = module.file(kCdnFile);
        file.comment(
            "CloudFront's own policies: nothing is cached; everything the viewer sent is passed on.");
        file.data("aws_cloudfront_cache_policy", "disabled").set("name", "Managed-CachingDisabled");
        file.data("aws_cloudfront_origin_request_policy", "viewer")
            .set("name", "Managed-AllViewerExceptHostHeader");
      }
      writeCdn(module, i);
    }
  }
}

}  // namespace cantilever::exchange::terraform
