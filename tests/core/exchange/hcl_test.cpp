#include "core/exchange/terraform/hcl.h"

#include <gtest/gtest.h>

namespace cantilever::exchange::hcl {
namespace {

TEST(Hcl, EscapesWhateverWouldBeInterpreted) {
  EXPECT_EQ(quoted("a \"b\" \\ \n\t ${x} %{y} $x $$"), R"("a \"b\" \\ \n\t $${x} %%{y} $x $$")");
}

TEST(Hcl, AlignsRunsOfOneLineArguments) {
  Body file;
  Body& body = file.block("resource", {"a", "b"});
  body.set("x", 1).set("longer", true);
  body.set("tags", Expression::object({{"k", Expression::text("v")}, {"two words", Expression::text("w")}}));
  body.set("y", "z");
  body.comment("why").set("final", Expression::list({Expression::number(1), Expression::code("var.x")}));
  body.block("inner").set("a", "b");
  body.block("empty");
  EXPECT_EQ(file.text(), R"(resource "a" "b" {
  x      = 1
  longer = true
  tags = {
    k           = "v"
    "two words" = "w"
  }
  y = "z"
  # why
  final = [1, var.x]

  inner {
    a = "b"
  }

  empty {}
}
)");
}

TEST(Hcl, KeepsACommentWithItsBlock) {
  Body file;
  file.block("locals").set("a", 1);
  file.comment("about b\nand more");
  file.block("locals").set("b", 2);
  EXPECT_EQ(file.text(), "locals {\n  a = 1\n}\n\n# about b and more\nlocals {\n  b = 2\n}\n");
}

TEST(Hcl, CallsTakeObjects) {
  Body file;
  file.set("a", Expression::call("jsonencode", {{"k", Expression::number(1)}}));
  file.set("b", Expression::call("f", Expression::text("x"), {}));
  EXPECT_EQ(file.text(), "a = jsonencode({\n  k = 1\n})\nb = f(\"x\", {})\n");
}

}  // namespace
}  // namespace cantilever::exchange::hcl
