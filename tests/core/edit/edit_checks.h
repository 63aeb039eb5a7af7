#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/edit/edit.h"
#include "tests/core/edit/edit_catalog.h"

namespace cantilever::test {

/// The design after an edit that must succeed.
inline Design applied(const Design& design, const edit::Edit& edit) {
  auto result = edit::apply(design, edit, editCatalog());
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : design;
}

/// The edit is refused with this code and place, in a sentence that contains `says`.
inline void expectRefused(const Design& design, const edit::Edit& edit, const std::string& code,
                          const std::string& where, const std::string& says = "") {
  const auto result = edit::apply(design, edit, editCatalog());
  ASSERT_FALSE(result.ok()) << "expected " << code;
  EXPECT_EQ(result.error().code, code);
  EXPECT_EQ(result.error().where, where);
  EXPECT_THAT(result.error().message, testing::HasSubstr(says));
  EXPECT_THAT(result.error().message, testing::AnyOf(testing::EndsWith("."), testing::EndsWith("?")));
}

}  // namespace cantilever::test
