# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables for people, in Markdown, and JSON for programs."""

import dataclasses
import json
import os
import string

from .files import made_whole


def table(header, rows):
    """An aligned table; columns of numbers are flush right."""
    cells = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [i > 0 for i in range(len(header))]
    rule = ["-" * (w - 1) + ":" if r else "-" * w for w, r in zip(widths, right)]

    def line(row):
        return "| " + " | ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right)) + " |"

    return "\n".join([line(cells[0]), "| " + " | ".join(rule) + " |", *map(line, cells[1:])])


def percent(share):
    """A share for people."""
    return f"{100 * share:.0f} %"


def duration(us):
    """Microseconds with three digits, or four."""
    return f"{us:.1f}" if us < 100 else f"{us:.0f}"


def by_case(rows):
    """{case: its rows}, in order."""
    cases = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    return cases


def matrix(rows, peak):
    """A line per case: ours, and each peer's best time over ours; what failed is a dash."""
    columns = list(dict.fromkeys(row.name for row in rows if row.peer != "lowp"))
    letters = dict(zip(columns, string.ascii_uppercase))
    lines = []
    for case, found in by_case(rows).items():
        ours = next((row for row in found if row.peer == "lowp"), None)
        if ours is None or ours.error:
            lines.append([case, "failed"] + ["-"] * (4 + len(columns)))
            continue
        ratios = {row.name: f"{row.ratio:.2f}" for row in found if row.ratio is not None}
        rival = min((row.ratio for row in found if row.peer != "lowp" and row.ratio), default=None)
        gops = ours.facts["gops"]
        share = percent(gops * 1e9 / peak) if peak else "-"
        noise = percent(max(row.noise for row in found if row.error is None))
        summary = [case, duration(ours.best_us), f"{gops:.0f}", share, noise, f"{rival:.2f}" if rival else "-"]
        lines.append(summary + [ratios.get(name, "-") for name in columns])
    header = ["case", "ours us", "GOPS", "of peak", "noise", "best peer"] + [letters[name] for name in columns]
    legend = "\n".join(f"- {letter}: {name}" for name, letter in letters.items())
    return table(header, lines) + ("\n\n" + legend if legend else "")


def listing(rows):
    """A line per contender, a table per case."""
    parts = []
    for case, found in by_case(rows).items():
        checks = list(dict.fromkeys(key for row in found for key in row.check))
        lines = [
            [
                row.name,
                f"{row.best_us / 1e3:.3f}",
                f"{row.p50_us / 1e3:.3f}",
                percent(row.noise),
                f"{row.ratio:.2f}" if row.ratio else "-",
                *(f"{row.check[key]:.5g}" if key in row.check else "-" for key in checks),
            ]
            for row in found
            if row.error is None
        ]
        header = ["contender", "best ms", "median ms", "noise", "ratio", *(key.replace("_", " ") for key in checks)]
        parts.append(f"**{case}**\n\n{table(header, lines)}")
    return "\n\n".join(parts)


def costs(found):
    """A line per command."""
    lines = [
        [
            f"{cost.peer} {cost.what}",
            f"{cost.seconds:.2f}" if cost.error is None else "failed",
            f"{cost.cpu_seconds:.2f}",
            f"{cost.quantizer_seconds:.2f}" if cost.quantizer_seconds else "-",
            f"{cost.peak_mib:.0f}",
            f"{cost.ratio:.2f}" if cost.ratio else "-",
        ]
        for cost in found
    ]
    return table(["command", "seconds", "on cores", "quantizer alone", "peak MiB", "ratio"], lines)


def machine_line(machine):
    """The processor."""
    caches = ", ".join(f"{name} {size}" for name, size in machine["caches"].items())
    return f"- {machine['processor']}, {machine['cores']} cores, {caches}; load {machine['load']}"


def headline(facts):
    """What the numbers belong to."""
    limits = facts["limits"]
    units = {"int8": "GOPS", "float32": "GFLOPS", "read": "GB/s"}
    measured = [
        f"{kind} " + ", ".join(f"{name} {value:.0f}" for name, value in limits[kind].items()) + f" {unit}"
        for kind, unit in units.items()
    ]
    lines = [
        machine_line(facts["machine"]),
        f"- {limits['threads']} thread{'s' if limits['threads'] > 1 else ''}, {facts['clock']} clock; "
        + "; ".join(measured),
        "- compared: " + ", ".join(f"{peer} {version}" for peer, version in facts["versions"].items()),
    ]
    lines += [f"- not compared: {peer}: {reason}" for peer, reason in facts["not_compared"].items()]
    return "\n".join(lines)


def write_json(path, facts, rows):
    """Everything: what was run where, and a record per row."""
    content = facts | {"rows": [dataclasses.asdict(row) for row in rows]}
    with made_whole(os.path.abspath(path)) as temporary, open(temporary, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
