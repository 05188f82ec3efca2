// Compares the codec with protobuf's own JSON functions, for the same messages in one run:
//   ./dev bench codec
// "decode" is JSON to serialized bytes, "encode" the reverse; protobuf uses a message object in
// both directions. Bytes per second are bytes of JSON.

#include <memory>
#include <string>

#include "benchmark/benchmark.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/util/json_util.h"
#include "trestle/bench/codec_cases.h"
#include "trestle/bench/codec_loops.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using bench::Case;
using bench::Count;
using bench::Decode;
using bench::Encode;
using google::protobuf::Message;

void ProtobufDecode(benchmark::State& state, Case (*make)()) {
  Case on = make();
  for (auto _ : state) {
    std::unique_ptr<Message> message(on.type->New());
    std::string wire;
    if (!google::protobuf::util::JsonStringToMessage(on.json, message.get()).ok()) abort();
    message->SerializeToString(&wire);
    benchmark::DoNotOptimize(wire);
  }
  Count(state, on.json.size());
}

void ProtobufEncode(benchmark::State& state, Case (*make)()) {
  Case on = make();
  for (auto _ : state) {
    std::unique_ptr<Message> message(on.type->New());
    std::string json;
    if (!message->ParseFromString(on.wire)) abort();
    if (!google::protobuf::util::MessageToJsonString(*message, &json).ok()) abort();
    benchmark::DoNotOptimize(json);
  }
  Count(state, on.json.size());
}

#define TRESTLE_CODEC_CASE(name)                         \
  BENCHMARK_CAPTURE(Decode, name, &bench::name);         \
  BENCHMARK_CAPTURE(ProtobufDecode, name, &bench::name); \
  BENCHMARK_CAPTURE(Encode, name, &bench::name);         \
  BENCHMARK_CAPTURE(ProtobufEncode, name, &bench::name)

TRESTLE_CODEC_CASE(Object);
TRESTLE_CODEC_CASE(List);
TRESTLE_CODEC_CASE(Text);
TRESTLE_CODEC_CASE(Int32s);
TRESTLE_CODEC_CASE(Doubles);
TRESTLE_CODEC_CASE(Bytes);

// One field of a message with `range(0)` fields. Fields that are not set must not cost anything.
const google::protobuf::Descriptor& Wide(int fields, google::protobuf::DescriptorPool* pool) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("wide.proto");
  file.set_syntax("proto3");
  google::protobuf::DescriptorProto& message = *file.add_message_type();
  message.set_name("Wide");
  for (int i = 1; i <= fields; ++i) {
    google::protobuf::FieldDescriptorProto& field = *message.add_field();
    field.set_name("field_" + std::to_string(i));
    field.set_number(i);
    field.set_type(google::protobuf::FieldDescriptorProto::TYPE_INT32);
    field.set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  }
  return *pool->BuildFile(file)->message_type(0);
}

void DecodeWide(benchmark::State& state) {
  google::protobuf::DescriptorPool pool;
  SchemaPool schemas(&pool);
  const Schema& schema = schemas.Get(Wide(static_cast<int>(state.range(0)), &pool));
  std::string json = "{\"field" + std::to_string(state.range(0)) + "\":12345}";
  for (auto _ : state) {
    std::string wire;
    if (!JsonToWire(json, schema, {}, &wire).ok()) abort();
    benchmark::DoNotOptimize(wire);
  }
}
BENCHMARK(DecodeWide)->Arg(3)->Arg(30)->Arg(300);

void EncodeWide(benchmark::State& state) {
  google::protobuf::DescriptorPool pool;
  SchemaPool schemas(&pool);
  const Schema& schema = schemas.Get(Wide(static_cast<int>(state.range(0)), &pool));
  std::string wire;
  std::string text = "{\"field" + std::to_string(state.range(0)) + "\":12345}";
  if (!JsonToWire(text, schema, {}, &wire).ok()) abort();
  for (auto _ : state) {
    std::string json;
    if (!WireToJson(wire, schema, {}, &json).ok()) abort();
    benchmark::DoNotOptimize(json);
  }
}
BENCHMARK(EncodeWide)->Arg(3)->Arg(30)->Arg(300);

}  // namespace
}  // namespace trestle

BENCHMARK_MAIN();
