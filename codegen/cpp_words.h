// Words that a C++ compiler does not take as the name of a .proto's declaration: keywords,
// macros, and what system headers declare.

#ifndef TRESTLE_CODEGEN_CPP_WORDS_H_
#define TRESTLE_CODEGEN_CPP_WORDS_H_

#include "absl/strings/string_view.h"

namespace trestle {
namespace codegen {

// Whether generated code should use another name where it has the choice. True for keywords
// of every C++ up to C++20, and for macros of common headers and compilers.
bool IsCppWord(absl::string_view name);

// What x.pb.h uses a name for.
enum class NameUse {
  kOuterNamespace,  // in the global namespace
  kInnerNamespace,  // in another namespace
  kType,            // a class or enum in a namespace
  kNestedType,      // an alias in a class
  kFunction,        // an accessor, or an extension
  kValue,           // an enum value
};

// The headers that x.pb.h is compiled with.
enum class CppHeaders {
  kMessages,  // those that it includes: a gateway's code
  kClient,    // and those of the client's runtime
};

// What a name is that does not compile where x.pb.h uses it: "a keyword of C++", "a macro of
// the C library". Empty for a name that compiles as C++17. Complete for keywords; for the
// system's headers it has the names that an API may well use.
absl::string_view ConflictOf(absl::string_view name, NameUse use, CppHeaders headers);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_CPP_WORDS_H_
