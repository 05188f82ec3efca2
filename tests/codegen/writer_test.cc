#include "trestle/codegen/writer.h"

#include <string>

#include "gtest/gtest.h"

namespace trestle {
namespace codegen {
namespace {

TEST(Writer, ReplacesVariables) {
  Writer w;
  w.Emit({{"a", "x"}, {"b", std::string("$a$")}}, "$a$ = $b$; $$ $a$$a$");
  EXPECT_EQ(w.text(), "x = $a$; $ xx\n");
}

TEST(Writer, TakesRawStringsAsTheyLook) {
  Writer w;
  w.Emit({}, R"(
if (a) {

  b();
}
  )");
  EXPECT_EQ(w.text(), "if (a) {\n\n  b();\n}\n");
}

TEST(Writer, IndentsBlocks) {
  Writer w;
  const auto inner = [&] { w.Emit({}, "x\n  y"); };
  const auto outer = [&] {
    w.Emit({{"inner", inner}}, R"(
{
    $inner$
}
)");
  };
  w.Emit({{"outer", outer}}, R"(
begin
  $outer$
end
)");
  EXPECT_EQ(w.text(), "begin\n  {\n      x\n        y\n  }\nend\n");
}

TEST(Writer, IndentsLinesOfText) {
  Writer w;
  w.Emit({{"doc", "// a\n//\n\n// b"}}, "{\n  $doc$\n}");
  EXPECT_EQ(w.text(), "{\n  // a\n  //\n\n  // b\n}\n");
}

TEST(Writer, LeavesOutLinesOfWhatIsEmpty) {
  Writer w;
  w.Emit({{"doc", ""}, {"block", [] {}}}, "a\n  $doc$\n  $block$\nb $doc$c");
  EXPECT_EQ(w.text(), "a\nb c\n");
}

TEST(WriterDeathTest, AbortsOnAVariableThatIsNotGiven) {
  Writer w;
  EXPECT_DEATH(w.Emit({{"a", "x"}}, "$a$ $b$"), "a template uses \\$b\\$");
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
