#include "core/cost/price_book.h"

#include <gtest/gtest.h>

#include "core/cost/csv.h"

namespace cantilever::cost {
namespace {

constexpr char kHeader[] =
    "provider,region,sku,service,unit,price_usd,tier_from,tier_to,terms,as_of,source,confidence,notes\n";

std::string withHeader(const std::string& rows) {
  return kHeader + rows;
}

TEST(Csv, ReadsQuotesCommasAndLineEndsInsideFields) {
  const auto rows = parseCsv("a,\"b, \"\"c\"\"\",d\r\n\n\"two\nlines\",,x", "t.csv");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].fields, (std::vector<std::string>{"a", "b, \"c\"", "d"}));
  EXPECT_EQ((*rows)[1].fields, (std::vector<std::string>{"two\nlines", "", "x"}));
  EXPECT_EQ((*rows)[1].line, 3u);
}

TEST(Csv, NamesTheLineOfAQuoteThatIsNeverClosed) {
  const auto rows = parseCsv("a,b\nc,\"d\n", "t.csv");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().where, "t.csv:2");
}

TEST(PriceBook, BuiltInBookHasEveryRowOfItsFile) {
  const PriceBook& book = PriceBook::builtIn();
  EXPECT_EQ(book.prices().size(), 981u);
  EXPECT_EQ(book.provider(), "aws");
  EXPECT_EQ(book.region(), "us-east-1");
  for (const Price& price : book.prices()) {
    EXPECT_FALSE(price.source.empty()) << price.sku;
    EXPECT_FALSE(price.asOf.empty()) << price.sku;
    EXPECT_TRUE(price.confidence == "high" || price.confidence == "medium" || price.confidence == "low")
        << price.sku << " " << price.confidence;
  }
}

TEST(PriceBook, FindsTiersInOrder) {
  const auto tiers = PriceBook::builtIn().tiers("CloudFront", "egress-us-ca-mx", "ondemand");
  ASSERT_EQ(tiers.size(), 7u);
  EXPECT_EQ(tiers[0]->price.text(), "0.085");
  for (std::size_t i = 1; i < tiers.size(); ++i) {
    ASSERT_TRUE(tiers[i - 1]->tierTo.has_value());
    EXPECT_EQ(*tiers[i - 1]->tierTo, tiers[i]->tierFrom);
  }
  EXPECT_FALSE(tiers.back()->tierTo.has_value());
}

TEST(PriceBook, KeepsTermsApart) {
  const PriceBook& book = PriceBook::builtIn();
  ASSERT_EQ(book.tiers("EC2", "c7g.2xlarge", "ondemand").size(), 1u);
  EXPECT_EQ(book.tiers("EC2", "c7g.2xlarge", "ondemand")[0]->price.text(), "0.29");
  EXPECT_EQ(book.tiers("EC2", "c7g.2xlarge", "spot")[0]->price.text(), "0.0899");
  EXPECT_TRUE(book.tiers("EC2", "c7g.2xlarge", "by moonlight").empty());
}

struct BadBook {
  const char* name;
  std::string csv;
  const char* code;
  const char* says;
};

class PriceBookErrors : public testing::TestWithParam<BadBook> {};

TEST_P(PriceBookErrors, SayWhatIsWrongAndWhere) {
  const auto book = PriceBook::fromCsv(GetParam().csv, "book.csv");
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error().code, GetParam().code);
  EXPECT_NE(book.error().message.find(GetParam().says), std::string::npos) << book.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, PriceBookErrors,
    testing::Values(
        BadBook{"empty", "", "prices.empty", "first line"},
        BadBook{"column", "provider,sku\nx,y\n", "prices.column", "no column region"},
        BadBook{"fields", withHeader("aws,us,sku\n"), "prices.fields",
                "book.csv:2: 3 fields where the header has 13"},
        BadBook{"price", withHeader("aws,us,a,S,hour,cheap,0,,ondemand,2026,s,high,\n"), "prices.field",
                "price_usd is \"cheap\""},
        BadBook{"negative", withHeader("aws,us,a,S,hour,-1,0,,ondemand,2026,s,high,\n"), "prices.field",
                "price_usd"},
        BadBook{"tier", withHeader("aws,us,a,S,hour,1,10,5,ondemand,2026,s,high,\n"), "prices.field",
                "more than tier_from (10)"},
        BadBook{"sku", withHeader("aws,us,,S,hour,1,0,,ondemand,2026,s,high,\n"), "prices.field",
                "column sku"},
        BadBook{"infinite", withHeader("aws,us,a,S,hour,1,0,inf,ondemand,2026,s,high,\n"), "prices.field",
                "tier_to"},
        BadBook{
            "gap",
            withHeader(
                "aws,us,a,S,GB,1,0,10,ondemand,2026,s,high,\naws,us,a,S,GB,1,20,,ondemand,2026,s,high,\n"),
            "prices.tiers", "S a (ondemand) do not join at 20"},
        BadBook{"twice",
                withHeader(
                    "aws,us,a,S,GB,1,0,,ondemand,2026,s,high,\naws,us,a,S,GB,2,0,,ondemand,2026,s,high,\n"),
                "prices.tiers", "do not join at 0"},
        BadBook{
            "regions",
            withHeader(
                "aws,us,a,S,hour,1,0,,ondemand,2026,s,high,\naws,eu,a,S,hour,1,0,,ondemand,2026,s,high,\n"),
            "prices.region", "of one region"}),
    [](const auto& bad) { return bad.param.name; });

}  // namespace
}  // namespace cantilever::cost
