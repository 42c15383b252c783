"""The command line's rows for the configuration, and what they ask for.

The configuration is the screen's: what is printed, or only recorded, is the same for everybody. This module
imports nothing heavy before it is needed.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tui.capture.live.options import Sources
    from tui.config.config import Config


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """Add the rows to the parser."""
    add = parser.add_argument_group("configuration").add_argument
    add("--config", type=Path, metavar="FILE", help="configure the screen by this file, not by your own")
    add("--keylog", metavar="FILE", help="open TLS on the stream's screen with the secrets in this file")
    add("--print-config", action="store_true", help="print the configuration: all that can be set, explained")


def configuration(options: argparse.Namespace, narrate: Callable[[str], None]) -> Config:
    """The configuration; what is wrong in its file is narrated. UsageError if --config names no file."""
    from tui.config.reader import load

    config = load(options.config)
    for notice in config.notices:
        narrate(notice)
    keylog = options.keylog or os.environ.get("SSLKEYLOGFILE") or config.keylog
    if options.names:
        from tui.names.kinds import kinds_of

        config = replace(config, names=kinds_of(options.names))
    return replace(config, on_exit=options.on_exit or config.on_exit, keylog=keylog)


def print_configuration(config: Config) -> None:
    """Print it to standard output, in UTF-8 as TOML has to be."""
    from tui.config.printer import config_text

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(config_text(config))


def filtered(sources: Sources, config: Config) -> Sources:
    """The same, but what would be captured without a filter has that of the configuration."""
    default = config.capture_filter
    live = sources.live and replace(sources.live, filter=sources.live.filter or default)
    remotes = tuple(replace(each, filter=each.filter or default) for each in sources.remotes)
    return replace(sources, live=live, remotes=remotes)
