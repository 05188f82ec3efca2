#!/usr/bin/python3 -B
"""Runs the commands of README.md, docs and examples as they are printed.

    tests/docs/run.py [--keep] [PAGE...]

The files that the pages show are written to a project in a temporary folder, where README's quick
start comes first. A command that fails, or prints something else than the page says, is a failure.
Two things are replaced: /opt/trestle by the checkout, and port numbers by free ones. `trestle` is
the program that the quick start builds. Bazel is the machine's, with an output folder of its own
for the project, which is deleted in the end.
"""

# Not "env python3": what stands before Python, as pyenv does, changes PATH, and with it all that Bazel
# has built in the checkout.

import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import blocks

_PORT = re.compile(r"(?<=[\s:])(80[89]\d|9[0-9]9\d)(?=[\s/:\"';]|$)", re.MULTILINE)
_DONE = "=== block is done"


class Failure(Exception):
    pass


class Replacements:
    """Of what is not as printed."""

    def __init__(self):
        self._ports = {}

    def apply(self, text):
        text = text.replace("/opt/trestle", str(blocks.CHECKOUT))
        return _PORT.sub(lambda port: self._free(port[0]), text)

    def _free(self, port):
        if port not in self._ports:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._ports[port] = str(probe.getsockname()[1])
        return self._ports[port]


class Session:
    """A shell that runs the blocks of a page, with what they leave in the background."""

    def __init__(self, project, home):
        self._project, self._home = project, home
        self._output = project.parent / "output.txt"
        self._errors = project.parent / "errors.txt"
        self._shell = subprocess.Popen(
            ["/bin/bash", "-e"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # A function, since another PATH would have Bazel compile everything once more.
        program = f"{project}/bazel-bin/external/trestle/server/trestle"
        self._shell.stdin.write(f"trestle() {{ '{program}' \"$@\"; }}\n")

    def run(self, block, text):
        """What a block prints on stdout."""
        folder = blocks.CHECKOUT if block.in_checkout else self._project
        home = os.environ["HOME"] if block.in_checkout else self._home
        self._output.write_text("")
        self._errors.write_text("")
        self._shell.stdin.write(
            f"cd '{folder}'; export HOME='{home}'\n"
            f"{{\n{text}\n}} </dev/null >>'{self._output}' 2>>'{self._errors}'\n"
            f"echo '{_DONE}'\n"
        )
        self._shell.stdin.flush()
        done = self._shell.stdout.readline().strip() == _DONE
        output = self._output.read_text()
        if not done:
            raise Failure(f"{block.place}: a command fails:\n{text}{output}{self._tail()}")
        return output

    def _tail(self):
        return "".join(self._errors.read_text().splitlines(keepends=True)[-40:])

    def end(self):
        """Ends the shell and all that it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._shell.pid, number)
                self._shell.wait(timeout=20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        self._shell.stdin.close()
        self._shell.stdout.close()


class Project:
    """The project of one's own that the pages are about."""

    def __init__(self, scratch):
        self.folder = scratch / "project"
        self.folder.mkdir()
        self.home = scratch / "home"
        self.home.mkdir()
        # What is built does not depend on PATH, so that ./dev's disk cache holds for every caller. The
        # user's own settings come after.
        (self.home / ".bazelrc").write_text(
            f"startup --output_user_root={scratch}/bazel\n"
            "build --incompatible_strict_action_env\n"
            f"try-import {blocks.CHECKOUT}/.cache/bazelrc\n"
            f"try-import {os.environ['HOME']}/.bazelrc\n"
        )

    def write(self, block, text):
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if block.appends else "w") as file:
            file.write(text)

    def end(self):
        if (self.folder / "WORKSPACE").exists():
            environment = {**os.environ, "HOME": str(self.home)}
            subprocess.run(
                ["bazel", "shutdown"], cwd=self.folder, env=environment, capture_output=True
            )


def run_page(page, project, replacements):
    """Runs a page; returns how many blocks ran."""
    session, count, before = Session(project.folder, project.home), 0, ""
    try:
        for block in blocks.read(page):
            text = replacements.apply(block.text)
            if block.file:
                project.write(block, text)
            elif block.language == "sh" and not block.not_run:
                print(f"== {block.place}", flush=True)
                before = session.run(block, text)
                count += 1
            elif block.output and before is not None and not before.strip().endswith(text.strip()):
                raise Failure(f"{block.place}: expected\n{text}but got\n{before}")
    finally:
        session.end()
    return count


def runs_commands(page):
    return any(block.language == "sh" and not block.not_run for block in blocks.read(page))


def delete(folder):
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="keep the project")
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    return parser.parse_args()


def main():
    options = arguments()
    pages = options.pages or [page for page in blocks.pages() if runs_commands(page)]
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="trestle_docs."))
    project, replacements = Project(scratch), Replacements()
    count = 0
    try:
        for page in pages:
            count += run_page(page, project, replacements)
    except Failure as failure:
        print(f"docs: {failure}", file=sys.stderr)
        return 1
    finally:
        project.end()
        print(f"docs: kept {scratch}" if options.keep else "", end="\n" if options.keep else "")
        if not options.keep:
            delete(scratch)
    print(f"docs: passed, {count} blocks of commands")
    return 0


if __name__ == "__main__":
    sys.exit(main())
