"""A working week, step by step; after each one cadences, compliance and plans are what they must be."""

from __future__ import annotations

from tests.journey import judging
from tests.journey.company import MANAGER
from tests.journey.later import friday, thursday_late_upload, wednesday_ill
from tests.journey.monday import before_planning, monday
from tests.journey.tuesday import tuesday_cancel, tuesday_insert, tuesday_move, tuesday_skip
from tests.journey.week import FRIDAY, THURSDAY, TUESDAY, WEDNESDAY, Week


def hard_radius(week: Week, metres: int) -> None:
    """The team's days are drawn together: each day's plain visits lie within so much of one account."""
    body = {"radius_metres": metres, "radius_hard": True}
    week.clock.change(MANAGER, f"/teams/{week.company.team}", body)
    week.plan(improve=True)
    for rep in week.company.reps:
        days = list(week.schedule(rep).values())
        assert judging.days_keep_within(week.company, rep, metres, days)
        judging.nobody_is_forgotten(week.company, rep)


def run(week: Week, metres: int, *, nights: bool = True) -> list[dict[str, int]]:
    """All of it.  `nights`: the search runs every night, not only before Tuesday and Friday."""
    before_planning(week)
    week.plan(improve=True)
    week.company.look()  # who serves the team's accounts is known now
    for rep in week.company.reps:
        judging.nobody_is_forgotten(week.company, rep)
    hard_radius(week, metres)
    monday(week)
    week.night(TUESDAY, improve=True)
    tuesday_skip(week)
    tuesday_cancel(week)
    tuesday_move(week)
    tuesday_insert(week)
    week.night(WEDNESDAY, improve=nights)
    wednesday_ill(week)
    week.night(THURSDAY, improve=nights)
    thursday_late_upload(week)
    week.night(FRIDAY, improve=True)
    return friday(week)
