#include "tests/codegen/run_plugin.h"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/compiler/plugin.h"
#include "google/protobuf/compiler/plugin.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "trestle/codegen/plugin.h"

namespace trestle {
namespace codegen {
namespace {

namespace pb = google::protobuf;

// Searches texts in memory, then files.
class Sources : public pb::compiler::SourceTree {
 public:
  explicit Sources(const std::map<std::string, std::string>& texts) : texts_(texts) {
    disk_.MapPath("", "tests/codegen/protos");
    disk_.MapPath("", "proto");
    disk_.MapPath("", "proto/example");
  }

  pb::io::ZeroCopyInputStream* Open(const std::string& path) override {
    const auto text = texts_.find(path);
    if (text == texts_.end()) return disk_.Open(path);
    return new pb::io::ArrayInputStream(text->second.data(), static_cast<int>(text->second.size()));
  }

 private:
  const std::map<std::string, std::string>& texts_;
  pb::compiler::DiskSourceTree disk_;
};

// An error in a test, for which protoc would not call the plugin.
class Refuse : public pb::compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int column, const std::string& what) override {
    std::fprintf(stderr, "%s:%d:%d: protoc refuses this: %s\n", file.c_str(), line + 1, column + 1,
                 what.c_str());
    std::abort();
  }
};

// google/protobuf/*.proto, if linked.
void LinkWellKnownTypes() {
  pb::Any::descriptor();
  pb::Duration::descriptor();
  pb::Empty::descriptor();
  pb::FieldMask::descriptor();
  pb::Struct::descriptor();
  pb::Timestamp::descriptor();
  pb::StringValue::descriptor();
}

void AddFile(const pb::FileDescriptor& file, std::set<const pb::FileDescriptor*>* done,
             pb::compiler::CodeGeneratorRequest* request) {
  if (!done->insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), done, request);
  pb::FileDescriptorProto* proto = request->add_proto_file();
  file.CopyTo(proto);
  file.CopyJsonNameTo(proto);
  file.CopySourceCodeInfoTo(proto);
}

pb::compiler::CodeGeneratorRequest MakeRequest(const std::vector<std::string>& files,
                                               const std::string& parameter,
                                               const std::map<std::string, std::string>& texts) {
  LinkWellKnownTypes();
  Sources sources(texts);
  Refuse refuse;
  pb::DescriptorPoolDatabase linked(*pb::DescriptorPool::generated_pool());
  pb::compiler::SourceTreeDescriptorDatabase database(&sources, &linked);
  database.RecordErrorsTo(&refuse);
  pb::DescriptorPool pool(&database, database.GetValidationErrorCollector());
  pool.EnforceWeakDependencies(true);

  pb::compiler::CodeGeneratorRequest request;
  request.set_parameter(parameter);
  std::set<const pb::FileDescriptor*> done;
  for (const std::string& file : files) {
    request.add_file_to_generate(file);
    AddFile(*pool.FindFileByName(file), &done, &request);
  }
  return request;
}

// Removes the first line if it is "2 errors".
std::string Errors(const std::string& error) {
  const size_t digits = error.find_first_not_of("0123456789");
  if (digits == 0 || digits == error.npos) return error;
  if (error.compare(digits, 6, " error") != 0) return error;
  return error.substr(error.find('\n') + 1);
}

}  // namespace

PluginRun RunPlugin(const std::vector<std::string>& files, const std::string& parameter,
                    const std::map<std::string, std::string>& texts) {
  // Serialized, as between protoc and the plugin, so that options that the plugin does not know
  // arrive as unknown fields.
  pb::compiler::CodeGeneratorRequest request;
  request.ParseFromString(MakeRequest(files, parameter, texts).SerializeAsString());
  PluginRun run;
  char* warnings = nullptr;
  size_t size = 0;
  std::FILE* const file = open_memstream(&warnings, &size);
  const pb::compiler::CodeGeneratorResponse response = Respond(request, file);
  std::fclose(file);
  run.raw_error = response.error();
  run.error = Errors(run.raw_error);
  run.warnings.assign(warnings, size);
  std::free(warnings);
  for (const auto& output : response.file()) run.files[output.name()] += output.content();
  return run;
}

}  // namespace codegen
}  // namespace trestle
