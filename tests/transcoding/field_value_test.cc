// Field values (RFC 9110 5.5): which bytes are allowed, at every position.

#include "trestle/transcoding/field_value.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

// field-vchar = VCHAR / obs-text, and SP and HTAB between them.
bool MayBeIn(int byte) { return byte == '\t' || (byte >= 0x20 && byte <= 0x7e) || byte >= 0x80; }

TEST(FieldValueTest, OfEveryByteAtEveryPlace) {
  for (const char around : {'a', '\t', '\x80', '\xff'}) {
    for (size_t size = 1; size <= 17; ++size) {
      for (size_t at = 0; at < size; ++at) {
        for (int byte = 0; byte < 256; ++byte) {
          std::string text(size, around);
          text[at] = static_cast<char>(byte);
          ASSERT_EQ(IsFieldValue(text), MayBeIn(byte)) << byte << " at " << at << " of " << size;
          ASSERT_EQ(IsFieldChar(text[at]), MayBeIn(byte)) << byte;
        }
      }
    }
  }
}

TEST(FieldValueTest, MayBeEmpty) { EXPECT_TRUE(IsFieldValue("")); }

}  // namespace
}  // namespace trestle
