#include "trestle/tests/e2e/world.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "library/v1/library.pb.h"
#include "trestle/tests/e2e/raw_http.h"

namespace trestle {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorSet;

// Below the runfiles, where Bazel starts a test.
constexpr char kBackend[] = "examples/library/backend";
constexpr char kGenerated[] = "examples/library/server";
constexpr char kStandAlone[] = "server/trestle";

void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>* done,
             FileDescriptorSet* files) {
  if (!done->insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), done, files);
  file.CopyTo(files->add_file());
}

// A descriptor set as protoc --include_imports writes it: library.proto, what it imports,
// and the types of error details.
std::string WriteDescriptorSet(const std::string& folder) {
  FileDescriptorSet files;
  std::set<const FileDescriptor*> done;
  AddFile(*library::v1::Book::descriptor()->file(), &done, &files);
  AddFile(*google::rpc::BadRequest::descriptor()->file(), &done, &files);
  std::string path = folder + "/library.binpb";
  std::ofstream out(path, std::ios::binary);
  EXPECT_TRUE(files.SerializeToOstream(&out));
  return path;
}

std::vector<std::string> GatewayCommand(GatewayKind kind, const std::string& backend,
                                        const std::string& folder,
                                        const std::vector<std::string>& flags) {
  std::vector<std::string> command = {kGenerated};
  if (kind == GatewayKind::kDescriptorSet) {
    command = {kStandAlone, "--descriptor_set=" + WriteDescriptorSet(folder),
               "--service=library.v1.LibraryService"};
  }
  command.insert(command.end(), {"--listen=127.0.0.1:0", "--backend=" + backend});
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

// The port at the end of a line such as "listening on http://127.0.0.1:8080".
int PortIn(const std::string& line) {
  int port = 0;
  const size_t colon = line.rfind(':');
  if (colon == std::string::npos || !absl::SimpleAtoi(line.substr(colon + 1), &port)) return 0;
  return port;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, GatewayKind kind) {
  return out << (kind == GatewayKind::kGenerated ? "generated" : "descriptor_set");
}

ScratchFolder::ScratchFolder() : path_("/tmp/trestle-e2e-XXXXXX") {
  // Not Bazel's TEST_TMPDIR: its name is too long for a socket's.
  if (mkdtemp(&path_[0]) == nullptr) abort();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

BackendProgram::BackendProgram(const std::string& folder) : folder_(folder) { Start(); }

void BackendProgram::Start() {
  process_ = std::make_unique<LoggedProcess>(std::vector<std::string>{
      kBackend, "--listen=" + target(), absl::StrCat("--database=", folder_, "/library.db")});
  const std::string line = process_->ReadLine();
  EXPECT_TRUE(absl::StrContains(line, "listening on ")) << "the backend said: " << line;
}

GatewayProgram::GatewayProgram(GatewayKind kind, const std::string& backend,
                               const std::string& folder, const std::vector<std::string>& flags)
    : process_(std::make_unique<LoggedProcess>(GatewayCommand(kind, backend, folder, flags))) {
  std::string line;
  while (!absl::StrContains(line = process_->ReadLine(), "listening on ") && !line.empty()) {
  }
  port_ = PortIn(line);
  EXPECT_GT(port_, 0) << "the gateway said: " << line;
}

std::string GatewayProgram::url() const { return absl::StrCat("http://127.0.0.1:", port_); }

HttpResponse GatewayProgram::Send(const std::string& method, const std::string& target,
                                  const std::string& headers, const std::string& body) const {
  return Exchange(port_, method, target, headers, body);
}

}  // namespace trestle
