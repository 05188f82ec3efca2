"""Tests bazel/lint/type_names.py on headers that are made up: which names it reads, and which pairs
it refuses.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bazel/lint"))

import type_names


def names(text):
    return [definition.name for definition in type_names.definitions("a.h", text)]


class Reading(unittest.TestCase):
    ROWS = [
        ("a class", "class A { int a; };", ["A"]),
        ("a struct in a namespace", "namespace n { struct A {}; }", ["n::A"]),
        ("nested namespaces",
         "namespace n { namespace m {\nstruct A {};\n} struct B {}; }", ["n::m::A", "n::B"]),
        ("namespaces in one", "namespace n::m { struct A {}; }", ["n::m::A"]),
        ("an inline namespace", "inline namespace n { struct A {}; }", ["n::A"]),
        ("an anonymous namespace", "namespace n { namespace { struct A {}; } }", ["n::A"]),
        ("C in C++", 'extern "C" { struct A { int a; }; }', ["A"]),
        ("enums", "enum A { kA }; enum class B : int { kB };", ["A", "B"]),
        ("a union", "union A { int a; };", ["A"]),
        ("aliases",
         "using A = int; typedef int B; template <typename T> using C = D<T>;", ["A", "B", "C"]),
        ("bases", "class A final : public B { int a; };", ["A"]),
        ("a template", "template <typename T, typename U = X<T>> class A { T t; };", ["A"]),
        ("a specialization", "template <> struct A<int> {};", ["A<int>"]),
        ("attributes", "struct [[nodiscard]] alignas(8) A {};", ["A"]),
        ("a macro", "#define A 1\n#define B(x) \\\n  (x)\n", ["A", "B"]),
        ("not a guard", "#ifndef A_H_\n#define A_H_\n#endif  // A_H_\n", []),
        ("not a declaration", "class A; struct B; enum class C : int;", []),
        ("not a class in a class", "class A { struct B {}; using C = int; };", ["A"]),
        ("not a class in a function",
         "inline int F() { struct B {}; return 1; }\nstruct A {};", ["A"]),
        ("not a function's result",
         "inline struct B F() { return {}; }\nstruct B F(int) { return {}; }", []),
        ("not a using-declaration", "using n::A; using namespace n;", []),
        ("not a constant", "constexpr A kA{1}; inline A a = {}; struct B {};", ["B"]),
        ("not in comments", "// struct A {};\n/* struct B {}; */ /*\n#define C 1\n*/", []),
        ("not in literals",
         'const char* k = "struct A {};"; auto r = R"x(")}" struct B {};)x"; char c = \'{\';', []),
    ]

    def test_rows(self):
        for name, text, expected in self.ROWS:
            self.assertEqual(names(text), expected, name)


class Judging(unittest.TestCase):
    ROWS = [
        ("two bodies", "class A { int a; };", "class A { int b; };", True),
        ("a class and an alias", "struct A {};", "using A = int;", True),
        ("two macros", "#define A 1", "#define A 2", True),
        ("other bases", "struct A : B {};", "struct A : C {};", True),
        ("a class in different anonymous namespaces",
         "namespace { struct A { int a; }; }", "struct A {};", True),
        ("two names", "struct A { int a; };", "struct B { int b; };", False),
        ("two namespaces",
         "namespace n { struct A {}; }", "namespace m { struct A { int a; }; }", False),
        ("a class and its declaration", "struct A {};", "struct A;", False),
        ("the same body", "struct A { int a; };  // here", "struct A {\n  int a;\n};", False),
        ("a template and its specialization",
         "template <class T> struct A {};", "template <> struct A<int> { int a; };", False),
        ("classes of one name in two classes",
         "struct A { struct C {}; };", "struct B { struct C { int c; }; };", False),
    ]

    def test_rows(self):
        for name, one, other, is_fault in self.ROWS:
            found = list(type_names.faults({"a.h": one, "b.h": other}))
            self.assertEqual(bool(found), is_fault, f"{name}: {found}")

    def test_branches_of_one_header_may_differ(self):
        text = "#ifdef X\n#define A 1\n#else\n#define A 2\n#endif\n"
        self.assertEqual(list(type_names.faults({"a.h": text})), [])

    def test_all_files_are_named(self):
        texts = {"a.h": "struct A {};", "b.h": "struct A { int b; };",
                 "c.h": "struct A { int c; };"}
        self.assertEqual(list(type_names.faults(texts)),
                         ["A is defined differently in a.h and b.h and c.h: rename one"])


if __name__ == "__main__":
    unittest.main()
