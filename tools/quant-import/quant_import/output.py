# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Output files: written to a temporary file in the same folder, synced, then renamed."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

from .errors import ImportFailure
from .weights import write_safetensors

FORMS = (".mlir", ".mlirbc")


def check_path(path, weights):
    """Refuses an output path before the long work starts."""
    if os.path.splitext(path)[1] not in FORMS:
        raise ImportFailure(f"output '{path}' has an unknown extension; expected .mlir or .mlirbc")
    if weights == "inside" and path.endswith(".mlir"):
        raise ImportFailure("--weights=inside needs an output that ends in .mlirbc")
    if weights == "outside" and path.endswith(".mlirbc"):
        raise ImportFailure("--weights=outside needs an output that ends in .mlir")
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise ImportFailure(f"output folder '{folder}' does not exist")
    if not os.access(folder, os.W_OK):
        raise ImportFailure(f"output folder '{folder}' is not writable")


@contextlib.contextmanager
def _staging(path):
    """A temporary folder beside `path`, so that a rename out of it stays on one file system."""
    folder = tempfile.mkdtemp(prefix=".quant-import-", dir=os.path.dirname(path) or ".")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(path, emit):
    with open(path, "wb") as stream:
        emit(stream)
        stream.flush()
        os.fsync(stream.fileno())


def find_quant_opt():
    """quant-opt beside this command, or on PATH."""
    command = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "quant-opt")
    found = command if os.access(command, os.X_OK) else shutil.which("quant-opt")
    if not found:
        raise ImportFailure(
            "quant-opt, which writes bytecode, is neither beside this command nor on PATH; "
            "give an output that ends in .mlir, or build quant-opt"
        )
    return found


def _emit_bytecode(text, bytecode, weights):
    command = [find_quant_opt(), text, "--emit-bytecode", "-o", bytecode]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        lines = run.stderr.strip().splitlines() or [f"exit code {run.returncode}"]
        raise ImportFailure(f"quant-opt refused the imported module: {lines[0]}")
    expected, found = sum(w.nbytes for w in weights.values()), os.path.getsize(bytecode)
    if found < expected:
        raise ImportFailure(
            f"quant-opt wrote {found} bytes for {expected} bytes of weights: "
            "this quant-opt does not read the weights beside a .mlir file"
        )


def write_model(path, text, weights):
    """Writes the module `text` and `weights` as `path` asks for; returns the files written.

    X.mlir gets X.safetensors beside it; X.mlirbc holds the weights itself. A failure
    leaves existing files as they were."""
    stem, form = os.path.splitext(path)
    beside = stem + ".safetensors"
    name = os.path.basename(stem)
    with _staging(path) as folder:
        staged = os.path.join(folder, name)
        _write(staged + ".mlir", lambda stream: stream.write(text.encode()))
        _write(staged + ".safetensors", lambda stream: write_safetensors(stream, weights))
        moves = [(staged + ".safetensors", beside)]
        if form == ".mlir":
            moves.append((staged + ".mlir", path))
        else:
            _emit_bytecode(staged + ".mlir", staged + ".mlirbc", weights)
            moves = [(staged + ".mlirbc", path)]
        for source, target in moves:
            os.replace(source, target)
    return [target for _, target in moves]
