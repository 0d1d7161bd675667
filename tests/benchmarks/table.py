"""How benchmarks print: what was measured, the goal, and on which machine."""

from __future__ import annotations

import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Table:
    """Rows of one benchmark, printed as Markdown as soon as they are measured."""

    title: str
    missed: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Print the head."""
        _say(f"\n## {self.title}\n\n{machine()}\n\n| work | measured | goal | |\n|---|---|---|---|")

    def end(self) -> int:
        """Name what missed its goal; how many did."""
        _say(f"\nmissed: {', '.join(self.missed) or 'nothing'}")
        return len(self.missed)

    def row(self, work: str, measured: float, unit: str, goal: float | None = None, note: str = "") -> None:
        """Print one row. A measurement above its goal is remembered."""
        met = goal is None or measured <= goal
        if not met:
            self.missed.append(work)
        wanted = "" if goal is None else f"≤ {goal:g} {unit}{'' if met else ' **missed**'}"
        _say(f"| {work} | {measured:.4g} {unit} | {wanted} | {note} |")


def machine() -> str:
    """Processor, memory, and the versions that matter."""
    model, memory = platform.processor() or platform.machine(), ""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
        total = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]
        memory = f", {int(total) / 1024**2:.0f} GB"
    except OSError:
        pass  # not Linux: the processor's name is enough
    import os

    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{model}, {os.cpu_count()} cores{memory}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}{load}"
    )


def timed(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> tuple[float, T]:
    """Milliseconds that `work` took, and its result."""
    started = time.perf_counter()
    result = work(*args, **options)
    return (time.perf_counter() - started) * 1000, result


class Took(float):
    """Milliseconds by the clock, and how many of them this process had the processor."""

    processor: float


def took(work: Callable[P, object], *args: P.args, **options: P.kwargs) -> Took:
    """How long `work` took."""
    before = time.process_time()
    found = Took(timed(work, *args, **options)[0])
    found.processor = (time.process_time() - before) * 1000
    return found


def processor(times: Iterable[Took]) -> str:
    """The 95th percentile of processor time, for a note: what a machine that does nothing else would show."""
    return f"processor {p95(each.processor for each in times):.2g} ms"


def p95(times: Iterable[float]) -> float:
    """The 95th percentile."""
    found = sorted(times)
    return found[0] if len(found) == 1 else statistics.quantiles(found, n=20, method="inclusive")[-1]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
