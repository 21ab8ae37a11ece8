"""Durations, quantities, images, labels, time zones: what is right, what is wrong, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen import units


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("90s", 90),
        ("1h30m", 5400),
        ("2d", 172800),
        ("1d1h1m1s", 90061),
        ("0.5s", 0.5),
        ("0s", 0),
        ("60m", 3600),
    ],
)
def test_durations_are_read(text: str, total: float) -> None:
    assert units.seconds(text) == total
    assert units.duration_error(text) == ""


@pytest.mark.parametrize(
    "text", ["", "5", "s", "1m1h", "1.5h", "-1s", "1 h", "1H", "1w", "٣s", "1h30", "1e3s"]
)
def test_what_is_no_duration_is_told(text: str) -> None:
    assert units.duration_error(text).startswith(f"'{text}' is not a duration; write it like '30s'")
    with pytest.raises(ValueError, match="is not a duration"):
        units.seconds(text)


@given(st.integers(0, 10**9) | st.floats(0, 1e9).map(lambda one: round(one, 6)))
def test_a_duration_made_from_seconds_means_as_many(total: float) -> None:
    assert units.seconds(units.duration(total)) == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize(
    ("total", "text"), [(0, "0s"), (5400, "1h30m"), (86400, "1d"), (0.25, "0.25s"), (61, "1m1s")]
)
def test_the_shortest_text_is_made(total: float, text: str) -> None:
    assert units.duration(total) == text


@pytest.mark.parametrize("total", [-1, float("nan"), float("inf"), float("-inf"), 1e15])
def test_no_length_of_time_is_refused(total: float) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        units.duration(total)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", 0.5),
        ("2", 2),
        ("4Gi", 4 * 1024**3),
        ("1.5", 1.5),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1M", 1e6),
        ("1E", 1e18),
    ],
)
def test_quantities_are_read(text: str, number: float) -> None:
    assert units.quantity(text) == number
    assert units.quantity_error(text) == ""


@pytest.mark.parametrize("text", ["", "0", "0Gi", "-1", "1GB", "1 Gi", "lots", "1e3", ".5", "٢", "0.0"])
def test_what_is_no_quantity_or_nothing_is_told(text: str) -> None:
    assert text in units.quantity_error(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("512Mi", ""), ("1", ""), ("1.5Gi", ""), ("512m", "less than one byte"), ("0.5", "less than one byte"),
     ("1GB", "write it like '512Mi'"), ("0", "not more than zero"), ("500000m", "")],
)  # fmt: skip
def test_a_size_is_at_least_one_byte(text: str, said: str) -> None:
    assert said in units.size_error(text)
    assert bool(said) == bool(units.size_error(text))


IMAGES = [
    "app",
    "app:1.4",
    "team/app",
    "registry.example.com/team/app:1.4",
    "localhost:5000/app",
    "app@sha256:" + "0" * 64,
    "registry.example.com:443/a/b/c_d__e-f.g:v1.2-rc_3@sha256:" + "a" * 64,
]


@pytest.mark.parametrize("text", IMAGES)
def test_images_are_read(text: str) -> None:
    assert units.image_error(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "App",
        "app:",
        "app:1.4 ",
        "a app",
        "app:-1",
        "/app",
        "app/",
        "app@sha256:12",
        "${IMAGE}",
        "a//b",
        "app:1;x",
    ],
)
def test_what_is_no_image_is_told(text: str) -> None:
    assert "is not an image reference" in units.image_error(text)


@pytest.mark.parametrize("text", ["a", "a-b", "0a", "a" * 63])
def test_dns_labels_are_read(text: str) -> None:
    assert units.dns_label_error(text) == ""


@pytest.mark.parametrize("text", ["", "A", "a_b", "-a", "a-", "a.b", "ü", "a b"])
def test_what_is_no_dns_label_is_told(text: str) -> None:
    assert "is not a DNS label" in units.dns_label_error(text)
    assert "has 64 characters; at most 63 fit" in units.dns_label_error("a" * 64)


@pytest.mark.parametrize(
    ("text", "right"), [("A", True), ("_a1", True), ("1A", False), ("A-B", False), ("", False)]
)
def test_names_of_variables(text: str, right: bool) -> None:
    assert (units.env_name_error(text) == "") is right


@pytest.mark.parametrize("text", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_time_zones_are_known(text: str) -> None:
    assert units.timezone_error(text) == ""


@pytest.mark.parametrize(
    "text", ["", "Europe/Berln", "CET+1", "../../etc/passwd", "/etc/localtime", "Europe"]
)
def test_what_is_no_time_zone_is_told(text: str) -> None:
    assert f"'{text}' is not a time zone" in units.timezone_error(text)


def test_a_time_zone_that_is_nearly_right_is_corrected() -> None:
    assert "did you mean 'Europe/Berlin'?" in units.timezone_error("Europe/Berln")
