"""Checks the pages: every command is run or has a reason why not, every marker is spelled correctly,
and every link has a target."""

import re
import unittest

import blocks

_COMMAND = re.compile(r"^\$? ?(\./dev|apt-get|bazel|bazel-bin/\S+|curl|protoc|trestle)( |$)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_LANGUAGES = {"", "c++", "cpp", "html", "json", "promql", "proto", "python", "sh", "text", "toml", "yaml"}


def anchors(text):
    """Returns the anchors that GitHub generates for the headings of a page."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


class BlocksTest(unittest.TestCase):
    def all_blocks(self):
        return [block for page in blocks.pages() for block in blocks.read(page)]

    def test_a_block_is_described_by_the_line_above_it(self):
        text = "`a/b`\n```\n1\n```\n`BUILD`, add:\n\n```python\n2\n```\n"
        text += "<!-- not run: why -->\n```sh\n3\n```\n<!-- in the checkout -->\n```sh\n4\n```\n```\n5\n```\n"
        found = blocks.blocks("page", text)
        self.assertEqual(
            [(b.line, b.text, b.file, b.appends, b.not_run, b.in_checkout, b.output) for b in found],
            [
                (3, "1\n", "a/b", False, "", False, False),
                (8, "2\n", "BUILD", True, "", False, False),
                (12, "3\n", "", False, "why", False, False),
                (16, "4\n", "", False, "", True, False),
                (19, "5\n", "", False, "", False, True),
            ],
        )

    def test_commands_are_in_blocks_that_are_run(self):
        for block in self.all_blocks():
            self.assertIn(block.language, _LANGUAGES, block.place)
            if block.language in ("sh", "text") or block.file:
                continue
            for line in block.text.splitlines():
                self.assertIsNone(_COMMAND.match(line), f"{block.place}: {line}: use ```sh")

    def test_markers_are_above_a_block_of_commands(self):
        for page in blocks.pages():
            text = (blocks.CHECKOUT / page).read_text()
            markers = re.findall(r"^<!-- (?:not run|in the checkout).*$", text, re.M)
            marked = [b for b in blocks.read(page) if b.language == "sh" and (b.not_run or b.in_checkout)]
            self.assertEqual(len(markers), len(marked), page)

    def test_bazelrc_is_the_same_everywhere(self):
        rc = [b.text for b in blocks.read("README.md") if b.file == ".bazelrc"]
        self.assertEqual(len(rc), 1)
        self.assertIn(rc[0], [b.text for b in blocks.read("docs/bazel.md")])

    def test_the_index_names_every_page(self):
        index = (blocks.CHECKOUT / "docs" / "README.md").read_text()
        for page in (blocks.CHECKOUT / "docs").glob("*.md"):
            if page.name != "README.md":
                self.assertIn(f"]({page.name})", index)

    def test_links_have_targets(self):
        for page in blocks.pages():
            text = (blocks.CHECKOUT / page).read_text()
            for link in _LINK.findall(re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)):
                if link.startswith(("http://", "https://")):
                    continue
                path, _, anchor = link.partition("#")
                target = (blocks.CHECKOUT / page).parent / path if path else blocks.CHECKOUT / page
                self.assertTrue(target.exists(), f"{page}: {link}")
                if anchor:
                    self.assertIn(anchor, anchors(target.read_text()), f"{page}: {link}")


if __name__ == "__main__":
    unittest.main()
