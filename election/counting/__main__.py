"""`python -m election.counting FILE`: one document in, one document out.

Exit codes: 0 decided, 3 a lot must be drawn, 4 another round must be held, 2 bad input, or the result could not
be written. Who closes the pipe has read enough: that is no trouble.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from election.counting.methods import BadInput, LotRequired, NextRound, Outcome, as_document, count, read_document
from election.counting.methods.strict_json import parse

DECIDED, BAD_INPUT, LOT, ROUND = 0, 2, 3, 4


def main(arguments: list[str]) -> int:
    """Count the file named in `arguments`; write the result as UTF-8 bytes, or one line on standard error."""
    if len(arguments) != 1:
        return _refuse("arguments: give exactly one file")
    try:
        outcome = count(read_document(parse(_content(arguments[0]))))
    except BadInput as problem:
        return _refuse(str(problem))
    written = json.dumps(as_document(outcome), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return _write(written.encode("utf-8")) or _exit_code(outcome)


def _write(content: bytes) -> int:
    """0 when it is written, or when nobody reads any more."""
    if sys.stdout is None:
        return _refuse("output: is closed")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer would be tried once more when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            return _refuse(f"output: cannot be written ({error.strerror})")
    return 0


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "is no file name"
        raise BadInput("file", f"cannot be read ({reason})") from error


def _refuse(line: str) -> int:
    sys.stderr.write(line.encode("ascii", "backslashreplace").decode("ascii") + "\n")
    return BAD_INPUT


def _exit_code(outcome: Outcome) -> int:
    if isinstance(outcome, LotRequired):
        return LOT
    if isinstance(outcome, NextRound):
        return ROUND
    return DECIDED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
