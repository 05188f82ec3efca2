"""The fenced blocks of Markdown pages, with the markers around them.

    `hello.proto`               on a line above a block: the block is that file; with "add",
    `BUILD`, add:               it is appended to the file
    <!-- not run: REASON -->    above a ```sh block: it is not run
    <!-- in the checkout -->    above a ```sh block: it is run in Trestle's checkout instead of
                                the project made of the page's files

A block without a language or of JSON directly after a ```sh block is the output of its last
command.
"""

import dataclasses
import pathlib
import re

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\S*)$")
_FILE = re.compile(r"^`([^`]+)`(, add:)?$")
_NOT_RUN = re.compile(r"^<!-- not run: (\S.*) -->$")
_IN_CHECKOUT = "<!-- in the checkout -->"


@dataclasses.dataclass
class Block:
    """A fenced block. `line` is the number of its first line of text, counted from 1."""

    page: str
    line: int
    language: str
    text: str
    file: str = ""  # the file that it is the text of
    appends: bool = False  # to that file
    not_run: str = ""  # the reason
    in_checkout: bool = False
    output: bool = False  # of the ```sh block before it

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def pages():
    """Returns the pages with commands for users, each after the pages that it depends on."""
    first = ["README.md", "docs/embedding.md"]
    docs = sorted(str(page.relative_to(CHECKOUT)) for page in (CHECKOUT / "docs").rglob("*.md"))
    examples = sorted(
        str(page.relative_to(CHECKOUT)) for page in (CHECKOUT / "examples").rglob("*.md")
    )
    return first + [page for page in docs + examples if page not in first]


def _describe(block, above):
    """Sets the properties of a block that `above`, the line above the fence, specifies."""
    if named := _FILE.match(above):
        block.file, block.appends = named[1], bool(named[2])
    elif reason := _NOT_RUN.match(above):
        block.not_run = reason[1]
    block.in_checkout = above == _IN_CHECKOUT


def blocks(page, text):
    """Returns the blocks of a page."""
    found, block, above = [], None, ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if block is None and fence:
            block = Block(page, number + 1, fence[1], "")
            _describe(block, above)
            follows = above == "```" and found and found[-1].language == "sh"
            block.output = bool(follows and fence[1] in ("", "json"))
        elif block is not None and line == "```":
            found.append(block)
            block = None
        elif block is not None:
            block.text += line + "\n"
        above = line if line else above
    return found


def read(page):
    return blocks(page, (CHECKOUT / page).read_text())
