"""Wednesday: Cleo is ill.  Thursday: Dan's telephone finds a network.  Friday: the nightly search has been over everything."""

from __future__ import annotations

from tests.journey import judging
from tests.journey.clock import MONDAY
from tests.journey.company import MANAGER, Person
from tests.journey.week import FRIDAY, LAST, THURSDAY, TUESDAY, WAITING, WEDNESDAY, Week


def wednesday_ill(week: Week) -> None:
    """Cleo's Wednesday is empty, its visits are planned later or explained, and nobody else's plan is touched."""
    cleo = week.company.reps[2]
    week.clock.at(WEDNESDAY, 6, 15)
    week.meet(cleo, min(week.ahead(cleo)), WEDNESDAY, "10:00")  # in a small company the day may be free otherwise
    week.plan()
    week.clock.at(WEDNESDAY, 6, 30)
    lost = [s["account"]["id"] for s in week.stops(cleo, WEDNESDAY) if s["account"] and s["status"] in WAITING]
    plans = {rep.id: judging.published(week.company, rep)["id"] for rep in week.company.reps}
    body = {"first": str(WEDNESDAY), "last": str(WEDNESDAY), "reason": "ill"}
    week.clock.send(cleo.email, "POST", f"/reps/{cleo.id}/time-off", body)
    week.plan()
    assert week.cause(cleo) == "time_off_added"
    assert week.stops(cleo, WEDNESDAY) == []
    week.stays_or_has_a_reason(cleo, lost, WEDNESDAY)
    now = {rep.id: judging.published(week.company, rep)["id"] for rep in week.company.reps}
    assert {rep for rep in plans if plans[rep] != now[rep]} == {cleo.id}
    assert lost


def thursday_late_upload(week: Week) -> None:
    """Dan's Monday arrives on Thursday: credited for Monday, and everything that follows is reckoned anew."""
    cleo, dan = week.company.reps[2:]
    week.clock.at(THURSDAY, 6, 30)
    before = week.compliance_is_right(THURSDAY)[dan.id]
    week.planned_versus_done_is_right(MONDAY)
    week.planned_versus_done_is_right(TUESDAY)
    monday = week.standing[dan.id, MONDAY]
    week.log(dan, monday, MONDAY)
    week.plan()
    assert week.cause(dan) == "activity_logged"
    ahead = week.ahead(dan)
    for stop in monday:
        account = stop["account"]["id"]
        expected = week.cadence_is_right(account, THURSDAY)
        assert expected.credited[-1] == MONDAY
        assert all(day >= expected.earliest for day in ahead.get(account, ()))  # what was planned since is taken away
    after = week.compliance_is_right(THURSDAY)[dan.id]
    own = [stop for stop in monday if week.company.accounts[stop["account"]["id"]]["owner_id"] == dan.id]
    assert after.visits == before.visits + len(own)  # a visit at an account of the team is nobody's
    assert after.good_days >= before.good_days
    week.planned_versus_done_is_right(MONDAY)
    _leave_stops_the_clock_of_the_rep_view(week, cleo)


def _leave_stops_the_clock_of_the_rep_view(week: Week, rep: Person) -> None:
    """The customer waits all the same: the rep's view has one account-day less for each account, the customer's not."""
    report = week.clock.get(MANAGER, f"/compliance?by=rep&from={MONDAY}&to={LAST}")
    (line,) = [line for line in report["lines"] if line["key"] == rep.id]
    owned = sum(a["owner_id"] == rep.id for a in week.company.accounts.values())
    days = [line[view]["time_in_compliance"]["denominator"] for view in ("customer", "rep_view")]
    assert days == [owned * 3, owned * 2]  # Monday to Wednesday


def friday(week: Week) -> list[dict[str, int]]:
    """After the search nobody is forgotten.  Counts by reason, for each rep."""
    week.compliance_is_right(FRIDAY)
    return [judging.nobody_is_forgotten(week.company, rep) for rep in week.company.reps]
