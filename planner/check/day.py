"""The rules of one day, and the day lived through second by second from its stops.

Each rule is one function that yields the violations it finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.calendar import HALF_DAY, TimeWindow
from planner.check.facts import Call, Facts
from planner.check.road import Way, drive
from planner.plan import Route, Stop, StopKind, Violation
from planner.problem import Site, Workday
from planner.travel import UNREACHABLE

AWAY = (StopKind.BLOCK, StopKind.BREAK)  # they have no place: driving stops for them


def check_day(facts: Facts, route: Route) -> Iterator[Violation]:
    """Every rule of a day, on this one."""
    workday = facts.workday(route)
    if workday is None:
        yield Violation("no_workday", f"{route.rep} does not work on {route.date}", route.rep, route.date)
        return
    known = list(known_stops(facts, route))
    yield from known
    if known:
        return  # what follows needs places and durations
    for rule in (
        travel,
        times,
        reachable,
        working_hours,
        rest,
        most_stops,
        capacity,
        most_driving,
        skills,
        apart,
        together,
        opening_hours,
        frozen,
    ):
        yield from rule(facts, route, workday)


def known_stops(facts: Facts, route: Route) -> Iterator[Violation]:
    """Every stop names what it is, at the place where that is."""
    for stop in route.stops:
        problem = _unknown(facts, stop)
        if problem:
            yield _broken("known_stops", problem, route, stop)


def travel(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Each leg takes the seconds, at the speeds of the time at which it is driven, and metres that the problem gives."""
    for pause in route.stops:
        if stop_place(facts, pause) is None and (pause.travel, pause.metres) != (0, 0):
            yield _broken("travel", f"nothing is driven to it, not {pause.travel} s, {pause.metres} m", route, pause)
    for stop, way, metres, _ in ways(facts, route, workday):
        noun, stated = ("back", route.return_travel) if stop is None else ("there", stop.travel)
        stated_metres = route.return_metres if stop is None else stop.metres
        if (stated, stated_metres) != (way.wheel, metres):
            text = f"the way {noun} is {way.wheel} s, {metres} m, not {stated} s, {stated_metres} m"
            yield _broken("travel", text, route, stop)


def ways(facts: Facts, route: Route, workday: Workday) -> Iterator[tuple[Stop | None, Way, int, list[Stop]]]:
    """The way to each stop with a place, and home (None), as it is driven: (stop, way, metres, breaks and blocks on it)."""
    now, here, pauses = route.start, workday.start_place, list[Stop]()
    road = facts.road(workday)
    for stop in route.stops:
        place = stop_place(facts, stop)
        if place is None:
            pauses.append(stop)
            continue
        seconds, metres = leg(facts, here, place)
        yield stop, drive(road, now, seconds, pauses), metres, pauses
        now, here, pauses = stop.end + follow_up(workday, stop), place, []
    seconds, metres = leg(facts, here, workday.end_place)
    yield None, drive(road, now, seconds, pauses), metres, pauses


def times(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Live through the day: drive on as soon as one is free, stop driving for breaks and blocks, serve for as long as
    it takes, do the follow-up, and arrive when the stop says.  Nothing overlaps."""
    for done in route.stops:
        length = duration(facts, workday, done)
        if length is not None and done.end - done.start != length:
            yield _broken("duration", f"takes {length} s, not {done.end - done.start}", route, done)
    for stop, way, _, pauses in ways(facts, route, workday):
        free = max([way.arrival, *(pause.end for pause in pauses)])
        if way.clash is not None:
            text = f"begins at {way.clash.start}, before what comes earlier is over"
            yield _broken("overlap", text, route, way.clash)
        elif stop is not None and stop.arrival != way.arrival:
            yield _broken("arrival", f"the rep arrives at {way.arrival}, not {stop.arrival}", route, stop)
        elif stop is None and route.end != free:
            yield _broken("end", f"the day ends at {free}, not {route.end}", route)
        if stop is not None and stop.start < free:
            yield _broken("start", f"starts at {stop.start}, before the rep is there and free, {free}", route, stop)


def reachable(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """No leg joins two places without a road between them."""
    here = workday.start_place
    for stop in route.stops:
        place = stop_place(facts, stop)
        if place is None:
            continue
        if leg(facts, here, place)[0] >= UNREACHABLE:
            yield _broken("reachable", "no road leads there from the place before", route, stop)
        here = place
    if leg(facts, here, workday.end_place)[0] >= UNREACHABLE:
        yield _broken("reachable", "no road leads back", route)


def working_hours(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Out of the start place not before the workday, in at the end place by its end and the overtime allowed."""
    if route.start < workday.start:
        yield _broken("working_hours", f"leaves at {route.start}, before {workday.start}", route)
    latest = workday.end + workday.max_overtime
    if route.end > latest:
        yield _broken("working_hours", f"is back at {route.end}, after {latest}", route)


def rest(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """One break of the full length that begins inside its window, where the day needs one (planner.calendar.Break)."""
    breaks = [stop for stop in route.stops if stop.kind is StopKind.BREAK]
    if workday.rest is None:
        for stop in breaks:
            yield _broken("break", "this day has no break", route, stop)
        return
    window = workday.rest.window
    needed = needs_rest(workday, route.start, route.end)
    if len(breaks) > 1 or (needed and not breaks):
        yield _broken("break", f"the day has {len(breaks)} breaks instead of one", route)
    for stop in breaks:
        if not inside(stop.start, (window,)):
            yield _broken("break", f"begins at {stop.start}, outside {window.earliest} to {window.latest}", route, stop)


def needs_rest(workday: Workday, leave: int, home: int) -> bool:
    """Whether a day from `leave` to `home` without a break ought to have one."""
    if workday.rest is None or home - leave < HALF_DAY or home <= workday.rest.window.latest:
        return False
    rested_at_home = workday.rest.window.earliest + workday.rest.duration <= leave
    return not rested_at_home and leave < workday.rest.window.latest


def most_stops(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """At most so many visits and appointments at sites."""
    count = sum(stop.site is not None for stop in route.stops)
    if workday.max_stops is not None and count > workday.max_stops:
        yield _broken("max_stops", f"{count} stops, at most {workday.max_stops} are allowed", route)


def frozen(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Nothing is added to a frozen day: each visit on it is locked there, as published ones are."""
    if not workday.frozen:
        return
    for stop in route.stops:
        if stop.kind is StopKind.VISIT and facts.lock(Call(route, stop)) is None:
            yield _broken("frozen", "nothing is added to this day", route, stop)


def capacity(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """No more is carried than there is room for; each visit and appointment at a site takes what the site needs."""
    carried = sum(facts.sites[stop.site].load for stop in route.stops if stop.site is not None)
    if workday.capacity is not None and carried > workday.capacity:
        yield _broken("capacity", f"{carried} units to carry, room for {workday.capacity}", route)


def most_driving(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """At most so many seconds at the wheel, from the start place to the end place; whoever has nothing to do may drive home."""
    if not route.stops:
        return
    driven = route.return_travel
    for stop in route.stops:
        driven += stop.travel
    if workday.max_driving is not None and driven > workday.max_driving:
        yield _broken("max_driving", f"{driven} s of driving, at most {workday.max_driving} s are allowed", route)


def skills(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Whoever visits has every skill that the site needs; what was promised for a time, and appointments, stand without."""
    for stop in route.stops:
        if stop.kind is not StopKind.VISIT or stop.site is None:
            continue
        lock = facts.lock(Call(route, stop))
        missing = lacking(facts.sites[stop.site], workday)
        if missing and (lock is None or lock.start is None):
            yield _broken("skills", f"needs {', '.join(missing)}", route, stop)


def apart(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Two sites that are to be apart are on one route only where people fixed all visits to both."""
    for one, two in facts.problem.apart:
        stops = {site: [stop for stop in route.stops if stop.site == site] for site in (one, two)}
        chosen = [
            stop
            for stop in (*stops[one], *stops[two])
            if stop.kind is StopKind.VISIT and facts.lock(Call(route, stop)) is None
        ]
        if stops[one] and stops[two] and chosen:
            yield _broken("apart", f"{one} and {two} are not to be visited on one route", route, chosen[0])


def together(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """What the planner chose to visit stands on one route with all that is to be visited with it."""
    called = {stop.site for stop in route.stops if stop.site is not None}
    for group in facts.problem.together:
        missing = [site for site in group if site not in called and route.date not in facts.sites[site].credited]
        for stop in route.stops:
            if missing and stop.site in group and stop.kind is StopKind.VISIT and not asked_for(facts, route, stop):
                yield _broken("together", f"is to be visited together with {', '.join(missing)}", route, stop)


def asked_for(facts: Facts, route: Route, stop: Stop) -> bool:
    """Whether a person chose the day of a visit, or asked for one around it."""
    wished = any(route.date in must.period for must in facts.musts_of.get(stop.site or "", ()))
    return wished or facts.lock(Call(route, stop)) is not None


def lacking(site: Site, workday: Workday) -> list[str]:
    """The skills that a visit needs and the day has not."""
    return sorted(skill for skill in site.skills if skill not in workday.skills)


def opening_hours(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """A visit starts inside the windows of its site that day; a locked one where it was promised."""
    for stop in route.stops:
        if stop.kind is not StopKind.VISIT or stop.site is None:
            continue
        lock = facts.lock(Call(route, stop))
        if lock is not None and lock.start is not None:
            if abs(stop.start - lock.start) > facts.problem.params.lock_slack:
                yield _broken("locked", f"was promised for {lock.start}, not {stop.start}", route, stop)
            continue
        windows = start_windows(facts.sites[stop.site], workday)
        if not inside(stop.start, windows):
            yield _broken("opening_hours", f"starts at {stop.start}, when no visit may start", route, stop)


def start_windows(site: Site, workday: Workday) -> tuple[TimeWindow, ...]:
    """When a visit may start on this day: exceptions before weekly hours, on wanted weekdays, inside working hours."""
    day = workday.date
    if day.weekday() not in site.weekdays:
        return ()
    latest = workday.end + workday.max_overtime
    if day in site.exceptions:
        windows = site.exceptions[day]
    elif site.hours is not None:
        windows = site.hours[day.weekday()]
    else:
        return (TimeWindow(workday.start, latest),)
    cut = [(max(w.earliest, workday.start), min(w.latest, latest)) for w in windows]
    return tuple(TimeWindow(earliest, last) for earliest, last in cut if earliest <= last)


def preferred(site: Site, day: date) -> tuple[TimeWindow, ...]:
    """The windows in which a visit had better start; none: any time will do."""
    return site.preferred[day.weekday()] if site.preferred else ()


def inside(second: int, windows: tuple[TimeWindow, ...]) -> bool:
    return any(window.earliest <= second <= window.latest for window in windows)


def leg(facts: Facts, origin: int, place: int) -> tuple[int, int]:
    """Seconds and metres from one place to another."""
    matrix = facts.problem.travel
    return int(matrix.seconds[origin, place]), int(matrix.metres[origin, place])


def stop_place(facts: Facts, stop: Stop) -> int | None:
    """Where a known stop is; None for breaks and blocks."""
    if stop.kind in AWAY:
        return None
    if stop.site is not None:
        return facts.sites[stop.site].place
    return facts.appointments[stop.request or ""].place


def duration(facts: Facts, workday: Workday, stop: Stop) -> int | None:
    """Seconds that a known stop takes; None: a break on a day that has none."""
    if stop.kind is StopKind.BREAK:
        return workday.rest.duration if workday.rest else None
    if stop.kind is StopKind.VISIT:
        return service(facts, facts.sites[stop.site or ""], workday.date)
    return facts.appointments[stop.request or ""].duration


def service(facts: Facts, site: Site, day: date) -> int:
    """Seconds of a visit: the first call ever at a site may take longer, if it is a visit."""
    begun = bool(site.credited) or any(call.date < day for call in facts.calls[site.id])
    return site.service if begun or site.first_service is None else site.first_service


def follow_up(workday: Workday, stop: Stop) -> int:
    """Seconds of desk work after a stop: after visits and appointments at sites only."""
    return workday.follow_up if stop.site is not None else 0


def idle(facts: Facts, route: Route, workday: Workday) -> int:
    """Seconds between leaving and coming home that are neither driving, service, follow-up, break nor block."""
    busy = route.return_travel
    for stop in route.stops:
        busy += stop.travel + stop.end - stop.start + follow_up(workday, stop)
    return route.end - route.start - busy


def _unknown(facts: Facts, stop: Stop) -> str | None:
    if stop.kind in AWAY and (stop.site is not None or stop.place is not None):
        return f"a {stop.kind} is at no site and no place"  # it would count as a visit there
    if stop.kind is StopKind.BREAK:
        return None
    if stop.kind is StopKind.VISIT:
        site = facts.sites.get(stop.site or "")
        if site is None:
            return f"there is no site {stop.site}"
        return _misplaced(stop, site.place)
    appointment = facts.appointments.get(stop.request or "")
    if appointment is None:
        return f"there is no appointment {stop.request}"
    if appointment.site != stop.site:
        return f"that appointment is at {appointment.site}, not {stop.site}"
    without_place = appointment.site is None and appointment.place is None
    if without_place != (stop.kind is StopKind.BLOCK):
        return f"appointment {appointment.id} is {'a' if without_place else 'no'} block"
    if without_place:
        return None
    return _misplaced(stop, appointment.place if stop.site is None else facts.sites[stop.site].place)


def _misplaced(stop: Stop, place: int | None) -> str | None:
    if place is None:
        return "its position is unknown"
    return None if stop.place == place else f"it is at place {place}, not {stop.place}"


def _broken(rule: str, message: str, route: Route, stop: Stop | None = None) -> Violation:
    subject = None if stop is None else stop.site or stop.request or str(stop.kind)
    named = f"{subject}: {message}" if subject else message
    return Violation(rule, named, route.rep, route.date, subject)
