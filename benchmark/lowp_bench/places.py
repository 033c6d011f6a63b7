# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where things are: the repository, its tools, and what benchmarks have made."""

import os
import subprocess
import sys

from .contender import Absent
from .files import digest, made_whole

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
MADE = os.environ.get("LOWP_BENCHMARK_FOLDER") or os.path.join(ROOT, "build", "benchmark")
TOOLS = os.environ.get("LOWP_TOOLS") or os.path.join(ROOT, "build", "release", "bin")


def tool(name):
    """The path of one of our tools."""
    path = os.path.join(TOOLS, name)
    if not os.path.exists(path):
        raise Absent(f"'{path}' is not built (cmake --build build/release, or name the folder in LOWP_TOOLS)")
    return path


def succeed(command, **options):
    """What a command prints; where it fails, an error with the last line of what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(f"'{' '.join(command)}' failed: {said[-1]}")
    return done.stdout


def named_by(model, *options, files):
    """A name for what is made of a model, by options and files."""
    beside = os.path.splitext(model)[0] + ".safetensors"
    inputs = [os.stat(path) for path in (model, beside, *files) if path and os.path.exists(path)]
    return f"{os.path.splitext(os.path.basename(model))[0]}-{digest(*options, *inputs)}"


def compiled(model, *options, samples=None):
    """The library that quant-compile makes of a model: made once, and again when tool, model or samples change."""
    compiler = tool("quant-compile")
    path = os.path.join(MADE, "libraries", named_by(model, *options, files=(compiler, samples)) + ".so")
    if not os.path.exists(path):
        calibration = [f"--calibration={samples}"] if samples else []
        with made_whole(path) as temporary:
            succeed([compiler, model, *options, *calibration, "--progress=none", "-o", temporary])
    return path


def quantized(model, recipe, samples):
    """The module behind the quantize phase, which takes minutes with samples: made once, and again when model, recipe
    or samples change, but not when the tool does."""
    calibration = [f"--calibration={samples}"] if samples else []
    path = os.path.join(MADE, "models", named_by(model, files=(recipe, samples)) + ".mlirbc")
    if not os.path.exists(path):
        options = [f"--recipe={recipe}", *calibration, "--compile-to=quantize", "--progress=none"]
        with made_whole(path) as temporary:
            succeed([tool("quant-compile"), model, *options, "-o", temporary])
    return path


def imported(name, function, **arguments):
    """MODEL.mlir of a function of models/*.py; imported once, with the Python that runs this."""
    path = os.path.join(MADE, "models", name + ".mlir")
    if not os.path.exists(path):
        environment = {**os.environ, "LOWP_PYTHON": sys.executable, "HF_HUB_OFFLINE": "1"}
        with made_whole(path) as temporary:
            succeed([sys.executable, tool("quant-import"), "--torch", function, "-o", temporary], env=environment)
    return path


def imported_gguf(gguf, length, cache):
    """MODEL.mlir of a GGUF file, with a cache; imported once, with the Python that runs this."""
    name = f"{os.path.splitext(os.path.basename(gguf))[0]}-{digest(os.stat(gguf))}-{length}-{cache}.mlir"
    path = os.path.join(MADE, "models", name)
    if not os.path.exists(path):
        options = [f"--length={length}", f"--cache={cache}"]
        with made_whole(path) as temporary:
            succeed([sys.executable, tool("quant-import"), "--gguf", gguf, *options, "-o", temporary])
    return path
