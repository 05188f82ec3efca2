// Trestle's codec as a testee of protobuf's conformance runner: requests and responses
// come length-prefixed on stdin and stdout, as conformance.proto describes them.
//
// What is tested is the codec, JSON to wire bytes and wire bytes to JSON; a case that
// needs neither (binary to binary, the text format) gets "skipped".
//
//   testee DESCRIPTOR_SET    with the types of test_messages_proto2/3.proto

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

// Field numbers of conformance.proto.
enum RequestField {
  kProtobufPayload = 1,
  kJsonPayload = 2,
  kOutputFormat = 3,
  kMessageType = 4,
  kCategory = 5
};
enum ResponseField {
  kParseError = 1,
  kProtobufResult = 3,
  kJsonResult = 4,
  kSkipped = 5,
  kSerializeError = 6
};
enum Format { kUnspecified = 0, kProtobuf = 1, kJson = 2 };
constexpr uint64_t kIgnoreUnknownJson = 3;

struct Request {
  int payload = 0;  // kProtobufPayload, kJsonPayload, or that of another format
  std::string bytes;
  uint64_t output = kUnspecified;
  std::string type;
  uint64_t category = 0;
};

Request ParseRequest(absl::string_view wire) {
  Request request;
  WireReader reader(wire);
  WireTag tag;
  while (!reader.done() && reader.ReadTag(&tag)) {
    uint64_t number = 0;
    absl::string_view bytes;
    const bool is_number = tag.type == WireType::kVarint;
    if (!(is_number ? reader.ReadVarint(&number) : reader.ReadPayload(tag, &bytes))) break;
    switch (tag.number) {
      case kOutputFormat:
        request.output = number;
        break;
      case kMessageType:
        request.type = std::string(bytes);
        break;
      case kCategory:
        request.category = number;
        break;
      case kProtobufPayload:
      case kJsonPayload:
        request.payload = tag.number;
        request.bytes = std::string(bytes);
        break;
      default:
        break;
    }
  }
  return request;
}

std::string Response(ResponseField field, absl::string_view bytes) {
  std::string response;
  AppendBytesField(field, bytes, &response);
  return response;
}

std::string Respond(const Request& request, SchemaPool& schemas) {
  const bool json_in = request.payload == kJsonPayload;
  const bool json_out = request.output == kJson;
  if (request.payload == 0 || !(json_in || json_out)) return Response(kSkipped, "not JSON");
  if (!json_out && request.output != kProtobuf) return Response(kSkipped, "another format");
  const Schema* schema = schemas.Find(request.type);
  if (schema == nullptr) return Response(kSkipped, "no such type");

  std::string wire = request.bytes;
  if (json_in) {
    wire.clear();
    JsonReadOptions options;
    options.ignore_unknown_fields = request.category == kIgnoreUnknownJson;
    const absl::Status status = JsonToWire(request.bytes, *schema, options, &wire);
    if (!status.ok()) return Response(kParseError, status.ToString());
  }
  if (!json_out) return Response(kProtobufResult, wire);
  std::string json;
  const absl::Status status = WireToJson(wire, *schema, JsonWriteOptions(), &json);
  if (status.ok()) return Response(kJsonResult, json);
  // Malformed bytes would be a parse error, but the suite sends those only where bytes
  // are asked for; what fails here is a value that JSON cannot say.
  return Response(kSerializeError, status.ToString());
}

bool ReadFully(void* bytes, size_t size) { return std::fread(bytes, 1, size, stdin) == size; }

int Serve(SchemaPool& schemas) {
  uint32_t size;  // little-endian on the pipe, as on every machine this runs on
  while (ReadFully(&size, sizeof size)) {
    std::string message(size, '\0');
    if (!ReadFully(&message[0], size)) return 1;
    const std::string response = Respond(ParseRequest(message), schemas);
    size = static_cast<uint32_t>(response.size());
    std::fwrite(&size, sizeof size, 1, stdout);
    std::fwrite(response.data(), 1, response.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}

int Main(const char* descriptor_set) {
  std::ifstream file(descriptor_set, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromIstream(&file)) {
    std::fprintf(stderr, "cannot read descriptor set %s\n", descriptor_set);
    return 2;
  }
  google::protobuf::DescriptorPool pool;
  for (const auto& proto : files.file()) pool.BuildFile(proto);
  SchemaPool schemas(&pool);
  return Serve(schemas);
}

}  // namespace
}  // namespace trestle

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: testee DESCRIPTOR_SET\n");
    return 2;
  }
  return trestle::Main(argv[1]);
}
