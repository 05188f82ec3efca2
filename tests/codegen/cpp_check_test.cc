// Files whose C++ code from protobuf or the plugin would not compile, and similar files whose code
// compiles (which tests/codegen/matrix verifies).

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

constexpr char kGateway[] = "target=cpp_gateway,generate_unbound_methods=true";
constexpr char kClient[] = "target=cpp_client,generate_unbound_methods=true";

struct Row {
  const char* what;
  const char* proto;  // starts in line 2, after the syntax
  const char* error;  // "" if there is none
  const char* parameter = kGateway;
};

constexpr char kNamespace[] =
    ", and protobuf uses it as the name of a C++ namespace, which does not compile: rename this "
    "part of the package";
constexpr char kName[] =
    ", and protobuf uses it as a name in C++, which does not compile: choose another name";

const Row kRows[] = {
    {"a keyword in a package", "package acme.class.v1;",
     "t.proto:2:1: package \"acme.class.v1\": \"class\" is a keyword of C++$NAMESPACE"},
    {"a keyword as a package", "package namespace;",
     "t.proto:2:1: package \"namespace\": \"namespace\" is a keyword of C++$NAMESPACE"},
    {"a macro in a package", "package acme.errno;",
     "t.proto:2:1: package \"acme.errno\": \"errno\" is a macro of the C library$NAMESPACE"},
    {"two faults in one package", "package acme.new.delete;",
     "t.proto:2:1: package \"acme.new.delete\": \"new\" is a keyword of C++$NAMESPACE\n"
     "t.proto:2:1: package \"acme.new.delete\": \"delete\" is a keyword of C++$NAMESPACE"},
    {"a function of the C library as a package", "package time;",
     "t.proto:2:1: package \"time\": \"time\" is a name of the C library$NAMESPACE"},
    {"the same inside of a package", "package acme.time;", ""},
    {"a function that only the client's headers declare", "package log;", ""},
    {"the same for the client", "package log;",
     "t.proto:2:1: package \"log\": \"log\" is a name of the C library$NAMESPACE", kClient},
    {"a package that hides std", "package acme.std;",
     "t.proto:2:1: package \"acme.std\": \"std\" is a name that protobuf's C++ code uses "
     "itself$NAMESPACE"},
    {"words of Qt and of gnu++17", "package acme.slots.signals.unix.linux.major;", ""},

    {"a keyword as a message", "message class {}", ""},
    {"a keyword that protobuf does not know", "message char16_t {}",
     "t.proto:2:1: char16_t: \"char16_t\" is a keyword of C++$NAME"},
    {"the same in a message", "message M {\nmessage char32_t {}\n}",
     "t.proto:3:1: M.char32_t: \"char32_t\" is a keyword of C++$NAME"},
    {"the same as a field", "message M {\nstring char16_t = 1;\n}",
     "t.proto:3:1: M.char16_t: \"char16_t\" is a keyword of C++$NAME"},
    {"a macro as a field", "message M {\nint32 errno = 1;\n}",
     "t.proto:3:1: M.errno: \"errno\" is a macro of the C library$NAME"},
    {"a macro in capitals as a field", "message M { int32 EOF = 1; }", ""},
    {"a macro as an enum value", "enum E {\nE_UNSPECIFIED = 0;\nEOF = 1;\n}",
     "t.proto:4:1: EOF: \"EOF\" is a macro of the C library$NAME"},
    {"a macro as an enum", "enum BUFSIZ { Z = 0; }",
     "t.proto:2:1: BUFSIZ: \"BUFSIZ\" is a macro of the C library$NAME"},
    {"NULL, which protobuf knows", "package p; message NULL {} enum E { Z = 0; }", ""},
    {"a macro of the client's headers", "enum E { NAN = 0; }", ""},
    {"the same for the client", "enum E {\nNAN = 0;\n}",
     "t.proto:3:1: NAN: \"NAN\" is a macro of the C library$NAME", kClient},
    {"a type of the C library", "message M {\nint32 size_t = 1;\n}",
     "t.proto:3:1: M.size_t: \"size_t\" is a name that protobuf's C++ code uses itself$NAME"},
    {"an RPC may be called as it likes", "message M {} service S { rpc errno(M) returns (M); }",
     ""},
    {"but not as a function of a generic service",
     "option cc_generic_services = true; message M {} service S {\nrpc delete(M) returns (M); }",
     "t.proto:3:1: S.delete: \"delete\" is a keyword of C++$NAME"},

    {"a message called as a namespace, without a package", "message trestle {}",
     "t.proto:2:1: trestle: generated code uses a C++ namespace of this name: rename the type, or "
     "give the file a package"},
    {"the same in a package", "package p; message trestle {}", ""},

    {"a field descriptor", "message M {\nstring descriptor = 1;\n}",
     "t.proto:3:1: M.descriptor: protobuf's C++ code has another function descriptor(), so it "
     "does not compile: add `option no_standard_descriptor_accessor = true;` to M"},
    {"the same with that option",
     "message M { option no_standard_descriptor_accessor = true; string descriptor = 1; }", ""},

    {"messages of the lite runtime",
     "option optimize_for = LITE_RUNTIME; message M {} service S {\nrpc Call(M) returns (M); }",
     "t.proto:3:1: S.Call: t.proto has `option optimize_for = LITE_RUNTIME`, so its request M has "
     "no descriptor, which routes and clients need: remove the option\n"
     "t.proto:3:1: S.Call: t.proto has `option optimize_for = LITE_RUNTIME`, so its response M has "
     "no descriptor, which routes and clients need: remove the option"},
    {"the same of an RPC without a rule",
     "option optimize_for = LITE_RUNTIME; message M {} service S { rpc Call(M) returns (M); }", "",
     "target=cpp_gateway"},
    {"the same without a service", "option optimize_for = LITE_RUNTIME; message M {}", ""},
};

std::string Expected(const Row& row) {
  return absl::StrReplaceAll(row.error, {{"$NAMESPACE", kNamespace}, {"$NAME", kName}});
}

TEST(CppCheck, SaysWhatCannotCompile) {
  for (const Row& row : kRows) {
    const std::string proto = absl::StrCat("syntax = \"proto3\";\n", row.proto);
    const PluginRun run = RunPlugin({"t.proto"}, row.parameter, {{"t.proto", proto}});
    EXPECT_EQ(run.error, Expected(row)) << row.what;
  }
}

TEST(CppCheck, FaultsOfNamesAndRulesAreReportedTogether) {
  const std::string proto = R"(syntax = "proto3";
package acme.class;
import "google/api/annotations.proto";
message M {}
service S {
  rpc Call(M) returns (M) { option (google.api.http) = { get: "a" }; }
}
)";
  const PluginRun run =
      RunPlugin({"t.proto"}, "target=cpp_gateway,target=cpp_client", {{"t.proto", proto}});
  EXPECT_EQ(run.raw_error,
            absl::StrCat("2 errors\n"
                         "t.proto:6:29: acme.class.S.Call: path template \"a\", column 1: expected "
                         "\"/\"\n"
                         "t.proto:2:1: package \"acme.class\": \"class\" is a keyword of C++",
                         kNamespace));
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
