// protoc-gen-trestle: .proto files with google.api.http rules in, code out.
//
//   protoc --plugin=protoc-gen-trestle --trestle_out=target=cpp_gateway:gen library.proto

#include <unistd.h>

#include <cstdio>

#include "absl/strings/string_view.h"
#include "google/protobuf/compiler/plugin.pb.h"
#include "google/protobuf/stubs/common.h"
#include "trestle/codegen/plugin.h"
#include "trestle/transcoding/version.h"

namespace {

constexpr char kHelp[] = R"(protoc-gen-trestle: a plugin of protoc, which starts it.

  protoc --trestle_out=OPTIONS:DIRECTORY FILE.proto...

OPTIONS are separated by commas:
  target=cpp_gateway             x.gateway.h, x.gateway.cc: the REST routes
  target=cpp_client              x.client.h, x.client.cc: a typed REST client
  generate_unbound_methods=true  RPCs without a rule get POST /pkg.Service/Method
  service_config=FILE            a google.api.Service in YAML or JSON, with rules; may be
                                 repeated: for each RPC the last file wins
  warnings=error                 a warning is an error
  allow=NAME                     accepts the warnings of this name
)";

int Fail(const char* what) {
  std::fprintf(stderr, "protoc-gen-trestle: %s; --help explains how to use it\n", what);
  return 2;
}

int PrintVersion() {
  std::printf("protoc-gen-trestle %s (protobuf %s)\n", trestle::kVersion,
              google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION).c_str());
  return 0;
}

// protoc gives no arguments.
int RunByHand(absl::string_view argument) {
  if (argument == "--version") return PrintVersion();
  if (argument != "--help" && argument != "-h") return Fail("unknown argument");
  std::fputs(kHelp, stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) return RunByHand(argv[1]);
  if (isatty(STDIN_FILENO) != 0) return Fail("stdin is a terminal, but protoc starts this program");
  google::protobuf::compiler::CodeGeneratorRequest request;
  if (!request.ParseFromFileDescriptor(STDIN_FILENO)) {
    return Fail("stdin is not a request of protoc");
  }
  const auto response = trestle::codegen::Respond(request, stderr);
  return response.SerializeToFileDescriptor(STDOUT_FILENO) ? 0 : Fail("cannot write to stdout");
}
