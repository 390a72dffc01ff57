"""The whole journey through HTTP: accounts come in as a file, four reps are planned, and a working week goes by.

company    sets the company up: people, segments, cadences, files
clock      signs people in, calls the API, moves the time, plans
judging    asks the checker about every stored version
rhythm     cadences reckoned by hand, for what the API must say
week       what is shown, what happens, what must be
monday, tuesday, later   the steps, by day
script     all of it, in order

Run with real businesses here (FIELDBEAT_SHARED), with a generated town in tests/server/journey on both databases.
"""

import pytest

SPEAKING = ("clock", "company", "judging", "later", "monday", "script", "tuesday", "week")  # whose asserts say more
pytest.register_assert_rewrite(*(f"tests.journey.{name}" for name in SPEAKING))
