"""The worker outlives its database: it says what is wrong, in a line, and looks again."""

from __future__ import annotations

import dataclasses
import logging
from types import SimpleNamespace

import pytest

from server import create_app
from server.worker import clock
from server.worker.loop import POLL_SECONDS, Worker


@pytest.fixture
def cut_off(settings, tmp_path):
    """An application whose database is not there."""
    return create_app(dataclasses.replace(settings, database_url=f"sqlite:///{tmp_path}/missing/x.db"))


def test_the_clock_looks_again(cut_off, caplog):
    assert clock.look(cut_off, "far:1:a") == []
    (record,) = [r for r in caplog.records if r.name == "server.worker.going_on"]
    assert record.levelno == logging.ERROR
    assert "there is no folder" in record.getMessage()
    assert record.getMessage().endswith("the clock looks again")
    assert record.exc_info is None


def test_the_loop_looks_again(cut_off, caplog):
    """Its waiting and its turn, with children that have nothing to do; POLL_SECONDS is how long it waits without work."""
    idle = SimpleNamespace(idle=True, listen=lambda: None)
    loop = SimpleNamespace(
        app=cut_off, settings=cut_off.extensions["settings"], children=[idle], improvers=[idle], repairer=idle, running={},
        _give_out=lambda: Worker._give_out(loop),
    )  # fmt: skip
    assert Worker._pause(loop) == POLL_SECONDS
    Worker._turn(loop)
    (record,) = [r for r in caplog.records if r.name == "server.worker.loop"]
    assert "there is no folder" in record.getMessage()
    assert record.exc_info is None
