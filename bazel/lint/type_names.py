"""Finds names that two headers define differently: type_names.py HEADER...

Two definitions of one class in one program break C++'s one-definition rule, and no compiler or
linker reports it. Reads all headers that may end up in one program, and prints each class, struct,
union, enum and alias at namespace scope, and each macro, that two of them define with different
bodies. Anonymous namespaces count as the namespace around them: in a header they do not help.
"""

import collections
import pathlib
import re
import sys

# Comments, literals (raw ones first), identifiers and numbers, "::", any other character.
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)+'|[A-Za-z_0-9]+|::|\S",
    re.S,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
MACRO = re.compile(r"[ \t]*#[ \t]*define[ \t]+(\w+)(.*)", re.S)
OPEN, CLOSE = "([{", ")]}"

Definition = collections.namedtuple("Definition", "name body file")


def tokens_of(text):
    return [m[0] for m in TOKEN.finditer(text) if not m[0].startswith(("//", "/*"))]


def without_comments(text):
    """Blanks comments, so that no directive in one is taken for one."""
    return TOKEN.sub(lambda m: " " if m[0].startswith(("//", "/*")) else m[0], text)


def macros(text):
    for directive in DIRECTIVE.findall(without_comments(text)):
        match = MACRO.match(directive)
        # A guard has no body.
        if match and match[2].replace("\\\n", "").strip():
            yield match[1], tuple(tokens_of(match[2].replace("\\\n", " ")))


def declarations(tokens, at=0, namespace=""):
    """Yields (namespace, tokens) of each declaration at namespace scope; returns where it ends."""
    start, depth = at, 0
    while at < len(tokens):
        token = tokens[at]
        if token in OPEN:
            inner = inner_namespace(tokens[start:at]) if token == "{" and depth == 0 else None
            if inner is not None:
                within = "::".join(part for part in (namespace, inner) if part)
                at = yield from declarations(tokens, at + 1, within)
                start = at + 1
            else:
                depth += 1
        elif token in CLOSE:
            if depth == 0:
                return at
            depth -= 1
            # The end of a function's body; a class goes on to its ";".
            if token == "}" and depth == 0 and not type_name(tokens[start:at]):
                start = at + 1
        elif token == ";" and depth == 0:
            yield namespace, tokens[start:at]
            start = at + 1
        at += 1
    return at


def inner_namespace(head):
    """"a::b" of "namespace a::b", "" of "namespace" and of extern "C"; None of anything else."""
    words = [word for word in head if word != "inline"]
    if words[:1] == ["namespace"]:
        return "".join(words[1:])
    return "" if words[:1] == ["extern"] and len(words) == 2 and words[1].startswith('"') else None


def skip_template(tokens):
    """What follows "template <...>", as often as it is there."""
    while tokens[:1] == ["template"] and tokens[1:2] == ["<"]:
        depth = 0
        for at, token in enumerate(tokens):
            depth += (token == "<") - (token == ">")
            if token == ">" and depth == 0:
                tokens = tokens[at + 1:]
                break
        else:
            return []
    return tokens


def type_name(declaration):
    """The name of the type that a declaration defines, or None."""
    words = skip_template(declaration)
    if words[:1] == ["using"] and "=" in words:
        return words[1]
    if words[:1] == ["typedef"]:
        return words[-1]
    if words[:1] not in (["class"], ["struct"], ["union"], ["enum"]) or "{" not in words:
        return None
    head = words[1:words.index("{")]
    if head[:1] in (["class"], ["struct"]):
        head = head[1:]
    head = head[:head.index(":")] if ":" in head else head
    name = "".join(word for word in head if word != "final")
    name = re.sub(r"^(\[\[.*?\]\]|alignas\(.*?\))*", "", name)
    # "struct A F(…) {" is a function.
    return name if name and "(" not in name else None


def definitions(path, text):
    for name, body in macros(text):
        yield Definition(name, body, path)
    for namespace, tokens in declarations(tokens_of(DIRECTIVE.sub("", without_comments(text)))):
        name = type_name(tokens)
        if name:
            yield Definition(f"{namespace}::{name}" if namespace else name, tuple(tokens), path)


def faults(texts):
    """A sentence for each name of {path: text} that two files define differently."""
    found = collections.defaultdict(dict)
    for path, text in sorted(texts.items()):
        for definition in definitions(path, text):
            found[definition.name].setdefault(definition.body, path)
    for name, bodies in sorted(found.items()):
        files = sorted(set(bodies.values()))
        if len(files) > 1:
            yield f"{name} is defined differently in {' and '.join(files)}: rename one"


def main():
    found = list(faults({path: pathlib.Path(path).read_text() for path in sys.argv[1:]}))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
