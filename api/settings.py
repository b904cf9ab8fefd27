"""What the surroundings decide: the language of messages, where checked packs are kept, and today's date.

Nothing below `api` reads any of them.
"""

import gc
import locale
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import get_args

from dsl.text.diagnostics import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(environment: Mapping[str, str]) -> Language:
    """The language of messages: HUICE_LANG, else the locale; English unless it is Chinese.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "HUICE_LANG": "en"})
    ('zh', 'en')
    """
    wished = environment.get("HUICE_LANG", "").strip().lower()
    for language in LANGUAGES:
        if language == wished:
            return language
    named = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := environment.get(k))), None)
    return "zh" if (named or locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where checked packs are kept: below XDG_CACHE_HOME, else `~/.cache`; nowhere where HUICE_CACHE is `off`.

    >>> cache_folder({"XDG_CACHE_HOME": "/var/me"}), cache_folder({"HUICE_CACHE": "off"})
    (PosixPath('/var/me/huice'), None)
    """
    if environment.get("HUICE_CACHE", "").strip().lower() == "off":
        return None
    named, home = Path(environment.get("XDG_CACHE_HOME", "")), Path(environment.get("HOME", ""))
    if named.is_absolute():  # one that is not is to be ignored
        return named / "huice"
    return home / ".cache" / "huice" if home.is_absolute() else None


def collect_seldom() -> None:
    """Have this process look for garbage less often.

    Packs and plans are many small values that live long and never refer to themselves: looking through them again and
    again as they are made takes a quarter of the time of a check.
    """
    gc.set_threshold(50_000, 20, 100)


def today() -> date:
    """The day in the local calendar, the default `as_of` of commands that answer about now."""
    return date.today()
