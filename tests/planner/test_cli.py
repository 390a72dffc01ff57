"""The planner in a shell: what it prints, what it writes, and its exit codes."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from planner.check import check
from planner.cli import main
from planner.io import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from tests.planner.check.world import small_plan, small_problem, with_stop

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```(?:json|text)\n(.*?)```", (ROOT / "docs" / "planner-json.md").read_text("utf-8"), re.DOTALL)

DAY = {"first": "2026-03-02", "last": "2026-03-02"}


@pytest.fixture
def files(tmp_path):
    """Writes JSON documents and gives the names of their files."""

    def write(name: str, document: object) -> str:
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        return str(path)

    return write


def both(plan=None) -> dict:
    return {"problem": problem_to_json(small_problem()), "plan": plan_to_json(plan or small_plan())}


def test_a_right_plan_is_passed(files, capsys):
    assert main(["check", files("both.json", both())]) == 0
    # 3600 + 150 + 150 + 2945 + 1200, see world.py
    assert capsys.readouterr().out == "0 violations, total cost 8045 s of driving\n"


def test_problem_and_plan_may_be_two_files(files, capsys):
    document = both()
    assert main(["check", files("problem.json", document["problem"]), files("plan.json", document["plan"])]) == 0
    assert main(["check", files("both.json", document), files("plan.json", document["plan"])]) == 0


def test_violations_are_printed_and_the_exit_code_says_so(files, capsys):
    spoiled = with_stop(small_plan(), 3, late_days=6)
    assert main(["check", files("both.json", both(spoiled))]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "late_days: c: is 7 days late, not 6 (ann 2026-03-02)"
    assert lines[-1].startswith("1 violation, total cost")


def test_reasons_may_be_left_unconfirmed(files):
    document = both()
    document["plan"]["unplanned"][0]["reason"] = "closed"
    name = files("both.json", document)
    assert main(["check", name]) == 1
    assert main(["check", "--no-reasons", name]) == 0


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(both())))
    assert main(["check", "-"]) == 0


def test_explained_for_people(files, capsys):
    assert main(["explain", files("both.json", both())]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Monday 2026-03-02, ann: 08:50 to 13:20"
    call = "  09:00 to 09:30  a (a#1): due on 2026-03-02, 10 min of driving, may start 09:00 to 11:00, set out by 08:55"
    assert lines[1] == call
    late = "  11:45 to 12:15  c (c#1): due on 2026-02-18, 7 days late, 10 min of driving, set out by 11:45"
    assert late in lines
    words = small_plan().unplanned[0].detail
    assert f"  d (d#1): e{words[1:].rstrip('.')} (in time until 2026-03-08)" in lines
    # without a sentence the code is told in words
    bare = replace(small_plan(), unplanned=(replace(small_plan().unplanned[0], detail=""),))
    assert main(["explain", files("bare.json", both(bare))]) == 0
    assert (
        "  d (d#1): it does not fit into a workday, even alone (in time until 2026-03-08)"
        in capsys.readouterr().out.splitlines()
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ('{"horizon": 1, "horizon": 2}', "the key horizon is there twice"),
        ('{"problem": {}, "plans": {}}', "/plans: unknown key"),
        ("[]", "must be an object, not an array"),
        ('{"problem": {}}', "/problem/horizon: is missing"),
    ],
)
def test_wrong_input_is_one_clear_line(files, capsys, content, message):
    assert main(["check", files("wrong.json", content)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert output.err.count("\n") == 1


def test_pointers_lead_into_the_file(files, capsys):
    document = both()
    document["problem"]["sites"][2]["time_window"] = []
    assert main(["explain", files("both.json", document)]) == 2
    assert "/problem/sites/2/time_window: unknown key" in capsys.readouterr().err
    document = both()
    del document["plan"]
    assert main(["explain", files("both.json", document)]) == 2
    assert "/plan: is missing" in capsys.readouterr().err
    assert main(["explain", files("problem.json", document["problem"])]) == 2
    assert "name the plan's file" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["check", str(tmp_path / "none.json")]) == 2
    assert "no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("document", ["problem", "plan"])
def test_the_schema_is_printed(capsys, document):
    assert main(["schema", document]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == f"Fieldbeat {document}"


def test_the_example_of_the_documentation(files, capsys):
    problem, plan, text = EXAMPLES[:3]
    certificate = check(problem_from_json(json.loads(problem)), plan_from_json(json.loads(plan)))
    assert certificate.violations == ()
    assert main(["explain", files("problem.json", problem), files("plan.json", plan)]) == 0
    assert capsys.readouterr().out == text


def test_the_example_of_slots_and_prices(files, capsys):
    name = files("both.json", {"problem": json.loads(EXAMPLES[0]), "plan": json.loads(EXAMPLES[1])})
    request, answer, change, priced = EXAMPLES[3:]
    assert main(["slots", name, files("request.json", request)]) == 0
    (slot, *_), expected = json.loads(capsys.readouterr().out)["slots"], json.loads(answer)
    assert slot == expected
    assert main(["price", name, files("change.json", change), "--frozen", "2026-03-02"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(priced)


@pytest.mark.parametrize(
    ("command", "content", "message"),
    [
        ("slots", {"rep": "ann", "duration": 60, "site": "a"}, "/days: is missing"),
        ("slots", {"rep": "ann", "duration": 60, "site": "x", "days": DAY}, "/site: there is no site x"),
        ("slots", {"rep": "ann", "duration": 60, "days": DAY}, "either a site or a place"),
        ("price", {"skip": {}}, "one of the keys book, cancel, move_visit, skip_visit, ask_visit, hand_over"),
        ("price", {"skip_visit": {"site": "a"}}, "/skip_visit/day: is missing"),
        ("price", {"skip_visit": {"site": "d", "day": "2026-03-02"}}, "no visit of d is planned on 2026-03-02"),
        ("price", {"cancel": {"id": "none"}}, "there is no appointment none"),
    ],
)
def test_wrong_questions_are_one_clear_line(files, capsys, command, content, message):
    assert main([command, files("both.json", both()), files("question.json", content)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert output.err.count("\n") == 1


def test_the_example_is_solved_from_the_shell(files, tmp_path):
    name, out = files("problem.json", EXAMPLES[0]), str(tmp_path / "out.json")
    run = [sys.executable, "-m", "planner"]
    done = subprocess.run(
        [*run, "solve", name, "-o", out, "--seed", "1", "--iterations", "50"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    judged = subprocess.run([*run, "check", out], cwd=ROOT, capture_output=True, check=False)
    assert judged.returncode == 0, judged.stdout.decode()
    plan = plan_from_json(json.loads(Path(out).read_text("utf-8"))["plan"])
    expected = plan_from_json(json.loads(EXAMPLES[1]))
    assert plan.objective == expected.objective


def test_one_visit_explained(files, capsys):
    assert main(["explain", files("both.json", both()), "--visit", "a", "2026-03-02"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a on Monday 2026-03-02, 09:00 to 09:30, ann"
    assert lines[1].startswith("  Its due date is Monday 2 March, on time from ")
    assert lines[2].startswith("  On Monday 2 March it costs ")


def test_what_is_left_out_explained(files, capsys):
    assert main(["explain", files("both.json", both()), "--left-out", "d"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "d (d#1): even as the only stop of the day, the way there, the visit and the way home take longer"
    )
    assert len(lines) > 1
    assert main(["explain", files("both.json", both()), "--left-out", "a"]) == 0
    assert capsys.readouterr().out == "a lacks nothing\n"


@pytest.mark.parametrize(
    ("about", "message"),
    [
        (["--visit", "a", "tomorrow"], "'tomorrow' is no date; write it like 2026-03-02"),
        (["--visit", "a", "2026-03-03"], "no stop at a is planned on 2026-03-03"),
        (["--visit", "nobody", "2026-03-02"], "there is no site nobody"),
        (["--left-out", "nobody"], "there is no site nobody"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_line(files, capsys, about, message):
    assert main(["explain", files("both.json", both()), *about]) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    assert message in output.err


def test_an_overload_is_said(files, capsys):
    assert main(["overload", files("both.json", both()), "--iterations", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ann: ")
    assert lines[1].startswith("  Estimate: ")
    assert main(["overload", files("problem.json", both()["problem"]), "--iterations", "50"]) == 0
    assert capsys.readouterr().out.startswith("ann: ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--seconds", "-1"], "'-1' is no number of seconds"),
        (["--seconds", "nan"], "'nan' is no number of seconds"),
        (["--iterations", "2.5"], "'2.5' is no whole number from 0 on"),
        (["--iterations", "-2"], "'-2' is no whole number from 0 on"),
    ],
)
def test_limits_that_are_none(files, capsys, options, said):
    with pytest.raises(SystemExit) as ended:
        main(["solve", "none.json", *options])
    assert (ended.value.code, said in capsys.readouterr().err) == (2, True)


def test_half_a_second_is_a_limit(files, tmp_path):
    out = tmp_path / "plan.json"
    problem = files("problem.json", problem_to_json(small_problem()))
    assert main(["solve", problem, "--seconds", "0.5", "-o", str(out)]) == 0
    assert json.loads(out.read_text())["plan"]["routes"]
