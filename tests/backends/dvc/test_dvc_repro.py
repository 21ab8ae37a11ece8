"""Real DVC runs what is generated: on the first try, and afterwards only what changed."""

from __future__ import annotations

import json

import pytest
from repository import Repository

pytestmark = pytest.mark.engine

DIAMOND = '''
from collections.abc import Iterator

from pydantic import BaseModel, SecretStr

import words
from pipegen import Parameter, Pipeline, Settings, Step, step


class Review(BaseModel):
    id: int
    text: str


class FetchSettings(Settings):
    limit: int = 3
    token: SecretStr = SecretStr("none")


class Fetch(Step):
    """Get the reviews."""

    settings: FetchSettings

    def run(self) -> Iterator[Review]:
        for number in range(self.settings.limit):
            yield Review(id=number, text=words.GREETING)


class ScoreSettings(Settings):
    model: str = "small"


class Score(Step):
    settings: ScoreSettings

    def run(self, reviews: list[Review]) -> dict[str, str]:
        return {str(one.id): self.settings.model for one in reviews}


@step
def count(reviews: list[Review]) -> int:
    return len(reviews)


@step
def report(scores: dict[str, str], number: int) -> str:
    return f"{number} reviews: {scores}"


fetch = Fetch()
reviews = Pipeline(
    "reviews",
    report(scores=Score(reviews=fetch), number=count(reviews=fetch)),
    parameters=[Parameter("model", "score.model", default="large", choices=["small", "large"])],
)
'''
EVERYTHING = ["fetch", "score", "count", "report"]


@pytest.fixture
def diamond(repository: Repository) -> Repository:
    return repository.write(reviews_py=DIAMOND, words_py='GREETING = "hello"\n').generate("reviews.py")


def value(repository: Repository, task: str) -> object:
    return json.loads(repository.read(f"artifacts/{task}/data.json"))


def test_a_diamond_runs_on_the_first_try_and_then_not_again(diamond: Repository) -> None:
    assert diamond.repro() == EVERYTHING
    assert value(diamond, "report") == "3 reviews: {'0': 'large', '1': 'large', '2': 'large'}"
    before = diamond.snapshot("artifacts")
    assert diamond.repro() == []
    assert diamond.snapshot("artifacts") == before
    assert diamond.ok("dvc", "status").out.split() == ["reviews-settings:", "always", "changed"]
    assert diamond.ok("dvc", "status", "fetch", "score", "count", "report").out == (
        "Data and pipelines are up to date.\n"
    )


CHANGES = {
    "a setting of one task": ({"FETCH__LIMIT": "2"}, EVERYTHING),
    "a setting that leaves the outcome as it is": ({"FETCH__TOKEN": "new"}, ["fetch"]),
    "a parameter": ({"REVIEWS__MODEL": "small"}, ["score", "report"]),
    "a setting under the default of a parameter": ({"SCORE__MODEL": "tiny"}, ["score", "report"]),
    "a variable of nobody": ({"OTHER__THING": "1"}, []),
}


def test_a_changed_setting_runs_what_it_affects(diamond: Repository) -> None:
    diamond.repro()
    for change, (env, expected) in CHANGES.items():
        assert diamond.repro(**env) == expected, change
        assert diamond.repro(**env) == [], change
        back = diamond.ok("dvc", "repro")
        assert back.ran == [], f"{change} taken back: the results of before are in the cache"
        assert value(diamond, "report") == "3 reviews: {'0': 'large', '1': 'large', '2': 'large'}"


def test_a_changed_file_runs_what_it_affects(diamond: Repository) -> None:
    diamond.put(
        "other.py", "from pipegen import step\n\n\n@step\ndef last(text: str) -> str:\n    return text\n"
    )
    source = DIAMOND.replace("import words", "import words\nfrom other import last").replace(
        "    report(scores", "    last(text=report(scores"
    )
    diamond.put(
        "reviews.py", source.replace("number=count(reviews=fetch)),", "number=count(reviews=fetch))),")
    )
    diamond.generate("reviews.py")
    assert diamond.repro() == [*EVERYTHING, "last"]
    diamond.put("words.py", 'GREETING = "good evening"\n')
    assert diamond.repro() == [*EVERYTHING], "the report stays the same, so what reads it does not run"
    diamond.put("other.py", diamond.read("other.py").replace("return text", "return text.upper()"))
    assert diamond.repro() == [*EVERYTHING, "last"], "reviews.py imports it"
    diamond.put("unrelated.py", "x = 1\n")
    assert diamond.repro() == []


def test_a_changed_artifact_runs_what_reads_it(diamond: Repository) -> None:
    diamond.repro()
    (diamond.path / "artifacts/count/data.json").unlink()
    assert diamond.repro() == [], "DVC puts back what the cache holds"
    assert value(diamond, "count") == 3


def test_secrets_enter_no_file(diamond: Repository) -> None:
    secret = "s3cr3t-0f-the-f3tch"
    said = diamond.ok("dvc", "repro", "--verbose", FETCH__TOKEN=secret)
    assert said.ran == EVERYTHING
    assert secret not in said.text
    diamond.commit()
    for name, (content, _) in diamond.snapshot().items():
        assert secret.encode() not in content, name
    assert diamond.repro(FETCH__TOKEN=secret) == []
    assert diamond.repro(FETCH__TOKEN="another") == ["fetch"]
    printed = json.loads(diamond.read(".pipegen/settings/reviews/fetch.json"))
    assert printed["token"].startswith("hmac-sha256:")


def test_the_same_secret_has_another_fingerprint_in_another_project(diamond: Repository) -> None:
    other = diamond.copy()
    for one in (diamond, other):
        one.repro("reviews-settings", FETCH__TOKEN="abc")
    file = ".pipegen/settings/reviews/fetch.json"
    assert diamond.read(file) != other.read(file)
    for one in (diamond, other):
        one.repro("reviews-settings", FETCH__TOKEN="abc", PIPEGEN_FINGERPRINT_KEY="one key for all of us")
    assert diamond.read(file) == other.read(file)


def test_everything_that_is_wrong_is_said_before_any_task_runs(diamond: Repository) -> None:
    wrong = {"FETCH__LIMIT": "many", "FETCH__LIMTI": "1", "REVIEWS__MODEL": "huge", "REVIEWS__MODLE": "x"}
    said = diamond.run("dvc", "repro", **wrong)
    assert said.code != 0
    assert said.ran == []
    assert all(name in said.text for name in wrong)
    assert "did you mean 'REVIEWS__MODEL'" in said.text
    assert not (diamond.path / "artifacts").exists()


def test_missing_variables_stop_a_pipeline_whose_first_task_needs_none(repository: Repository) -> None:
    repository.write(
        flow_py="""
from pipegen import Pipeline, Settings, step

class Needs(Settings):
    url: str
    key: str

@step
def first() -> int:
    return 1

@step
def second(number: int, settings: Needs) -> int:
    return number

@step
def third(number: int, settings: Needs) -> int:
    return number

flow = Pipeline("flow", third(number=second(number=first())))
"""
    ).generate("flow.py")
    said = repository.run("dvc", "repro")
    assert said.code != 0
    assert said.ran == []
    for name in ("SECOND__URL", "SECOND__KEY", "THIRD__URL", "THIRD__KEY"):
        assert name in said.text
    given = dict.fromkeys(("SECOND__URL", "SECOND__KEY", "THIRD__URL", "THIRD__KEY"), "x")
    assert repository.repro(**given) == ["first", "second", "third"]


def test_variables_from_a_file_are_noticed(diamond: Repository) -> None:
    diamond.write(values_yaml="dvc:\n  env_file: config/.env\n")
    diamond.put("config/.env", "FETCH__LIMIT=1\n")
    diamond.generate("reviews.py")
    assert diamond.repro() == EVERYTHING
    assert value(diamond, "count") == 1
    diamond.put("config/.env", "# the same\nFETCH__LIMIT = 1\n")
    assert diamond.repro() == []
    assert diamond.repro(FETCH__LIMIT="2") == EVERYTHING, "the environment is stronger"
    diamond.put("config/.env", "REVIEWS__MODEL=small\nFETCH__LIMIT=2\n")
    assert diamond.repro() == ["score", "report"]


def test_variables_of_a_task_are_stronger_than_those_outside(diamond: Repository) -> None:
    env = "{FETCH__LIMIT: '2', TZ: Asia/Tokyo}"
    diamond.write(values_yaml=f"steps: {{fetch: {{env: {env}}}}}\n").generate("reviews.py")
    assert "--env fetch.FETCH__LIMIT=2" in diamond.read("dvc.yaml")
    assert diamond.repro(FETCH__LIMIT="9") == EVERYTHING
    assert value(diamond, "count") == 2
    assert diamond.repro() == []
    diamond.write(values_yaml=f"steps: {{fetch: {{env: {env.replace('Tokyo', 'Seoul')}}}}}\n")
    diamond.generate("reviews.py")
    assert diamond.repro() == ["fetch"]


def test_settings_in_files_leave_nothing_to_run(diamond: Repository) -> None:
    diamond.write(values_yaml="dvc:\n  settings: file\n").generate("reviews.py")
    diamond.ok("pipegen", "fingerprint", "reviews.py")
    assert diamond.repro() == EVERYTHING
    for words in ("repro", "status"):
        assert "Data and pipelines are up to date." in diamond.ok("dvc", words).text
    assert diamond.repro(REVIEWS__MODEL="small") == [], "nobody looked"
    diamond.ok("pipegen", "fingerprint", "reviews.py", REVIEWS__MODEL="small")
    assert "artifacts" not in diamond.ok("dvc", "status", "fetch").out
    assert diamond.repro(REVIEWS__MODEL="small") == ["score", "report"]


def test_settings_may_be_ignored(diamond: Repository) -> None:
    diamond.write(values_yaml="dvc:\n  settings: ignore\n").generate("reviews.py")
    assert diamond.repro() == EVERYTHING
    assert diamond.repro(FETCH__LIMIT="1") == []
    assert not (diamond.path / ".pipegen/settings").exists()


def test_git_sees_nothing_that_it_should_not(diamond: Repository) -> None:
    diamond.commit()
    diamond.repro(FETCH__TOKEN="x")
    status = diamond.ok("git", "status", "--short").out
    assert sorted(line[3:] for line in status.splitlines()) == ["artifacts/", "dvc.lock"]
    diamond.commit()
    tracked = diamond.ok("git", "ls-files").out.split()
    assert [name for name in tracked if name.startswith(("artifacts", ".pipegen"))] == [
        "artifacts/.gitignore"
    ]


def test_values_may_change_what_a_parameter_allows(diamond: Repository) -> None:
    values = "pipelines: {reviews: {parameters: {model: {default: huge, choices: [huge, tiny]}}}}\n"
    diamond.write(values_yaml=values).generate("reviews.py")
    assert diamond.repro() == EVERYTHING
    assert value(diamond, "score") == {"0": "huge", "1": "huge", "2": "huge"}
    assert diamond.repro(REVIEWS__MODEL="tiny") == ["score", "report"]
    said = diamond.run("dvc", "repro", REVIEWS__MODEL="small")
    assert (said.code != 0, said.ran) == (True, [])
    assert "choose from 'huge', 'tiny'" in said.text
