# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A document whose tables are what commands print.

    <!-- benchmark: matmul --threads=2 -->
    …
    <!-- end -->

What stands between the marks is replaced by the output of that command, block after block; a block whose command
fails stays as it was.
"""

import contextlib
import io
import os
import re
import shlex
import sys

from .files import made_whole

BLOCK = re.compile(r"(?<=<!-- benchmark: )(?P<command>[^\n]*?)(?P<mark> -->\n)(?P<text>.*?)(?=<!-- end -->)", re.DOTALL)


def read(path):
    """The text of the document."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def replace(text, index, output):
    """The text with another output in its block `index`."""
    block = list(BLOCK.finditer(text))[index]
    return text[: block.start("text")] + "\n" + output.strip() + "\n\n" + text[block.end("text") :]


def renew(path, run):
    """Runs all commands of the document with `run` (arguments → exit code); the number of those that failed."""
    commands = [block["command"] for block in BLOCK.finditer(read(path))]
    if not commands:
        raise RuntimeError(f"'{path}' has no block, expected <!-- benchmark: COMMAND --> … <!-- end -->")
    failed = 0
    for index, command in enumerate(commands):
        print(f"benchmark: {command}", file=sys.stderr)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = run(shlex.split(command))
        if code != 0:
            failed += 1
            continue
        text = replace(read(path), index, output.getvalue())
        with made_whole(os.path.abspath(path)) as temporary, open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
    return failed
