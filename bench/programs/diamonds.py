"""1,000 diamonds on top of each other: 2^1000 ways from top to bottom."""

from pipegen import Pipeline, step


@step
def start() -> int:
    return 0


@step
def side(number: int) -> int:
    return number + 1


@step
def join(left: int, right: int) -> int:
    return left + right


top = start("top")
bottom = join("bottom-0", left=side("left-0", number=top), right=side("right-0", number=top))
for n in range(1, 1_000):
    left, right = side(f"left-{n}", number=bottom), side(f"right-{n}", number=bottom)
    bottom = join(f"bottom-{n}", left=left, right=right)

diamonds = Pipeline("diamonds", bottom)
