#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/core/templates/bands.h"
#include "tests/core/templates/template_runs.h"

/// What the case studies are told for, seen in runs. Expectations are those of the sizing sheet of
/// 2026-11-23, or the arithmetic beside them; stated before the first run.
namespace cantilever::test {
namespace {

using namespace literals;

// --- Netflix ---

// 95 % of the pieces are served in the networks of providers, and 98 % of the rest at exchanges.
TEST(Netflix, ServesNearlyAllOfAFilmAtTheEdge) {
  const auto askedAtExchanges = [](const Design& design) {
    const sim::RunResult run = runTemplate(design, {.load = 0.1});
    EXPECT_LT(callsOver(run, "exchanges-films"), 0.05 * callsOver(run, "appliances-exchanges"));
    return callsOver(run, "appliances-exchanges") / callsOver(run, "players-appliances");
  };
  const Design netflix = templateDesign("netflix");
  EXPECT_NEAR(askedAtExchanges(netflix), 0.05, 0.006);
  EXPECT_NEAR(askedAtExchanges(withParam(netflix, "appliances", "hit_ratio", ratio(0.9))), 0.1, 0.008)
      << "five points less are twice as much for everybody behind";
}

// --- Twitter ---

/// Processors at work there for each request of the class.
double coreSecondsEach(const sim::RunResult& run, std::string_view pool, std::string_view requestClass) {
  const sim::PoolResult& tier = tierOf(run, pool);
  return tier.utilisation * tier.meanInstances * tier.servers * TemplateRun().duration.inSeconds() /
         static_cast<double>(classOf(run, requestClass).offered);
}

// Fan-out on read merges for 10 ms at each look and does nothing for a tweet; fan-out on write inserts a
// tweet 76.6 times for 45 us, after 0.6 ms of preparing, and a look is a read of 2 ms. There are forty looks
// for each tweet.
TEST(Twitter, MovesTheWorkFromLooksToTweets) {
  const sim::RunResult onRead = runTemplate(templateDesign("twitter_p2"), {.load = 0.5});
  const sim::RunResult onWrite = runTemplate(templateDesign("twitter_p3"), {.load = 0.25});
  const double lookOnRead = coreSecondsEach(onRead, "timelines", "timeline");
  const double lookOnWrite = coreSecondsEach(onWrite, "timelines", "home");
  const double tweetOnWrite = coreSecondsEach(onWrite, "fan-out", "tweet");
  EXPECT_NEAR(lookOnRead, 10e-3, 0.5e-3);
  EXPECT_NEAR(lookOnWrite, 2e-3, 0.1e-3);
  // 3,000 tweets by a power law: one standard deviation is 12 %.
  EXPECT_NEAR(tweetOnWrite, 0.6e-3 + 76.6 * 45e-6, 0.36 * 76.6 * 45e-6);
  EXPECT_GT(lookOnRead, 4 * (lookOnWrite + tweetOnWrite / 40));
  EXPECT_EQ(callsOver(onWrite, "tweet-service-celebrities"), 0)
      << "celebrities are merged when somebody looks";
  EXPECT_NEAR(callsOver(onWrite, "timelines-celebrities"), callsOver(onWrite, "tfe-timelines"),
              0.01 * callsOver(onWrite, "tfe-timelines"));
}

// --- Uber ---

// Each location moves a driver in the index. A ride is matched in 1.3 rounds, each of which searches the
// index.
TEST(Uber, MovesDriversAndMatchesRides) {
  const sim::RunResult run = runTemplate(templateDesign("uber"), {.warmup = 200_ms, .load = 0.1});
  const double locations = callsOver(run, "gateways-location");
  EXPECT_NEAR(locations, 2 * 100'000, 2000);
  EXPECT_NEAR(callsOver(run, "location-geo"), locations, 0.002 * locations);
  const double rides = callsOver(run, "trip-service-matching");
  EXPECT_NEAR(rides, 2 * 90, 50);
  EXPECT_NEAR(callsOver(run, "matching-geo") / rides, 1.3, 0.15);
  EXPECT_LT(failedShare(run, "ride"), 0.02);
}

// What bands/uber.json says of the shards: 20,000 cells, whose shares follow Zipf's law with exponent 0.6,
// fall on 33 shards by chance. Of 400 draws, the fullest shard in nine of ten and any shard in nine of ten.
TEST(Uber, HasAShardWithAQuarterMoreThanTheMean) {
  constexpr std::size_t kCells = 20'000;
  constexpr std::size_t kShards = 33;
  constexpr std::size_t kDraws = 400;
  std::vector<double> share(kCells);
  double all = 0;
  for (std::size_t k = 0; k < kCells; ++k) {
    share[k] = std::pow(static_cast<double>(k + 1), -0.6);
    all += share[k];
  }
  std::mt19937_64 random(1);
  std::vector<double> fullest;
  std::vector<double> each;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    std::vector<double> shards(kShards);
    for (const double cell : share) {
      shards[random() % kShards] += cell / all * static_cast<double>(kShards);
    }
    fullest.push_back(*std::max_element(shards.begin(), shards.end()));
    each.insert(each.end(), shards.begin(), shards.end());
  }
  const auto quantile = [](std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size()))];
  };
  // The geo index is full when its fullest shard is; 0.605 is the mean use of them all.
  const Bands bands = readBands("uber");
  ASSERT_EQ(bands.bottleneck, "geo");
  EXPECT_NEAR(bands.saturatesAt.low, 1 / (0.605 * quantile(fullest, 0.95)), 0.02);
  EXPECT_NEAR(bands.saturatesAt.high, 1 / (0.605 * quantile(fullest, 0.05)), 0.03);
  EXPECT_NEAR(quantile(fullest, 0.05), 1.18, 0.02);
  EXPECT_NEAR(quantile(fullest, 0.5), 1.27, 0.02);
  EXPECT_NEAR(quantile(fullest, 0.95), 1.42, 0.03);
  EXPECT_NEAR(quantile(each, 0.05), 0.87, 0.01);
  EXPECT_NEAR(quantile(each, 0.95), 1.18, 0.01);
}

}  // namespace
}  // namespace cantilever::test
