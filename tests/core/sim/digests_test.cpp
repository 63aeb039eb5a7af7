// Every template, reference case and metastable design gives the digest written down for it, in whatever
// build this runs: so Debug, Release and the sanitizers' builds agree. After a deliberate change of behaviour
// the new digest goes into the file, with the reason in the commit.
#include "tests/core/sim/digests.h"

#include <filesystem>
#include <set>
#include <string>

#include "core/edit/edit.h"
#include "core/sim/engine.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::sim::test;

TEST(Digests, AreThoseWrittenDown) {
  for (const ExpectedDigest& of : expectedDigests("quick")) {
    EXPECT_EQ(digestOf(designOf(of.design), of.config), of.digest) << of.design;
  }
}

TEST(Digests, AreWrittenDownForEachDesign) {
  std::set<std::string> written;
  for (const ExpectedDigest& row : expectedDigests("quick")) {
    written.insert(row.design);
  }
  for (const exchange::Template& of : exchange::templates()) {
    EXPECT_TRUE(written.contains(of.key)) << of.key;
  }
  for (const char* folder : {"reference/designs/", "metastability/designs/", "digests/designs/"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(CANTILEVER_SOURCE_DIR "/tests/" + std::string(folder))) {
      const std::string file = entry.path().filename().string();
      const std::string key = folder + file.substr(0, file.find('.'));
      EXPECT_TRUE(written.contains(key))
          << key << ": tests/reference/write_digests PROGRAM adds it to digests.csv";
    }
  }
}

// One named stream per element and purpose: a block that no request reaches draws from no one else's.
TEST(Digests, AreNotChangedByABlockThatNothingReaches) {
  const Design design = designOf("high_traffic_web");
  Block spare;
  spare.id = BlockId("a-spare");  // sorts before all others
  spare.type = "app_server";
  const Result<Design> more = edit::apply(design, edit::AddBlock{spare}, catalog::Catalog::builtIn());
  ASSERT_TRUE(more.ok()) << more.error().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(50);
  EXPECT_EQ(digestOf(*more, config), digestOf(design, config));
}

// Nor does a class that nobody asks for, whatever keys it has: keys are hashed with the name of their space.
TEST(Digests, AreNotChangedByAClassThatNobodyAsksFor) {
  for (const char* key : {"realtime_app", "social_complete"}) {
    const Design design = designOf(key);
    RunConfig config;
    config.warmup = Duration();
    config.duration = Duration::milliseconds(50);
    for (const char* name : {"aaa", "zzz"}) {
      RequestClass spare;
      spare.id = ClassId(name);
      spare.params["keys"] = Count(10);
      const Result<Design> more = edit::apply(design, edit::PutClass{spare}, catalog::Catalog::builtIn());
      ASSERT_TRUE(more.ok()) << more.error().message;
      EXPECT_EQ(digestOf(*more, config), digestOf(design, config)) << key << " with " << name;
    }
  }
}

// Lanes and the ladder are ways to be quick; the plain heap must give the same run.
TEST(Digests, DoNotDependOnHowEventsAreKept) {
  const compile::Compiled compiled =
      compile::compile(designOf("high_traffic_web"), catalog::Catalog::builtIn());
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(50);
  const auto digestWith = [&](const AgendaOptions& options) {
    Engine engine(compiled.plan, config, options);
    engine.advanceTo(engine.end(), {});
    return engine.result().digest;
  };
  const std::string usual = digestWith({});
  using LaneUse = AgendaOptions::LaneUse;
  EXPECT_EQ(digestWith({EventList::Kind::Ladder, LaneUse::Off}), usual);
  EXPECT_EQ(digestWith({EventList::Kind::Heap, LaneUse::On}), usual);
  EXPECT_EQ(digestWith({EventList::Kind::Heap, LaneUse::Off}), usual);
}

}  // namespace
}  // namespace cantilever::sim
