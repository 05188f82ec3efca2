// EnumSchema: the names of numbers and the numbers of names, long and short.

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

using google::protobuf::EnumDescriptor;

// Names of numbers below this are in a table, up to the first gap.
constexpr int kMaxDenseEnum = 256;

// The greatest number of names in an error message, and of their bytes.
constexpr int kMaxListedNames = 10;
constexpr size_t kMaxNameList = 300;

// Returns the size of the prefix of `name` that spells `type_name`, in any case and with any
// underscores, including the underscore after it: 6 for GENRE_POETRY of Genre. Returns 0 if there
// is no such prefix, or if the rest does not begin with a letter.
size_t PrefixSize(absl::string_view name, absl::string_view type_name) {
  size_t at = 0;
  for (char wanted : type_name) {
    if (wanted == '_') continue;
    while (at < name.size() && name[at] == '_') ++at;
    if (at == name.size() || absl::ascii_toupper(name[at]) != absl::ascii_toupper(wanted)) return 0;
    ++at;
  }
  bool has_rest = at + 1 < name.size() && name[at] == '_' && absl::ascii_isalpha(name[at + 1]);
  return has_rest ? at + 1 : 0;
}

const int32_t* FindNumber(const absl::flat_hash_map<std::string, int32_t>& numbers,
                          absl::string_view name) {
  auto found = numbers.find(name);
  return found == numbers.end() ? nullptr : &found->second;
}

}  // namespace

EnumSchema::EnumSchema(const EnumDescriptor& descriptor)
    : full_name_(descriptor.full_name()),
      is_null_value_(descriptor.full_name() == "google.protobuf.NullValue") {
  ListNames(descriptor);
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *descriptor.value(i);
    names_.emplace(value.number(), Name{value.name()});  // the first of several aliases stays
    numbers_.emplace(value.name(), value.number());
    lower_numbers_.emplace(absl::AsciiStrToLower(value.name()), value.number());
  }
  for (int i = 0; i < descriptor.value_count(); ++i) {
    AddShortName(descriptor.value(i)->name(), descriptor.value(i)->number(), descriptor.name());
  }
  for (int number = 0; number < kMaxDenseEnum; ++number) {
    auto found = names_.find(number);
    if (found == names_.end()) break;
    small_names_.push_back(std::move(found->second));
    names_.erase(found);
  }
}

void EnumSchema::ListNames(const EnumDescriptor& descriptor) {
  int listed = 0;
  for (; listed < descriptor.value_count(); ++listed) {
    const std::string& name = descriptor.value(listed)->name();
    if (listed == kMaxListedNames || name_list_.size() + name.size() > kMaxNameList) break;
    absl::StrAppend(&name_list_, listed == 0 ? "" : ", ", name);
  }
  const int more = descriptor.value_count() - listed;
  if (more > 0) absl::StrAppend(&name_list_, listed == 0 ? "" : " and ", more, " more");
}

// Omits a short name that is also a name, or the short name of another value, because it would be
// read as that one.
void EnumSchema::AddShortName(const std::string& name, int32_t number,
                              absl::string_view type_name) {
  size_t prefix = PrefixSize(name, type_name);
  std::string short_name = name.substr(prefix);
  if (prefix == 0 || numbers_.contains(short_name)) return;
  if (!short_numbers_.emplace(short_name, number).second) return;
  lower_short_numbers_.emplace(absl::AsciiStrToLower(short_name), number);
  Name& printed = names_[number];
  if (printed.text == name) printed.prefix = prefix;
}

const EnumSchema::Name* EnumSchema::Find(int32_t number) const {
  if (static_cast<uint32_t>(number) < small_names_.size()) return &small_names_[number];
  auto found = names_.find(number);
  return found == names_.end() ? nullptr : &found->second;
}

absl::string_view EnumSchema::NameOf(int32_t number) const {
  const Name* name = Find(number);
  return name == nullptr ? absl::string_view() : absl::string_view(name->text);
}

absl::string_view EnumSchema::ShortNameOf(int32_t number) const {
  const Name* name = Find(number);
  return name == nullptr ? absl::string_view() : absl::string_view(name->text).substr(name->prefix);
}

const int32_t* EnumSchema::NumberOf(absl::string_view name) const {
  return FindNumber(numbers_, name);
}

const int32_t* EnumSchema::NumberOfIgnoringCase(absl::string_view name) const {
  return FindNumber(lower_numbers_, absl::AsciiStrToLower(name));
}

const int32_t* EnumSchema::NumberOfShort(absl::string_view name) const {
  return FindNumber(short_numbers_, name);
}

const int32_t* EnumSchema::NumberOfShortIgnoringCase(absl::string_view name) const {
  return FindNumber(lower_short_numbers_, absl::AsciiStrToLower(name));
}

}  // namespace trestle
