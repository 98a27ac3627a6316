"""The OpenAPI 3.1 document, built from the handlers; its schemas are those of the decoder itself (msgspec).

Litestar's own generator guesses at msgspec constraints and serves HTML under its path; a document that disagrees with
the decoder is worse than none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from typing import Any, Literal

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg, HeaderParameter, ParameterKwarg, PathParameter, QueryParameter
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from api.auth.identity import signed_in
from api.errors import PROBLEM, TITLES, Problem

PREFIX = "/api/v1"
EVENTS = "text/event-stream"
REF = "#/components/schemas/{name}"
PLACES: tuple[tuple[type, str], ...] = (
    (QueryParameter, "query"),
    (HeaderParameter, "header"),
    (PathParameter, "path"),
)
LIMITS = {
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}
TAGS = {
    "auth": "Sign in with a one-time code or a password; who am I",
    "services": "What can be asked for",
    "territory": "Where",
    "needs": "What residents ask for",
    "meals": "Standing orders for meals, and the days ahead",
    "gatherings": "Classes, courses and fairs: what is open, and seats",
    "offers": "What helpers are asked to do",
    "jobs": "Agreed work, from setting out to done",
    "reviews": "What both sides say afterwards",
    "messages": "What people are told",
    "office": "For officers: queue, call list, decisions",
    "rounds": "For officers: matching rounds",
    "board": "Public figures",
    "coverage": "Service circles, and which buildings have which services on foot",
}


class StreamEvent(msgspec.Struct, frozen=True):
    """One server-sent event; `data` is a JSON object."""

    event: Literal["progress", "done"]
    data: str


@dataclass(frozen=True)
class Operation:
    """One method of one path, with what its handler says of itself."""

    path: str
    method: str
    handler: HTTPRouteHandler

    @cached_property
    def fields(self) -> Mapping[str, FieldDefinition]:
        """Return the handler's arguments."""
        return self.handler.parsed_fn_signature.parameters

    @property
    def parameters(self) -> Iterator[tuple[str, FieldDefinition, ParameterKwarg]]:
        """Yield place, field and description of path, query and header parameters."""
        for field in self.fields.values():
            for kind, place in PLACES:
                if isinstance(field.kwarg_definition, kind) and isinstance(
                    field.kwarg_definition, ParameterKwarg
                ):
                    yield place, field, field.kwarg_definition

    @property
    def body(self) -> FieldDefinition | None:
        """Return the body, if there is one."""
        return next((f for f in self.fields.values() if isinstance(f.kwarg_definition, BodyKwarg)), None)

    @property
    def answer(self) -> Any:
        """Return the type of the answer, or None."""
        kind = self.handler.parsed_fn_signature.return_type.annotation
        return None if kind is type(None) else kind

    @property
    def is_private(self) -> bool:
        """Say whether somebody must be signed in."""
        return signed_in in self.handler.resolve_guards()

    @property
    def problems(self) -> list[int]:
        """Return the refusals that can happen, from what the handler asks for; `opt["problems"]` adds more."""
        places = {place for place, _, _ in self.parameters}
        found = {500, *self.handler.opt.get("problems", ())}
        found |= {400, 422} if places & {"query", "header"} else set()  # 422: a day that no calendar knows
        found |= {404} if "path" in places else set()
        found |= {400, 413, 415, 422} if self.body else set()
        found |= {401, 403} if self.is_private else set()
        found |= {404, 409, 422} if "write" in self.fields else set()
        return sorted(found)


def operations(app: Litestar) -> list[Operation]:
    """Return the operations of the API in the order of their paths."""
    return [
        Operation(route.path_format, method.lower(), handler)
        for route in sorted(app.routes, key=lambda route: route.path)
        if isinstance(route, HTTPRoute) and route.path.startswith(PREFIX)
        for method, (handler, _) in sorted(route.route_handler_map.items())
        if handler.resolve_include_in_schema()
    ]


def document(app: Litestar) -> dict[str, Any]:
    """Return the OpenAPI document of an application."""
    found = operations(app)
    schemas, components = _schemas(found)
    paths: dict[str, dict[str, Any]] = {}
    for operation in found:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linli 邻里",
            "version": "1",
            "summary": "Neighbourhood services, matched by a constraint solver that shows its reasons.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


Schemas = Mapping[tuple[str, str, str], dict[str, Any]]


def _schemas(found: list[Operation]) -> tuple[Schemas, dict[str, Any]]:
    """Return the schema of each part of each operation, and what they refer to."""
    kinds: dict[tuple[str, str, str], Any] = {("", "", "problem"): Problem}
    for operation in found:
        here = (operation.path, operation.method)
        kinds |= {(*here, field.name): field.annotation for _, field, _ in operation.parameters}
        if operation.body:
            kinds[*here, "data"] = operation.body.annotation
        if operation.answer is not None:
            streams = operation.handler.opt.get("media") == EVENTS
            kinds[*here, "answer"] = StreamEvent if streams else operation.answer
    schemas, components = msgspec.json.schema_components(kinds.values(), ref_template=REF)
    for component in components.values():
        _date_times(component)
    return dict(zip(kinds, schemas, strict=True)), components


def _date_times(component: dict[str, Any]) -> None:
    # msgspec gives a format only to datetimes that must be aware; ours always are, and their names end in _at.
    for name, schema in component.get("properties", {}).items():
        for part in [schema, *schema.get("anyOf", ())]:
            if name.endswith(("_at", "_until")) and part.get("type") == "string":
                part["format"] = "date-time"


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    here = (operation.path, operation.method)
    summary, _, description = cleandoc(operation.handler.fn.__doc__ or "").partition("\n")
    said: dict[str, Any] = {
        "operationId": operation.handler.operation_id or operation.handler.handler_name,
        "tags": sorted(operation.handler.tags or operation.handler.resolve_tags()),
        "summary": summary.strip(),
        "description": description.strip(),
        "parameters": [
            _parameter(place, field, words, schemas[*here, field.name])
            for place, field, words in operation.parameters
        ],
        "responses": _responses(operation, schemas),
    }
    if operation.body:
        said["requestBody"] = _body(operation, schemas[*here, "data"])
    if operation.is_private:
        said["security"] = [{"bearer": []}]
    return {key: value for key, value in said.items() if value not in ("", [])}


def _parameter(
    place: str, field: FieldDefinition, words: ParameterKwarg, schema: dict[str, Any]
) -> dict[str, Any]:
    limits = {
        theirs: value for ours, theirs in LIMITS.items() if (value := getattr(words, ours, None)) is not None
    }
    name = getattr(words, "name", None) or field.name
    required = place == "path" or not field.has_default
    found: dict[str, Any] = {
        "name": name,
        "in": place,
        "required": required,
        "schema": _limited(schema, limits),
    }
    if words.description:
        found["description"] = words.description
    return found


def _limited(schema: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    present = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
    return (present[0] if len(present) == 1 else schema) | limits  # an address has no null: it is left out


def _body(operation: Operation, schema: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    if example := operation.handler.opt.get("example"):
        content["example"] = example
    return {"required": True, "content": {"application/json": content}}


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": str(operation.handler.opt.get("answer", "Done"))}
    if operation.answer is not None:
        media = operation.handler.opt.get("media", "application/json")
        answer["content"] = {media: {"schema": schemas[operation.path, operation.method, "answer"]}}
    return {str(operation.handler.status_code): answer} | {
        str(status): {
            "description": TITLES[status],
            "content": {PROBLEM: {"schema": schemas["", "", "problem"]}},
        }
        for status in operation.problems
    }
