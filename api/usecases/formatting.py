"""A pack's texts in their canonical layout, or translated; nothing is written that would mean something else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.usecases.packs import Loaded, load_pack
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing
from dsl.meaning.functions import FUNCTIONS, SPELLINGS
from dsl.meaning.grids import dimensions_of, outputs_of, tables
from dsl.meaning.scope import Scope, Symbol, role_of
from dsl.pack import Library, check
from dsl.syntax import ast
from dsl.syntax.format import Formatter, Unprintable, cut
from dsl.syntax.islands import Island, declared_names, islands
from dsl.syntax.parser import parse
from dsl.text.diagnostics import Language
from dsl.text.source import Source
from rules.packs import SUFFIX, find, load

FUNCTION_WORDS = {s: (name, FUNCTIONS[name].zh) for s, name in SPELLINGS.items()}
BYTE_ORDER_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class Formatted:
    """One file's text as it is and as it should be."""

    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether formatting changes anything."""
        return self.before != self.after


def format_pack(name: str, language: Language | None = None) -> list[Formatted]:
    """Every file of a pack, formatted; with a language also translated.

    A file of a pack may be given too, which is then read together with the files beside it. Refusal with the problems
    when the pack has an error.
    """
    loaded, folder, wanted = _with_its_pack(name)
    program = loaded.runnable()
    library = load(folder).library
    formatter = formatter_for(loaded.sources, library)
    try:
        made = {s: formatter.format(s, language) for s in loaded.sources if s.name in wanted}
    except Unprintable as error:
        raise Refusal("unprintable", Fault.INPUT, text=str(error)) from None
    after = [replace(s, text=made.get(s, s.text)) for s in loaded.sources]
    if check(after, library).program != program:
        raise Refusal("unprintable", Fault.INPUT, text=loaded.name)
    return [Formatted(folder / s.name if folder.is_dir() else folder, s.text, text) for s, text in made.items()]


def _with_its_pack(name: str) -> tuple[Loaded, Path, frozenset[str]]:
    """A pack, where it lies, and the names of the files that are asked for."""
    loaded, path = load_pack(name), find(name)
    assert path is not None  # or it would not have been loaded
    beside = len(list(path.parent.glob(f"*{SUFFIX}"))) > 1
    if loaded.program is None and path.is_file() and beside:
        whole = load_pack(str(path.parent))
        if whole.program is not None:
            return whole, path.parent, frozenset((path.name,))
    return loaded, path, frozenset(s.name for s in loaded.sources)


def formatter_for(sources: Sequence[Source], library: Library) -> Formatter:
    """What formats the texts of a sound pack."""
    own = [island for source in sources for island in islands(source)]
    borrowed = [i for s in _used(sources, library, set()) for i in islands(s)]
    foreign = [i for i in borrowed if i.starter not in ("USE", "POLICY", "EXAMPLE", "")]
    words = frozenset(SPELLINGS).union(*(declared_names(i) for i in (*foreign, *own)))
    scope = Scope([])
    for island, is_foreign in [*((i, True) for i in foreign), *((i, False) for i in own)]:
        for part in cut(island, words):
            _declare(part, parse(part, words).tree, is_foreign, scope)
    for table in list(tables(scope).values()):
        for output in outputs_of(table, scope):
            scope.declare(output)
    return Formatter(words, scope, FUNCTION_WORDS)


def _used(sources: Sequence[Source], library: Library, seen: set[str]) -> list[Source]:
    """The texts of the packs that texts name with `use`; a pack stands behind those it uses itself."""
    found: list[Source] = []
    for island in (i for s in sources for i in islands(s) if i.starter == "USE"):
        tree = parse(island, frozenset()).tree
        if isinstance(tree, ast.UseDecl) and tree.name.text not in seen:
            seen.add(tree.name.text)
            texts = library[tree.name.text]
            found += [*_used(texts, library, seen), *texts]
    return found


def _declare(island: Island, tree: ast.Decl | None, is_foreign: bool, scope: Scope) -> None:
    role = role_of(tree) if tree is not None else None
    if role is None or not isinstance(tree, ast.Declaration):
        return
    symbol = Symbol(role, tree.name.text, island, tree, borrowed=is_foreign)
    for declared in (symbol, *dimensions_of(symbol)):
        scope.declare(declared)


def write_formatted(formatted: Formatted) -> None:
    """Put the new text in place of the old one, with the line ends and the byte order mark of the old file."""
    old = formatted.path.read_bytes()
    text = formatted.after.replace("\n", "\r\n") if b"\r\n" in old else formatted.after
    with replacing(formatted.path) as stream:
        stream.write(BYTE_ORDER_MARK if old.startswith(BYTE_ORDER_MARK) else b"")
        stream.write(text.encode())
