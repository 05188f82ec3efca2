// Runs the plugin for .proto texts in the same way as protoc.

#ifndef TRESTLE_TESTS_CODEGEN_RUN_PLUGIN_H_
#define TRESTLE_TESTS_CODEGEN_RUN_PLUGIN_H_

#include <map>
#include <string>
#include <vector>

namespace trestle {
namespace codegen {

struct PluginRun {
  std::string raw_error;                     // the text that protoc prints after "--trestle_out: "
  std::string error;                         // the same without a first line "2 errors"
  std::string warnings;                      // the plugin's output on stderr
  std::map<std::string, std::string> files;  // by path; empty on error
};

// Runs the plugin for `files`, which are searched in `texts` (path to text), then in
// tests/codegen/protos, proto and proto/example. A text that protoc itself refuses fails the test.
PluginRun RunPlugin(const std::vector<std::string>& files, const std::string& parameter,
                    const std::map<std::string, std::string>& texts = {});

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_TESTS_CODEGEN_RUN_PLUGIN_H_
