#include "trestle/transcoding/percent.h"

#include <string>

#include "gtest/gtest.h"

namespace trestle {
namespace {

constexpr char kMalformed[] = "malformed";

struct DecodeRow {
  const char* rule;
  Decode escapes;
  std::string raw;
  std::string text;  // or kMalformed
};

const DecodeRow kDecodeRows[] = {
    {"R18", Decode::kAll, "x%2Fy", "x/y"},
    {"R18", Decode::kAll, "x%2fy", "x/y"},
    {"R18", Decode::kAll, "", ""},
    {"R18", Decode::kAll, "a+b", "a+b"},        // a plus is a plus in a path
    {"R18", Decode::kAll, "%25%32%46", "%2F"},  // decoded once, not twice
    {"R20", Decode::kKeepSlash, "x%2Fy%2fz", "x%2Fy%2fz"},
    {"R20", Decode::kKeepSlash, "x%20y/%41", "x y/A"},
    {"R20", Decode::kKeepSlash, "%252F", "%2F"},
    {"R24", Decode::kQuery, "a+b%20c%2Bd", "a b c+d"},
    {"R24", Decode::kQuery, "%2F%00", std::string("/\0", 2)},
    {"R23", Decode::kAll, "%", kMalformed},
    {"R23", Decode::kAll, "%2", kMalformed},
    {"R23", Decode::kAll, "ab%zz", kMalformed},
    {"R23", Decode::kAll, "%2 0", kMalformed},
    {"R23", Decode::kAll, "%%32", kMalformed},
    {"R23", Decode::kKeepSlash, "%+f", kMalformed},
    {"R23", Decode::kQuery, "a=%g0", kMalformed},
    {"R23", Decode::kQuery, "%u0041", kMalformed},
};

TEST(Percent, Decodes) {
  for (const DecodeRow& row : kDecodeRows) {
    std::string text = "before ";
    const std::string decoded =
        PercentDecode(row.raw, row.escapes, &text) ? text : std::string(kMalformed);
    const bool bad = row.text == kMalformed;
    EXPECT_EQ(decoded, bad ? row.text : "before " + row.text) << row.rule << " " << row.raw;
  }
}

TEST(Percent, DecodesInPlace) {
  std::string text = "a%20b%2F";
  const auto size = PercentDecode(text, Decode::kAll, &text[0]);
  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(text.substr(0, *size), "a b/");
}

struct EncodeRow {
  const char* rule;
  Encode kept;
  std::string text;
  std::string raw;
};

const EncodeRow kEncodeRows[] = {
    {"R17", Encode::kSegment, "-_.~09azAZ", "-_.~09azAZ"},
    {"R17", Encode::kSegment, "a/b?c#d e+f:g*h%i", "a%2Fb%3Fc%23d%20e%2Bf%3Ag%2Ah%25i"},
    {"R17", Encode::kSegment, "\xC3\xA9", "%C3%A9"},
    {"R17", Encode::kSegment, std::string("\0\x7F", 2), "%00%7F"},
    {"R19", Encode::kPath, "shelves/1 2/%2F", "shelves/1%202/%252F"},
    {"R5", Encode::kLiteral, "a!$&'()+,;=@b", "a!$&'()+,;=@b"},
    {"R5", Encode::kLiteral, "a:b*c/d", "a%3Ab%2Ac%2Fd"},
};

TEST(Percent, Encodes) {
  for (const EncodeRow& row : kEncodeRows) {
    std::string raw;
    PercentEncode(row.text, row.kept, &raw);
    EXPECT_EQ(raw, row.raw) << row.rule;
  }
}

TEST(Percent, EveryByteSurvivesTheTrip) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (Encode kept : {Encode::kSegment, Encode::kPath, Encode::kLiteral}) {
    std::string raw, text;
    PercentEncode(all, kept, &raw);
    ASSERT_TRUE(PercentDecode(raw, Decode::kAll, &text));
    EXPECT_EQ(text, all);
  }
}

}  // namespace
}  // namespace trestle
