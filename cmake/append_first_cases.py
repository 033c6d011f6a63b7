#!/usr/bin/env python3
# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds to each pass of a generated reference the first case of its test: an example that is known to hold.

    append_first_cases.py REFERENCE.md TEST-FOLDER

The test of `-NAME` is TEST-FOLDER/NAME.mlir or .test, without the prefix lowp-.
"""
import pathlib
import re
import sys


def first_case(folder, name):
    """The fence's language, the file and the text up to the first separator or empty line after a check."""
    stem = name.removeprefix("lowp-")
    mlir, test = folder / f"{stem}.mlir", folder / f"{stem}.test"
    if mlir.exists():
        return "mlir", mlir, mlir.read_text().split("\n// -----")[0].strip()
    if test.exists():
        paragraphs = test.read_text().strip().split("\n\n")
        checks = next(i for i, text in enumerate(paragraphs) if re.search(r"^[A-Z]+[A-Z-]*: ", text, re.M))
        return "text", test, "\n\n".join(paragraphs[: checks + 1])
    sys.exit(f"error: pass '{name}' has no test, expected '{mlir}' or '{test}'")


def main():
    reference, folder = map(pathlib.Path, sys.argv[1:])
    parts = re.split(r"(?m)^(?=### `)", reference.read_text())
    for i, part in enumerate(parts):
        if heading := re.match(r"### `-([^`]+)`", part):
            language, file, text = first_case(folder, heading.group(1))
            shown = file.as_posix().split("/test/")[-1]
            parts[i] = f"{part.rstrip()}\n\n#### First case of test/{shown}\n\n```{language}\n{text}\n```\n\n"
    reference.write_text("".join(parts).rstrip() + "\n")


main()
