"""Run dbt many times for the price of one start: each run is a fork of this process.

Importing dbt and making the schemas of its first parse takes as long as parsing the
project. This process does it once and then reads one request a line, as JSON::

    {"arguments": ["build", …], "folder": …, "environment": {…}, "output": …}

A run is what the command line would have done in that folder and environment, with
standard output and error in the file ``output``. Its exit code is the answer. The
process ends with its input.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import importlib
import json
import os
import sys
import tempfile
from functools import cache
from typing import Any, NoReturn

import jinja2
import parsedatetime
from dbt.cli.main import cli, dbtRunner
from dbt.context.macros import MacroNamespace
from dbt_common.clients.jinja import template_cache
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.tests import enable_test_caching

MOST_SECONDS = 3_600
"""A run that takes longer hangs: its stacks are its output, and its exit code is 1."""

IMPORTED = (
    *(
        f"customer_segmentation.{module}"
        for module in ("drift", "effectiveness", "fits", "prediction_fits", "publish")
    ),
    *(f"sklearn.{part}" for part in ("cluster", "linear_model", "metrics", "tree")),
    "scipy.stats",
)
"""What Python models import, at once or where they need it, which takes long."""


def run(request: dict[str, Any]) -> NoReturn:
    """Be the dbt of one request."""
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True, file=output)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    try:
        cli(request["arguments"], prog_name="dbt")
    except SystemExit as end:
        # all but taking apart what the server has made, which takes long
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)


def compile_templates_once() -> None:
    """Let a template be compiled once, whatever the vars: its code is its source's.

    In its own tests dbt remembers what it finds in macros, which helps here, too.
    """
    enable_test_caching()
    compile_template = jinja2.Environment.compile
    codes = {}

    def compile_once(environment, source, *arguments, **options):
        key = (type(environment), source, arguments, *options.items())
        if key not in codes:
            codes[key] = compile_template(environment, source, *arguments, **options)
        return codes[key]

    jinja2.Environment.compile = compile_once


def drop_debug_events() -> None:
    """Leave out what dbt tells its log file alone, with every statement.

    Such an event is written out only where it is told to somebody else.
    """
    fire = EventManager.fire_event

    def remember(event, **fields):
        event.__dict__["fields"] = fields

    def fire_event(manager, event, level=None, **options):
        if (level or event.level_tag()) == EventLevel.DEBUG:
            return
        if isinstance(event, DebugLevel):
            BaseEvent.__init__(event, **event.__dict__.pop("fields"))
        fire(manager, event, level=level, **options)

    DebugLevel.__init__ = remember
    EventManager.fire_event = fire_event


def find_macros_once() -> None:
    """Let the contexts of a node, which are three, be made of macros at once.

    dbt looks for each of the thousand macros in five places.
    """
    make = MacroNamespace.__init__

    def make_found(namespace, *arguments, **options):
        make(namespace, *arguments, **options)
        namespace.found = {}
        for place in reversed(list(namespace._search_order())):
            namespace.found.update(place)

    MacroNamespace.__init__ = make_found
    MacroNamespace.__getitem__ = lambda namespace, name: namespace.found[name]
    MacroNamespace._keys = lambda namespace: namespace.found.keys()


def main() -> None:
    """Warm up, then serve."""
    compile_templates_once()
    drop_debug_events()
    find_macros_once()
    # every empty table of dbt makes the names of the weekdays
    parsedatetime.Constants = cache(parsedatetime.Constants)
    for module in IMPORTED:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as folder:
        paths = ["--target-path", folder, "--log-path", folder]
        # the static parser would leave threads behind, which a fork does not have
        parsed = dbtRunner().invoke(["--quiet", "--no-static-parser", "parse", *paths])
    # those of a parse are compiled, those of a build not yet
    for macro in parsed.result.macros.values():
        template_cache.get_node_template(macro)
    threads = os.listdir("/proc/self/task")
    if len(threads) > 1:
        sys.exit(f"{len(threads)} threads; a fork would have but one of them")
    # what is here stays: no run has to look through it for what may go, nor for what
    # it has made itself as often as Python would
    gc.freeze()
    gc.set_threshold(100_000)
    atexit.register(gc.unfreeze)
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
