#include "core/model/table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/ids.h"
#include "core/base/random.h"

namespace cantilever {
namespace {

struct TableThing {
  BlockId id;
  int value = 0;
  bool operator==(const TableThing&) const = default;
};

Table<TableThing> tableOf(std::initializer_list<TableThing> things) {
  Table<TableThing> table;
  for (const TableThing& thing : things) {
    table.put(thing);
  }
  return table;
}

TEST(Table, IsSortedById) {
  const auto table = tableOf({{BlockId("c"), 1}, {BlockId("a"), 2}, {BlockId("b"), 3}});
  std::string order;
  for (const TableThing& thing : table) {
    order += thing.id.text();
  }
  EXPECT_EQ(order, "abc");
}

TEST(Table, FindsByIdOrGivesNull) {
  const auto table = tableOf({{BlockId("a"), 1}, {BlockId("b"), 2}});
  ASSERT_NE(table.find(BlockId("b")), nullptr);
  EXPECT_EQ(table.find(BlockId("b"))->value, 2);
  EXPECT_EQ(table.find(BlockId("x")), nullptr);
  EXPECT_EQ(Table<TableThing>().find(BlockId("a")), nullptr);
}

TEST(Table, ReplacesAnElementWithTheSameId) {
  auto table = tableOf({{BlockId("a"), 1}});
  table.put({BlockId("a"), 9});
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.find(BlockId("a"))->value, 9);
}

TEST(Table, SaysWhetherThereWasSomethingToErase) {
  auto table = tableOf({{BlockId("a"), 1}});
  EXPECT_FALSE(table.erase(BlockId("b")));
  EXPECT_TRUE(table.erase(BlockId("a")));
  EXPECT_TRUE(table.isEmpty());
}

TEST(Table, CopiesShareElementsAndGoTheirOwnWays) {
  auto table = tableOf({{BlockId("a"), 1}, {BlockId("b"), 2}});
  const auto copy = table;
  EXPECT_EQ(copy.find(BlockId("a")), table.find(BlockId("a")));
  table.put({BlockId("a"), 5});
  EXPECT_EQ(copy.find(BlockId("a"))->value, 1);
  EXPECT_EQ(copy.find(BlockId("b")), table.find(BlockId("b")));
}

TEST(Table, ComparesContentNotPointers) {
  EXPECT_EQ(tableOf({{BlockId("a"), 1}}), tableOf({{BlockId("a"), 1}}));
  EXPECT_FALSE(tableOf({{BlockId("a"), 1}}) == tableOf({{BlockId("a"), 2}}));
  EXPECT_FALSE(tableOf({{BlockId("a"), 1}}) == Table<TableThing>());
}

TEST(Table, BehavesLikeAMapUnderRandomUse) {
  RandomStream random(51);
  Table<TableThing> table;
  std::map<std::string, int> model;
  for (int step = 0; step < 5'000; ++step) {
    const std::string key = "k" + std::to_string(random.below(40));
    if (random.chance(0.6)) {
      table.put({BlockId(key), step});
      model[key] = step;
    } else {
      EXPECT_EQ(table.erase(BlockId(key)), model.erase(key) == 1);
    }
  }
  ASSERT_EQ(table.size(), model.size());
  auto expected = model.begin();
  for (const TableThing& thing : table) {
    EXPECT_EQ(thing.id.text(), expected->first);
    EXPECT_EQ(thing.value, expected->second);
    ++expected;
  }
}

}  // namespace
}  // namespace cantilever
