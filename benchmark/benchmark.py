#!/usr/bin/env python3
# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares Lowp with the installed peers; see `benchmark.py --help` and docs/Performance.md."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

try:
    from lowp_bench.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"benchmark: error: this Python has no module '{error.name}'")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
