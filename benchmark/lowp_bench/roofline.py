# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The roofline: speed over arithmetic intensity, under the machine's peak and bandwidths, as SVG."""

import math
import os
import xml.sax.saxutils

from .files import made_whole

WIDTH, HEIGHT = 900, 560
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 40, 60
COLOURS = {"lowp": "#c0392b", "onnxruntime": "#2980b9", "openvino": "#8e44ad", "torch": "#e67e22", "onednn": "#27ae60"}
STYLE = (
    "text{font:13px sans-serif;fill:#222}.small{font-size:11px;fill:#555}.grid{stroke:#ddd}"
    ".roof{stroke:#444;stroke-width:2;fill:none}.slope{stroke:#888;stroke-dasharray:6 4;fill:none}"
)


class Axes:
    """Logarithmic axes that hold all points."""

    def __init__(self, xs, ys):
        self.x0, self.x1 = self._decades(xs)
        self.y0, self.y1 = self._decades(ys)

    @staticmethod
    def _decades(values):
        return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(self, value):
        """Pixels from the left."""
        return LEFT + (math.log10(value) - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        """Pixels from the top."""
        return HEIGHT - BOTTOM - (math.log10(value) - self.y0) / (self.y1 - self.y0) * (HEIGHT - TOP - BOTTOM)


def text(x, y, words, css="", anchor="start"):
    """A label."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{xml.sax.saxutils.escape(words)}</text>'


def line(x0, y0, x1, y1, css):
    """A straight line."""
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" class="{css}"/>'


def grid(axes):
    """Decades, with their numbers."""
    for exponent in range(axes.x0, axes.x1 + 1):
        x = axes.x(10.0**exponent)
        yield line(x, TOP, x, HEIGHT - BOTTOM, "grid")
        yield text(x, HEIGHT - BOTTOM + 18, f"{10.0**exponent:g}", "small", "middle")
    for exponent in range(axes.y0, axes.y1 + 1):
        y = axes.y(10.0**exponent)
        yield line(LEFT, y, WIDTH - RIGHT, y, "grid")
        yield text(LEFT - 8, y + 4, f"{10.0**exponent:g}", "small", "end")
    yield text(
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, "operations per byte of inputs, weights and results", "", "middle"
    )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">10⁹ operations per second</text>'


def roofs(axes, peak, bandwidths):
    """The peak, and a slope per level of the memory up to it."""
    left, right = 10.0**axes.x0, 10.0**axes.x1
    y = axes.y(peak)
    yield line(axes.x(min(max(peak / max(bandwidths.values()), left), right)), y, WIDTH - RIGHT, y, "roof")
    yield text(WIDTH - RIGHT - 4, y - 6, f"int8 peak {peak:.0f}", "small", "end")
    for name, rate in bandwidths.items():
        start, end = max(left, 10.0**axes.y0 / rate), peak / rate
        if start < end:
            yield line(axes.x(start), axes.y(start * rate), axes.x(end), y, "slope")
            at = math.sqrt(start * end)
            yield text(axes.x(at) + 5, axes.y(at * rate) + 4, f"{name} {rate:.0f} GB/s", "small")


def points(axes, rows):
    """A mark per contender; ours are joined by name to their case."""
    for row in sorted(rows, key=lambda r: r.peer == "lowp"):
        x, y = axes.x(row.facts["operations"] / row.facts["bytes"]), axes.y(row.facts["gops"])
        colour, ours = COLOURS[row.peer], row.peer == "lowp"
        title = xml.sax.saxutils.escape(f"{row.name}: {row.case}, {row.facts['gops']:.0f}")
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if ours else 4}" fill="{colour if ours else "none"}" '
            f'stroke="{colour}" stroke-width="1.5"><title>{title}</title></circle>'
        )


def legend(rows):
    """Colours of the peers."""
    for i, peer in enumerate(dict.fromkeys(row.peer for row in rows)):
        y = TOP + 20 + 20 * i
        fill = COLOURS[peer] if peer == "lowp" else "none"
        yield f'<circle cx="{WIDTH - RIGHT + 24}" cy="{y}" r="5" fill="{fill}" stroke="{COLOURS[peer]}" stroke-width="1.5"/>'
        yield text(WIDTH - RIGHT + 36, y + 4, peer)


def write(path, title, rows, limits):
    """The picture of the rows that were timed."""
    rows = [row for row in rows if row.error is None and row.facts.get("gops")]
    peak = limits.peak("int8")
    if not rows or not peak:
        raise RuntimeError("no roofline: it needs timed cases, and a processor whose int8 peak is measured")
    intensities = [row.facts["operations"] / row.facts["bytes"] for row in rows]
    axes = Axes(intensities, [row.facts["gops"] for row in rows] + [peak])
    parts = [*grid(axes), *roofs(axes, peak, limits.best("read")), *points(axes, rows), *legend(rows)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{text(LEFT, 24, title)}'
    )
    with made_whole(os.path.abspath(path)) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write("\n".join([head, *parts, "</svg>"]) + "\n")
