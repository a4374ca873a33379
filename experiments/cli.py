"""The command `pillars`: reads what is asked, hands it to one module of `commands/`, and answers for what goes wrong.

Enters: arguments. Leaves: an exit code: 0 done; 1 done, but some runs failed or a verification did not hold; 2 refused;
3 cannot write; 70 a mistake of ours; 130 interrupted. Never a traceback on the screen. Nothing heavy is imported until a
command needs it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import NoReturn

from experiments.commands import COMMANDS
from experiments.errors import Told
from experiments.telling.messages import LANGUAGES, known, say

OK, SOME_FAILED, REFUSED, CANNOT_WRITE, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130


class Parser(argparse.ArgumentParser):
    """Parse arguments and explain itself in one language."""

    def __init__(self, *, language: str = "en", **settings: object) -> None:
        """Keep the language; everything else is argparse's."""
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)  # type: ignore[arg-type]
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """Return a message in the parser's language."""
        return say(key, self.language, **values)

    def option(self, *names: str, key: str, **settings: object) -> argparse.Action:
        """Add an argument whose help is the message `key`."""
        text = self.say(key).replace("%", "%%")  # argparse fills a help text like a format
        return self.add_argument(*names, help=text, **settings)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Print what is wrong with the arguments and how to learn more, and leave with 2."""
        self.exit(REFUSED, f"{self.prog}: {message}\n{self.say('usage.hint', command=self.prog)}\n")


class ShowVersion(argparse.Action):
    """Print the version and leave; looking it up is slow, so only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print it."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("three-pillars")
        except PackageNotFoundError:
            found = "not installed"
        print(f"pillars {found}")
        parser.exit(OK)


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language asked for by --lang, or else by the environment, or else English."""
    for position, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            chosen = value or "".join(arguments[position + 1 : position + 2])
            return chosen if chosen in LANGUAGES else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "vi" if environment[name].lower().startswith("vi") else "en"
    return "en"


def build_parser(language: str) -> Parser:
    """Return the parser of every command, its help in `language`."""
    _translate_argparse(language)
    parser = Parser(prog="pillars", language=language, description=say("help.pillars", language))
    parser.option("--version", key="help.version", action=ShowVersion, nargs=0)
    _add_language(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title=say("help.commands", language))
    for name in COMMANDS:
        module = command(name)
        own = commands.add_parser(
            name, language=language, help=say(f"help.{name}", language), description=say(f"help.{name}.more", language)
        )
        module.add(own)
        _add_language(own)
        own.set_defaults(module=module, language=language)
    return parser


def command(name: str) -> ModuleType:
    """Return the module of a command: it has `add(parser)` and `main(arguments) -> exit code`."""
    return importlib.import_module(f"experiments.commands.{name}")


def _add_language(parser: Parser) -> None:
    parser.option("--lang", key="help.lang", choices=LANGUAGES, default=argparse.SUPPRESS)


def _translate_argparse(language: str) -> None:
    """Have argparse's own words said in `language`: it looks every one of them up under the name `_`."""

    def translated(text: str) -> str:
        key = f"argparse.{text}"
        return say_raw(key, language) if known(key) else text

    setattr(argparse, "_", translated)  # noqa: B010 - the name is argparse's, not ours


def say_raw(key: str, language: str) -> str:
    """Return a message with its placeholders left as they are."""
    from experiments.telling.messages import catalogue

    return catalogue()[key][language]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as after Ctrl-C: tidied up, and said
    language = language_of(given, os.environ)
    _prepare(sys.stdout, sys.stderr)
    parsed = build_parser(language).parse_args(given)
    try:
        code: int = parsed.module.main(parsed)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print(f"\n{say('interrupted', language)}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return OK
    except Exception as error:  # noqa: BLE001 - the one place that answers for everything
        return answer(error, language, given)


def _prepare(*streams: object) -> None:
    """Write UTF-8 on every system, and one thread of linear algebra, before numpy is loaded."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(ValueError, OSError):
                reconfigure(encoding="utf-8" if sys.platform == "win32" else None, errors="replace")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _drop_output() -> None:
    """Let the reader of a pipe leave early without a second complaint at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def answer(error: Exception, language: str, arguments: Sequence[str]) -> int:
    """Say on standard error what went wrong, and return the exit code."""
    from model.reading.problems import Refused

    if isinstance(error, Refused):
        print(error.render(language), file=sys.stderr)
        return REFUSED
    if isinstance(error, Told):
        print(say(error.key, language, **error.values), file=sys.stderr)
        return error.code
    from experiments.bug import report_bug

    print(say("bug", language, error=type(error).__name__, file=report_bug(error, arguments)), file=sys.stderr)
    return BUG


if __name__ == "__main__":
    sys.exit(main())
