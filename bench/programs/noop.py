"""A step that does nothing: what remains is the cost of starting it."""

from pipegen import Pipeline, Step


class Nothing(Step):
    def run(self) -> None:
        pass


nothing = Pipeline("nothing", Nothing())
