"""The command: one line per check, the last line OK or AFVIST, exit code 0 or 1. Never a stack trace."""

from __future__ import annotations

import argparse
from pathlib import Path

from .bundle import check_bundle
from .trouble import Rejected
from .wording import LANGUAGES, REJECTED, said

LARGEST = 1 << 30
"""Bytes; the archive is stored, so nothing in it can be larger than the file."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="verify", description="Efterprøv beviser / verify evidence.zip")
    parser.add_argument("file", type=Path, help="evidence.zip")
    parser.add_argument("--key", metavar="FINGERPRINT", help="nøglens fingeraftryk fra papiret / from the paper")
    parser.add_argument("--lang", choices=LANGUAGES, default="da")
    options = parser.parse_args(arguments)
    try:
        data = _read(options.file)
    except Rejected as trouble:
        print(_last_line(options.lang, trouble))
        return 1
    lines, trouble_found = verify(data, options.key)
    for key, facts in lines:
        print(said(options.lang, key, facts))
    print(_last_line(options.lang, trouble_found))
    return 0 if trouble_found is None else 1


def verify(data: bytes, key: str | None = None) -> tuple[list[tuple[str, dict[str, object]]], Rejected | None]:
    """What was checked, and why the archive is refused (None: it is not). Takes any bytes."""
    lines: list[tuple[str, dict[str, object]]] = []

    def say(what: str, /, **facts: object) -> None:
        lines.append((what, facts))

    try:
        check_bundle(data, key, say)
    except Rejected as trouble:
        return lines, trouble
    except Exception as trouble:  # whatever an archive made to harm us holds, the answer is a refusal
        return lines, Rejected("no_form", kind=type(trouble).__name__)
    return lines, None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Rejected("too_large")
        return path.read_bytes()
    except OSError as error:
        raise Rejected("no_file", kind=type(error).__name__) from error


def _last_line(language: str, trouble: Rejected | None) -> str:
    if trouble is None:
        return "OK"
    return f"{REJECTED[language]}: {said(language, trouble.what, trouble.facts)}"
