// Numbers, base64, times and masks, as text and back.

#include "trestle/transcoding/codec/scalar_text.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/number_parser.h"
#include "trestle/transcoding/codec/number_writer.h"
#include "trestle/transcoding/codec/time_text.h"
#include "trestle/transcoding/codec/well_known.h"

namespace trestle {
namespace {

std::string Int64(int64_t value) {
  char text[kMaxNumberText];
  return std::string(text, static_cast<size_t>(WriteInt64(value, text) - text));
}
std::string Uint64(uint64_t value) {
  char text[kMaxNumberText];
  return std::string(text, static_cast<size_t>(WriteUint64(value, text) - text));
}

TEST(ScalarText, IntegersOfEveryLengthPrintAndParse) {
  uint64_t power = 1;
  for (int digits = 1; digits <= 20; ++digits, power *= 10) {
    for (uint64_t value : {power - 1, power, power + 1, power * 9 + 5}) {
      EXPECT_EQ(Uint64(value), std::to_string(value));
      EXPECT_EQ(Int64(static_cast<int64_t>(value)), std::to_string(static_cast<int64_t>(value)));
      uint64_t parsed;
      ASSERT_TRUE(ParseUint64(std::to_string(value), &parsed)) << value;
      EXPECT_EQ(parsed, value);
    }
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    uint64_t value = random() >> (random() % 64);
    ASSERT_EQ(Uint64(value), std::to_string(value));
  }
}

TEST(ScalarText, ExtremesOfInt64) {
  EXPECT_EQ(Int64(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Int64(std::numeric_limits<int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(Uint64(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Uint64(0), "0");
}

TEST(ScalarText, R58WholeNumbersInAnyForm) {
  struct {
    const char* text;
    int64_t value;
  } const kRows[] = {
      {"0", 0},       {"-0", 0},         {"0.0", 0},      {"0e5", 0},        {"0e-5", 0},
      {"1e2", 100},   {"1E+2", 100},     {"100e-2", 1},   {"1.50e1", 15},    {"-1.50e1", -15},
      {"0.001e3", 1}, {"1000000e-6", 1}, {"1.000000", 1}, {"12.34e2", 1234}, {"0.10e1", 1},
  };
  for (const auto& row : kRows) {
    int64_t value;
    ASSERT_TRUE(ParseInt64(row.text, &value)) << row.text;
    EXPECT_EQ(value, row.value) << row.text;
  }
}

TEST(ScalarText, R58NothingElseIsAnInteger) {
  for (const char* text : {"",
                           " ",
                           "1 ",
                           " 1",
                           "+1",
                           "--1",
                           "-",
                           "01",
                           "-01",
                           "1.",
                           ".1",
                           "1.5",
                           "1e-1",
                           "1e",
                           "1e+",
                           "0x1",
                           "1_0",
                           "1,0",
                           "a",
                           "1a",
                           "NaN",
                           "Infinity",
                           "9223372036854775808",
                           "1e19",
                           "-9223372036854775809",
                           "1e999999999999999999999",
                           "0.5e0",
                           "1.0000000000000000000001"}) {
    int64_t value;
    EXPECT_FALSE(ParseInt64(text, &value)) << text;
  }
  uint64_t value;
  EXPECT_FALSE(ParseUint64("-1", &value));
  EXPECT_FALSE(ParseUint64("18446744073709551616", &value));
  EXPECT_TRUE(ParseUint64("-0", &value));
}

TEST(ScalarText, R60DoublesRoundTrip) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    uint64_t bits = random();
    double value, parsed;
    memcpy(&value, &bits, sizeof(value));
    if (std::isnan(value)) continue;
    char text[kMaxNumberText];
    char* end = WriteDouble(value, text);
    ASSERT_LE(end - text, kMaxNumberText);
    ASSERT_TRUE(ParseDouble({text, static_cast<size_t>(end - text)}, &parsed));
    ASSERT_EQ(parsed, value);
  }
}

TEST(ScalarText, R60OverflowIsRefusedAndUnderflowIsZero) {
  double value = 1;
  float small = 1;
  EXPECT_FALSE(ParseDouble("1e309", &value));
  EXPECT_FALSE(ParseDouble("-1.8e308", &value));
  EXPECT_FALSE(ParseDouble("0.0001e313", &value));
  EXPECT_FALSE(ParseFloat("3.4028236e38", &small));
  EXPECT_FALSE(ParseDouble("1000000000000e9999999999999999999999", &value));
  EXPECT_TRUE(ParseDouble("1e-400", &value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ParseDouble("-1e-400", &value));
  EXPECT_TRUE(value == 0 && std::signbit(value));
  EXPECT_TRUE(ParseDouble("1000e-9999999999999999999999", &value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ParseFloat("1e-60", &small));
  EXPECT_EQ(small, 0);
  EXPECT_TRUE(ParseFloat("3.4028235e38", &small));
  EXPECT_EQ(small, std::numeric_limits<float>::max());
}

TEST(ScalarText, R60OnlyThreeWordsAreFloats) {
  double value;
  EXPECT_TRUE(ParseDouble("NaN", &value) && std::isnan(value));
  EXPECT_TRUE(ParseDouble("Infinity", &value) && value > 0 && std::isinf(value));
  EXPECT_TRUE(ParseDouble("-Infinity", &value) && value < 0 && std::isinf(value));
  for (const char* text : {"-NaN", "nan", "inf", "-inf", "infinity", "INF", "+Infinity", "0x1p3",
                           "1.", ".5", "1e", "", " 1", "1f", "nan(1)"}) {
    EXPECT_FALSE(ParseDouble(text, &value)) << text;
  }
}

TEST(ScalarText, EveryKindFromTextToBitsAndBack) {
  const Schema& schema = SchemaPool::Generated().Get(*test::Everything::descriptor());
  for (const Field& field : schema.fields()) {
    if (field.repeated || field.is_message()) continue;
    if (field.kind == Kind::kString || field.kind == Kind::kBytes) continue;
    if (field.kind == Kind::kEnum && field.enum_type->is_null_value()) continue;
    for (const char* text : {"1", "-1", "true", "RED", "5", "NaN", "2147483648", "1.5"}) {
      uint64_t bits;
      if (!ParseScalar(text, field, EnumSpelling(), &bits)) continue;
      std::string again;
      AppendScalarText(bits, field, &again);
      uint64_t bits_again;
      ASSERT_TRUE(ParseScalar(again, field, EnumSpelling(), &bits_again)) << field.name;
      EXPECT_EQ(bits, bits_again) << field.name << " " << text;
    }
  }
}

TEST(Base64, R61EveryLengthRoundTrips) {
  std::mt19937 random(1);
  for (size_t size = 0; size < 70; ++size) {
    std::string bytes(size, '\0'), text, back;
    for (char& byte : bytes) byte = static_cast<char>(random());
    AppendBase64(bytes, &text);
    ASSERT_EQ(text.size(), Base64Size(size));
    ASSERT_TRUE(DecodeBase64(text, &back));
    ASSERT_EQ(back, bytes);
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!text.empty() && text.back() == '=') text.pop_back();
    back.clear();
    ASSERT_TRUE(DecodeBase64(text, &back));
    ASSERT_EQ(back, bytes);
  }
}

TEST(Base64, R61RefusesEverythingElse) {
  for (const char* text :
       {"A", "A=", "A==", "A===", "=", "==", "====", "AA=", "AAA==", "AAAA=", "AA=A",
        "AA==AA==", "AA AA", "AAA\n", "AA.A", "AAAAA", "\xff\xff\xff\xff"}) {
    std::string bytes = "kept";
    EXPECT_FALSE(DecodeBase64(text, &bytes)) << text;
    EXPECT_EQ(bytes, "kept");
  }
}

std::string Timestamp(int64_t seconds, int32_t nanos = 0) {
  char text[kMaxTimeText];
  char* end = WriteTimestamp({seconds, nanos}, text);
  return end == nullptr ? "none" : std::string(text, static_cast<size_t>(end - text));
}

TEST(WellKnown, R68EveryThirdDayFromYear1To9999) {
  for (int64_t day = -719162; day <= 2932896; day += 3) {
    std::string text = Timestamp(day * 86400 + 86399);
    SecondsAndNanos parsed;
    ASSERT_TRUE(ParseTimestamp(text, &parsed)) << text;
    ASSERT_EQ(parsed.seconds, day * 86400 + 86399) << text;
  }
  EXPECT_EQ(Timestamp(-62135596800), "0001-01-01T00:00:00Z");
  EXPECT_EQ(Timestamp(-62135596801), "none");
  EXPECT_EQ(Timestamp(253402300799, 999999999), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(Timestamp(253402300800), "none");
  EXPECT_EQ(Timestamp(951782400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(Timestamp(-2203891200), "1900-03-01T00:00:00Z");
}

TEST(WellKnown, R68RefusesWhatIsNoTimestamp) {
  for (const char* text : {"",
                           "2024-01-01",
                           "2024-01-01T00:00:00",
                           "2024-01-01 00:00:00Z",
                           "2024-01-01t00:00:00Z",
                           "2024-01-01T00:00:00z",
                           "2024-1-01T00:00:00Z",
                           "2024-13-01T00:00:00Z",
                           "2024-00-01T00:00:00Z",
                           "2024-01-00T00:00:00Z",
                           "2024-01-32T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2024-04-31T00:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:60Z",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00.0000000000Z",
                           "2024-01-01T00:00:00,5Z",
                           "2024-01-01T00:00:00+0000",
                           "2024-01-01T00:00:00+00",
                           "2024-01-01T00:00:00+24:00",
                           "2024-01-01T00:00:00+00:60",
                           "2024-01-01T00:00:00Z ",
                           " 2024-01-01T00:00:00Z",
                           "2024-01-01T00:00:00ZZ",
                           "0000-01-01T00:00:00Z",
                           "10000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "-001-01-01T00:00:00Z"}) {
    SecondsAndNanos time;
    EXPECT_FALSE(ParseTimestamp(text, &time)) << text;
  }
}

TEST(WellKnown, R69RefusesWhatIsNoDuration) {
  for (const char* text : {"",
                           "s",
                           "1",
                           "-s",
                           "1S",
                           "1 s",
                           " 1s",
                           "1s ",
                           "+1s",
                           "--1s",
                           ".5s",
                           "1.s",
                           "1.0000000000s",
                           "1e3s",
                           "0x1s",
                           "1.5.5s",
                           "1m",
                           "315576000001s",
                           "-315576000001s",
                           "99999999999999999999s"}) {
    SecondsAndNanos span;
    EXPECT_FALSE(ParseDuration(text, &span)) << text;
  }
}

TEST(WellKnown, TextAndMessageBytesOfUrlTypes) {
  struct {
    WellKnown type;
    MaskSpelling spelling;
    const char* text;
    std::string message;
    const char* again;
  } const kRows[] = {
      {WellKnown::kTimestamp, MaskSpelling::kCamelCase, "1970-01-01T00:00:01Z", "\x08\x01",
       "1970-01-01T00:00:01Z"},
      {WellKnown::kDuration, MaskSpelling::kCamelCase, "1.000000001s", "\x08\x01\x10\x01",
       "1.000000001s"},
      {WellKnown::kFieldMask, MaskSpelling::kCamelCase, "a,bC",
       "\x0a\x01"
       "a\x0a\x03"
       "b_c",
       "a,bC"},
      {WellKnown::kFieldMask, MaskSpelling::kEither, "b_c,dE",
       "\x0a\x03"
       "b_c\x0a\x03"
       "d_e",
       "bC,dE"},
      {WellKnown::kFieldMask, MaskSpelling::kEither, "", "", ""},
  };
  for (const auto& row : kRows) {
    std::string message, text;
    ASSERT_TRUE(TextToWellKnown(row.type, row.text, row.spelling, &message)) << row.text;
    EXPECT_EQ(message, row.message) << row.text;
    ASSERT_TRUE(WellKnownToText(row.type, message, row.spelling, &text));
    EXPECT_EQ(text, row.again);
  }
}

std::string MaskText(const std::string& path, MaskSpelling spelling) {
  std::string message = "\x0a", text;
  message += static_cast<char>(path.size());
  return WellKnownToText(WellKnown::kFieldMask, message + path, spelling, &text) ? text : "-";
}

TEST(WellKnown, R33WritesAMasksPathInCamelCaseIfItCan) {
  const struct {
    const char* path;
    const char* camel_case;
    const char* either;
  } kRows[] = {
      {"a", "a", "a"},
      {"a_b.c_d", "aB.cD", "aB.cD"},
      {"line_2", "-", "line_2"},
      {"_a", "A", "A"},
      {"a_", "-", "a_"},
      {"a__b", "-", "a__b"},
      {"_", "-", "_"},
      {"*", "*", "*"},
      {"aB", "-", "-"},  // would come back as a_b
      {"a_2B", "-", "-"},
      {"a,b", "-", "-"},
      {"", "-", "-"},
      {"\xff_2", "-", "-"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(MaskText(row.path, MaskSpelling::kCamelCase), row.camel_case) << row.path;
    EXPECT_EQ(MaskText(row.path, MaskSpelling::kEither), row.either) << row.path;
    std::string back;
    if (row.either == std::string("-")) continue;
    ASSERT_TRUE(TextToWellKnown(WellKnown::kFieldMask, row.either, MaskSpelling::kEither, &back));
    EXPECT_EQ(back.substr(2), row.path);
  }
}

TEST(WellKnown, R70RefusesMasksThatDoNotRoundTrip) {
  std::string message = "kept";
  for (const char* text : {"a,,b", ",", "a,", ",a", "a_b"}) {
    EXPECT_FALSE(TextToWellKnown(WellKnown::kFieldMask, text, MaskSpelling::kCamelCase, &message))
        << text;
    EXPECT_EQ(message, "kept");
  }
}

}  // namespace
}  // namespace trestle
