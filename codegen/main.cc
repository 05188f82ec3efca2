// protoc-gen-trestle generates code from .proto files with google.api.http rules.
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

constexpr char kHelp[] = R"(protoc-gen-trestle is a protoc plugin. To run it:

  protoc --trestle_out=OPTIONS:DIRECTORY FILE.proto...

OPTIONS are separated by commas:
    target=cpp_gateway             generates x.gateway.h and x.gateway.cc: the REST routes
  target=cpp_client              generates x.client.h and x.client.cc: a typed REST client
  generate_unbound_methods=true  makes RPCs without a rule POST /pkg.Service/Method
    service_config=FILE            reads rules from a google.api.Service in YAML or JSON; may be
                                 repeated, and for each RPC the last file wins
  warnings=error                 treats warnings as errors
  allow=NAME                     accepts the warnings of this name; may be repeated
)";

int Fail(const char* what) {
  std::fprintf(stderr, "protoc-gen-trestle: %s; see --help\n", what);
  return 2;
}

int PrintVersion() {
  std::printf("protoc-gen-trestle %s (protobuf %s)\n", trestle::kVersion,
              google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION).c_str());
  return 0;
}

// For users; protoc itself passes no arguments.
int RunByHand(absl::string_view argument) {
  if (argument == "--version") return PrintVersion();
  if (argument != "--help" && argument != "-h") return Fail("unknown argument");
  std::fputs(kHelp, stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) return RunByHand(argv[1]);
  if (isatty(STDIN_FILENO) != 0) {
    return Fail("stdin is a terminal; this program is started by protoc");
  }
  google::protobuf::compiler::CodeGeneratorRequest request;
  if (!request.ParseFromFileDescriptor(STDIN_FILENO)) {
    return Fail("stdin is not a request from protoc");
  }
  const auto response = trestle::codegen::Respond(request, stderr);
  return response.SerializeToFileDescriptor(STDOUT_FILENO) ? 0 : Fail("cannot write to stdout");
}
