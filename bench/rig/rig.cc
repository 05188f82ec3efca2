#include "trestle/bench/rig/rig.h"

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {
namespace {

namespace pb = google::protobuf;

// A program that is built together with this one, in PROGRAM.runfiles.
std::string ProgramPath(absl::string_view name) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  return absl::StrCat(self, ".runfiles/trestle/", name);
}

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  for (const pb::FileDescriptorProto& known : set->file()) {
    if (known.name() == file.name()) return;
  }
  file.CopyTo(set->add_file());
}

void WriteDescriptorSet(const std::string& path) {
  pb::FileDescriptorSet set;
  AddWithImports(*EchoRequest::descriptor()->file(), &set);
  std::ofstream file(path, std::ios::binary);
  set.SerializeToOstream(&file);
}

std::string MakeFolder() {
  std::string folder = std::filesystem::temp_directory_path() / "trestle_rig_XXXXXX";
  if (mkdtemp(folder.data()) != nullptr) return folder;
  std::perror(folder.c_str());
  std::exit(1);
}

int PortOf(const std::string& text) {
  int port = 0;
  if (absl::SimpleAtoi(text, &port)) return port;
  std::fprintf(stderr, "\"%s\" is no port\n", text.c_str());
  std::exit(1);
}

void CheckCall(const grpc::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "the backend does not answer: %s\n", status.error_message().c_str());
  std::exit(1);
}

// Allows ten seconds, because the backend may be busy or may just have been started.
void Prepare(grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context->set_wait_for_ready(true);
}

}  // namespace

int AllowDescriptors(int wanted) {
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur =
      std::max(limit.rlim_cur, std::min<rlim_t>(static_cast<rlim_t>(wanted), limit.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, static_cast<rlim_t>(wanted)));
}

Rig::Rig(const RigOptions& options) : folder_(MakeFolder()) {
  WriteDescriptorSet(absl::StrCat(folder_, "/patient.pb"));
  StartBackend(0);
  StartGateway(options);
  control_ = Patient::NewStub(grpc::CreateChannel(absl::StrCat("127.0.0.1:", backend_port_),
                                                  grpc::InsecureChannelCredentials()));
}

Rig::~Rig() {
  gateway_.reset();
  backend_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Rig::StartBackend(int port) {
  const std::vector<std::string> command = {ProgramPath("bench/rig/patient_backend"),
                                            absl::StrCat("127.0.0.1:", port)};
  backend_ = std::make_unique<Child>(command, absl::StrCat(folder_, "/backend.log"));
  backend_port_ = PortOf(backend_->WaitForLine("listening on 127.0.0.1:"));
}

void Rig::StartGateway(const RigOptions& options) {
  std::vector<std::string> command = {
      options.gateway.empty() ? ProgramPath("server/trestle") : options.gateway,
      "--listen=127.0.0.1:0", absl::StrCat("--backend=127.0.0.1:", backend_port_),
      absl::StrCat("--descriptor_set=", folder_, "/patient.pb")};
  command.insert(command.end(), options.flags.begin(), options.flags.end());
  gateway_ = std::make_unique<Child>(command, absl::StrCat(folder_, "/gateway.log"));
  port_ = PortOf(gateway_->WaitForLine("listening on http://127.0.0.1:"));
}

Told Rig::Tell() {
  grpc::ClientContext context;
  Prepare(&context);
  Told told;
  CheckCall(control_->Tell(&context, TellRequest(), &told));
  return told;
}

void Rig::Release() {
  grpc::ClientContext context;
  Prepare(&context);
  ReleaseReply reply;
  CheckCall(control_->Release(&context, ReleaseRequest(), &reply));
}

void Rig::KillBackend() { backend_->Stop(SIGKILL); }

void Rig::RestartBackend() {
  backend_.reset();
  StartBackend(backend_port_);
}

}  // namespace bench
}  // namespace trestle
