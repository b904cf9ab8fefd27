"""What the surroundings decide: the language of messages, and today's date. Nothing below `api` reads either."""

import locale
from collections.abc import Mapping
from datetime import date
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


def today() -> date:
    """The day in the local calendar, the default `as_of` of commands that answer about now."""
    return date.today()
