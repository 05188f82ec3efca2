// The codec against protobuf's own JSON functions, on the same messages in one run:
//   bazel run -c opt //bench:codec
// "decode" is JSON to serialized bytes, "encode" the reverse; protobuf goes through a
// message object for either. Bytes per second are of JSON.

#include <random>
#include <string>

#include "bench/codec.pb.h"
#include "benchmark/benchmark.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/util/json_util.h"
#include "trestle/transcoding/json_to_wire.h"
#include "trestle/transcoding/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;

// A message in all of its forms.
struct Case {
  std::unique_ptr<Message> type;
  const Schema* schema;
  std::string wire;
  std::string json;
};

Case MakeCase(const Message& message) {
  Case made;
  made.type.reset(message.New());
  made.schema = &SchemaPool::Generated().Get(*message.GetDescriptor());
  made.wire = message.SerializeAsString();
  if (!WireToJson(made.wire, *made.schema, {}, &made.json).ok()) abort();
  return made;
}

Case Object() {
  bench::Book book;
  book.set_name("shelves/7/books/1861");
  book.set_title("Great Expectations");
  book.set_pages(544);
  book.set_copies_sold(1234567);
  book.set_price(8.99);
  book.set_available(true);
  book.set_format(bench::Book::PAPERBACK);
  book.add_tags("classic");
  (*book.mutable_labels())["ed"] = "2nd";
  book.mutable_author()->set_name("Charles Dickens");
  book.mutable_author()->set_born(1812);
  book.mutable_published()->set_seconds(1041379200);
  book.set_cover("\x89PNG");
  return MakeCase(book);
}

// 1,000 objects of 3 to 8 fields, about 84 KB.
Case List() {
  bench::ItemList list;
  for (int i = 1; i <= 1000; ++i) {
    bench::Item& item = *list.add_items();
    item.set_id(i);
    item.set_name("item number " + std::to_string(i));
    item.set_active(true);
    if (i % 3 > 0) item.set_score(i * 0.25);
    if (i % 3 > 1) item.set_owner("somebody");
    if (i % 4 > 0) item.set_revision(int64_t{i} * 1000003);
    if (i % 4 > 1) item.add_parts(i % 7), item.add_parts(i);
    if (i % 4 > 2) item.set_note("a short remark");
  }
  return MakeCase(list);
}

Case Text() {
  bench::Large large;
  large.set_text(std::string(1 << 20, 'x'));
  return MakeCase(large);
}

Case Int32s() {
  std::mt19937 random(1);
  bench::Large large;
  for (int i = 0; i < 1024; ++i) large.add_int32s(static_cast<int32_t>(random()) >> (i % 24));
  return MakeCase(large);
}

Case Doubles() {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> real(-1000, 1000);
  bench::Large large;
  for (int i = 0; i < 1024; ++i) large.add_doubles(real(random));
  return MakeCase(large);
}

Case Bytes() {
  std::mt19937 random(1);
  bench::Large large;
  std::string& bytes = *large.mutable_bytes();
  for (int i = 0; i < 1 << 20; ++i) bytes += static_cast<char>(random());
  return MakeCase(large);
}

void Count(benchmark::State& state, const Case& on) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(on.json.size()));
}

void Decode(benchmark::State& state, Case (*make)()) {
  Case on = make();
  for (auto _ : state) {
    std::string wire;
    if (!JsonToWire(on.json, *on.schema, {}, &wire).ok()) abort();
    benchmark::DoNotOptimize(wire);
  }
  Count(state, on);
}

void Encode(benchmark::State& state, Case (*make)()) {
  Case on = make();
  for (auto _ : state) {
    std::string json;
    if (!WireToJson(on.wire, *on.schema, {}, &json).ok()) abort();
    benchmark::DoNotOptimize(json);
  }
  Count(state, on);
}

void ProtobufDecode(benchmark::State& state, Case (*make)()) {
  Case on = make();
  for (auto _ : state) {
    std::unique_ptr<Message> message(on.type->New());
    std::string wire;
    if (!google::protobuf::util::JsonStringToMessage(on.json, message.get()).ok()) abort();
    message->SerializeToString(&wire);
    benchmark::DoNotOptimize(wire);
  }
  Count(state, on);
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
  Count(state, on);
}

#define TRESTLE_CODEC_CASE(name)                    \
  BENCHMARK_CAPTURE(Decode, name, &(name));         \
  BENCHMARK_CAPTURE(ProtobufDecode, name, &(name)); \
  BENCHMARK_CAPTURE(Encode, name, &(name));         \
  BENCHMARK_CAPTURE(ProtobufEncode, name, &(name))

TRESTLE_CODEC_CASE(Object);
TRESTLE_CODEC_CASE(List);
TRESTLE_CODEC_CASE(Text);
TRESTLE_CODEC_CASE(Int32s);
TRESTLE_CODEC_CASE(Doubles);
TRESTLE_CODEC_CASE(Bytes);

// One field of a message of `range(0)`: what a message does not hold must cost nothing.
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
