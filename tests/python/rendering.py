"""Call this project's macros from a test without dbt and without a warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import jinja2

MACROS = Path(__file__).resolve().parents[2] / "macros"
_PATHS = {path.stem: path for path in MACROS.rglob("*.sql")}


class CompilerError(Exception):
    """What ``exceptions.raise_compiler_error`` raises here."""


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def _raise_compiler_error(message: str) -> None:
    raise CompilerError(message)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined
    )


@cache
def _compiled(name: str, file: str) -> CodeType:
    # Jinja does not hand out names that begin with an underscore
    text = _PATHS[file].read_text().replace(f"macro {name}(", "macro called(")
    return _environment().compile(text)


class Macros:
    """The macros as methods: ``Macros(vars={...}).validate_vars()``.

    ``vars`` overrule the defaults of dbt_project.yml, which come as ``defaults``;
    ``context`` holds what dbt would provide besides (``graph``, ``target``).
    """

    def __init__(
        self,
        vars: Mapping[str, Any] | None = None,
        *,
        defaults: Mapping[str, Any] | None = None,
        **context: Any,
    ) -> None:
        given = dict(vars or {})
        values = {**(defaults or {}), **given}
        config = SimpleNamespace(
            vars=SimpleNamespace(vars={}), cli_vars=given, macro_paths=["macros"]
        )
        self._environment = _environment()
        self._environment.globals.update(
            {
                "adapter": SimpleNamespace(config=config),
                "customer_segmentation": self,
                "exceptions": SimpleNamespace(
                    raise_compiler_error=_raise_compiler_error
                ),
                "execute": True,
                "modules": SimpleNamespace(re=re),
                "project_name": "customer_segmentation",
                "return": _return,
                "target": SimpleNamespace(type="duckdb"),
                "var": values.__getitem__,
                **context,
            }
        )
        adapter = self._environment.globals["adapter"]
        if not hasattr(adapter, "dispatch"):
            adapter.dispatch = self._dispatched

    def _dispatched(self, name: str, _package: str) -> Callable[..., Any]:
        """Return DuckDB's implementation, or else the default one."""
        text = _PATHS[name].read_text()
        duckdbs = f"duckdb__{name}"
        chosen = duckdbs if f"macro {duckdbs}(" in text else f"default__{name}"
        return self._macro(chosen, name)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in _PATHS:
            raise AttributeError(name)
        return self._macro(name, name)

    def _macro(self, name: str, file: str) -> Callable[..., Any]:
        code = _compiled(name, file)
        globals = self._environment.globals
        template = jinja2.Template.from_code(self._environment, code, globals)
        macro = template.module.called

        def call(*arguments: Any, **options: Any) -> Any:
            try:
                return macro(*arguments, **options)
            except _Returned as returned:
                return returned.value

        setattr(self, name, call)
        return call
