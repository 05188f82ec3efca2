#include "trestle/server/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/rpc/error_details.pb.h>

#include <climits>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/fault_list.h"
#include "trestle/transcoding/http_rule.h"
#include "trestle/transcoding/read_file.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

// Keeps the first error, which is the one that the others follow from.
class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& message) override {
    if (!text_.empty()) return;
    file_ = file;
    element_ = element;
    message_ = message;
    text_ = absl::StrCat(file, ": ", element, ": ", message);
    // The message is the pool's.
    if (absl::StrContains(message, "was not found")) {
      absl::StrAppend(&text_, " Write the descriptor set with protoc --include_imports.");
    } else if (absl::StrContains(message, "Unrecognized syntax: editions")) {
      absl::StrAppend(&text_, "; editions need protobuf 27 or newer, and this program has an ",
                      "older one: give the file syntax = \"proto3\"");
    }
  }
  const std::string& text() const { return text_; }

  const std::string& file() const { return file_; }
  const std::string& element() const { return element_; }
  // The file that defines the same element, if that is the error; else empty.
  absl::string_view other_file() const {
    constexpr absl::string_view kClash = "is already defined in file \"";
    const size_t at = message_.find(kClash.data(), 0, kClash.size());
    if (at == message_.npos) return "";
    const absl::string_view rest = absl::string_view(message_).substr(at + kClash.size());
    return rest.substr(0, rest.find('"'));
  }

 private:
  std::string file_, element_, message_;
  std::string text_;
};

absl::Status FileError(absl::string_view file, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("descriptor set \"", ShownPath(file), "\": ", why));
}

absl::StatusOr<std::string> ReadAll(const std::string& file) {
  constexpr size_t kMax = size_t{256} << 20;
  absl::StatusOr<std::string> bytes = ReadFile(file, kMax);
  if (!bytes.ok()) return FileError(file, bytes.status().message());
  if (bytes->empty()) return FileError(file, "it is empty");
  return bytes;
}

absl::Status NoSet(absl::string_view file) {
  return FileError(file,
                   "it is not a serialized google.protobuf.FileDescriptorSet, such as protoc "
                   "--include_imports --descriptor_set_out=FILE writes");
}

// Returns the full names at the top of `file` that a descriptor database knows: all except those of
// enum values.
std::vector<std::string> SymbolsOf(const pb::FileDescriptorProto& file) {
  const std::string scope = file.package().empty() ? "" : absl::StrCat(file.package(), ".");
  std::vector<std::string> symbols;
  for (const auto& message : file.message_type()) symbols.push_back(scope + message.name());
  for (const auto& type : file.enum_type()) symbols.push_back(scope + type.name());
  for (const auto& extension : file.extension()) symbols.push_back(scope + extension.name());
  for (const auto& service : file.service()) symbols.push_back(scope + service.name());
  return symbols;
}

// The error for a `symbol` that is defined in `one_file` of set `one` and in `other_file` of set
// `other`.
absl::Status BothDefine(absl::string_view one, absl::string_view other, absl::string_view symbol,
                        absl::string_view one_file, absl::string_view other_file) {
  return absl::InvalidArgumentError(
      absl::StrCat("descriptor sets \"", one, "\" and \"", other, "\": both define \"", symbol,
                   "\", in the files \"", one_file, "\" and \"", other_file, "\""));
}

// The parts of a FileDescriptorProto that must be known before it is built.
struct Summary {
  absl::string_view name;
  bool has_services = false;
};

absl::optional<Summary> Summarize(absl::string_view file) {
  Summary summary;
  WireReader reader(file);
  WireTag tag;
  while (!reader.done()) {
    absl::string_view payload;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) return absl::nullopt;
    if (tag.number == pb::FileDescriptorProto::kNameFieldNumber) summary.name = payload;
    if (tag.number == pb::FileDescriptorProto::kServiceFieldNumber) summary.has_services = true;
  }
  return summary;
}

// Returns true if `file` is a FileDescriptorProto; unlike protobuf, logs nothing to stderr.
bool Parses(absl::string_view file) {
  pb::LogSilencer silence;
  return pb::FileDescriptorProto().ParseFromArray(file.data(), static_cast<int>(file.size()));
}

// The parts of a .proto that matter to a gateway: not its comments, not the options that are for
// generated code, and not what a compiler adds for itself.
std::string ContentOf(absl::string_view proto) {
  pb::LogSilencer silence;
  pb::FileDescriptorProto file;
  if (!file.ParsePartialFromArray(proto.data(), static_cast<int>(proto.size()))) return "";
  file.clear_source_code_info();
  file.clear_options();
  file.GetReflection()->MutableUnknownFields(&file)->Clear();
  return file.SerializePartialAsString();
}

// Files that every protobuf and every set of Google's annotations brings, in its own version;
// types and options there only ever grow.
bool IsCommon(absl::string_view name) {
  return absl::StartsWith(name, "google/protobuf/") || absl::StartsWith(name, "google/api/") ||
         absl::StartsWith(name, "google/rpc/");
}

absl::Status AppendRoutes(const pb::MethodDescriptor& rpc, std::vector<ServiceRoute>* routes) {
  absl::StatusOr<std::vector<Rule>> rules = RulesOf(rpc);
  if (!rules.ok()) return rules.status();
  for (Rule& rule : *rules) routes->push_back(RouteOf(rpc, std::move(rule)));
  return absl::OkStatus();
}

void AppendRoutes(const pb::ServiceDescriptor& service, std::vector<ServiceRoute>* routes,
                  FaultList* faults) {
  for (int i = 0; i < service.method_count(); ++i) {
    const absl::Status status = AppendRoutes(*service.method(i), routes);
    if (!status.ok()) faults->Add(service.file()->name(), status);
  }
}

}  // namespace

struct DescriptorSet::Rep {
  // The contents of the files. The database builds only what is used, so that a large set costs the
  // memory of the served part.
  std::deque<std::string> contents;
  pb::EncodedDescriptorDatabase database;
  FirstError error;
  pb::DescriptorPool pool{&database, &error};
  // The origin of a .proto. An empty `set` stands for the program.
  struct Origin {
    std::string set;
    absl::string_view proto;
  };
  absl::flat_hash_map<std::string, Origin> origins;  // by name, none added twice
  std::vector<std::string> service_files;

  const pb::FileDescriptor* Build(const std::string& name) { return pool.FindFileByName(name); }
  absl::Status AddSet(const std::string& file, absl::string_view set);
  absl::Status AddProto(const std::string& file, absl::string_view proto);
  absl::Status CheckSame(const std::string& file, absl::string_view name, absl::string_view proto);
  absl::Status Clash(const std::string& file, absl::string_view name, absl::string_view proto);
  absl::Status BuildError() const;
  void AddLinked(const pb::FileDescriptor& file);
};

// Adds the .proto files of a FileDescriptorSet.
absl::Status DescriptorSet::Rep::AddSet(const std::string& file, absl::string_view set) {
  WireReader reader(set);
  WireTag tag;
  bool has_files = false;
  while (!reader.done()) {
    absl::string_view proto;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &proto)) return NoSet(file);
    if (tag.number != pb::FileDescriptorSet::kFileFieldNumber) continue;
    if (tag.type != WireType::kBytes) return NoSet(file);
    if (absl::Status status = AddProto(file, proto); !status.ok()) return status;
    has_files = true;
  }
  return has_files ? absl::OkStatus() : NoSet(file);
}

absl::Status DescriptorSet::Rep::AddProto(const std::string& file, absl::string_view proto) {
  const absl::optional<Summary> summary = Summarize(proto);
  if (!summary.has_value() || proto.size() > INT_MAX) return NoSet(file);
  if (!origins.try_emplace(summary->name, Origin{file, proto}).second) {
    return CheckSame(file, summary->name, proto);
  }
  if (summary->has_services) service_files.emplace_back(summary->name);
  pb::LogSilencer silence;
  if (database.Add(proto.data(), static_cast<int>(proto.size()))) return absl::OkStatus();
  return Parses(proto) ? Clash(file, summary->name, proto) : NoSet(file);
}

// Two sets may have the same .proto; if two differ, one would be lost.
absl::Status DescriptorSet::Rep::CheckSame(const std::string& file, absl::string_view name,
                                           absl::string_view proto) {
  const Origin& first = origins.at(name);
  if (first.proto == proto || IsCommon(name)) return absl::OkStatus();
  if (ContentOf(first.proto) == ContentOf(proto)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "descriptor sets \"", first.set, "\" and \"", file, "\": each has a file \"", name,
      "\", and these differ; give the files paths of their own, or make both sets from the same "
      "sources"));
}

// Something that `proto` defines another file defines as well. Of two files of one set that do
// so, the pool complains if both are needed.
absl::Status DescriptorSet::Rep::Clash(const std::string& file, absl::string_view name,
                                       absl::string_view proto) {
  pb::FileDescriptorProto added, other;
  added.ParsePartialFromArray(proto.data(), static_cast<int>(proto.size()));
  for (const std::string& symbol : SymbolsOf(added)) {
    if (!database.FindFileContainingSymbol(symbol, &other) || other.name() == name) continue;
    const std::string& set = origins.at(other.name()).set;
    return set == file ? absl::OkStatus() : BothDefine(set, file, symbol, other.name(), name);
  }
  for (const auto& extension : added.extension()) {
    const std::string extended(absl::StripPrefix(extension.extendee(), "."));
    if (!database.FindFileContainingExtension(extended, extension.number(), &other)) continue;
    if (other.name() == name) continue;
    const std::string& set = origins.at(other.name()).set;
    const std::string what = absl::StrCat("extension ", extension.number(), " of ", extended);
    return set == file ? absl::OkStatus() : BothDefine(set, file, what, other.name(), name);
  }
  return absl::OkStatus();
}

// Why a file could not be built.
absl::Status DescriptorSet::Rep::BuildError() const {
  const auto one = origins.find(error.other_file());
  const auto two = origins.find(error.file());
  if (one == origins.end() || two == origins.end() || one->second.set == two->second.set) {
    return absl::InvalidArgumentError(error.text());
  }
  return BothDefine(one->second.set, two->second.set, error.element(), error.other_file(),
                    error.file());
}

// Adds a linked file and what it imports.
void DescriptorSet::Rep::AddLinked(const pb::FileDescriptor& file) {
  if (!origins.try_emplace(file.name(), Origin{}).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddLinked(*file.dependency(i));
  pb::FileDescriptorProto proto;
  file.CopyTo(&proto);
  const std::string bytes = proto.SerializeAsString();
  database.AddCopy(bytes.data(), static_cast<int>(bytes.size()));
}

DescriptorSet::DescriptorSet(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
DescriptorSet::~DescriptorSet() = default;

const pb::DescriptorPool& DescriptorSet::pool() const { return rep_->pool; }

absl::StatusOr<std::unique_ptr<DescriptorSet>> DescriptorSet::Load(
    const std::vector<std::string>& files) {
  auto rep = std::make_unique<Rep>();
  FaultList faults;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> content = ReadAll(file);
    if (!content.ok()) {
      faults.Add("", content.status());
      continue;
    }
    rep->contents.push_back(*std::move(content));
    if (absl::Status s = rep->AddSet(file, rep->contents.back()); !s.ok()) faults.Add("", s);
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  rep->AddLinked(*google::rpc::BadRequest::descriptor()->file());
  for (const std::string& name : rep->service_files) {
    if (rep->Build(name) == nullptr) return rep->BuildError();
  }
  return std::unique_ptr<DescriptorSet>(new DescriptorSet(std::move(rep)));
}

absl::StatusOr<std::vector<ServiceRoute>> DescriptorSet::Routes(
    const std::vector<std::string>& names) const {
  std::vector<ServiceRoute> routes;
  FaultList faults;
  for (const std::string& name : names) {
    const pb::ServiceDescriptor* service = rep_->pool.FindServiceByName(name);
    if (service == nullptr) {
      faults.Add("", absl::InvalidArgumentError(
                         absl::StrCat("service \"", name, "\" is in none of the descriptor sets")));
    } else {
      AppendRoutes(*service, &routes, &faults);
    }
  }
  if (names.empty()) {
    for (const std::string& name : rep_->service_files) {
      const pb::FileDescriptor* file = rep_->Build(name);
      for (int i = 0; i < file->service_count(); ++i) {
        AppendRoutes(*file->service(i), &routes, &faults);
      }
    }
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return routes;
}

}  // namespace trestle
