// Words that C++ does not accept as the name of a declaration from a .proto: keywords, macros, and
// names that system headers declare.

#ifndef TRESTLE_CODEGEN_CPP_WORDS_H_
#define TRESTLE_CODEGEN_CPP_WORDS_H_

#include "absl/strings/string_view.h"

namespace trestle {
namespace codegen {

// Returns true if generated code should use another name where it has the choice: for keywords of
// all versions up to C++20, and for macros of common headers and compilers.
bool IsCppWord(absl::string_view name);

// The kinds of declarations in x.pb.h that a name can be used for.
enum class NameUse {
  kOuterNamespace,  // in the global namespace
  kInnerNamespace,  // in another namespace
  kType,            // a class or enum in a namespace
  kNestedType,      // an alias in a class
  kFunction,        // an accessor, or an extension
  kValue,           // an enum value
};

// The headers that x.pb.h is compiled together with.
enum class CppHeaders {
  kMessages,  // the headers that it includes, as in a gateway's code
  kClient,    // also those of the client's runtime
};

// Describes a name that does not compile where x.pb.h uses it: "a keyword of C++", "a macro of the
// C library". Empty for a name that compiles as C++17. The list is complete for keywords; for
// system headers it has the names that an API is likely to use.
absl::string_view ConflictOf(absl::string_view name, NameUse use, CppHeaders headers);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_CPP_WORDS_H_
