# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Interleaved rounds, and what follows from the times."""

import dataclasses
import statistics
import sys

from .contender import Absent

ROUNDS = 7


@dataclasses.dataclass
class Row:
    """One contender on one case."""

    case: str
    peer: str
    what: str
    group: str = ""
    best_us: float = 0.0
    p50_us: float = 0.0
    noise: float = 0.0  # how far the median round's best lies above the best of all
    check: dict = dataclasses.field(default_factory=dict)
    facts: dict = dataclasses.field(default_factory=dict)
    ratio: float | None = None  # this contender's best time / ours
    error: str | None = None

    @property
    def name(self):
        """The contender, with its peer."""
        return f"{self.peer} {self.what}".strip()


def build(team, case):
    """Rows of all contenders of a case; those that failed, or are wrong, carry an error."""
    rows = []
    for peer, worker in team.workers.items():
        try:
            for what, (group, check) in worker.build(case).items():
                rows.append(Row(str(case), peer, what, group, check=check, error=check.pop("error", None)))
        except (Absent, RuntimeError) as error:
            rows.append(Row(str(case), peer, "", error=str(error)))
    return rows


def measure(team, case, seconds, clock):
    """Rows of a case, timed in turns."""
    rows = build(team, case)
    times = {id(row): [] for row in rows if row.error is None}
    for _ in range(ROUNDS):
        for row in rows:
            if row.error is None:
                try:
                    times[id(row)].append(team.workers[row.peer].time(row.what, seconds / ROUNDS, clock))
                except (Absent, RuntimeError) as error:
                    row.error = str(error)
    for row in rows:
        if row.error is None:
            summarise(row, times[id(row)])
    add_ratios(rows)
    for row in rows:
        if row.error:
            print(f"warning: {case}: {row.name}: {row.error}", file=sys.stderr)
        row.facts.update(case.facts(row))
    return rows


def summarise(row, rounds):
    """Best, median and noise, in microseconds."""
    bests = [min(times) * 1e6 for times in rounds]
    row.best_us = min(bests)
    row.p50_us = statistics.median(t * 1e6 for times in rounds for t in times)
    row.noise = statistics.median(bests) / row.best_us - 1


def add_ratios(rows):
    """Each row's best time over that of our first contender of its group."""
    for row in rows:
        ours = next((r for r in rows if r.peer == "lowp" and r.group == row.group and r.error is None), None)
        if row.error is None and ours is not None:
            row.ratio = row.best_us / ours.best_us
