// Compares the words of the compile matrix with codegen/cpp_words.h.

#include <fstream>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "trestle/codegen/cpp_words.h"

namespace trestle {
namespace codegen {
namespace {

std::string Conflict(const std::string& word, NameUse use) {
  return std::string(ConflictOf(word, use, CppHeaders::kMessages));
}

std::string ClientConflict(const std::string& word, NameUse use) {
  return std::string(ConflictOf(word, use, CppHeaders::kClient));
}

void ExpectKeyword(const std::string& word) {
  for (NameUse use : {NameUse::kOuterNamespace, NameUse::kInnerNamespace, NameUse::kType,
                      NameUse::kNestedType, NameUse::kFunction, NameUse::kValue}) {
    EXPECT_EQ(Conflict(word, use), "a keyword of C++") << word;
  }
}

void ExpectMacro(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kInnerNamespace), "a macro of the C library") << word;
  EXPECT_EQ(Conflict(word, NameUse::kType), "a macro of the C library") << word;
  EXPECT_EQ(Conflict(word, NameUse::kValue), "a macro of the C library") << word;
}

void ExpectFunctionMacro(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kInnerNamespace), "") << word;
  EXPECT_EQ(Conflict(word, NameUse::kValue), "") << word;
  EXPECT_EQ(Conflict(word, NameUse::kType), "a macro of the C library") << word;
  EXPECT_EQ(Conflict(word, NameUse::kFunction), "a macro of the C library") << word;
}

void ExpectClientMacro(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kValue), "") << word;
  EXPECT_EQ(ClientConflict(word, NameUse::kValue), "a macro of the C library") << word;
}

void ExpectGlobal(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kOuterNamespace), "a name of the C library") << word;
  EXPECT_EQ(Conflict(word, NameUse::kInnerNamespace), "") << word;
  EXPECT_EQ(Conflict(word, NameUse::kType), "") << word;
}

void ExpectClientGlobal(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kOuterNamespace), "") << word;
  EXPECT_EQ(ClientConflict(word, NameUse::kOuterNamespace), "a name of the C library") << word;
}

void ExpectUnqualified(const std::string& word) {
  EXPECT_NE(Conflict(word, NameUse::kInnerNamespace), "") << word;
  EXPECT_NE(Conflict(word, NameUse::kFunction), "") << word;
}

void ExpectOther(const std::string& word) {
  EXPECT_EQ(Conflict(word, NameUse::kOuterNamespace), "") << word;
  EXPECT_EQ(ClientConflict(word, NameUse::kType), "") << word;
  EXPECT_TRUE(IsCppWord(word)) << word;
}

TEST(CppWords, ConflictsAreThoseOfTheMatrix) {
  const std::map<std::string, void (*)(const std::string&)> kinds = {
      {"keyword", ExpectKeyword},
      {"macro", ExpectMacro},
      {"function_macro", ExpectFunctionMacro},
      {"client_macro", ExpectClientMacro},
      {"global", ExpectGlobal},
      {"client_global", ExpectClientGlobal},
      {"unqualified", ExpectUnqualified},
      {"other", ExpectOther},
  };
  std::ifstream words("tests/codegen/matrix/words.txt");
  int count = 0;
  for (std::string kind, word; words >> kind >> word; ++count) kinds.at(kind)(word);
  EXPECT_GT(count, 130);
}

TEST(CppWords, StdIsHiddenByATypeOrANamespaceInsideAnother) {
  EXPECT_NE(Conflict("std", NameUse::kInnerNamespace), "");
  EXPECT_NE(Conflict("std", NameUse::kType), "");
  EXPECT_EQ(Conflict("std", NameUse::kFunction), "");
  EXPECT_EQ(Conflict("std", NameUse::kOuterNamespace), "");
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
