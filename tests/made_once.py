"""What every test would make anew is made once per process: compiled SQL, addresses, templates, regulations.

Each test has its own database and, where it asks for pages, its own application. SQLAlchemy compiles each
statement once per engine, werkzeug each address and Jinja each template once per application: in a program that
runs for months that is nothing, in six thousand tests it was most of the time. `keep` gives these, the catalogues
of sentences and the regulations a memory that lives as long as the process. Nothing of the program is replaced;
what is remembered is what the same text gave under the same settings. A test need not know of it.

The databases of tests are thrown away after a crash, so SQLite does not wait for the disk here. That the program
waits is tried in tests/registry/test_waiting_for_the_disk.py.
"""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from types import CodeType
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy import create_engine as create
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from registry import database
from registry.regulation import loader
from registry.regulation.rules import Regulation

_STATEMENTS = 5000
"""The 500 of an engine would be used up by a process that runs all tests."""


def keep() -> None:
    """Once per process, before its first engine and its first application."""
    _keep_statements()
    _keep_addresses()
    _keep_regulations()
    _keep_catalogues()
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Pages()}
    _wait_for_no_disk()


def _keep_statements() -> None:
    kept: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}

    def create_engine(url: str, **options: Any) -> Engine:
        engine = create(url, **options)
        kind = f"{engine.dialect.name} {engine.driver}"

        def remember(_connection: Any, _record: Any) -> None:
            # A dialect knows only after the first connection which server it talks to.
            kept.setdefault(kind, (engine.dialect, LRUCache(_STATEMENTS)))

        if kind in kept:
            # What was compiled belongs to a dialect, so engines of one kind have the same one.
            engine.dialect, engine._compiled_cache = kept[kind]
        else:
            event.listen(engine, "connect", remember)
        return engine

    database.create_engine = create_engine  # type: ignore[attr-defined, assignment]


def _keep_addresses() -> None:
    compile_rule = Rule.compile
    kept: dict[Any, tuple[Any, ...]] = {}

    def compiled(rule: Rule) -> None:
        place = rule.map
        if rule.defaults or place is None or place.host_matching:
            compile_rule(rule)
            return
        key = (rule.rule, rule.subdomain, rule.merge_slashes, tuple(place.converters.items()))
        if key not in kept:
            compile_rule(rule)
            build: Any = rule._build
            build_unknown: Any = rule._build_unknown
            made = (rule._parts, rule._trace, rule._converters, rule.arguments)
            kept[key] = (*made, build.__func__, build_unknown.__func__)
            return
        rule._parts, rule._trace, rule._converters, arguments, *builders = kept[key]
        rule.arguments = set(arguments)
        rule._build, rule._build_unknown = (one.__get__(rule, None) for one in builders)

    Rule.compile = compiled  # type: ignore[method-assign, assignment]


def _keep_regulations() -> None:
    load = loader.load_bytes
    here: Any = loader
    kept: dict[Any, Regulation] = {}

    @wraps(load)
    def loaded(data: bytes, name: str) -> Regulation:
        # A test may put something else in the place of what a regulation is held against.
        key = (data, name, here.contradictions, here.shipped_country_sets)
        if key not in kept:
            kept[key] = load(data, name)
        return kept[key]

    loader.load_bytes = loaded


def _keep_catalogues() -> None:
    load = Translations.load
    kept: dict[Any, NullTranslations] = {}

    def loaded(dirname: Any = None, locales: Any = None, domain: Any = None) -> NullTranslations:
        # Whoever asks copies the sentences into a catalogue of their own.
        files = sorted(Path(dirname).glob("*/LC_MESSAGES/*.mo")) if dirname else []
        key = (str(dirname), str(locales), domain, *((path, path.stat().st_mtime_ns) for path in files))
        if key not in kept:
            kept[key] = load(dirname, locales, domain)
        return kept[key]

    Translations.load = loaded  # type: ignore[method-assign]


class _Pages(BytecodeCache):
    """Compiled templates by their text and by what the environment adds to the language of templates."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, tuple[str, ...]], CodeType] = {}

    def _key(self, bucket: Bucket) -> tuple[str, str, tuple[str, ...]]:
        return bucket.key, bucket.checksum, tuple(sorted(bucket.environment.extensions))

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[self._key(bucket)] = bucket.code


def _wait_for_no_disk() -> None:
    prepare = database._prepare_sqlite

    @wraps(prepare)
    def prepared(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    database._prepare_sqlite = prepared  # type: ignore[assignment]
