// protoc-gen-trestle: .proto files with google.api.http rules in, code out.
//
//   protoc --plugin=protoc-gen-trestle --trestle_out=target=cpp_gateway:gen library.proto

#include <cstdio>

#include "google/protobuf/compiler/plugin.h"
#include "trestle/codegen/plugin.h"

int main(int argc, char** argv) {
  const trestle::codegen::Plugin plugin(stderr);
  return google::protobuf::compiler::PluginMain(argc, argv, &plugin);
}
