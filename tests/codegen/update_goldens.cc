// bazel run //tests/codegen:update_goldens writes the plugin's output to golden/.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/codegen/goldens.h"
#include "tests/codegen/run_plugin.h"

namespace {

namespace fs = std::filesystem;
using trestle::codegen::Golden;
using trestle::codegen::kGoldens;
using trestle::codegen::PluginRun;
using trestle::codegen::RunPlugin;

int Update(const fs::path& root) {
  for (const Golden& golden : kGoldens) {
    const PluginRun run = RunPlugin({golden.proto}, golden.parameter);
    if (!run.error.empty()) {
      std::fprintf(stderr, "%s\n", run.error.c_str());
      return 1;
    }
    for (const auto& [name, text] : run.files) {
      const fs::path path = root / golden.directory / name;
      fs::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << text;
    }
  }
  return 0;
}

}  // namespace

int main() {
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::fprintf(stderr, "run it with: bazel run //tests/codegen:update_goldens\n");
    return 2;
  }
  return Update(fs::path(workspace) / "tests/codegen/golden");
}
