// Allocations of the codec: some per text, none per field.

#include <string>

#include "gtest/gtest.h"
#include "trestle/bench/codec_cases.h"
#include "trestle/tests/testing/count_allocations.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

int DecodeAllocations(const bench::Case& on) {
  std::string wire;
  const int before = AllocationCount();
  EXPECT_TRUE(JsonToWire(on.json, *on.schema, {}, &wire).ok());
  return AllocationCount() - before;
}

int EncodeAllocations(const bench::Case& on) {
  std::string json;
  const int before = AllocationCount();
  EXPECT_TRUE(WireToJson(on.wire, *on.schema, {}, &json).ok());
  return AllocationCount() - before;
}

TEST(Allocation, TheCodecAllocatesNothingPerField) {
  const struct {
    const char* what;
    bench::Case (*make)();
    int decode;  // the output
    int encode;  // the output, which may have to grow once
  } kRows[] = {
      {"an object of 12 fields", &bench::Object, 1, 1},
      {"a list of 1,000 objects of 3 to 8 fields", &bench::List, 1, 2},
      {"an array of 1,024 integers", &bench::Int32s, 1, 1},
      {"an array of 1,024 doubles", &bench::Doubles, 1, 2},
      {"a string of 1 MiB", &bench::Text, 1, 1},
  };
  for (const auto& row : kRows) {
    const bench::Case on = row.make();
    // Run once before, because schemas of fields are built on first use.
    DecodeAllocations(on);
    EncodeAllocations(on);
    EXPECT_LE(DecodeAllocations(on), row.decode) << row.what;
    EXPECT_LE(EncodeAllocations(on), row.encode) << row.what;
  }
}

}  // namespace
}  // namespace trestle
