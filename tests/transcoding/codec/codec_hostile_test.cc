// Broken input: whatever is cut off or changed, the codec returns a clean error or a valid message.
// Runs under the sanitizers too, whose findings fail this test.

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/any.pb.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/tests/transcoding/codec/random_message.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

std::unique_ptr<Message> RandomOf(const Message& type, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::unique_ptr<Message> message(type.New());
  FillRandom(random, static_cast<int>(seed % 3), message.get());
  return message;
}

std::string JsonOf(const Message& message) {
  std::string json;
  EXPECT_TRUE(WireToJson(message.SerializePartialAsString(), SchemaOf(message), {}, &json).ok());
  return json;
}

// A heap copy of the exact size, so that AddressSanitizer detects reads past the end.
absl::Status ReadExactly(const std::string& json, const Message& type, std::string* wire) {
  std::vector<char> exact(json.begin(), json.end());
  return JsonToWire(absl::string_view(exact.data(), exact.size()), SchemaOf(type), {}, wire);
}

// Returns true for JSON that is accepted.
bool CheckJson(const std::string& json, const Message& type) {
  std::string wire;
  absl::Status status = ReadExactly(json, type, &wire);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message().substr(0, 5), "line ");
    return false;
  }
  JsonReader reader(json, 100);
  EXPECT_TRUE(reader.SkipValue() && reader.ReadEnd()) << json;
  std::unique_ptr<Message> message(type.New());
  EXPECT_TRUE(message->ParsePartialFromString(wire)) << json;
  std::string again;
  EXPECT_TRUE(WireToJson(wire, SchemaOf(type), {}, &again).ok()) << json;
  return true;
}

bool CheckWire(const std::string& wire, const Message& type) {
  std::vector<char> exact(wire.begin(), wire.end());
  std::string json;
  absl::Status status =
      WireToJson(absl::string_view(exact.data(), exact.size()), SchemaOf(type), {}, &json);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    return false;
  }
  JsonReader reader(json, 1000);
  EXPECT_TRUE(reader.SkipValue() && reader.ReadEnd()) << json;
  return true;
}

class Hostile : public testing::TestWithParam<const Message*> {};

TEST_P(Hostile, NoPrefixOfAJsonTextIsOne) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    std::string json = JsonOf(*RandomOf(*GetParam(), seed));
    for (size_t size = 0; size < json.size(); ++size) {
      ASSERT_FALSE(CheckJson(json.substr(0, size), *GetParam())) << json.substr(0, size);
    }
    ASSERT_TRUE(CheckJson(json, *GetParam()));
  }
}

TEST_P(Hostile, AnyByteOfAJsonTextMayChange) {
  std::mt19937_64 random(1);
  static constexpr char kBytes[] = "\"\\{}[]:,0-.eEtfnu \n\x00\x1f\x7f\x80\xc3\xff";
  for (uint64_t seed = 0; seed < 10; ++seed) {
    std::string json = JsonOf(*RandomOf(*GetParam(), seed));
    for (size_t i = 0; i < json.size(); ++i) {
      std::string changed = json;
      changed[i] = kBytes[random() % (sizeof(kBytes) - 1)];
      CheckJson(changed, *GetParam());
      changed[i] = static_cast<char>(random());
      CheckJson(changed, *GetParam());
      changed.erase(i, 1);
      CheckJson(changed, *GetParam());
      CheckJson(json.substr(0, i) + json.substr(json.size() - random() % json.size()), *GetParam());
    }
  }
}

TEST_P(Hostile, AnyPrefixOfAMessageMayCome) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    std::string wire = RandomOf(*GetParam(), seed)->SerializePartialAsString();
    for (size_t size = 0; size <= wire.size(); ++size) CheckWire(wire.substr(0, size), *GetParam());
  }
}

TEST_P(Hostile, AnyByteOfAMessageMayChange) {
  std::mt19937_64 random(1);
  for (uint64_t seed = 0; seed < 10; ++seed) {
    std::string wire = RandomOf(*GetParam(), seed)->SerializePartialAsString();
    for (size_t i = 0; i < wire.size(); ++i) {
      std::string changed = wire;
      for (int round = 0; round < 4; ++round) {
        changed[i] = static_cast<char>(round == 0 ? wire[i] + 1 : random());
        CheckWire(changed, *GetParam());
      }
    }
  }
}

TEST_P(Hostile, NoiseIsRefusedOrRead) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string noise(random() % 40, '\0');
    for (char& byte : noise) byte = static_cast<char>(random() % (round % 2 == 0 ? 256 : 32));
    CheckWire(noise, *GetParam());
    CheckJson(noise, *GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Types, Hostile,
                         testing::Values(&test::Everything::default_instance(),
                                         &test::Everything2::default_instance()),
                         [](const testing::TestParamInfo<const Message*>& type) {
                           return type.param->GetDescriptor()->name();
                         });

// Each of these has made a codec slow. Here they only have to end within the time-out of the test.
TEST(HostileSize, CostsNoMoreThanItsBytes) {
  const size_t kMany = 200000;
  std::string wire, json;
  json = "{\"everything\":";
  for (int i = 0; i < 20; ++i) json += "{\"any\":{\"value\":";  // too deep in the end, or not
  CheckJson(json, test::Everything());
  json = "{\"mapString\":{\"k\":\"\"";
  for (size_t i = 0; i < kMany; ++i) json += ",\"" + std::to_string(i) + "\":\"\"";
  EXPECT_TRUE(CheckJson(json + "}}", test::Everything()));
  json = "{\"int32s\":[0";
  for (size_t i = 0; i < kMany; ++i) json += ",1";
  EXPECT_TRUE(CheckJson(json + "]}", test::Everything()));
  json = "{\"stringField\":\"";
  for (size_t i = 0; i < kMany; ++i) json += "\\u00e9";
  EXPECT_TRUE(CheckJson(json + "\"}", test::Everything()));
  json = "{\"int32Field\":1" + std::string(kMany, '0') + "e-" + std::to_string(kMany) + "}";
  EXPECT_TRUE(CheckJson(json, test::Everything()));
}

// An Any whose type comes last, with the next such Any within, and a long text within all.
TEST(HostileSize, TypesThatComeLastAreLookedForOnce) {
  std::string json =
      "{\"@type\":\"x/google.protobuf.Value\",\"value\":\"" + std::string(2 << 20, 'x') + "\"}";
  for (int i = 0; i < 90; ++i) {
    json = absl::StrCat("{\"value\":", json, ",\"@type\":\"x/google.protobuf.Any\"}");
  }
  std::string wire;
  EXPECT_TRUE(
      JsonToWire(json, SchemaOf(google::protobuf::Any::default_instance()), {}, &wire).ok());
}

}  // namespace
}  // namespace trestle
