#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::applied;
using test::editCatalog;
using test::expectRefused;

/// One block of each type, named like its type, and an app linked to the primary.
Design oneOfEach() {
  auto builder = test::design();
  for (const catalog::BlockType& type : editCatalog().types()) {
    builder.block(type.key, type.key);
  }
  return builder.block("odd", "flux_capacitor")
      .requestClass("browse")
      .requestClass("buy", Access::Write)
      .link("app", "primary");
}

Link newLink(const char* from, const char* to) {
  Link link;
  link.from = BlockId(from);
  link.to = BlockId(to);
  return link;
}

Link changedLink(const Design& design, const std::function<void(Link&)>& change) {
  Link link = *design.links.find(LinkId("app-primary"));
  change(link);
  return link;
}

std::string refusal(const char* from, const char* to) {
  const auto allowed = canLink(oneOfEach(), BlockId(from), BlockId(to), editCatalog());
  return allowed ? "" : allowed.error().code;
}

TEST(CanLink, RefusesWithTheReason) {
  EXPECT_EQ(refusal("app", "cache"), "");
  EXPECT_EQ(refusal("app", "app"), "link.same_block");
  EXPECT_EQ(refusal("meter", "app"), "link.not_a_caller");
  EXPECT_EQ(refusal("app", "client"), "link.not_a_callee");
  EXPECT_EQ(refusal("app", "primary"), "link.exists");
  EXPECT_EQ(refusal("primary", "app"), "") << "the other direction is another link";
  EXPECT_EQ(refusal("app", "gone"), "edit.unknown_block");
  EXPECT_EQ(refusal("gone", "app"), "edit.unknown_block");
  EXPECT_EQ(refusal("app", "odd"), "") << "nothing is known against an unknown type";
}

TEST(CanLink, AllowsASecondLinkForAnotherPurpose) {
  Design design = oneOfEach();
  design.links.put(changedLink(design, [](Link& link) { link.role = LinkRole::Read; }));
  EXPECT_TRUE(canLink(design, BlockId("app"), BlockId("primary"), editCatalog()).ok());
}

TEST(SuggestLink, GoesByTraits) {
  const auto suggested = [](const char* from, const char* to) {
    return suggestLink(oneOfEach(), BlockId(from), BlockId(to), editCatalog());
  };
  EXPECT_EQ(suggested("client", "app").role, LinkRole::Default);
  EXPECT_EQ(suggested("client", "app").mode, LinkMode::Call);
  EXPECT_EQ(suggested("app", "cache").role, LinkRole::Lookup);
  EXPECT_EQ(suggested("client", "cdn").role, LinkRole::Default) << "a CDN is called, not looked up";
  EXPECT_EQ(suggested("app", "replica").role, LinkRole::Read);
  EXPECT_EQ(suggested("app", "replica").mode, LinkMode::Call);
  EXPECT_EQ(suggested("app", "log").mode, LinkMode::Send);
  EXPECT_EQ(suggested("primary", "replica").role, LinkRole::Replication);
  EXPECT_EQ(suggested("primary", "replica").mode, LinkMode::Send);
  EXPECT_EQ(suggested("replica", "app").role, LinkRole::Default);
  EXPECT_EQ(suggested("app", "odd").role, LinkRole::Default);
  EXPECT_EQ(suggested("app", "primary").id, LinkId("app-primary-2")) << "the first id is taken";
}

TEST(SuggestLink, CanBeAddedWheneverLinkingIsAllowed) {
  const Design design = oneOfEach();
  for (const Block& from : design.blocks) {
    for (const Block& to : design.blocks) {
      const bool isAllowed = canLink(design, from.id, to.id, editCatalog()).ok();
      const Link link = suggestLink(design, from.id, to.id, editCatalog());
      EXPECT_EQ(apply(design, AddLink{link}, editCatalog()).ok(), isAllowed) << from.id << " " << to.id;
    }
  }
}

TEST(AddLink, MakesAnIdFromItsEnds) {
  const Design after = applied(oneOfEach(), AddLink{newLink("app", "cache")});
  EXPECT_TRUE(after.links.contains(LinkId("app-cache")));
}

TEST(AddLink, RefusesWhatCanLinkRefuses) {
  expectRefused(oneOfEach(), AddLink{newLink("app", "app")}, "link.same_block", "app");
  expectRefused(oneOfEach(), AddLink{newLink("meter", "app")}, "link.not_a_caller", "meter",
                "blocks of type \"Meter\" make no calls");
  expectRefused(oneOfEach(), AddLink{newLink("app", "client")}, "link.not_a_callee", "client",
                "blocks of type \"Client\" accept no calls");
  expectRefused(oneOfEach(), AddLink{newLink("app", "primary")}, "link.exists", "app-primary",
                "number of calls");
  expectRefused(oneOfEach(), AddLink{newLink("app", "gone")}, "edit.unknown_block", "gone");
}

TEST(AddLink, RefusesATakenId) {
  Link link = newLink("app", "cache");
  link.id = LinkId("app-primary");
  expectRefused(oneOfEach(), AddLink{link}, "edit.duplicate_id", "app-primary");
}

TEST(SetLink, ReplacesTheLink) {
  const Design before = oneOfEach();
  const Link link = changedLink(before, [](Link& l) {
    l.calls = 1.5;
    l.operation = "write_txn";
    l.classes = {ClassId("buy")};
    l.timeout = 200_ms;
    l.latency = Law::lognormal(1_ms, 0.5);
  });
  EXPECT_EQ(*applied(before, SetLink{link}).links.find(link.id), link);
}

TEST(SetLink, ChecksEveryField) {
  const Design design = oneOfEach();
  const auto expectFault = [&](const std::function<void(Link&)>& change, const char* code,
                               const char* where) {
    expectRefused(design, SetLink{changedLink(design, change)}, code, where);
  };
  expectFault([](Link& l) { l.calls = -1; }, "edit.out_of_range", "app-primary.calls");
  expectFault([](Link& l) { l.calls = std::numeric_limits<double>::infinity(); }, "edit.out_of_range",
              "app-primary.calls");
  expectFault([](Link& l) { l.weight = -1; }, "edit.out_of_range", "app-primary.weight");
  expectFault([](Link& l) { l.timeout = Duration::nanoseconds(-1); }, "edit.out_of_range",
              "app-primary.timeout");
  expectFault([](Link& l) { l.latency = Law::hyperexponential(1_ms, 0.5); }, "edit.out_of_range",
              "app-primary.latency");
  expectFault([](Link& l) { l.operation = "write"; }, "edit.unknown_operation", "app-primary.operation");
  expectFault([](Link& l) { l.classes = {ClassId("bye")}; }, "edit.unknown_class", "bye");
  expectFault([](Link& l) { l.to = BlockId("gone"); }, "edit.unknown_block", "gone");
  expectFault([](Link& l) { l.to = BlockId("client"); }, "link.not_a_callee", "client");
  expectFault([](Link& l) { l.id = LinkId("gone"); }, "edit.unknown_link", "gone");
}

TEST(SetLink, RefusesParametersThatNoLinkHas) {
  const Link link = changedLink(oneOfEach(), [](Link& l) { l.params = {{"colour", true}}; });
  expectRefused(oneOfEach(), SetLink{link}, "edit.unknown_param", "app-primary.colour");
}

TEST(SetLink, MayNotBecomeTheTwinOfAnother) {
  Design design = applied(oneOfEach(), AddLink{newLink("app", "replica")});
  expectRefused(design, SetLink{changedLink(design, [](Link& l) { l.to = BlockId("replica"); })},
                "link.exists", "app-replica");
}

TEST(SetLink, LeavesOldFaultsAlone) {
  Design damaged = oneOfEach();
  Link link = changedLink(damaged, [](Link& l) {
    l.to = BlockId("gone");
    l.classes = {ClassId("gone")};
    l.operation = "gone";
  });
  damaged.links.put(link);
  link.calls = 2;
  EXPECT_EQ(*applied(damaged, SetLink{link}).links.find(link.id), link);
}

}  // namespace
}  // namespace cantilever::edit
