"""What is said about graphs that cannot be: every mistake at once, at the line where it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from written import diagnostics, loaded, refused, write

STEPS = """
from pipegen import Pipeline, Retry, Step, step

class Fetch(Step):
    def run(self) -> list[str]: ...

class Score(Step):
    def run(self, rows: list[str]) -> list[int]: ...

class Report(Step):
    def run(self, scores: list[int], rows: list[str]) -> str: ...

class Merge(Step):
    def run(self, parts: list[list[int]], title: str = "") -> int: ...

class Either(Step):
    def run(self, one: list[int] | None = None, two: list[int] | None = None) -> int: ...

@step
def clean(rows: list[str]) -> list[str]: ...

class Unplaced: ...
"""

CASES = {
    "nothing feeds an input": (
        "p = Pipeline('p', Report(scores=Fetch() >> Score()))",
        ["p.py:2: [PG125]: input 'rows' of task 'report' is fed by nothing"],
    ),
    "an arrow that could mean two inputs": (
        "p = Pipeline('p', Fetch() >> Report())",
        ["p.py:2: [PG123]: '>>' into task 'report' could mean input 'scores' or 'rows'"],
    ),
    "an arrow that could mean two optional inputs": (
        "p = Pipeline('p', Fetch() >> Score() >> Either())",
        ["p.py:2: [PG123]: '>>' into task 'either' could mean input 'one' or 'two'"],
    ),
    "an arrow into a step without inputs": (
        "p = Pipeline('p', Fetch() >> Fetch('again'))",
        ["p.py:2: [PG123]: '>>' into task 'again', which takes no input"],
    ),
    "an arrow too many": (
        "score = Score()\nFetch('a') >> score\nFetch('b') >> score\np = Pipeline('p', score)",
        [
            "p.py:4: [PG124]: input 'rows' of task 'score' is fed twice",
        ],
    ),
    "an arrow into a step whose inputs all have their keyword": (
        "fetch = Fetch()\nscore = fetch >> Score()\nreport = Report(scores=score, rows=fetch)\nscore >> report\n"
        "p = Pipeline('p', report)",
        [
            "p.py:5: [PG123]: '>>' into task 'report', whose inputs are all fed already",
        ],
    ),
    "an unknown keyword": (
        "p = Pipeline('p', Score(row=Fetch()))",
        ["p.py:2: [PG121]: 'Score' has no input or option 'row'"],
    ),
    "a misspelt option": (
        "p = Pipeline('p', Fetch(tiemout='5m'))",
        ["p.py:2: [PG121]: 'Fetch' has no input or option 'tiemout'"],
    ),
    "an option of the wrong kind": (
        "p = Pipeline('p', Fetch(retry='often'))",
        [
            "p.py:2: [PG118]: retry of task 'fetch' must be Retry(...) or a number, not 'often'",
        ],
    ),
    "a constant for an input": (
        "p = Pipeline('p', Score(rows=['a', 'b']))",
        ["p.py:2: [PG122]: input 'rows' of task 'score' is fed by a value of type str"],
    ),
    "a step that is not placed": (
        "p = Pipeline('p', Score(rows=Fetch))",
        ["p.py:2: [PG122]: input 'rows' of task 'score' is fed by 'Fetch' itself; place it: Fetch()"],
    ),
    "an empty list": (
        "p = Pipeline('p', Merge(parts=[]))",
        ["p.py:2: [PG122]: input 'parts' of task 'merge' is fed by an empty list"],
    ),
    "an arrow to a step that is not placed": (
        "fetch = Fetch()\np = Pipeline('p', fetch >> Score)",
        ["p.py:3: [PG122]: '>>' leads to a placed step, not to 'Score' itself; place it: Score()"],
    ),
    "an arrow to a function that is not placed": (
        "p = Pipeline('p', Fetch() >> clean)",
        ["p.py:2: [PG122]: '>>' leads to a placed step, not to 'clean' itself; place it: clean()"],
    ),
    "an arrow from a list to a function that is not placed": (
        "p = Pipeline('p', [Fetch()] >> clean)",
        ["p.py:2: [PG122]: '>>' leads to a placed step, not to 'clean' itself; place it: clean()"],
    ),
    "an arrow from a list to a class that is not placed": (
        "p = Pipeline('p', [Fetch()] >> Score)",
        [
            "p.py:2: [PG102]: importing 'p' raised TypeError: unsupported operand type(s) for >>: 'list' and 'type'"
        ],
    ),
    "a step given where the name goes": (
        "p = Pipeline('p', Score(Fetch()))",
        ["p.py:2: [PG121]: the name of a task must be text, not a value of type Fetch"],
    ),
    "types that do not fit": (
        "fetch = Fetch()\nreport = Report(\n    scores=fetch,\n    rows=fetch,\n)\np = Pipeline('p', report)",
        ["p.py:3: [PG126]: task 'report' takes list[int] as 'scores', but 'fetch' returns list[str]"],
    ),
    "an item where a list is wanted": (
        "total = Fetch() >> Score() >> Merge()\np = Pipeline('p', Either(one=total))",
        [
            "p.py:2: [PG126]: task 'merge' takes list[list[int]] as 'parts', but 'score' returns list[int]",
            "p.py:3: [PG126]: task 'either' takes list[int] | None as 'one', but 'merge' returns int",
        ],
    ),
    "a list where one is wanted": (
        "fetch = Fetch()\nscore = fetch >> Score()\np = Pipeline('p', Merge(parts=[score], title=[score]))",
        ["p.py:4: [PG126]: task 'merge' takes one str as 'title', but is fed a list: 'score'"],
    ),
    "items and lists mixed": (
        "score = Fetch() >> Score()\ntotal = [score] >> Merge()\np = Pipeline('p', Either(one=[score, total]))",
        ["p.py:4: [PG126]: 'one' of task 'either' is fed whole lists and single items: 'score', 'merge'"],
    ),
    "two tasks of one name": (
        "a = Fetch() >> Score()\nb = Fetch('more') >> Score()\np = Pipeline('p', a, b)",
        ["p.py:3: [PG151]: two tasks are called 'score'"],
    ),
    "a cycle": (
        "a, b, c = Score('a'), clean('b'), clean('c')\nb >> c\nc >> b\np = Pipeline('p', c >> a)",
        ["p.py:3: [PG153]: cycle: 'b' -> 'c' -> 'b'"],
    ),
    "a step that feeds itself": (
        "a = clean('a')\na >> a\np = Pipeline('p', a)",
        ["p.py:3: [PG153]: task 'a' feeds itself"],
    ),
    "no step at all": (
        "p = Pipeline('p')",
        ["p.py:2: [PG130]: pipeline 'p' has no tasks"],
    ),
    "a pipeline of something else": (
        "p = Pipeline('p', Unplaced, Fetch, 5)",
        [
            "p.py:2: [PG122]: pipeline 'p' ends in 'Fetch' itself; place it: Fetch()",
            "p.py:2: [PG122]: pipeline 'p' ends in a value of type int",
            "p.py:2: [PG122]: pipeline 'p' ends in the class Unplaced",
        ],
    ),
    "the name forgotten": (
        "p = Pipeline(Fetch())",
        [
            "p.py:2: [PG136]: a value of type Fetch cannot be the name of the pipeline",
        ],
    ),
    "the name forgotten before a function": (
        "p = Pipeline(clean())",
        ["p.py:2: [PG136]: a placed 'clean' cannot be the name of the pipeline"],
    ),
    "a handler with inputs": (
        "fetch = Fetch()\nscore = fetch >> Score()\np = Pipeline('p', fetch, on_exit=score)",
        ["p.py:3: [PG134]: the on_exit step of pipeline 'p' has inputs"],
    ),
    "a handler that is no step": (
        "p = Pipeline('p', Fetch(), on_failure=Score)",
        ["p.py:2: [PG122]: on_failure of pipeline 'p' is 'Score' itself; place it: Score()"],
    ),
    "a step that no pipeline runs": (
        "fetch = Fetch()\nscore = fetch >> Score()\np = Pipeline('p', fetch)",
        ["p.py:3: [PG129]: 'Score' is fed by a task of a pipeline, but no pipeline runs it"],
    ),
    "a name without a visible character": (
        "p = Pipeline(' ', Fetch(''), Fetch('\\x07'))",
        [
            "p.py:2: [PG155]: ' ' cannot be a pipeline's name",
            "p.py:2: [PG155]: '' cannot be a task's name",
            "p.py:2: [PG155]: '\\x07' cannot be a task's name",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_said_in_words_with_its_line(tmp_path: Path, case: str) -> None:
    code, expected = CASES[case]
    write(tmp_path, {"steps.py": STEPS, "p.py": f"from steps import *\n{code}\n"})
    assert refused(lambda: loaded(tmp_path, "p.py")) == expected


def beside(folder: Path, code: str) -> list[tuple[str, str]]:
    """The places beside the first one of the diagnostic with a code."""
    (found,) = [one for one in diagnostics(lambda: loaded(folder, "p.py")) if one.code == code]
    return [(f"{one.origin.file}:{one.origin.line}", one.note) for one in found.related]


def test_a_misfit_names_the_edge_and_both_steps(tmp_path: Path) -> None:
    write(
        tmp_path, {"steps.py": STEPS, "p.py": "from steps import *\np = Pipeline('p', Fetch() >> Merge())\n"}
    )
    assert beside(tmp_path, "PG126") == [
        ("steps.py:4", "the output of 'fetch'"),
        ("steps.py:13", "the input of 'merge'"),
    ]


def test_an_input_fed_twice_names_both_places(tmp_path: Path) -> None:
    code = "from steps import *\nscore = Score(\n    rows=Fetch()\n)\nFetch('more') >> score\n"
    write(tmp_path, {"steps.py": STEPS, "p.py": f"{code}p = Pipeline('p', score)\n"})
    assert beside(tmp_path, "PG124") == [("p.py:2", "the first time")]


def test_a_cycle_names_each_of_its_edges(tmp_path: Path) -> None:
    code = "from steps import *\na, b, c = clean('a'), clean('b'), clean('c')\na >> b\nb >> c\nc >> a\n"
    write(tmp_path, {"steps.py": STEPS, "p.py": f"{code}p = Pipeline('p', c)\n"})
    assert beside(tmp_path, "PG153") == [("p.py:4", "'b' feeds 'c'"), ("p.py:5", "'c' feeds 'a'")]


def test_everything_wrong_in_all_pipelines_of_a_module_is_said_together(tmp_path: Path) -> None:
    code = "a = Pipeline('a', Score())\nb = Pipeline('b', Fetch(nonsense=1))\nc = Pipeline('a', Fetch())\n"
    write(tmp_path, {"steps.py": STEPS, "p.py": f"from steps import *\n{code}"})
    said = refused(lambda: loaded(tmp_path, "p.py"))
    assert [line.partition("]")[0] for line in said] == ["p.py:2: [PG125", "p.py:3: [PG121", "p.py:4: [PG133"]


def test_a_pipeline_of_another_module_counts_as_running_a_step(tmp_path: Path) -> None:
    files = {
        "steps.py": STEPS,
        "a.py": "from steps import *\nfetch = Fetch()\na = Pipeline('a', fetch >> Score())\n",
        "p.py": "from steps import *\nfrom a import fetch\np = Pipeline('p', fetch >> clean())\n",
    }
    write(tmp_path, files)
    assert [one.name for one in loaded(tmp_path, "p.py")] == ["p"]


def test_what_is_not_wired_at_all_in_python_is_said_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": STEPS, "p.py": "from steps import *\np = Pipeline('p', 5 >> Score())\n"})
    (said,) = refused(lambda: loaded(tmp_path, "p.py"))
    assert said.startswith("p.py:2: [PG122]: '>>' feeds a placed step, not a value of type int")


def test_a_function_that_is_no_step_yet_is_told_how_to_become_one(tmp_path: Path) -> None:
    code = "from steps import *\ndef plain(x: int) -> int: ...\np = Pipeline('p', Fetch() >> plain)\n"
    write(tmp_path, {"steps.py": STEPS, "p.py": code})
    (said,) = diagnostics(lambda: loaded(tmp_path, "p.py"))
    assert said.message == "'>>' leads to a placed step, not to the function plain"
    assert said.hint == "write @step above 'def plain', and place it: plain()"
