#include "trestle/bench/api_set.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/descriptor.h"

namespace trestle {
namespace bench {
namespace {

namespace pb = google::protobuf;

constexpr int kMessagesPerFile = 4;

std::string MessageFile(int i) { return absl::StrCat("api/types", i, ".proto"); }
std::string MessageName(int file, int message) {
  return absl::StrCat(".api.types", file, ".Message", message);
}

pb::FieldDescriptorProto* AddField(absl::string_view name, pb::FieldDescriptorProto::Type type,
                                   pb::DescriptorProto* message) {
  pb::FieldDescriptorProto* field = message->add_field();
  field->set_name(std::string(name));
  field->set_number(message->field_size());
  field->set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  field->set_type(type);
  return field;
}

void AddMessageField(absl::string_view name, const std::string& type,
                     pb::DescriptorProto* message) {
  AddField(name, pb::FieldDescriptorProto::TYPE_MESSAGE, message)->set_type_name(type);
}

// Adds message `index` with 12 fields to `file`. The first field refers to a message of `imported`,
// or to the message itself if `imported` is null.
void FillMessage(int file, int index, int imported, pb::DescriptorProto* message) {
  message->set_name(absl::StrCat("Message", index));
  AddField("name", pb::FieldDescriptorProto::TYPE_STRING, message);
  AddMessageField("parent", imported < 0 ? MessageName(file, index) : MessageName(imported, index),
                  message);
  for (int i = 0; i < 4; ++i) {
    AddField(absl::StrCat("display_text_", i), pb::FieldDescriptorProto::TYPE_STRING, message);
    AddField(absl::StrCat("size_bytes_", i), pb::FieldDescriptorProto::TYPE_INT64, message);
  }
  AddField("is_default", pb::FieldDescriptorProto::TYPE_BOOL, message);
  AddField("tags", pb::FieldDescriptorProto::TYPE_STRING, message)
      ->set_label(pb::FieldDescriptorProto::LABEL_REPEATED);
}

void FillMessageFile(int i, pb::FileDescriptorProto* file) {
  file->set_name(MessageFile(i));
  file->set_package(absl::StrCat("api.types", i));
  file->set_syntax("proto3");
  const int imported = i % 4 == 0 ? -1 : i / 2;
  if (imported >= 0) file->add_dependency(MessageFile(imported));
  for (int m = 0; m < kMessagesPerFile; ++m) FillMessage(i, m, imported, file->add_message_type());
}

// The file of one service, whose resource is in a message file.
class ServiceFile {
 public:
  ServiceFile(int index, int message_files, pb::FileDescriptorProto* file)
      : index_(index),
        resource_(MessageName(index % message_files, index % kMessagesPerFile)),
        file_(file) {
    file_->set_name(absl::StrCat("api/service", index, ".proto"));
    file_->set_package(absl::StrCat("api.service", index));
    file_->set_syntax("proto3");
    file_->add_dependency(MessageFile(index % message_files));
    file_->add_dependency("google/api/annotations.proto");
    service_ = file_->add_service();
    service_->set_name("Service");
  }

  void Fill() {
    const std::string name = absl::StrCat("{name=", kParent, "/kinds", index_, "/*}");
    const std::string collection = absl::StrCat("{parent=", kParent, "}/kinds", index_);
    AddRpc("Get", resource_).set_get(absl::StrCat("/v1/", name));
    AddRpc("List", AddMessage("ListResponse")).set_get(absl::StrCat("/v1/", collection));
    google::api::HttpRule& create = AddRpc("Create", resource_);
    create.set_post(absl::StrCat("/v1/", collection));
    create.set_body("resource");
    google::api::HttpRule& update = AddRpc("Update", resource_);
    update.set_patch(absl::StrCat("/v1/{resource.name=", kParent, "/kinds", index_, "/*}"));
    update.set_body("resource");
    AddRpc("Delete", resource_).set_delete_(absl::StrCat("/v1/", name));
    google::api::HttpRule& move = AddRpc("Move", resource_);
    move.set_post(absl::StrCat("/v1/", name, ":move"));
    move.set_body("*");
    if (index_ % 2 == 0) AddOrganizations();
  }

 private:
  static constexpr char kParent[] = "projects/*/locations/*";

  std::string AddMessage(const std::string& name) {
    pb::DescriptorProto* message = file_->add_message_type();
    message->set_name(name);
    AddField("name", pb::FieldDescriptorProto::TYPE_STRING, message);
    AddField("parent", pb::FieldDescriptorProto::TYPE_STRING, message);
    AddMessageField("resource", resource_, message);
    return absl::StrCat(".", file_->package(), ".", name);
  }

  google::api::HttpRule& AddRpc(const std::string& name, const std::string& response) {
    pb::MethodDescriptorProto* rpc = service_->add_method();
    rpc->set_name(name);
    rpc->set_input_type(AddMessage(absl::StrCat(name, "Request")));
    rpc->set_output_type(response);
    return *rpc->mutable_options()->MutableExtension(google::api::http);
  }

  // Further bindings for reading and deleting, below organizations.
  void AddOrganizations() {
    for (pb::MethodDescriptorProto& rpc : *service_->mutable_method()) {
      if (rpc.name() == "Create" || rpc.name() == "Update" || rpc.name() == "Move") continue;
      google::api::HttpRule& rule = *rpc.mutable_options()->MutableExtension(google::api::http);
      const std::string path =
          absl::StrCat("/v1/{name=organizations/*/kinds", index_, "/*}:", rpc.name());
      rule.add_additional_bindings()->set_get(path);
    }
  }

  const int index_;
  const std::string resource_;
  pb::FileDescriptorProto* const file_;
  pb::ServiceDescriptorProto* service_;
};

// google/api/annotations.proto and its imports.
void AddLinked(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (const pb::FileDescriptorProto& added : set->file()) {
    if (added.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddLinked(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

}  // namespace

pb::FileDescriptorSet MakeApiSet(const ApiSetSize& size) {
  pb::FileDescriptorSet set;
  AddLinked(*pb::DescriptorPool::generated_pool()->FindFileByName("google/api/annotations.proto"),
            &set);
  for (int i = 0; i < size.message_files; ++i) FillMessageFile(i, set.add_file());
  for (int i = 0; i < size.services; ++i) {
    ServiceFile(i, size.message_files, set.add_file()).Fill();
  }
  return set;
}

}  // namespace bench
}  // namespace trestle
