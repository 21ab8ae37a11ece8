"""The words that GitLab knows, where values say something as GitLab does: others are most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipegen.backends.gitlab.config import GitlabConfig, JobConfig
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Json

# Keywords of a job that only pipegen may say, and what values offer instead.
OURS = {
    "script": "for lines around the task use before_script and after_script",
    "run": "for lines around the task use before_script and after_script",
    "needs": "", "dependencies": "", "extends": "", "trigger": "", "parallel": "", "only": "", "except": "",
    "start_in": "", "inputs": "",
    "artifacts": "use expire_in, access and reports",
    "stage": "use gitlab.stage",
    "rules": "use gitlab.rules, where 'more' takes any rule",
    "when": "use manual, or the trigger of the step",
}  # fmt: skip
# Keywords that stand in values beside `patch`, under the same name.
BESIDE = (
    "after_script", "before_script", "cache", "environment", "id_tokens", "interruptible", "resource_group", "secrets",
    "services", "tags", "timeout", "variables",
)  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = {
    "patch": (
        "allow_failure", "coverage", "dast_configuration", "hooks", "identity", "image", "inherit",
        "manual_confirmation", "pages", "publish", "release", "retry",
    ),
    "services": ("name", "alias", "entrypoint", "command", "variables", "pull_policy", "docker", "kubernetes"),
    "cache": ("key", "paths", "untracked", "unprotect", "policy", "when", "fallback_keys"),
    "environment": ("name", "url", "on_stop", "action", "auto_stop_in", "kubernetes", "deployment_tier"),
    "rules.more": (
        "if", "changes", "exists", "when", "allow_failure", "variables", "start_in", "interruptible", "auto_cancel",
    ),
    "reports": (
        "accessibility", "annotations", "api_fuzzing", "browser_performance", "cluster_image_scanning",
        "codequality", "container_scanning", "coverage_fuzzing", "coverage_report", "cyclonedx", "dast",
        "dependency_scanning", "dotenv", "junit", "license_management", "license_scanning", "load_performance",
        "lsif", "metrics", "performance", "repository_xray", "requirements", "requirements_v2", "sarif", "sast",
        "secret_detection", "terraform",
    ),
    "secrets": (
        "vault", "gcp_secret_manager", "azure_key_vault", "aws_secrets_manager", "akeyless",
        "gitlab_secrets_manager", "file", "token",
    ),
    "id_tokens": ("aud",),
}  # fmt: skip


def unknown_words(config: GitlabConfig) -> Iterator[Diagnostic]:
    """Words in values that this table lacks; a newer GitLab may know them."""
    yield from _unknown(
        "rules.more", "gitlab.rules.more", [key for rule in config.rules.more for key in rule]
    )
    yield from _of_jobs("gitlab", config)
    for name, said in config.steps.items():
        yield from _of_jobs(f"gitlab.steps.{name}", said)


def _of_jobs(place: str, said: JobConfig) -> Iterator[Diagnostic]:
    environment = said.environment if isinstance(said.environment, Mapping) else {}
    services = [one for one in said.services or () if isinstance(one, Mapping)]
    found: Mapping[str, Iterable[str]] = {
        "patch": [key for key in said.patch if key not in OURS and key not in BESIDE],
        "environment": environment,
        "services": _keys(services),
        "cache": _keys(said.cache or ()),
        "reports": said.reports,
        "secrets": _keys(said.secrets.values()),
        "id_tokens": _keys(said.id_tokens.values()),
    }
    for section, keys in found.items():
        yield from _unknown(section, f"{place}.{section}", keys)


def _keys(mappings: Iterable[Mapping[str, Json]]) -> list[str]:
    return [key for one in mappings for key in one]


def _unknown(section: str, place: str, keys: Iterable[str]) -> Iterator[Diagnostic]:
    known = WORDS[section]
    for key in dict.fromkeys(keys):
        if key not in known:
            message = f"{place} says '{key}', which GitLab does not know as far as pipegen does"
            yield Diagnostic("PG813", message, None, suggest(key, known), severity="warning")
