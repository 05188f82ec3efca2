// Round trips of random messages through the codec, and through protobuf's JSON functions in one
// direction and the codec in the other.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/protobuf/wire_format_lite.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/tests/transcoding/codec/libprotobuf_departures.h"
#include "trestle/tests/transcoding/codec/random_message.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;
using test::Everything;
using test::Everything2;

constexpr int kRounds = 600;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

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

std::string ToJson(const Message& type, const std::string& wire, const JsonWriteOptions& options) {
  std::string json;
  absl::Status status = WireToJson(wire, SchemaOf(type), options, &json);
  EXPECT_TRUE(status.ok()) << status << "\n" << type.DebugString();
  return json;
}

std::unique_ptr<Message> FromJson(const Message& type, const std::string& json,
                                  const JsonReadOptions& options = {}) {
  std::unique_ptr<Message> message(type.New());
  std::string wire;
  absl::Status status = JsonToWire(json, SchemaOf(type), options, &wire);
  EXPECT_TRUE(status.ok()) << status << "\n" << json;
  EXPECT_TRUE(message->ParsePartialFromString(wire)) << json;
  return message;
}

std::unique_ptr<Message> RandomOf(const Message& type, int seed) {
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  std::unique_ptr<Message> message(type.New());
  FillRandom(random, seed % 5, message.get());
  // Reflection adds a map entry even if its key exists; parsing keeps the last one.
  message->ParsePartialFromString(message->SerializePartialAsString());
  return message;
}

class RoundTrip : public testing::TestWithParam<const Message*> {
 protected:
  const Message& type() const { return *GetParam(); }
};

TEST_P(RoundTrip, WireToJsonToWireIsTheSameMessage) {
  for (int seed = 0; seed < kRounds; ++seed) {
    std::unique_ptr<Message> message = RandomOf(type(), seed);
    std::string json = ToJson(type(), message->SerializePartialAsString(), {});
    ASSERT_EQ(Difference(*message, *FromJson(type(), json)), "") << "seed " << seed << "\n" << json;
  }
}

TEST_P(RoundTrip, EveryWriteOptionReadsBackTheSame) {
  for (int bits = 0; bits < 64; ++bits) {
    JsonReadOptions read;
    JsonWriteOptions options;
    options.original_names = (bits & 1) != 0;
    options.always_print_defaults = (bits & 2) != 0;
    options.enums_as_numbers = (bits & 4) != 0;
    options.int64_as_numbers = (bits & 8) != 0;
    options.short_enum_names = read.short_enum_names = (bits & 16) != 0;
    options.null_for_unset = (bits & 32) != 0;
    for (int seed = 0; seed < 40; ++seed) {
      std::unique_ptr<Message> message = RandomOf(type(), seed);
      std::string json = ToJson(type(), message->SerializePartialAsString(), options);
      ASSERT_EQ(Difference(*message, *FromJson(type(), json, read)), "") << "seed " << seed << "\n"
                                                                         << json;
    }
  }
}

// The descriptor of `type`'s `field`, which may be an extension.
const google::protobuf::FieldDescriptor* DescriptorOf(const Field& field, const Message& type) {
  const google::protobuf::Descriptor& descriptor = *type.GetDescriptor();
  if (!field.extension) return descriptor.FindFieldByNumber(field.number);
  return descriptor.file()->pool()->FindExtensionByNumber(&descriptor, field.number);
}

// The bytes of a message and of the messages within it, split and reassembled in another order with
// the same meaning.
std::vector<std::string> FieldsOf(absl::string_view wire) {
  std::vector<std::string> fields;
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done()) {
    absl::string_view rest = reader.rest();
    EXPECT_TRUE(reader.ReadTag(&tag) && reader.Skip(tag));
    fields.emplace_back(rest.substr(0, rest.size() - reader.rest().size()));
  }
  return fields;
}

// Merging two Anys could combine the type of one with the value of the other, and merging two
// durations could combine seconds and nanos of different signs. A message can contain both.
void ClearUnmergeable(Message* message) {
  for (const char* name : {"any", "duration", "everything"}) {
    const google::protobuf::FieldDescriptor* field =
        message->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) message->GetReflection()->ClearField(message, field);
  }
}

TEST_P(RoundTrip, BytesInAnyOrderPrintAsTheParsedMessage) {
  for (int seed = 0; seed < kRounds; ++seed) {
    std::mt19937_64 random(static_cast<uint64_t>(seed));
    std::vector<std::string> fields = FieldsOf(RandomOf(type(), seed)->SerializePartialAsString());
    std::unique_ptr<Message> other = RandomOf(type(), seed + kRounds);
    ClearUnmergeable(other.get());
    for (const std::string& more : FieldsOf(other->SerializePartialAsString())) {
      fields.push_back(more);
    }
    std::shuffle(fields.begin(), fields.end(), random);
    std::string wire;
    for (const std::string& field : fields) wire += field;
    std::unique_ptr<Message> parsed(type().New());
    ASSERT_TRUE(parsed->ParsePartialFromString(wire));
    std::string json = ToJson(type(), wire, {});
    ASSERT_EQ(Difference(*parsed, *FromJson(type(), json)), "") << "seed " << seed << "\n" << json;
  }
}

TEST_P(RoundTrip, FieldsAloneAreTheSameAsInTheMessage) {
  for (int seed = 0; seed < 300; ++seed) {
    std::unique_ptr<Message> message = RandomOf(type(), seed);
    std::string wire = message->SerializePartialAsString();
    std::string again;
    for (const Field& field : SchemaOf(type()).fields()) {
      const google::protobuf::FieldDescriptor* descriptor = DescriptorOf(field, type());
      std::string json;
      ASSERT_TRUE(WireToJsonField(wire, SchemaOf(type()), field, {}, &json).ok());
      bool set = descriptor->is_repeated()
                     ? message->GetReflection()->FieldSize(*message, descriptor) > 0
                     : message->GetReflection()->HasField(*message, descriptor);
      if (!set) continue;
      absl::Status status = JsonToWireField(json, field, {}, &again);
      ASSERT_TRUE(status.ok()) << status << "\n" << json;
    }
    std::unique_ptr<Message> parsed(type().New());
    ASSERT_TRUE(parsed->ParsePartialFromString(again));
    ASSERT_EQ(Difference(*message, *parsed), "") << "seed " << seed;
  }
}

TEST_P(RoundTrip, ProtobufReadsOurJson) {
  for (int seed = 0; seed < kRounds; ++seed) {
    std::unique_ptr<Message> message = RandomOf(type(), seed);
    ASSERT_TRUE(ClearWhatLibprotobufCannotSay(message.get()));
    std::string json = ToJson(type(), message->SerializePartialAsString(), {});
    std::unique_ptr<Message> read(type().New());
    auto status = google::protobuf::util::JsonStringToMessage(json, read.get());
    ASSERT_TRUE(status.ok()) << status.ToString() << "\n" << json;
    ASSERT_EQ(Difference(*message, *read), "") << "seed " << seed << "\n" << json;
  }
}

TEST_P(RoundTrip, WeReadProtobufsJson) {
  for (int seed = 0; seed < kRounds; ++seed) {
    std::unique_ptr<Message> message = RandomOf(type(), seed);
    ASSERT_TRUE(ClearWhatLibprotobufCannotSay(message.get()));
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(*message, &json).ok());
    ASSERT_EQ(Difference(*message, *FromJson(type(), json)), "") << "seed " << seed << "\n" << json;
  }
}

INSTANTIATE_TEST_SUITE_P(Types, RoundTrip,
                         testing::Values(&Everything::default_instance(),
                                         &Everything2::default_instance()),
                         [](const testing::TestParamInfo<const Message*>& type) {
                           return type.param->GetDescriptor()->name();
                         });

}  // namespace
}  // namespace trestle
