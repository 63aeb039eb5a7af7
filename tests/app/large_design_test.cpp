#include <gtest/gtest.h>

#include <QLabel>

#include "app/gui/document.h"
#include "app/gui/run_controller.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/storage/document_file.h"
#include "tests/app/studio_driver.h"
#include "tests/core/design_builder.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using testing::StudioDriver;
using widgets::toUtf8;

constexpr int kShops = 2500;
constexpr int kShopsInARow = 25;

/// Independent shops of four blocks each, in rows: 10,000 blocks and 7,500 links that all carry requests.
Design manyShops() {
  test::DesignBuilder all = test::design("Ten thousand blocks");
  all.requestClass("request");
  for (int shop = 0; shop < kShops; ++shop) {
    const std::string number = std::to_string(shop);
    const std::string users = "users-" + number;
    const std::string balancer = "lb-" + number;
    const std::string app = "app-" + number;
    const std::string database = "db-" + number;
    all.block(users, "client_web").block(balancer, "l7_load_balancer").block(app, "app_server");
    all.block(database, "rdbms_primary");
    all.link(users, balancer).link(balancer, app).link(app, database);
    all.workload(users, perSecond(1));
  }
  Design design = all;
  for (int shop = 0; shop < kShops; ++shop) {
    int column = shop % kShopsInARow * 4;
    for (const char* kind : {"users-", "lb-", "app-", "db-"}) {
      Block placed = *design.blocks.find(BlockId(kind + std::to_string(shop)));
      placed.position = {280.0 * column++, 160.0 * (shop / kShopsInARow)};
      design.blocks.put(std::move(placed));
    }
  }
  return design;
}

TEST(LargeDesign, OfTenThousandBlocksIsSavedOpenedAndRun) {
  const Design design = manyShops();
  ASSERT_EQ(design.blocks.size(), 10'000u);
  QTemporaryDir folder;
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  for (const char* name : {"large.cantilever", "large.cantilever.json"}) {
    const std::string path = toUtf8(folder.filePath(QString::fromLatin1(name)));
    ASSERT_TRUE(storage::saveDesign(path, design).ok());
    const Result<exchange::LoadedDesign> loaded = storage::openDesign(path, catalog);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->design, design);
    EXPECT_TRUE(loaded->remarks.empty());
  }
  const compile::Compiled compiled = compile::compile(design, catalog);
  ASSERT_FALSE(compiled.hasErrors()) << compiled.diagnostics.front().message;
  sim::RunConfig config;
  config.duration = Duration::seconds(2);
  config.warmup = Duration::seconds(1);
  const Result<sim::RunResult> result = sim::simulate(compiled.plan, config);
  ASSERT_TRUE(result.ok()) << result.error().message;
  ASSERT_EQ(result->classes.size(), 1u);
  EXPECT_GT(result->classes.front().succeeded, 4'000u);  // of 5,000 expected
}

TEST(LargeDesign, OfTenThousandBlocksOpensAndRunsInTheWindow) {
  StudioDriver studio;
  const Design design = manyShops();
  studio.openFile(studio.writeDesign("large.cantilever.json", design));
  EXPECT_TRUE(studio.presenter.errors.isEmpty()) << toUtf8(studio.presenter.errors.join(QLatin1Char('\n')));
  ASSERT_EQ(*studio.design(), design);
  const auto& views = studio.window->views();
  ASSERT_TRUE(StudioDriver::waitUntil([&] {
    const QRect canvas = views.canvas->viewport()->rect();
    return canvas.contains(studio.middleOf("users-0")) && canvas.contains(studio.middleOf("db-2499"));
  }));

  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return views.charts->pointCount() > 3; }, 240));
  studio.key(Qt::Key_F5, Qt::ShiftModifier);
  ASSERT_TRUE(
      StudioDriver::waitUntil([&] { return studio.window->runs().state() == RunState::Finished; }, 240));
  ASSERT_NE(studio.window->runs().result(), nullptr);
  EXPECT_EQ(studio.window->runs().result()->pools.size(), studio.window->runs().plan()->pools.size());

  // It can still be changed, and the change undone.
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_Right);
  EXPECT_NE(*studio.design(), design);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

}  // namespace
}  // namespace cantilever::app
