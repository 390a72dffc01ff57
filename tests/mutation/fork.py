"""Run chosen tests in a copy of this process in which one function is another one.

pytest collects the tests once; a mutant then costs no more than the tests that it takes to find it.  Functions are
exchanged by their code objects, so it makes no difference who imported them, or which decorators they wear.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import Timer
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant

MEMORY = 2**31  # bytes more than now that a mutant may take before it fails


class Reports:
    """The first failure of the tests that run, in this process."""

    def __init__(self) -> None:
        self.failed: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def first_failure(items: Sequence[pytest.Item], limits: Sequence[float], reports: Reports) -> str | None:
    """Ends this process where a test takes more seconds of processor time than its limit."""
    for item, limit, following in zip(items, limits, [*items[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_PROF, limit)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if reports.failed:
            break
    signal.setitimer(signal.ITIMER_PROF, 0)
    return reports.failed


def in_a_copy(work: Callable[[], Any], seconds: float) -> Any:
    """What `work` returns, done in a forked process; None where it takes too long, dies or returns None."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _alone(work, writer)
    os.close(writer)
    late = Timer(seconds, os.kill, (child, signal.SIGKILL))
    late.start()
    with open(reader, "rb") as pipe:
        data = pipe.read()
    late.cancel()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else "died"


def _alone(work: Callable[[], Any], writer: int) -> None:
    """Never returns: nothing of pytest's own end may run twice."""
    status = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
        data = pickle.dumps(work())
        while data:
            data = data[os.write(writer, data) :]
        status = 0
    finally:
        os._exit(status)


def plant(mutant: Mutant) -> None:
    """Put the fault into the functions of this process."""
    module = import_module(mutant.path.removesuffix(".py").replace("/", "."))
    code = compile(mutant.build(), str(Path(mutant.path).resolve()), "exec")
    function(module, mutant.function).__code__ = code_of(code, mutant.function)


def function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    while not isinstance(found, FunctionType):  # a property, a cached one, a class method, one with a cache
        found = next(
            getattr(found, inner) for inner in ("fget", "func", "__func__", "__wrapped__") if hasattr(found, inner)
        )
    return found


def code_of(code: CodeType, name: str) -> CodeType:
    for part in name.split("."):
        code = next(inner for inner in code.co_consts if isinstance(inner, CodeType) and inner.co_name == part)
    return code
