#include "trestle/server/flags/flag_settings.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/flags/flag_input.h"
#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

// "name=value,value (source)", a line each.
std::string ToText(const std::vector<Setting>& settings) {
  std::string text;
  for (const Setting& setting : settings) {
    absl::StrAppend(&text, setting.name, "=", absl::StrJoin(setting.values, ","), " (",
                    setting.source, ")\n");
  }
  return text;
}

TEST(FlagSettingsTest, O4SecretsAreMasked) {
  CLI::App app;
  int number = 3;
  bool on = false;
  bool off = true;
  std::string name, secret, unset_secret;
  std::vector<std::string> urls;
  AddNumber(app, "--number", &number, {0, 9}, "");
  AddSwitch(app, "--on", &on, "");
  AddSwitch(app, "--off", &off, "");
  app.add_option("--name", name, "")->type_name("NAME");
  app.add_option("--secret", secret, "")->type_name(kSecretType);
  app.add_option("--unset_secret", unset_secret, "")->type_name(kSecretType);
  AddList(app, "--url", "URL", &urls, "");
  app.add_option("--once", name, "")->configurable(false);
  FlagInput input;
  input.flags = {
      {"on", {"--on"}, ""},
      {"off", {"--off=false"}, "gateway.toml:7"},
      {"secret", {"--secret=open sesame"}, "TRESTLE_SECRET"},
      {"url",
       {"--url=https://user:p@ss@a.example/x@y", "--url=a@b", "--url=dns:///a:1", "--url="},
       ""}};
  EXPECT_EQ(ToText(SettingsOf(input, app)),
            "number=3 (default)\n"
            "on=true (command line)\n"
            "off=false (gateway.toml:7)\n"
            "name= (default)\n"
            "secret=*** (TRESTLE_SECRET)\n"
            "unset_secret= (default)\n"
            "url=https://***@a.example/x@y,a@b,dns:///a:1 (command line)\n");
}

}  // namespace
}  // namespace trestle
