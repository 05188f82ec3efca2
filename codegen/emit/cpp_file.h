// What the C++ files of every target have in common.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_FILE_H_
#define TRESTLE_CODEGEN_EMIT_CPP_FILE_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/writer.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace codegen {

// The .h or .cc of `api` for one target, "gateway" say: its first lines, its includes,
// its namespaces, and how other names are written inside of them.
class CppFile {
 public:
  // `taken` are names that the code of this file gives to things, so that a message
  // type of the same name has to be written in full.
  CppFile(const Api& api, absl::string_view target, absl::flat_hash_set<std::string> taken);

  // "library/v1/library.gateway" and what comes behind it.
  std::string Path(absl::string_view extension) const;

  // The whole header: guard, `includes`, the assertion that the runtime fits, and `body`
  // inside the guard, outside of any namespace.
  std::string Header(std::set<std::string> includes,
                     const std::function<void(Writer&)>& body) const;

  // The whole .cc, its own header included first.
  std::string Source(const std::set<std::string>& std_includes,
                     const std::set<std::string>& includes,
                     const std::function<void(Writer&)>& body) const;

  // `body` inside the namespaces of the .proto's package.
  void InNamespace(Writer& w, const std::function<void()>& body) const;

  // A message type: "Book" for one of the same package, else "::google::protobuf::Empty".
  std::string Type(const google::protobuf::Descriptor& message) const;

  // "trestle" and the like, with "::" before it where the package would hide it.
  std::string Root(absl::string_view name) const;

 private:
  std::string FirstLine() const;
  std::string Guard() const;
  bool IsHidden(absl::string_view name) const;

  const Api& api_;
  std::string target_;
  absl::flat_hash_set<std::string> taken_;
};

// The headers of the file's own messages and of those that its RPCs use.
std::set<std::string> MessageHeaders(const Api& api);

// Of a table's row: `{"POST", "/v1/{parent=shelves/*}/books", /*body=*/"book"}`.
std::string RuleText(const Rule& rule);

// `text` as a C++ string literal, quotes included.
std::string Literal(absl::string_view text);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_FILE_H_
