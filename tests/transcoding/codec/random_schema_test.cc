// The codec and the mapping with random messages of random schemas, compared with protobuf's
// DynamicMessage and its JSON functions. A failure names the seeds of the schema and of the
// message, which reproduce it.

#include "trestle/tests/transcoding/codec/random_schema.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "trestle/tests/transcoding/codec/libprotobuf_departures.h"
#include "trestle/tests/transcoding/codec/random_message.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;
using Random = std::mt19937_64;

constexpr uint64_t kSchemas = 250;
constexpr uint64_t kMessages = 3;  // of each type of a schema

// Returns the difference, or "".
std::string Difference(const Message& a, const Message& b) {
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  google::protobuf::util::DefaultFieldComparator compare;
  compare.set_treat_nan_as_equal(true);
  differencer.set_field_comparator(&compare);
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(a, b) ? "" : difference;
}

// Keeps the last entry of each key of a map: a DynamicMessage keeps all of them.
void KeepLastEntries(const FieldDescriptor& map, Message* message) {
  const Reflection& fields = *message->GetReflection();
  const auto key_of = [&](int i) {
    const Message& entry = fields.GetRepeatedMessage(*message, &map, i);
    std::string key;
    TextFormat::PrintFieldValueToString(entry, map.message_type()->map_key(), -1, &key);
    return key;
  };
  std::map<std::string, int> last;
  const int size = fields.FieldSize(*message, &map);
  for (int i = 0; i < size; ++i) last[key_of(i)] = i;
  int kept = 0;
  for (int i = 0; i < size; ++i) {
    if (last[key_of(i)] == i) fields.SwapElements(message, &map, kept++, i);
  }
  while (fields.FieldSize(*message, &map) > kept) fields.RemoveLast(message, &map);
}

void KeepLastEntries(Message* message) {
  const Reflection& fields = *message->GetReflection();
  std::vector<const FieldDescriptor*> set;
  fields.ListFields(*message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->is_map()) KeepLastEntries(*field, message);
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) KeepLastEntries(fields.MutableMessage(message, field));
    for (int i = 0; field->is_repeated() && i < fields.FieldSize(*message, field); ++i) {
      KeepLastEntries(fields.MutableRepeatedMessage(message, field, i));
    }
  }
}

// A random message of a type of a random schema, and both ways of the codec for it.
struct Case {
  RandomSchema& schemas;
  const Descriptor& type;
  Random random;
  std::unique_ptr<Message> message;

  const Schema& schema() const { return schemas.Get(type); }

  std::unique_ptr<Message> Parse(const std::string& wire) const {
    std::unique_ptr<Message> parsed = schemas.New(type);
    EXPECT_TRUE(parsed->ParsePartialFromString(wire));
    KeepLastEntries(parsed.get());
    return parsed;
  }
  std::string ToJson(const std::string& wire, const JsonWriteOptions& options = {}) const {
    std::string json;
    const absl::Status status = WireToJson(wire, schema(), options, &json);
    EXPECT_TRUE(status.ok()) << status;
    return json;
  }
  std::unique_ptr<Message> FromJson(const std::string& json,
                                    const JsonReadOptions& options = {}) const {
    std::string wire;
    const absl::Status status = JsonToWire(json, schema(), options, &wire);
    EXPECT_TRUE(status.ok()) << status << "\n" << json;
    return Parse(wire);
  }
};

Case NewCase(RandomSchema& schemas, const Descriptor& type, uint64_t seed) {
  Case made = {schemas, type, Random(seed), schemas.New(type)};
  FillRandom(made.random, static_cast<int>(seed % 4), made.message.get());
  KeepLastEntries(made.message.get());
  made.message->DiscardUnknownFields();  // numbers that a closed enum has not
  return made;
}

// Runs `check` over the fixed list of seeds, each of `kSchemas` files of all types.
void ForRandomCases(const std::function<void(Case&)>& check, uint64_t schemas_count = kSchemas) {
  for (uint64_t seed = 0; seed < schemas_count; ++seed) {
    RandomSchema schemas(seed);
    for (const Descriptor* type : schemas.types()) {
      for (uint64_t i = 0; i < kMessages; ++i) {
        SCOPED_TRACE(absl::StrCat("schema ", seed, ", ", type->full_name(), ", message ", i));
        Case made = NewCase(schemas, *type, seed * kMessages + i);
        check(made);
        if (testing::Test::HasFailure()) FAIL() << schemas.DebugString();
      }
    }
  }
}

TEST(RandomSchema, WireToJsonToWireIsTheSameMessage) {
  ForRandomCases([](Case& made) {
    const std::string json = made.ToJson(made.message->SerializePartialAsString());
    EXPECT_EQ(Difference(*made.message, *made.FromJson(json)), "") << json;
  });
}

TEST(RandomSchema, EveryOptionReadsBackTheSame) {
  ForRandomCases([](Case& made) {
    JsonReadOptions read;
    JsonWriteOptions write;
    const uint64_t bits = made.random();
    write.original_names = (bits & 1) != 0;
    write.always_print_defaults = (bits & 2) != 0;
    write.enums_as_numbers = (bits & 4) != 0;
    write.int64_as_numbers = (bits & 8) != 0;
    write.short_enum_names = read.short_enum_names = (bits & 16) != 0;
    read.case_insensitive_enums = (bits & 32) != 0;
    read.ignore_unknown_fields = (bits & 64) != 0;
    const std::string json = made.ToJson(made.message->SerializePartialAsString(), write);
    EXPECT_EQ(Difference(*made.message, *made.FromJson(json, read)), "") << bits << json;
  });
}

// The bytes of a message's fields, one by one.
std::vector<std::string> FieldsOf(absl::string_view wire) {
  std::vector<std::string> fields;
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    const absl::string_view rest = reader.rest();
    EXPECT_TRUE(reader.ReadTag(&tag) && reader.Skip(tag));
    fields.emplace_back(rest.substr(0, rest.size() - reader.rest().size()));
  }
  return fields;
}

// Each field twice, in any order: messages merge with themselves, lists are twice as long, and of a
// oneof the last member is left.
TEST(RandomSchema, DisorderPrintsAsTheParsedMessage) {
  ForRandomCases([](Case& made) {
    const std::string once = made.message->SerializePartialAsString();
    std::vector<std::string> fields = FieldsOf(once + once);
    std::shuffle(fields.begin(), fields.end(), made.random);
    std::string wire;
    for (const std::string& field : fields) wire += field;
    const std::string json = made.ToJson(wire);
    EXPECT_EQ(Difference(*made.Parse(wire), *made.FromJson(json)), "") << json;
  });
}

TEST(RandomSchema, ProtobufReadsOurJson) {
  int compared = 0;
  ForRandomCases([&compared](Case& made) {
    if (!ClearWhatLibprotobufCannotSay(made.message.get())) return;
    ++compared;
    const std::string json = made.ToJson(made.message->SerializePartialAsString());
    std::unique_ptr<Message> read = made.schemas.New(made.type);
    const auto status = google::protobuf::util::JsonStringToMessage(json, read.get());
    EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << json;
    EXPECT_EQ(Difference(*made.message, *read), "") << json;
  });
  EXPECT_GT(compared, 5000);
}

TEST(RandomSchema, WeReadProtobufsJson) {
  int compared = 0;
  ForRandomCases([&compared](Case& made) {
    if (!ClearWhatLibprotobufCannotSay(made.message.get())) return;
    ++compared;
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(*made.message, &json);
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(Difference(*made.message, *made.FromJson(json)), "") << json;
  });
  EXPECT_GT(compared, 5000);
}

// Returns true if a backend can parse `message` from its wire form.
bool IsParsed(const google::protobuf::Message& message) {
  const std::unique_ptr<google::protobuf::Message> parsed(message.New());
  const google::protobuf::LogSilencer silence;
  return parsed->ParseFromString(message.SerializePartialAsString());
}

// A message that a client can send arrives unchanged, in the query and in the body. A message that
// protobuf would not parse because a required field is missing is rejected (R77).
TEST(RandomSchema, RequestsSurviveTheTrip) {
  int sent = 0;
  ForRandomCases([&sent](Case& made) {
    for (const char* body : {"", "*"}) {
      const absl::StatusOr<Binding> binding =
          Bind({"POST", "/v1/x", body, ""}, made.schema(), made.schema());
      ASSERT_TRUE(binding.ok()) << binding.status();
      const auto http = EncodeRequest(*binding, made.message->SerializePartialAsString());
      EXPECT_TRUE(http.ok() || *body == '\0') << http.status();
      if (!http.ok()) continue;
      ++sent;
      std::string wire;
      const absl::Status status = DecodeRequest(*binding, {}, *http, BodyFormat::kJson, {}, &wire);
      EXPECT_EQ(status.ok(), IsParsed(*made.message)) << status << "\n?" << http->query << "\n"
                                                      << http->body;
      if (!status.ok()) continue;
      EXPECT_EQ(Difference(*made.message, *made.Parse(wire)), "") << http->query;
    }
  });
  EXPECT_GT(sent, 1000);
}

// Hostile -------------------------------------------------------------------------------

constexpr uint64_t kHostileSchemas = 12;

// Expects a clean error or a message. Returns true for a message.
bool CheckJson(const Case& made, const std::string& json) {
  const std::vector<char> exact(json.begin(), json.end());  // for AddressSanitizer
  std::string wire;
  const absl::Status status =
      JsonToWire(absl::string_view(exact.data(), exact.size()), made.schema(), {}, &wire);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StartsWith(status.message(), "line ")) << status;
    return false;
  }
  made.Parse(wire);
  return true;
}

bool IsJson(const std::string& text) {
  JsonReader reader(text, 1000);
  return reader.SkipValue() && reader.ReadEnd();
}

void CheckWire(const Case& made, const std::string& wire) {
  const std::vector<char> exact(wire.begin(), wire.end());
  std::string json;
  const absl::Status status =
      WireToJson(absl::string_view(exact.data(), exact.size()), made.schema(), {}, &json);
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInternal) << status;
  EXPECT_TRUE(!status.ok() || IsJson(json)) << json;
}

TEST(RandomSchema, NoPrefixOfAJsonTextIsOne) {
  ForRandomCases(
      [](Case& made) {
        const std::string json = made.ToJson(made.message->SerializePartialAsString());
        const size_t step = 1 + json.size() / 400;
        for (size_t size = 0; size < json.size(); size += step) {
          EXPECT_FALSE(CheckJson(made, json.substr(0, size))) << json.substr(0, size);
        }
        EXPECT_TRUE(CheckJson(made, json)) << json;
      },
      kHostileSchemas);
}

TEST(RandomSchema, AnyByteOfAJsonTextMayChange) {
  static constexpr char kBytes[] = "\"\\{}[]:,0-.eEtfnu \n\x00\x1f\x7f\x80\xc3\xff";
  ForRandomCases(
      [](Case& made) {
        const std::string json = made.ToJson(made.message->SerializePartialAsString());
        for (int round = 0; round < 200; ++round) {
          std::string changed = json;
          changed[made.random() % json.size()] = round % 2 == 0
                                                     ? kBytes[made.random() % (sizeof(kBytes) - 1)]
                                                     : static_cast<char>(made.random());
          CheckJson(made, changed);
        }
      },
      kHostileSchemas);
}

TEST(RandomSchema, AnyPrefixAndByteOfAMessageMayChange) {
  ForRandomCases(
      [](Case& made) {
        const std::string wire = made.message->SerializePartialAsString();
        for (size_t size = 0; size < wire.size(); size += 1 + wire.size() / 100) {
          CheckWire(made, wire.substr(0, size));
          std::string changed = wire;
          changed[made.random() % wire.size()] = static_cast<char>(made.random());
          CheckWire(made, changed);
        }
      },
      kHostileSchemas);
}

}  // namespace
}  // namespace trestle
