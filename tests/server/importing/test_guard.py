"""Formulas are made harmless, and everything comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.importing.guard import TRIGGERS, guarded, unguarded

nasty = st.text(alphabet="'=+-@\t\r 19.eE,\"a", max_size=8) | st.text(max_size=20)


@given(nasty)
def test_what_was_guarded_comes_back(text):
    assert unguarded(guarded(text)) == text


@given(nasty)
def test_only_numbers_begin_with_what_starts_a_formula(text):
    out = guarded(text)
    if out.startswith(TRIGGERS):
        float(out)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("=1+1", "'=1+1"), ("+49 30 1234", "'+49 30 1234"), ("-5", "-5"), ("+5.5e3", "+5.5e3"),
        ("-5+cmd|' /C calc'!A0", "'-5+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("'quoted'", "'quoted'"), ("'=x", "''=x"), ("", ""), ("-", "'-"),
    ],
)  # fmt: skip
def test_examples(text, out):
    assert guarded(text) == out
