// The common parts of the generated C++ files of all targets.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_FILE_H_
#define TRESTLE_CODEGEN_EMIT_CPP_FILE_H_

#include <functional>
#include <set>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/writer.h"
#include "trestle/transcoding/rule.h"

namespace trestle {
namespace codegen {

// The .h or .cc of `api` for one target, such as "gateway": its first lines, its includes, its
// namespaces, and the spelling of other names inside them.
class CppFile {
 public:
  // `taken` are the names that the code of this file declares, so that a message type of the same
  // name must be qualified.
  CppFile(const Api& api, absl::string_view target, absl::flat_hash_set<std::string> taken);

  // Returns "library/v1/library.gateway" with the extension.
  std::string Path(absl::string_view extension) const;

  // Returns the whole header: guard, `includes`, an assertion of the runtime's version, and `body`
  // inside the guard and outside any namespace.
  std::string Header(std::set<std::string> includes,
                     const std::function<void(Writer&)>& body) const;

  // Returns the whole .cc, which includes its own header first.
  std::string Source(const std::set<std::string>& std_includes,
                     const std::set<std::string>& includes,
                     const std::function<void(Writer&)>& body) const;

  // Emits `body` inside the namespaces of the .proto's package.
  void InNamespace(Writer& w, const std::function<void()>& body) const;

  // Returns a message type: "Book" for one of the same package, otherwise
  // "::google::protobuf::Empty".
  std::string Type(const google::protobuf::Descriptor& message) const;

  // Returns a top-level namespace such as "trestle", with "::" before it if the package would hide
  // it.
  std::string Root(absl::string_view name) const;

 private:
  std::string FirstLine() const;
  std::string Guard() const;
  bool IsHidden(absl::string_view name) const;

  const Api& api_;
  std::string target_;
  absl::flat_hash_set<std::string> taken_;
};

// Returns the headers of the file's own messages and of those that its RPCs use.
std::set<std::string> MessageHeaders(const Api& api);

// Returns the rule in a row of a table: `{"POST", "/v1/{parent=shelves/*}/books",
// /*body=*/"book"}`.
std::string RuleText(const Rule& rule);

// Returns `text` as a C++ string literal with quotes.
std::string Literal(absl::string_view text);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_FILE_H_
