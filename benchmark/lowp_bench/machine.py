# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The machine: what it is, and what it can do at most."""

import json
import os
import platform
import re

from .contender import Absent
from .files import digest, made_whole
from .places import MADE, ROOT, succeed
from .workers import chosen_cpus

COMPILERS = ("clang++-22", "clang++", "g++")


def limits_program():
    """The program of limits.cpp, built once."""
    source = os.path.join(ROOT, "benchmark", "limits.cpp")
    with open(source, "rb") as file:
        path = os.path.join(MADE, f"limits-{digest(file.read())}")
    if not os.path.exists(path):
        with made_whole(path) as temporary:
            for compiler in COMPILERS:
                try:
                    succeed([compiler, "-O2", "-std=c++20", "-pthread", source, "-o", temporary])
                    break
                except FileNotFoundError:
                    continue
            else:
                raise Absent(f"no C++ compiler, expected one of {', '.join(COMPILERS)}")
    return path


class Limits:
    """Peaks and bandwidths, the best of several measurements: the clock moves while benchmarks run."""

    def __init__(self, threads, seconds):
        self._program, self._threads, self._seconds = limits_program(), threads, seconds
        self.measurements = []

    def measure(self):
        """Measures once more."""
        cpus = chosen_cpus(self._threads)
        output = succeed(
            [self._program, str(self._threads), str(self._seconds)], preexec_fn=lambda: os.sched_setaffinity(0, cpus)
        )
        self.measurements.append(json.loads(output))

    def best(self, kind):
        """{name: the best measurement} of "int8", "float32" or "read"."""
        return {name: max(m[kind][name] for m in self.measurements) for name in self.measurements[0][kind]}

    def peak(self, kind):
        """The highest of them; 0 where the processor has no such instruction that is measured."""
        return max(self.best(kind).values(), default=0.0)

    def as_json(self):
        """For the output."""
        return {"threads": self._threads} | {kind: self.best(kind) for kind in ("int8", "float32", "read")}


def describe():
    """The processor, its caches and the system."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    model = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    caches = {}
    for index in range(5):
        folder = f"/sys/devices/system/cpu/cpu0/cache/index{index}"
        if os.path.isdir(folder):
            kind, level, size = (open(os.path.join(folder, f)).read().strip() for f in ("type", "level", "size"))
            caches[f"L{level}{'i' if kind == 'Instruction' else ''}"] = size
    return {
        "processor": model.group(1) if model else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "caches": caches,
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
    }
