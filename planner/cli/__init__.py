"""The planner in a shell.

    python -m planner solve FILE [-o OUT] [--seed N] [--iterations N | --seconds S] [--fair]
    python -m planner check FILE [PLAN]
    python -m planner explain FILE [PLAN] [--visit SITE DATE | --left-out SITE]
    python -m planner overload FILE [PLAN] [--iterations N]
    python -m planner slots FILE REQUEST [PLAN] [--frozen DATE]
    python -m planner price FILE CHANGE [PLAN] [--frozen DATE]
    python -m planner draw FILE [PLAN] --out PICTURE [--from DATE] [--to DATE | --weeks N] [--rep REP | --by-rep]
    python -m planner schema [problem|plan]
    python -m planner warm

FILE holds a problem, or {"problem": ..., "plan": ...} as `solve` writes it; REQUEST and CHANGE say what somebody would like
(docs/planner-json.md); `-` is standard input.
Exit code 0: done; 1: check found violations; 2: the input is wrong (one line on standard error says where).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from planner.check import check
from planner.cli.explain import explain_left_out, explain_plan, explain_visit
from planner.cli.files import InputError, plan_in, problem_in, read, write
from planner.cli.options import at_least_0, seconds
from planner.cli.proposals import price_document, slots_document
from planner.errors import PlannerError
from planner.io import schema, to_json
from planner.plan import Plan
from planner.problem import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (InputError, PlannerError) as error:
        print(f"planner: {error}", file=sys.stderr)
        return 2
    return code


def _solve(options: argparse.Namespace) -> int:
    from planner.solve import solve  # loads the compiled search, which the other commands do without

    problem = problem_in(read(options.file))
    if options.fair:
        from planner.overload.fair import with_fair_work  # imports all that overload needs

        problem = with_fair_work(problem)
    budget = {} if options.iterations is None else {"iterations": options.iterations}
    plan = solve(problem, seed=options.seed, seconds=options.seconds, **budget)
    write(options.output, {"problem": to_json(problem), "plan": to_json(plan)})
    return 0


def _check(options: argparse.Namespace) -> int:
    problem, plan = _both(options)
    certificate = check(problem, plan, reasons=not options.no_reasons)
    for violation in certificate.violations:
        where = " ".join(str(part) for part in (violation.rep, violation.date) if part is not None)
        print(f"{violation.rule}: {violation.message}{f' ({where})' if where else ''}")
    count = len(certificate.violations)
    print(f"{count} violation{'' if count == 1 else 's'}, total cost {certificate.objective.total} s of driving")
    return 0 if certificate.ok else 1


def _explain(options: argparse.Namespace) -> int:
    problem, plan = _both(options)
    if options.visit:
        site, day = options.visit
        lines = explain_visit(problem, plan, site, _date(day))
    elif options.left_out:
        lines = explain_left_out(problem, plan, options.left_out)
    else:
        lines = explain_plan(problem, plan)
    print("\n".join(lines))
    return 0


def _overload(options: argparse.Namespace) -> int:
    from planner.overload import Words, overload  # solves
    from planner.solve import solve

    first = read(options.file)
    problem = problem_in(first)
    alone = options.plan is None and not (isinstance(first, dict) and "plan" in first)
    plan = solve(problem, iterations=options.iterations) if alone else _both_of(first, options)[1]
    for found in overload(problem, plan, iterations=options.iterations):
        print("\n".join(Words().lines(found)))
    return 0


def _slots(options: argparse.Namespace) -> int:
    problem, plan = _both(options)
    write(options.output, slots_document(problem, plan, read(options.request), options.frozen))
    return 0


def _price(options: argparse.Namespace) -> int:
    problem, plan = _both(options)
    write(options.output, price_document(problem, plan, read(options.request), options.frozen))
    return 0


def _draw(options: argparse.Namespace) -> int:
    from planner.drawing import Span, save

    problem, plan = _both(options)
    span = Span(options.first, options.last, options.rep, options.weeks, options.by_rep)
    try:
        save(problem, plan, options.out, span)
    except ImportError:
        raise InputError("pictures need matplotlib: pip install matplotlib") from None
    except OSError as error:
        raise InputError(f"{options.out}: {(error.strerror or 'cannot be written').lower()}") from None
    return 0


def _schema(options: argparse.Namespace) -> int:
    write(options.output, schema(options.document))
    return 0


def _warm(options: argparse.Namespace) -> int:
    from planner import engine, search  # the two parts that take long to load, one of them compiled at first

    began = time.perf_counter()
    search.warm()
    engine.warm()
    search.cache.clear_old()
    print(f"ready in {time.perf_counter() - began:.1f} s; compiled code is in {search.cache.FOLDER}")
    return 0


def _both(options: argparse.Namespace) -> tuple[Problem, Plan]:
    """The problem and its plan, from one file or two."""
    return _both_of(read(options.file), options)


def _both_of(first: Any, options: argparse.Namespace) -> tuple[Problem, Plan]:
    return problem_in(first), plan_in(first if options.plan is None else read(options.plan))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m planner", description="Plan field visits from the shell.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_solve(commands.add_parser("solve", help="make a plan for a problem"))
    judge = commands.add_parser("check", help="judge a plan; exit code 1 if it breaks a rule")
    judge.add_argument("--no-reasons", action="store_true", help="do not confirm the reasons of what is unplanned")
    _add_files(judge, _check)
    _add_explain(commands.add_parser("explain", help="say why each stop is there and why the rest is not"))
    heavy = commands.add_parser("overload", help="say which visits there is no time for, and what would help")
    heavy.add_argument("--iterations", type=at_least_0, default=3_000, help="search steps of each solve")
    _add_files(heavy, _overload)
    _add_proposal(
        commands.add_parser("slots", help="times for a new appointment, with their prices"), "REQUEST", _slots
    )
    _add_proposal(commands.add_parser("price", help="what a change would cost and move"), "CHANGE", _price)
    _add_draw(commands.add_parser("draw", help="a picture: the map of the routes and each day along the clock"))
    describe = commands.add_parser("schema", help="print the JSON Schema of the files")
    describe.add_argument("document", nargs="?", choices=("problem", "plan"), default="problem")
    describe.add_argument("-o", "--output", default="-", metavar="OUT", help="file to write (default: standard output)")
    describe.set_defaults(run=_schema)
    commands.add_parser("warm", help="compile or load the search").set_defaults(run=_warm)
    return parser


def _add_solve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the problem; - is standard input")
    parser.add_argument("-o", "--output", default="-", metavar="OUT", help="file to write (default: standard output)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--iterations", type=at_least_0, help="search steps (same seed and iterations: same plan)")
    parser.add_argument("--seconds", type=seconds, help="about so much processor time at most")
    fair = "spread the work evenly: price what a day has beyond its share, where the problem does not say what is fair"
    parser.add_argument("--fair", action="store_true", help=fair)
    parser.set_defaults(run=_solve)


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="PICTURE", help="file to write: .svg, .png or .pdf")
    first = "the first day (default: the first with a route)"
    parser.add_argument("--from", dest="first", type=_day, metavar="DATE", help=first)
    until = parser.add_mutually_exclusive_group()
    until.add_argument("--to", dest="last", type=_day, metavar="DATE", help="the last day")
    weeks = "so many weeks, each with a map of its own, or all (default: 1)"
    until.add_argument("--weeks", type=_weeks, default=1, metavar="N", help=weeks)
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--rep", help="one rep's days only")
    whose.add_argument("--by-rep", action="store_true", help="a map for each rep, in the colours of the weekdays")
    _add_files(parser, _draw)


def _add_explain(parser: argparse.ArgumentParser) -> None:
    about = parser.add_mutually_exclusive_group()
    visit = "why this visit, why on this day, and what the next best day would cost"
    about.add_argument("--visit", nargs=2, metavar=("SITE", "DATE"), help=visit)
    about.add_argument("--left-out", metavar="SITE", help="the smallest change that would admit what this site lacks")
    _add_files(parser, _explain)


def _add_files(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("file", metavar="FILE", help='a problem, or {"problem": ..., "plan": ...}; - is standard input')
    parser.add_argument("plan", metavar="PLAN", nargs="?", help="the plan, where FILE holds the problem only")
    parser.set_defaults(run=run)


def _add_proposal(parser: argparse.ArgumentParser, what: str, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("file", metavar="FILE", help='a problem, or {"problem": ..., "plan": ...}; - is standard input')
    parser.add_argument("request", metavar=what, help="a JSON file; - is standard input")
    parser.add_argument("plan", metavar="PLAN", nargs="?", help="the plan, where FILE holds the problem only")
    parser.add_argument("-o", "--output", default="-", metavar="OUT", help="file to write (default: standard output)")
    frozen = "a day on which nothing is added by itself (again for each; in use: today and tomorrow)"
    parser.add_argument("--frozen", action="append", default=[], type=_day, metavar="DATE", help=frozen)
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return _date(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _weeks(text: str) -> int | None:
    """So many, or None for all."""
    if text == "all":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of weeks nor all")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no date; write it like 2026-03-02") from None
