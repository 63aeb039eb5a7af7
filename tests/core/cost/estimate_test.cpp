#include "core/cost/estimate.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/text.h"
#include "core/compile/compile.h"

namespace cantilever::cost {
namespace {

using namespace literals;

/// A type that consumes what the test says, whatever its parameters.
catalog::BlockType consumer(std::function<std::vector<Usage>(const Load&)> usage) {
  catalog::BlockType type;
  type.key = "consumer";
  type.label = "Consumer";
  type.usage = [usage = std::move(usage)](const Block&, const Load& load) { return usage(load); };
  return type;
}

/// users -> server: one class at 1,000/s peak and 250/s mean, replies of 10 KB.
struct Bill {
  Design design;
  plan::Plan plan;
  plan::Visits visits;

  Bill() {
    Block users;
    users.id = BlockId("users");
    users.type = "client";
    Block server;
    server.id = BlockId("server");
    server.type = "consumer";
    design.blocks.put(users);
    design.blocks.put(server);
    Link link;
    link.id = LinkId("users-server");
    link.from = users.id;
    link.to = server.id;
    design.links.put(link);
    RequestClass page;
    page.id = ClassId("page");
    page.replySize = 10_KB;
    design.classes.put(page);
    Workload load;
    load.id = WorkloadId("load");
    load.requestClass = page.id;
    load.entry = users.id;
    load.peak = 1000_rps;
    load.mean = 250_rps;
    design.workloads.put(load);
    plan.classes.push_back({"page", "Page"});
    plan.links.push_back({});
    plan.linkOrigin.push_back({"", "users-server"});
    visits.linkRate = {{1000.0}};
  }

  Estimate of(std::function<std::vector<Usage>(const Load&)> usage,
              const PriceBook& book = PriceBook::builtIn()) const {
    const catalog::Catalog catalog({consumer(std::move(usage))});
    return estimate(design, catalog, plan, visits, book);
  }
};

Usage usageOf(Usage::Kind kind, std::string item, double amount, std::string purchase = "ondemand") {
  return {kind, std::move(item), amount, std::move(purchase), "test"};
}

// 33 x 730 h x 0.29 USD/h = 6,986.10 USD (and 0.0725 x 730 x 8 = 423.40).
TEST(Estimate, PricesInstanceHours) {
  const Estimate result = Bill().of([](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::InstanceHours, "c7g.2xlarge", 33 * 730),
                              usageOf(Usage::Kind::InstanceHours, "c7g.large", 8 * 730)};
  });
  ASSERT_EQ(result.lines.size(), 2u);
  EXPECT_EQ(result.lines[0].amount, Money::micros(6'986'100'000));
  EXPECT_EQ(result.lines[1].amount, Money::micros(423'400'000));
  EXPECT_EQ(result.total, Money::micros(7'409'500'000));
  EXPECT_EQ(result.instances, result.total);
  EXPECT_EQ(result.ofBlock(BlockId("server")), result.total);
  EXPECT_EQ(result.ofBlock(BlockId("users")), Money());
}

// CloudFront, 100 TB of 1,024 GB each = 102,400 GB: 10,240 x 0.085 + 40,960 x 0.080 + 51,200 x 0.060
// = 870.40 + 3,276.80 + 3,072.00 = 7,219.20 USD.
TEST(Estimate, PricesTiersMarginally) {
  const Estimate result = Bill().of([](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "cdn-internet", 102'400)};
  });
  ASSERT_EQ(result.lines.size(), 3u);
  EXPECT_EQ(result.lines[0].amount, Money::micros(870'400'000));
  EXPECT_EQ(result.lines[1].amount, Money::micros(3'276'800'000));
  EXPECT_EQ(result.lines[2].amount, Money::micros(3'072'000'000));
  EXPECT_EQ(result.lines[2].units, 51'200);
  EXPECT_EQ(result.total, Money::micros(7'219'200'000));
}

// Published: 300 TB of 1,024 GB cost 16,435.20 USD (the first TB, which is free, not deducted).
TEST(Estimate, MatchesThePublishedCostOf300TbFromTheCdn) {
  const Estimate result = Bill().of([](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "cdn-internet", 300 * 1024)};
  });
  EXPECT_EQ(result.total, Money::micros(16'435'200'000));
}

// Published: 100 TB to the internet cost 7,800 USD with decimal TB throughout (900 + 3,400 + 3,500); with TB
// of 1,024 GB, as the built-in book has its tiers, 7,987.20.
TEST(Estimate, MatchesThePublishedCostOf100TbToTheInternet) {
  const std::string head =
      "provider,region,sku,service,unit,price_usd,tier_from,tier_to,terms,as_of,source,confidence,notes,"
      "item\n";
  const std::string row = "aws,us-east-1,internet-egress,DataTransfer,GB,";
  const std::string tail = ",ondemand,2026-01-01,s,high,,internet\n";
  const auto decimal =
      PriceBook::fromCsv(head + row + "0.09,0,10000" + tail + row + "0.085,10000,50000" + tail + row +
                             "0.07,50000,150000" + tail + row + "0.05,150000," + tail,
                         "decimal");
  ASSERT_TRUE(decimal) << decimal.error().message;
  const auto egress = [](double gigabytes) {
    return [gigabytes](const Load&) {
      return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "internet", gigabytes)};
    };
  };
  EXPECT_EQ(Bill().of(egress(100'000), *decimal).total, Money::micros(7'800'000'000));
  EXPECT_EQ(Bill().of(egress(102'400)).total, Money::micros(7'987'200'000));
}

// The provider counts tiers by account: 10,240 GB from each of two blocks are 870.40 + 819.20 USD, not 2 x
// 870.40.
TEST(Estimate, FillsTiersAcrossBlocks) {
  Bill bill;
  Block second;
  second.id = BlockId("server-2");
  second.type = "consumer";
  bill.design.blocks.put(second);
  const Estimate result = bill.of(
      [](const Load&) { return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "cdn-internet", 10'240)}; });
  EXPECT_EQ(result.ofBlock(BlockId("server")), Money::micros(870'400'000));
  EXPECT_EQ(result.ofBlock(BlockId("server-2")), Money::micros(819'200'000));
}

TEST(Estimate, ListsWhatLiesBeyondTheLastTier) {
  const auto book = PriceBook::fromCsv(
      "provider,region,sku,service,unit,price_usd,tier_from,tier_to,terms,as_of,source,confidence,notes,"
      "item\n"
      "aws,us-east-1,internet-egress,DataTransfer,GB,0.1,0,100,ondemand,2026-01-01,s,high,,internet\n",
      "small");
  ASSERT_TRUE(book);
  const Estimate result = Bill().of(
      [](const Load&) { return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "internet", 130)}; }, *book);
  EXPECT_EQ(result.total, Money::micros(10'000'000));
  ASSERT_EQ(result.unpriced.size(), 1u);
  EXPECT_EQ(result.unpriced[0].reason, "small has no price beyond 100 GB; not priced are 30");
}

TEST(Estimate, ListsAmountsThatAreNoAmounts) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const Estimate result = Bill().of([&](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::InstanceHours, "c7g.large", nan),
                              usageOf(Usage::Kind::InstanceHours, "c7g.large", infinity),
                              usageOf(Usage::Kind::InstanceHours, "c7g.large", -1),
                              usageOf(Usage::Kind::InstanceHours, "c7g.large", 0)};
  });
  EXPECT_TRUE(result.lines.empty());
  EXPECT_EQ(result.unpriced.size(), 3u) << "nothing used is nothing to price";
}

TEST(Estimate, PricesEveryTermOfPurchase) {
  for (const char* terms : {"ondemand", "ri1y", "ri3y", "spot"}) {
    const Estimate result = Bill().of([&](const Load&) {
      return std::vector<Usage>{usageOf(Usage::Kind::InstanceHours, "m5.large", 1000, terms)};
    });
    ASSERT_EQ(result.lines.size(), 1u) << terms;
    EXPECT_EQ(result.lines[0].price.terms, terms);
    EXPECT_EQ(result.total, multiply(result.lines[0].price.price, 1000));
  }
}

TEST(Estimate, EndsATierExactlyAtItsBound) {
  const Estimate result = Bill().of(
      [](const Load&) { return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "cdn-internet", 10'240)}; });
  ASSERT_EQ(result.lines.size(), 1u);
  EXPECT_EQ(result.total, Money::micros(870'400'000));
}

// 250/s x 2,628,000 s = 657 M requests; at 0.01 USD per 10,000: 657 USD. The mean counts, not the peak.
TEST(Estimate, BillsRequestsAtTheMeanRate) {
  Rate seen;
  const Estimate result = Bill().of([&](const Load& load) {
    seen = load.requests;
    return std::vector<Usage>{
        usageOf(Usage::Kind::Requests, "cdn-https", load.requests.raw() * kSecondsPerMonth)};
  });
  EXPECT_DOUBLE_EQ(seen.raw(), 250);
  EXPECT_EQ(result.total, Money::micros(657'000'000));
  // 657 USD / 657 million requests.
  EXPECT_EQ(result.perMillionRequests, Money::micros(1'000'000));
}

TEST(Estimate, CountsReplyTrafficByClass) {
  Bandwidth seen;
  (void)Bill().of([&](const Load& load) {
    seen = load.replyTraffic;
    return std::vector<Usage>{};
  });
  EXPECT_DOUBLE_EQ(seen.raw(), 250 * 10'000.0);
}

// Both sides of a transfer between zones pay 0.01 USD per GB.
TEST(Estimate, ChargesTransferBetweenZonesOnBothSides) {
  const Estimate result = Bill().of(
      [](const Load&) { return std::vector<Usage>{usageOf(Usage::Kind::EgressGb, "inter-az", 1000)}; });
  EXPECT_EQ(result.total, Money::micros(20'000'000));
}

TEST(Estimate, ListsWhatHasNoPriceWithTheReason) {
  const Estimate result = Bill().of([](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::InstanceHours, "z9.gigantic", 730),
                              usageOf(Usage::Kind::InstanceHours, "c7g.2xlarge", 730, "barter"),
                              usageOf(Usage::Kind::Requests, "wishes", 5),
                              usageOf(Usage::Kind::ServiceHours, "alb", 730)};
  });
  EXPECT_EQ(result.total, Money::micros(16'425'000)) << "the balancer: 730 x 0.0225";
  ASSERT_EQ(result.unpriced.size(), 3u);
  EXPECT_NE(result.unpriced[0].reason.find("z9.gigantic"), std::string::npos);
  EXPECT_NE(result.unpriced[1].reason.find("barter"), std::string::npos);
  EXPECT_NE(result.unpriced[2].reason.find("wishes"), std::string::npos);
}

TEST(Estimate, TotalIsTheSumOfItsLinesAndNamesItsDates) {
  const Estimate result = Bill().of([](const Load&) {
    return std::vector<Usage>{usageOf(Usage::Kind::InstanceHours, "db.r6g.xlarge:postgres", 1460.123),
                              usageOf(Usage::Kind::StorageGbMonths, "rds-gp3", 333.3333333),
                              usageOf(Usage::Kind::CapacityUnitHours, "alb-lcu", 0.0001)};
  });
  Money sum;
  for (const Line& line : result.lines) {
    sum += line.amount;
    EXPECT_FALSE(line.price.source.empty());
  }
  EXPECT_EQ(result.total, sum);
  EXPECT_FALSE(result.pricesFrom.empty());
  EXPECT_LE(result.pricesFrom, result.pricesAsOf);
}

TEST(Estimate, IgnoresUnknownBlockTypes) {
  Bill bill;
  Block odd;
  odd.id = BlockId("odd");
  odd.type = "from_the_future";
  bill.design.blocks.put(odd);
  EXPECT_TRUE(bill.of([](const Load&) { return std::vector<Usage>{}; }).lines.empty());
}

}  // namespace
}  // namespace cantilever::cost
