# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What commands cost: compilation, and quantization next to the peers'."""

import dataclasses
import json
import os
import subprocess
import tempfile
import time

from . import peer_models
from .files import digest
from .places import MADE, ROOT, imported, tool


@dataclasses.dataclass
class Cost:
    """One command: the best of its runs."""

    what: str
    peer: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of all threads and children together
    peak_mib: float = 0.0  # of the process, by its high-water mark
    quantizer_seconds: float | None = None  # without imports, reading and writing, where the command tells
    ratio: float | None = None
    error: str | None = None


def measure(cost, command, repeats, environment=None):
    """Runs a command several times; the output of each goes to a folder that is thrown away."""
    os.makedirs(MADE, exist_ok=True)
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=MADE) as folder, tempfile.TemporaryFile("w+") as said:
            filled = [argument.replace("%OUT%", folder) for argument in command]
            start = time.perf_counter()
            process = subprocess.Popen(filled, stdout=said, stderr=subprocess.STDOUT, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            lines = said.read().strip().splitlines()
        if process.returncode != 0:
            cost.error = lines[-1] if lines else f"exit code {process.returncode}"
            return cost
        if not cost.seconds or seconds < cost.seconds:
            cost.seconds, cost.cpu_seconds = seconds, usage.ru_utime + usage.ru_stime
            cost.peak_mib = usage.ru_maxrss / 1024
            if cost.peer != "lowp":
                cost.quantizer_seconds = json.loads(lines[-1])["seconds"]
    return cost


def ours(what, model, options, repeats, extension=".so"):
    """A run of quant-compile."""
    command = [tool("quant-compile"), model, *options, "--progress=none", "-o", f"%OUT%/out{extension}"]
    return measure(Cost(what, "lowp"), command, repeats)


def compile_time(model, repeats):
    """MiniLM with its layers, and with twice as many; and the whole road with calibration."""
    factory = os.path.join(ROOT, "models", "minilm.py")
    with open(factory) as file:
        revision = digest(file.read())
    twice = imported(f"minilm12-{revision}", f"{factory}:minilm12")
    found = []
    for recipe in ("float", "w8a8-dynamic"):
        once = ours(f"{recipe}, 6 layers", model.path(), [f"--recipe={recipe}"], repeats)
        double = ours(f"{recipe}, 12 layers", twice, [f"--recipe={recipe}"], repeats)
        if once.seconds and double.seconds:
            double.ratio = double.seconds / once.seconds
        found += [once, double]
    model.check_data()
    options = ["--recipe=w8a8", f"--calibration={model.calibration}"]
    return [*found, ours("w8a8 with calibration, 6 layers", model.path(), options, repeats)]


OBSERVERS = ("minmax", "percentile", "entropy")
# Of a peer's way, the observer that does the same.
SAME = {
    "ort-minmax": "minmax",
    "ort-percentile": "percentile",
    "ort-entropy": "entropy",
    "nncf": "minmax",
    "ort-dynamic": "minmax",
}


def quantize_time(model, repeats, peers):
    """Calibration, quantization and writing of the quantized model, without compilation."""
    model.check_data()
    found, own = [], {}
    for observer in OBSERVERS:
        options = [
            "--recipe=w8a8-static",
            f"--observer={observer}",
            f"--calibration={model.calibration}",
            "--compile-to=quantize",
        ]
        own[observer] = ours(f"w8a8-static, {observer}", model.path(), options, repeats, ".mlirbc")
        found.append(own[observer])
    packages = {"nncf": "openvino", "ort": "onnxruntime"}
    for kind in model.quantized:
        peer = packages[kind.split("-")[0]]
        if peer not in peers:
            continue
        peer_models.made("onnx", model)
        command = peer_models.command(kind, model, "%OUT%/out" + peer_models.EXTENSIONS.get(kind, ".onnx"))
        cost = measure(Cost(kind, peer), command, repeats, peer_models.environment())
        same = own[SAME[kind]]
        if cost.seconds and same.seconds:
            cost.ratio = cost.seconds / same.seconds
        found.append(cost)
    return found
