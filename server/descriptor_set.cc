#include "trestle/server/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/rpc/error_details.pb.h>

#include <climits>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/http_rule.h"
#include "trestle/transcoding/read_file.h"
#include "trestle/transcoding/wire_reader.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

// Keeps the first error, which is the one that the others follow from.
class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& message) override {
    if (!text_.empty()) return;
    text_ = absl::StrCat(file, ": ", element, ": ", message);
    // The words are the pool's own.
    if (!absl::StrContains(message, "was not found")) return;
    absl::StrAppend(&text_, " Write the descriptor set with protoc --include_imports.");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status FileError(absl::string_view file, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("descriptor set \"", file, "\": ", why));
}

absl::StatusOr<std::string> ReadAll(const std::string& file) {
  absl::StatusOr<std::string> bytes = ReadFile(file, INT_MAX);
  if (!bytes.ok()) return FileError(file, bytes.status().message());
  if (bytes->empty()) return FileError(file, "it is empty");
  return bytes;
}

// What of a FileDescriptorProto has to be known before it is built.
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

// Whether `file` is a FileDescriptorProto, without protobuf's own complaint on stderr.
bool Parses(absl::string_view file) {
  pb::LogSilencer silence;
  return pb::FileDescriptorProto().ParseFromArray(file.data(), static_cast<int>(file.size()));
}

absl::Status AppendRoutes(const pb::MethodDescriptor& rpc, std::vector<ServiceRoute>* routes) {
  absl::StatusOr<std::vector<Rule>> rules = RulesOf(rpc);
  if (!rules.ok()) return rules.status();
  for (Rule& rule : *rules) routes->push_back(RouteOf(rpc, std::move(rule)));
  return absl::OkStatus();
}

absl::Status AppendRoutes(const pb::ServiceDescriptor& service, std::vector<ServiceRoute>* routes) {
  for (int i = 0; i < service.method_count(); ++i) {
    if (absl::Status s = AppendRoutes(*service.method(i), routes); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace

struct DescriptorSet::Rep {
  // What the files hold: the database reads it and builds from it what is asked for, so
  // that a large set costs the memory of what it serves.
  std::deque<std::string> contents;
  pb::EncodedDescriptorDatabase database;
  FirstError error;
  pb::DescriptorPool pool{&database, &error};
  absl::flat_hash_set<std::string> names;  // of the .proto files, none added twice
  std::vector<std::string> service_files;

  const pb::FileDescriptor* Build(const std::string& name) { return pool.FindFileByName(name); }
  bool AddSet(absl::string_view set);
  bool AddProto(absl::string_view proto);
  void AddLinked(const pb::FileDescriptor& file);
};

// Adds the .proto files of a FileDescriptorSet; false if it is none, or has none.
bool DescriptorSet::Rep::AddSet(absl::string_view set) {
  WireReader reader(set);
  WireTag tag;
  bool has_files = false;
  while (!reader.done()) {
    absl::string_view proto;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &proto)) return false;
    if (tag.number != pb::FileDescriptorSet::kFileFieldNumber) continue;
    if (tag.type != WireType::kBytes || !AddProto(proto)) return false;
    has_files = true;
  }
  return has_files;
}

bool DescriptorSet::Rep::AddProto(absl::string_view proto) {
  const absl::optional<Summary> summary = Summarize(proto);
  if (!summary.has_value() || proto.size() > INT_MAX) return false;
  if (!names.emplace(summary->name).second) return true;
  pb::LogSilencer silence;
  // Two files that define the same name are refused when both are needed, by Build.
  if (!database.Add(proto.data(), static_cast<int>(proto.size())) && !Parses(proto)) return false;
  if (summary->has_services) service_files.emplace_back(summary->name);
  return true;
}

// Adds a linked file and what it imports.
void DescriptorSet::Rep::AddLinked(const pb::FileDescriptor& file) {
  if (!names.insert(file.name()).second) return;
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
  for (const std::string& file : files) {
    absl::StatusOr<std::string> content = ReadAll(file);
    if (!content.ok()) return content.status();
    rep->contents.push_back(*std::move(content));
    if (!rep->AddSet(rep->contents.back())) {
      return FileError(file,
                       "it is not a serialized google.protobuf.FileDescriptorSet, such as protoc "
                       "--include_imports "
                       "--descriptor_set_out=FILE writes");
    }
  }
  rep->AddLinked(*google::rpc::BadRequest::descriptor()->file());
  for (const std::string& name : rep->service_files) {
    if (rep->Build(name) == nullptr) return absl::InvalidArgumentError(rep->error.text());
  }
  return std::unique_ptr<DescriptorSet>(new DescriptorSet(std::move(rep)));
}

absl::StatusOr<std::vector<ServiceRoute>> DescriptorSet::Routes(
    const std::vector<std::string>& names) const {
  std::vector<ServiceRoute> routes;
  for (const std::string& name : names) {
    const pb::ServiceDescriptor* service = rep_->pool.FindServiceByName(name);
    if (service == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("service \"", name, "\" is in none of the descriptor sets"));
    }
    if (absl::Status s = AppendRoutes(*service, &routes); !s.ok()) return s;
  }
  if (!names.empty()) return routes;
  for (const std::string& name : rep_->service_files) {
    const pb::FileDescriptor* file = rep_->Build(name);
    for (int i = 0; i < file->service_count(); ++i) {
      if (absl::Status s = AppendRoutes(*file->service(i), &routes); !s.ok()) return s;
    }
  }
  return routes;
}

}  // namespace trestle
