"""Resolve what feeds a task: which parameter, from which tasks, and whether the types fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from pipegen.dsl.contract import Contract
from pipegen.dsl.definition import Parameter
from pipegen.dsl.fits import fits, item_of
from pipegen.dsl.step import OPTIONS, Connection, Node, Target, describe, nodes_in
from pipegen.dsl.type_names import type_name
from pipegen.errors import Diagnostic, Origin, Related, suggest
from pipegen.ir import Feed, Input


class Graph(Protocol):
    """What resolving an edge needs to know of the rest."""

    contracts: dict[Target, Contract]
    problems: list[Diagnostic]

    def name(self, node: Node) -> str: ...
    def place(self, origin: Origin) -> Origin: ...


def inputs_of(node: Node, graph: Graph) -> Iterator[Input]:
    """The inputs of a task, in the order of its parameters."""
    contract = graph.contracts[node._placement.target]
    fed = _by_parameter(node, contract, graph)
    for name, parameter in contract.parameters.items():
        if name in fed:
            yield from _input(node, parameter, fed[name], graph)
        elif parameter.required:
            graph.problems.append(
                Diagnostic(
                    "PG125",
                    f"input '{name}' of task '{graph.name(node)}' is fed by nothing",
                    graph.place(node._placement.origin),
                    f"it takes {type_name(parameter.annotation)}: {_class(node)}({name}=...)",
                )
            )


def _by_parameter(node: Node, contract: Contract, graph: Graph) -> dict[str, Connection]:
    fed: dict[str, Connection] = {}
    connections = node._placement.connections
    for one in sorted(connections, key=lambda connection: connection.parameter is None):
        name = one.parameter or _free(node, contract, fed, one, graph)
        if name is None:
            continue
        if name not in contract.parameters:
            known = [*contract.parameters, *OPTIONS]
            message = f"'{_class(node)}' has no input or option '{name}'"
            graph.problems.append(Diagnostic("PG121", message, graph.place(one.origin), suggest(name, known)))
        elif name in fed:
            graph.problems.append(_fed_twice(node, name, one, fed[name], graph))
        else:
            fed[name] = one
    return fed


def _free(
    node: Node, contract: Contract, fed: Mapping[str, Connection], one: Connection, graph: Graph
) -> str | None:
    free = [name for name in contract.parameters if name not in fed]
    required = [name for name in free if contract.parameters[name].required]
    if len(required or free) == 1:
        return (required or free)[0]
    if free:
        message = f"'>>' into task '{graph.name(node)}' could mean input " + " or ".join(
            f"'{x}'" for x in free
        )
        hint = f"say which: {_class(node)}({free[0]}=...)"
    elif contract.parameters:
        message = f"'>>' into task '{graph.name(node)}', whose inputs are all fed already"
        hint = "to feed a list from several steps: [a, b] >> c"
    else:
        message = f"'>>' into task '{graph.name(node)}', which takes no input"
        hint = f"give the run of {_class(node)} a parameter"
    graph.problems.append(Diagnostic("PG123", message, graph.place(one.origin), hint))
    return None


def _fed_twice(node: Node, name: str, one: Connection, other: Connection, graph: Graph) -> Diagnostic:
    return Diagnostic(
        "PG124",
        f"input '{name}' of task '{graph.name(node)}' is fed twice",
        graph.place(one.origin),
        f"to feed a list: {_class(node)}({name}=[a, b])",
        (Related(graph.place(other.origin), "the first time"),),
    )


def _input(node: Node, parameter: Parameter, one: Connection, graph: Graph) -> Iterator[Input]:
    sources = nodes_in(one.value)
    origin = graph.place(one.origin)
    many = isinstance(one.value, (list, tuple))
    if not sources or (many and len(sources) < len(one.value)):  # type: ignore[arg-type]
        what = "an empty list" if one.value in ([], ()) else describe(one.value)
        message = f"input '{parameter.name}' of task '{graph.name(node)}' is fed by {what}"
        graph.problems.append(
            Diagnostic("PG122", message, origin, "feed it placed steps; constants are settings")
        )
        return
    feed = _feed(sources, parameter, many, graph)
    if feed is None:
        graph.problems.extend(_misfits(node, parameter, sources, many, origin, graph))
    else:
        yield Input(parameter.name, tuple(graph.name(source) for source in sources), feed, origin)


def _feed(sources: list[Node], parameter: Parameter, many: bool, graph: Graph) -> Feed | None:
    outputs = {graph.contracts[one._placement.target].output for one in sources}
    if not many:
        return "one" if all(fits(output, parameter.annotation) for output in outputs) else None
    item = item_of(parameter.annotation)
    if item is None:
        return None
    if all(fits(output, item) for output in outputs):
        return "collect"
    return "chain" if all(fits(output, parameter.annotation) for output in outputs) else None


def _misfits(
    node: Node, parameter: Parameter, sources: list[Node], many: bool, origin: Origin, graph: Graph
) -> Iterator[Diagnostic]:
    wanted = type_name(parameter.annotation)
    consumer = graph.place(node._placement.origin)
    for source in dict.fromkeys(sources):
        output = graph.contracts[source._placement.target].output
        item = item_of(parameter.annotation)
        if (
            many
            and item is not None
            and (fits(output, item) or fits(output, parameter.annotation))
            and len(sources) > 1
        ):
            hint = "the steps of the list must all return one item each, or all return whole lists"
        elif not many and item is not None and fits(output, item):
            hint = f"it takes a list; feed it [{graph.name(source)}]"
        elif many and item is None:
            hint = f"only a list input can be fed by several steps; '{parameter.name}' is none"
        else:
            hint = f"change what {_class(source)} returns or what {_class(node)} takes"
        made = graph.place(source._placement.origin)
        yield Diagnostic(
            "PG126",
            f"task '{graph.name(node)}' takes {wanted} as '{parameter.name}', "
            f"but '{graph.name(source)}' returns {type_name(output)}",
            origin,
            hint,
            tuple(
                Related(place, note)
                for place, note in (
                    (graph.place(_run_of(source)), f"the output of '{graph.name(source)}'"),
                    (graph.place(_run_of(node)), f"the input of '{graph.name(node)}'"),
                )
                if place not in (origin, made, consumer) or place != origin
            ),
        )


def _run_of(node: Node) -> Origin:
    from pipegen.dsl.define import define

    return define(node._placement.target).origin


def _class(node: Node) -> str:
    return node._placement.target.__name__
