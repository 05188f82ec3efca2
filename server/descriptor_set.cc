#include "trestle/server/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/rpc/error_details.pb.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

// Keeps the first error, which is the one that the others follow from.
class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file, ": ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status FileError(absl::string_view file, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("descriptor set \"", file, "\": ", why));
}

absl::StatusOr<pb::FileDescriptorSet> ReadSet(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return FileError(file, std::strerror(errno));
  std::ostringstream content;
  content << in.rdbuf();
  const std::string bytes = content.str();
  if (bytes.empty()) return FileError(file, "the file is empty or cannot be read");
  pb::FileDescriptorSet set;
  // Without its own complaint on stderr about text that is no message.
  pb::LogSilencer silence;
  if (!set.ParseFromString(bytes) || set.file_size() == 0) {
    return FileError(file, "it is not a serialized google.protobuf.FileDescriptorSet");
  }
  return set;
}

// Adds the .proto files that `names` does not hold yet.
void AddFiles(pb::FileDescriptorSet set, absl::flat_hash_set<std::string>* names,
              pb::SimpleDescriptorDatabase* database) {
  for (pb::FileDescriptorProto& file : *set.mutable_file()) {
    if (!names->insert(file.name()).second) continue;
    database->AddAndOwn(new pb::FileDescriptorProto(std::move(file)));
  }
}

// Adds a linked file and what it imports.
void AddLinked(const pb::FileDescriptor& file, absl::flat_hash_set<std::string>* names,
               pb::SimpleDescriptorDatabase* database) {
  if (!names->insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddLinked(*file.dependency(i), names, database);
  }
  pb::FileDescriptorProto proto;
  file.CopyTo(&proto);
  database->Add(proto);
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
  pb::SimpleDescriptorDatabase database;
  FirstError error;
  pb::DescriptorPool pool{&database, &error};
  std::vector<std::string> service_files;

  const pb::FileDescriptor* Build(const std::string& name) { return pool.FindFileByName(name); }
};

DescriptorSet::DescriptorSet(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
DescriptorSet::~DescriptorSet() = default;

const pb::DescriptorPool& DescriptorSet::pool() const { return rep_->pool; }

absl::StatusOr<std::unique_ptr<DescriptorSet>> DescriptorSet::Load(
    const std::vector<std::string>& files) {
  auto rep = std::make_unique<Rep>();
  absl::flat_hash_set<std::string> names;
  for (const std::string& file : files) {
    absl::StatusOr<pb::FileDescriptorSet> set = ReadSet(file);
    if (!set.ok()) return set.status();
    for (const pb::FileDescriptorProto& proto : set->file()) {
      if (proto.service_size() > 0) rep->service_files.push_back(proto.name());
    }
    AddFiles(*std::move(set), &names, &rep->database);
  }
  AddLinked(*google::rpc::BadRequest::descriptor()->file(), &names, &rep->database);
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
