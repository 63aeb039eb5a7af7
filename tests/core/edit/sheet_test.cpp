#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::applied;
using test::expectRefused;

/// Mean rate 1,000/s, of which a tenth writes; the peak is three times that.
Sheet busySheet() {
  Sheet sheet;
  sheet.typed = {{"mean_rate", 1'000}, {"peak_factor", 3}, {"write_share", 0.1}};
  return sheet;
}

Design site() {
  return test::design()
      .block("users", "client")
      .block("web", "app")
      .workload("users", 100_rps, "browse")
      .workload("users", 300_rps, "search");
}

Workload loadOf(const Design& design, const char* id) {
  return *design.workloads.find(WorkloadId(id));
}

Design withWriter(Design design) {
  RequestClass order;
  order.id = ClassId("order");
  order.access = Access::Write;
  design.classes.put(order);
  Workload load = loadOf(design, "users-browse");
  load.id = WorkloadId("orders");
  load.requestClass = order.id;
  load.peak = load.mean = perSecond(7);
  design.workloads.put(load);
  return design;
}

TEST(SetSheet, StoresWhatWasTypedAndLeavesTheLoad) {
  const Design design = applied(site(), SetSheet{busySheet()});
  EXPECT_EQ(design.sheet, busySheet());
  EXPECT_EQ(design.workloads, site().workloads);
}

TEST(SetSheet, ChecksOnlyWhatChanges) {
  Design damaged = site();
  damaged.sheet.typed = {{"daily_share", 7}};
  Sheet sheet = damaged.sheet;
  sheet.typed["daily_users"] = 5e6;
  EXPECT_EQ(applied(damaged, SetSheet{sheet}).sheet, sheet);
  sheet.typed["write_share"] = 2;
  expectRefused(damaged, SetSheet{sheet}, "estimate.out_of_range", "write_share");
  sheet.typed = {{"dayly_users", 1}};
  expectRefused(site(), SetSheet{sheet}, "estimate.unknown_line", "dayly_users");
}

TEST(ApplySheet, SharesReadsAndWritesAmongTheClassesThatDoSo) {
  const Design design = applied(withWriter(site()), ApplySheet{busySheet()});
  EXPECT_EQ(design.sheet, busySheet());
  // 2,700/s of reads at the peak, one to three; all 300/s of writes.
  EXPECT_DOUBLE_EQ(loadOf(design, "users-browse").peak.raw(), 675);
  EXPECT_DOUBLE_EQ(loadOf(design, "users-search").peak.raw(), 2'025);
  EXPECT_DOUBLE_EQ(loadOf(design, "orders").peak.raw(), 300);
  EXPECT_DOUBLE_EQ(loadOf(design, "orders").mean.raw(), 100);
  EXPECT_DOUBLE_EQ(loadOf(design, "users-browse").mean.raw() + loadOf(design, "users-search").mean.raw(),
                   900);
}

TEST(ApplySheet, GivesAllToReadersWhereNobodyWrites) {
  const Design design = applied(site(), ApplySheet{busySheet()});
  EXPECT_DOUBLE_EQ(loadOf(design, "users-browse").peak.raw(), 750);
  EXPECT_DOUBLE_EQ(loadOf(design, "users-search").peak.raw(), 2'250);
}

TEST(ApplySheet, SharesEquallyWhatHadNoRate) {
  Design design = site();
  for (const char* id : {"users-browse", "users-search"}) {
    Workload load = loadOf(design, id);
    load.peak = load.mean = Rate();
    design.workloads.put(load);
  }
  design = applied(design, ApplySheet{busySheet()});
  EXPECT_DOUBLE_EQ(loadOf(design, "users-browse").peak.raw(), 1'500);
  EXPECT_DOUBLE_EQ(loadOf(design, "users-search").mean.raw(), 500);
}

TEST(ApplySheet, DividesByTheSliceAndKeepsCurves) {
  Design design = site();
  design.slice = 10;
  Workload load = loadOf(design, "users-browse");
  load.params["curve"] = std::string("sine 24 h from 20 %");
  design.workloads.put(load);
  design = applied(design, ApplySheet{busySheet()});
  EXPECT_DOUBLE_EQ(loadOf(design, "users-browse").peak.raw(), 75);
  EXPECT_EQ(loadOf(design, "users-browse").params, load.params);
}

TEST(ApplySheet, LeavesClosedLoadsAlone) {
  Design design = site();
  Workload load = loadOf(design, "users-search");
  load.params["kind"] = Choice{"closed"};
  design.workloads.put(load);
  const Design after = applied(design, ApplySheet{busySheet()});
  EXPECT_EQ(loadOf(after, "users-search"), load);
  EXPECT_DOUBLE_EQ(loadOf(after, "users-browse").peak.raw(), 3'000);
  design.workloads.erase(WorkloadId("users-browse"));
  expectRefused(design, ApplySheet{busySheet()}, "estimate.no_workload", "");
}

TEST(ApplySheet, IsDescribedForTheUndoMenu) {
  Design design = site();
  const catalog::Catalog& catalog = test::editCatalog();
  EXPECT_EQ(describe(ApplySheet{busySheet()}, design, catalog), "Set the load from the estimate");
  Sheet one;
  one.typed = {{"daily_users", 5e6}};
  EXPECT_EQ(describe(SetSheet{one}, design, catalog), "Estimate: set Daily users");
  design.sheet = one;
  EXPECT_EQ(describe(SetSheet{Sheet()}, design, catalog), "Estimate: reset Daily users");
  EXPECT_EQ(describe(SetSheet{busySheet()}, design, catalog), "Change the estimate");
}

}  // namespace
}  // namespace cantilever::edit
