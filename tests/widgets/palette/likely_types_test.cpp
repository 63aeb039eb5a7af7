#include "widgets/palette/likely_types.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cantilever::widgets {
namespace {

const catalog::BlockType& typeOf(const char* key) {
  return *catalog::Catalog::builtIn().find(key);
}

TEST(LikelyCallees, BeginWithWhatUsuallyComesNext) {
  const auto after = [](const char* key) {
    return likelyCallees(catalog::Catalog::builtIn(), typeOf(key)).front()->category;
  };
  EXPECT_EQ(after("client_web"), catalog::Category::Edge);
  EXPECT_EQ(after("l7_load_balancer"), catalog::Category::Compute);
  EXPECT_EQ(after("app_server"), catalog::Category::Data);
  EXPECT_EQ(after("message_queue"), catalog::Category::Compute);
}

TEST(LikelyCallees, NameEveryTypeThatCanBeCalledOnceAndNoOther) {
  for (const catalog::BlockType& caller : catalog::Catalog::builtIn().types()) {
    const auto types = likelyCallees(catalog::Catalog::builtIn(), caller);
    const auto callable =
        std::count_if(catalog::Catalog::builtIn().types().begin(), catalog::Catalog::builtIn().types().end(),
                      [](const catalog::BlockType& type) { return type.acceptsCalls; });
    EXPECT_EQ(types.size(), caller.makesCalls ? static_cast<std::size_t>(callable) : 0u) << caller.key;
    for (const catalog::BlockType* type : types) {
      EXPECT_TRUE(type->acceptsCalls) << type->key;
      EXPECT_EQ(std::count(types.begin(), types.end(), type), 1) << type->key;
    }
  }
}

}  // namespace
}  // namespace cantilever::widgets
