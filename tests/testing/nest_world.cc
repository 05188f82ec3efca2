#include "trestle/tests/testing/nest_world.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/testing/nest.pb.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

std::string SetFlag() {
  pb::FileDescriptorSet set;
  AddWithImports(*test::nest::Node::descriptor()->file(), &set);
  std::string path = absl::StrCat(testing::TempDir(), "/nest.pb");
  std::ofstream(path, std::ios::binary) << set.SerializeAsString();
  return absl::StrCat("--descriptor_set=", path);
}

GenericBackend::Response Respond(const std::string& message, const GenericBackend::Call& call) {
  GenericBackend::Response response;
  const bool is_stream =
      absl::EndsWith(call.method, "/Follow") || absl::EndsWith(call.method, "/Download");
  const bool is_echo = message == "echo";
  response.messages.assign(is_stream ? 2 : 1, is_echo ? call.request : message);
  if (absl::EndsWith(call.method, "/Collect")) {
    response.messages.clear();
    response.takes = GenericBackend::Response::kAll;
    response.at_end = [message, is_echo](int) { return is_echo ? "" : message; };
  }
  return response;
}

std::vector<std::string> Flags(const GenericBackend& backend, std::vector<std::string> flags) {
  flags.push_back(SetFlag());
  flags.push_back(absl::StrCat("--backend=", backend.target()));
  return flags;
}

}  // namespace

NestWorld::NestWorld(const std::string& response, std::vector<std::string> flags)
    : backend_([response](const GenericBackend::Call& call) { return Respond(response, call); }),
      gateway_(Flags(backend_, std::move(flags))) {}

std::string NestWorld::Ask(const std::string& request) const {
  RawClient client(port());
  client.Send(request);
  const std::string head = client.ReadHead();
  return head.empty() ? "" : absl::StrCat(StatusOf(head), " ", client.ReadBody(head));
}

std::string Post(absl::string_view line, absl::string_view body, absl::string_view type) {
  return absl::StrCat(line, " HTTP/1.1\r\nHost: h\r\nContent-Type: ", type,
                      "\r\nAccept: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n",
                      body);
}

std::string Times(size_t count, absl::string_view text) {
  std::string all;
  all.reserve(count * text.size());
  for (size_t i = 0; i < count; ++i) all.append(text.data(), text.size());
  return all;
}

}  // namespace trestle
