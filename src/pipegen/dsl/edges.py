"""Resolve what feeds a task: which parameter, from which tasks, and whether the types fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from pipegen.dsl.contract import Contract
from pipegen.dsl.define import origin_of
from pipegen.dsl.definition import Parameter
from pipegen.dsl.findings import Findings
from pipegen.dsl.fits import fits, item_of
from pipegen.dsl.step import OPTIONS, Connection, Node, describe, nodes_in
from pipegen.dsl.type_names import type_name
from pipegen.errors import Related, suggest
from pipegen.ir import Feed, Input


class Graph(Protocol):
    """What resolving an edge needs to know of the rest."""

    found: Findings

    def name(self, node: Node) -> str: ...
    def contract(self, node: Node) -> Contract: ...


def inputs_of(node: Node, graph: Graph) -> Iterator[Input]:
    """The inputs of a task, in the order of its parameters."""
    contract = graph.contract(node)
    fed = _by_parameter(node, contract, graph)
    place = node._placement
    meant = len(fed) < len(place.connections) or not isinstance(place.name, (str, type(None)))
    for name, parameter in contract.parameters.items():
        if name in fed:
            yield from _input(node, parameter, fed[name], graph)
        elif parameter.required and not meant:  # what was meant for it is reported already
            message = f"input '{name}' of task '{graph.name(node)}' is fed by nothing"
            hint = f"it takes {type_name(parameter.annotation)}: {_class(node)}({name}=...)"
            graph.found.say("PG125", message, node._placement.origin, hint)


def _by_parameter(node: Node, contract: Contract, graph: Graph) -> dict[str, Connection]:
    """What feeds each parameter: first what was said by name, then what `>>` left open."""
    fed: dict[str, Connection] = {}
    connections = node._placement.connections
    for one in sorted(connections, key=lambda connection: connection.parameter is None):
        name = one.parameter or _free(node, contract, fed, one, graph)
        if name is None:
            continue
        if name not in contract.parameters:
            message = f"'{_class(node)}' has no input or option '{name}'"
            hint = suggest(name, [*contract.parameters, *OPTIONS])
            graph.found.say("PG121", message, one.origin, hint)
        elif name in fed:
            message = f"input '{name}' of task '{graph.name(node)}' is fed twice"
            hint = f"to feed a list: {_class(node)}({name}=[a, b])"
            graph.found.say("PG124", message, one.origin, hint, Related(fed[name].origin, "the first time"))
        else:
            fed[name] = one
    return fed


def _free(
    node: Node, contract: Contract, fed: Mapping[str, Connection], one: Connection, graph: Graph
) -> str | None:
    """The one parameter that `>>` can mean: the only one, the only required one left, the only one left."""
    free = [name for name in contract.parameters if name not in fed]
    required = [name for name in free if contract.parameters[name].required]
    if len(required or free) == 1:
        return (required or free)[0]
    if len(contract.parameters) == 1:
        return next(iter(contract.parameters))  # fed already, which the caller says with both places
    if free:
        could = " or ".join(f"'{name}'" for name in required or free)
        message = f"'>>' into task '{graph.name(node)}' could mean input {could}"
        hint = f"say which: {_class(node)}({(required or free)[0]}=...)"
    elif contract.parameters:
        message = f"'>>' into task '{graph.name(node)}', whose inputs are all fed already"
        hint = f"name what feeds each: {_class(node)}({next(iter(contract.parameters))}=...)"
    else:
        message = f"'>>' into task '{graph.name(node)}', which takes no input"
        hint = f"give the run of {_class(node)} a parameter"
    graph.found.say("PG123", message, one.origin, hint)
    return None


def _input(node: Node, parameter: Parameter, one: Connection, graph: Graph) -> Iterator[Input]:
    sources = nodes_in(one.value)
    several = list(one.value) if isinstance(one.value, (list, tuple)) else None
    if not sources or (several is not None and len(sources) < len(several)):
        odd = next((item for item in several or [] if not isinstance(item, Node)), one.value)
        what = "an empty list" if several == [] else describe(odd)
        message = f"input '{parameter.name}' of task '{graph.name(node)}' is fed by {what}"
        graph.found.say("PG122", message, one.origin, "feed it placed steps; constants are settings")
        return
    feed = _feed(sources, parameter, several is not None, graph)
    if feed is None:
        _say_misfits(node, parameter, one, graph)
    else:
        names = tuple(graph.name(source) for source in sources)
        yield Input(parameter.name, names, feed, graph.found.place(one.origin))


def _feed(sources: list[Node], parameter: Parameter, several: bool, graph: Graph) -> Feed | None:
    """How the artifacts make up the parameter; None when they do not fit it."""
    outputs = [graph.contract(one).output for one in sources]
    item = item_of(parameter.annotation) if several else None
    if item is not None and all(fits(output, item) for output in outputs):
        return "collect"
    if (item is not None or not several) and all(fits(output, parameter.annotation) for output in outputs):
        return "chain" if several else "one"
    return None


def _say_misfits(node: Node, parameter: Parameter, one: Connection, graph: Graph) -> None:
    """One diagnostic per source that does not fit, or a single one when it is all of them together."""
    sources = list(dict.fromkeys(nodes_in(one.value)))
    several = isinstance(one.value, (list, tuple))
    alone = [source for source in sources if _feed([source], parameter, several, graph) is None]
    if several and (item_of(parameter.annotation) is None or not alone):
        _say_together(node, parameter, one, sources, graph)
        return
    for source in alone:
        output = graph.contract(source).output
        message = (
            f"task '{graph.name(node)}' takes {type_name(parameter.annotation)} as '{parameter.name}', "
            f"but '{graph.name(source)}' returns {type_name(output)}"
        )
        hint = _hint(node, parameter, source, several, graph)
        makes = Related(origin_of(source._placement.target), f"the output of '{graph.name(source)}'")
        takes = Related(origin_of(node._placement.target), f"the input of '{graph.name(node)}'")
        graph.found.say("PG126", message, one.origin, hint, makes, takes)


def _say_together(
    node: Node, parameter: Parameter, one: Connection, sources: list[Node], graph: Graph
) -> None:
    """Several steps feed what takes one, or some return lists and others items of it."""
    wanted, names = type_name(parameter.annotation), ", ".join(f"'{graph.name(each)}'" for each in sources)
    message = (
        f"task '{graph.name(node)}' takes one {wanted} as '{parameter.name}', but is fed a list: {names}"
    )
    hint = "feed it one step, or let it take a list"
    if item_of(parameter.annotation) is not None:
        message = (
            f"'{parameter.name}' of task '{graph.name(node)}' is fed whole lists and single items: {names}"
        )
        hint = "the steps of the list must all return one item each, or all return whole lists"
    makes = (
        Related(origin_of(each._placement.target), f"the output of '{graph.name(each)}'") for each in sources
    )
    takes = Related(origin_of(node._placement.target), f"the input of '{graph.name(node)}'")
    graph.found.say("PG126", message, one.origin, hint, *makes, takes)


def _hint(node: Node, parameter: Parameter, source: Node, several: bool, graph: Graph) -> str:
    item = item_of(parameter.annotation)
    if not several and item is not None and fits(graph.contract(source).output, item):
        return (
            f"it takes a list; feed it a list of one: {_class(node)}({parameter.name}=[{graph.name(source)}])"
        )
    return f"change what {_class(source)} returns or what {_class(node)} takes"


def _class(node: Node) -> str:
    return node._placement.target.__name__
