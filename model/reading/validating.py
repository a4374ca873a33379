"""Hold a tree of entries to a declared form, and lay every complaint at the line it is about.

Enters: a node and a pydantic model. Leaves: the model's instance, or problems of the catalogue with suggestions.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.reading.doors import Strict
from model.reading.nodes import Key, Node, Trail, find, plain, problem_at, spot_of_key
from model.reading.problems import MOST_PROBLEMS, Problem, nearest

Form = TypeVar("Form", bound=Strict)

_CODES: Final = MappingProxyType({
    "missing": "missing_entry",
    "extra_forbidden": "unknown_entry",
    "invalid_key": "unknown_entry",
    "model_type": "mapping_expected",
    "model_attributes_type": "mapping_expected",
    "dict_type": "mapping_expected",
    "list_type": "list_expected",
    "string_type": "text_expected",
    "bool_type": "truth_expected",
    "int_type": "whole_number_expected",
    "float_type": "number_expected",
    "too_short": "too_few",
    "too_long": "too_many",
})
_ALLOWED: Final = MappingProxyType({"too_few": "min_length", "too_many": "max_length"})


def validated(
    form: type[Form], node: Node, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> tuple[Form | None, list[Problem]]:
    """Return the node in its form, or None and all that is wrong with it.

    elsewhere: names that belong to another part of the file, with their full paths, for suggestions.
    """
    try:
        return form.model_validate(plain(node)), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    return None, [_problem(form, node, detail, elsewhere) for detail in details[:MOST_PROBLEMS]]


def _problem(form: type[Strict], node: Node, detail: ErrorDetails, elsewhere: Mapping[str, str]) -> Problem:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    values: dict[str, object] = dict(detail.get("ctx") or {})
    code = _CODES.get(detail["type"], detail["type"])
    entry = find(node, path)
    if detail["type"] == "missing":
        return problem_at(code, spot_of_key(find(node, path[:-1])), path[:-1], entry=path[-1])
    if code == "unknown_entry":
        known = known_entries(form, path[:-1])
        suggestion = suggest(path[-1], known, elsewhere)
        allowed = ", ".join(known) if not suggestion else ""
        return problem_at(code, spot_of_key(entry), path, entry=path[-1], suggestion=suggestion, allowed=allowed)
    if _ALLOWED.get(code) in values:
        values = {"allowed": values[_ALLOWED[code]]}
    about_key = detail["loc"][-1:] == ("[key]",) or isinstance(entry.value, dict | list)
    values.setdefault("value", path[-1] if path and about_key else entry.value)
    spot = spot_of_key(entry) if about_key else entry.spot
    return problem_at(code, spot, path, **values)


def known_entries(form: type[BaseModel], path: Trail) -> list[str]:
    """Name the entries that the part of the form at `path` may have."""
    for step in path:
        field = _fields(form).get(str(step))
        inner = first_form(field.annotation) if field is not None else None
        form = inner or form
    return list(_fields(form))


def first_form(annotation: object) -> type[BaseModel] | None:
    """Return the first declared form inside an annotation, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (first_form(part) for part in get_args(annotation))
    return next((form for form in inner if form is not None), None)


def suggest(entry: Key, known: Sequence[str], elsewhere: Mapping[str, str]) -> str:
    """Return the name that was probably meant: here if one is near, else in another part of the file."""
    if str(entry) in elsewhere:
        return elsewhere[str(entry)]
    here = nearest(entry, known)
    return here or elsewhere.get(nearest(entry, list(elsewhere)), "")


def _fields(form: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in form.model_fields.items()}
