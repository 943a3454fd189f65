"""What contestants of bench/measure_rivals written in Python share: PROGRAM TASK URL MILLISECONDS, one round of one task."""

import os
import statistics
import sys
import time


def figure(of, who, value):
    """A line for bench/measure_rivals: whose figure it is, and of what."""
    print(f"{of}\t{who}\t{value:.6f}")


def one_core(backend=0):
    """Keeps a process on the last core this one may use, as one_core.hpp does; 0 is this process."""
    try:
        os.sched_setaffinity(backend, {max(os.sched_getaffinity(0))})
    except OSError:
        pass  # rivals/engine.cpp says so


def microseconds(turns, queries, ask):
    """Median over the turns of the time for each of so many calls of ask()."""
    times = []
    for _ in range(turns):
        begun = time.perf_counter()
        for _ in range(queries):
            ask()
        times.append((time.perf_counter() - begun) * 1e6 / queries)
    return statistics.median(times)


def contend(tasks):
    """Does what the command line says; tasks that are not among these are left out."""
    task, url, milliseconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if task in tasks:
        tasks[task](url, milliseconds)
