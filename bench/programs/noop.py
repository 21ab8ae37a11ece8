"""A step that does nothing: what remains is the cost of starting it."""

from pipegen import Pipeline, Step


class Nothing(Step):
    def run(self) -> int:
        return 0


nothing = Pipeline("nothing", Nothing())
