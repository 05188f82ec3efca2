// A setting of a program, as operators see it.

#ifndef TRESTLE_SERVER_SETTING_H_
#define TRESTLE_SERVER_SETTING_H_

#include <string>
#include <vector>

namespace trestle {

struct Setting {
  std::string name;                 // "listen"
  std::vector<std::string> values;  // several if it is repeated; none if it is not set
  std::string source;               // "default", "command line", "gateway.toml:3", "TRESTLE_LISTEN"
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_SETTING_H_
