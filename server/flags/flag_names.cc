#include "trestle/server/flags/flag_names.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/codec/quote.h"

// An unknown name is looked up in four ways, and the first that finds a flag wins: among the names
// that other programs use for it, as "no_" before a switch, by the number of typing errors, and by
// the words that a flag consists of.

namespace trestle {
namespace {

std::string Underscored(absl::string_view name) { return absl::StrReplaceAll(name, {{"-", "_"}}); }

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return absl::c_linear_search(names, name);
}

// Returns the flag for a name that other programs use; empty if there is none.
absl::string_view OurNameOf(absl::string_view name) {
  static constexpr std::pair<absl::string_view, absl::string_view> kOthers[] = {
      {"address", "listen"},
      {"addr", "listen"},
      {"bind", "listen"},
      {"cert", "tls_certificate"},
      {"debug", "log_level"},
      {"endpoint", "backend"},
      {"grpc_backend", "backend"},
      {"grpc_server", "backend"},
      {"host", "listen"},
      {"http_port", "listen"},
      {"key", "tls_key"},
      {"port", "listen"},
      {"proto", "descriptor_set"},
      {"proto_descriptor", "descriptor_set"},
      {"proto_set", "descriptor_set"},
      {"protoset", "descriptor_set"},
      {"server", "backend"},
      {"target", "backend"},
      {"timeout", "default_timeout"},
      {"tls_cert", "tls_certificate"},
      {"upstream", "backend"},
      {"verbose", "log_level"},
  };
  for (const auto& [other, ours] : kOthers) {
    if (other == name) return ours;
  }
  return "";
}

// Returns how many letters must be inserted, removed, replaced, or swapped with their neighbour to
// turn `a` into `b` (the Damerau-Levenshtein distance).
size_t TypingErrors(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// Returns the names with the fewest typing errors, if these are few.
std::vector<std::string> Nearest(absl::string_view name, const std::vector<std::string>& names) {
  size_t least = std::max<size_t>(1, name.size() / 4);
  std::vector<std::string> nearest;
  for (const std::string& candidate : names) {
    const size_t errors = TypingErrors(name, candidate);
    if (errors > least) continue;
    if (errors < least) nearest.clear();
    least = errors;
    nearest.push_back(candidate);
  }
  return nearest;
}

// Returns the names that contain all words of `name`: "log" finds "log_level" and "access_log".
std::vector<std::string> MadeOf(const std::string& name, const std::vector<std::string>& names) {
  std::vector<std::string> made;
  for (const std::string& candidate : names) {
    const std::vector<std::string> parts = absl::StrSplit(candidate, '_');
    const auto has = [&](absl::string_view word) { return absl::c_linear_search(parts, word); };
    if (absl::c_all_of(absl::StrSplit(name, '_'), has)) made.push_back(candidate);
  }
  return made;
}

// Returns the flags that the user may have meant.
std::vector<std::string> Meant(const std::string& name, const std::vector<std::string>& names) {
  if (Has(names, name)) return {name};
  if (const std::string ours(OurNameOf(name)); Has(names, ours)) return {ours};
  absl::string_view negated = name;
  if (absl::ConsumePrefix(&negated, "no_") && Has(names, std::string(negated))) {
    return {absl::StrCat(negated, "=false")};
  }
  std::vector<std::string> meant = Nearest(name, names);
  if (meant.empty()) meant = MadeOf(name, names);
  return meant;
}

constexpr char kPointer[] = "--help lists all flags";

// Returns the flags that the user may have meant by `name`, each after `dashes`, and kPointer.
std::string Hint(absl::string_view name, absl::string_view dashes,
                 const std::vector<std::string>& names) {
  // No name of a flag is nearly as long, and the time to compare grows with the length.
  constexpr size_t kMaxCompared = 64;
  if (name.size() > kMaxCompared) return kPointer;
  const std::vector<std::string> meant = Meant(absl::AsciiStrToLower(Underscored(name)), names);
  if (meant.empty() || meant.size() > 3) return kPointer;
  const std::string separator = absl::StrCat(" or ", dashes);
  return absl::StrCat("did you mean ", dashes, absl::StrJoin(meant, separator), "? ", kPointer);
}

}  // namespace

std::vector<std::string> WithUnderscores(std::vector<std::string> words,
                                         const std::vector<std::string>& names) {
  for (std::string& word : words) {
    if (word == "--") break;
    if (!absl::StartsWith(word, "--")) continue;
    const size_t end = std::min(word.find('='), word.size());
    const std::string name = Underscored(word.substr(2, end - 2));
    if (Has(names, name)) word.replace(2, end - 2, name);
  }
  return words;
}

std::string UnknownFlag(absl::string_view word, const std::vector<std::string>& names) {
  if (!absl::StartsWith(word, "-")) {
    return absl::StrCat("unexpected argument ", Quote(word), ": flags begin with --; ", kPointer);
  }
  const absl::string_view flag = word.substr(0, word.find('='));
  const size_t dashes = std::min(flag.find_first_not_of('-'), flag.size());
  return absl::StrCat("unknown flag ", Excerpt(flag), ": ", Hint(flag.substr(dashes), "--", names));
}

std::string UnknownKey(absl::string_view key, const std::vector<std::string>& names) {
  return absl::StrCat("unknown key ", Quote(key), ": ", Hint(key, "", names));
}

}  // namespace trestle
