// Writes the descriptor set of a large artificial API (api_set.h), with 15,000 bindings or the
// given number of them:
//
//   write_api_set FILE [BINDINGS [PATHS]]
//
// It prints the names of the services. PATHS gets a line with a path for each binding of GET.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "google/api/annotations.pb.h"
#include "trestle/bench/api_set.h"

namespace {

namespace pb = google::protobuf;
using google::api::HttpRule;

constexpr int kAllBindings = 15000;

pb::FileDescriptorSet MakeSet(int bindings) {
  trestle::bench::ApiSetSize size;
  if (bindings < kAllBindings) {
    size.services = bindings * 2 / 15 + 1;
    size.message_files = size.services * 5 / 2;
  }
  return trestle::bench::MakeApiSet(size);
}

// Keeps the first `left` bindings of the RPC, and subtracts their number from `left`.
void Trim(pb::MethodDescriptorProto* rpc, int* left) {
  if (*left == 0) {
    rpc->mutable_options()->ClearExtension(google::api::http);
    return;
  }
  auto* more =
      rpc->mutable_options()->MutableExtension(google::api::http)->mutable_additional_bindings();
  if (more->size() >= *left) more->DeleteSubrange(*left - 1, more->size() - *left + 1);
  *left -= 1 + more->size();
}

// Returns "/v1/projects/id-42/kinds7/id-42" for "/v1/{name=projects/*/kinds7/*}".
std::string PathFor(const std::string& path_template) {
  std::string path;
  bool in_name = false;
  for (const char c : path_template) {
    if (c == '{') in_name = true;
    if (!in_name && c == '*') path += "id-42";
    if (!in_name && c != '*' && c != '}') path += c;
    if (c == '=') in_name = false;
  }
  return path;
}

void AddPaths(const HttpRule& rule, std::ofstream* paths) {
  if (rule.has_get()) *paths << PathFor(rule.get()) << '\n';
  for (const HttpRule& more : rule.additional_bindings()) AddPaths(more, paths);
}

// Calls `visit` with every RPC.
template <typename Visit>
void ForEachRpc(pb::FileDescriptorSet* set, Visit visit) {
  for (pb::FileDescriptorProto& file : *set->mutable_file()) {
    for (pb::ServiceDescriptorProto& service : *file.mutable_service()) {
      for (pb::MethodDescriptorProto& rpc : *service.mutable_method()) visit(&rpc);
    }
  }
}

void PrintServices(const pb::FileDescriptorSet& set) {
  for (const auto& file : set.file()) {
    for (const auto& service : file.service()) {
      std::printf("%s.%s\n", file.package().c_str(), service.name().c_str());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  int left = argc > 2 ? std::atoi(argv[2]) : kAllBindings;
  if (argc < 2 || argc > 4 || left < 1) {
    std::fprintf(stderr, "usage: write_api_set FILE [BINDINGS [PATHS]]\n");
    return 2;
  }
  pb::FileDescriptorSet set = MakeSet(left);
  ForEachRpc(&set, [&](pb::MethodDescriptorProto* rpc) { Trim(rpc, &left); });
  PrintServices(set);
  if (argc > 3) {
    std::ofstream paths(argv[3]);
    ForEachRpc(&set, [&](pb::MethodDescriptorProto* rpc) {
      AddPaths(rpc->options().GetExtension(google::api::http), &paths);
    });
  }
  std::ofstream out(argv[1], std::ios::binary);
  return set.SerializeToOstream(&out) ? 0 : 1;
}
