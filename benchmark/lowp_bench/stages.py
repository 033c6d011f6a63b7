# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the cost of rounding weights stage by stage grows with samples and with layers."""

import dataclasses
import json
import os
import subprocess
import tempfile

from .files import made_whole
from .places import MADE, tool
from .roofline import BOTTOM, HEIGHT, LEFT, RIGHT, STYLE, TOP, WIDTH, line, text

COLOURS = ("#c0392b", "#2980b9", "#27ae60", "#8e44ad", "#e67e22")


@dataclasses.dataclass
class Growth:
    """One run: processor seconds when it began, and behind each stage."""

    samples: int
    seconds: list
    peak_mib: float = 0.0

    @property
    def total(self):
        """Of all stages."""
        return self.seconds[-1] - self.seconds[0]


def processor_seconds(pid):
    """Of all threads of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(model, recipe, calibration, samples, keep_float):
    """quant-compile with so many samples."""
    os.makedirs(MADE, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MADE) as folder:
        command = [tool("quant-compile"), model, f"--recipe={recipe}", f"--calibration={calibration}",
                   f"--calibration-samples={samples}", "--compile-to=quantize", "--progress=json", "--threads=1",
                   *(f"--keep-float={name}" for name in keep_float), "-o", os.path.join(folder, "out.mlirbc")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        seconds, said = [0.0], ""
        for said in process.stderr:
            if said.startswith('{"phase":"weights"'):
                if json.loads(said)["done"] == 1:
                    seconds = []
                seconds.append(processor_seconds(process.pid))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or len(seconds) < 2:
        raise RuntimeError(f"'{' '.join(command)}' failed, or rounds no weights stage by stage: {said.strip()}")
    return Growth(samples, seconds, usage.ru_maxrss / 1024)


def linearity(growths):
    """The largest distance of a stage's end from the line between the first and the last, in parts of the total; and
    seconds per sample of the longest run over those of the shortest."""
    bend = 0.0
    for growth in growths:
        steps = len(growth.seconds) - 1
        for i, seconds in enumerate(growth.seconds):
            bend = max(bend, abs((seconds - growth.seconds[0]) / growth.total - i / steps))
    first, last = growths[0], growths[-1]
    return bend, (last.total / last.samples) / (first.total / first.samples)


def table(growths):
    """Markdown."""
    rows = ["| samples | processor seconds of the stages | per sample | peak MiB |", "| ---: | ---: | ---: | ---: |"]
    for growth in growths:
        rows.append(f"| {growth.samples} | {growth.total:.1f} | {growth.total / growth.samples:.2f} | {growth.peak_mib:.0f} |")
    bend, ratio = linearity(growths)
    rows.append("")
    rows.append(f"Over the stages no run is more than {100 * bend:.0f} % of its total off a straight line; a sample of the "
                f"longest run costs {ratio:.2f} times one of the shortest.")
    return "\n".join(rows)


def draw(path, title, growths):
    """The picture: seconds over stages, a line per run."""
    stages = max(len(growth.seconds) for growth in growths) - 1
    top = max(growth.total for growth in growths)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if top / s <= 8)
    height = (int(top / step) + 1) * step

    def x(stage):
        return LEFT + stage / stages * (WIDTH - LEFT - RIGHT)

    def y(seconds):
        return HEIGHT - BOTTOM - seconds / height * (HEIGHT - TOP - BOTTOM)

    parts = []
    for seconds in range(0, height + 1, step):
        parts += [line(LEFT, y(seconds), WIDTH - RIGHT, y(seconds), "grid"),
                  text(LEFT - 8, y(seconds) + 4, str(seconds), "small", "end")]
    for i in range(5):
        parts.append(text(x(stages * i / 4), HEIGHT - BOTTOM + 18, f"{stages * i // 4}", "small", "middle"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, "stages, in the order of the layers", "", "middle"))
    parts.append(f'<text transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
                 'text-anchor="middle">processor seconds</text>')
    for growth, colour in zip(growths, COLOURS):
        points = " ".join(f"{x(i):.1f},{y(s - growth.seconds[0]):.1f}" for i, s in enumerate(growth.seconds))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(text(WIDTH - RIGHT + 8, y(growth.total) + 4, f"{growth.samples} samples: {growth.total:.0f} s"))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{text(LEFT, 24, title)}'
    )
    with made_whole(os.path.abspath(path)) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write("\n".join([head, *parts, "</svg>"]) + "\n")
