"""Builds the compiled kernel beside its source, at installation; a machine without a compiler goes without it.

Needs only the standard library, since it runs before anything else is installed.
"""

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

SOURCE = Path(__file__).with_name("kernel.c")
# Tried in turn: versions for three generations of x86, one with wide vectors, whatever the compiler takes.
_ATTEMPTS = (("-DCLONED", "-mprefer-vector-width=512"), ("-DCLONED",), ("-DFAST=",))
_SECONDS = 120


def build(folder: Path | None = None) -> str:
    """Build `kernel.lib` and its note into a folder, this one if none is given; why it could not be, or ""."""
    folder = folder or SOURCE.parent
    compiler = shlex.split(os.environ.get("CC") or "cc")
    if shutil.which(compiler[0]) is None:
        return _failed(folder, "no_compiler", compiler[0])
    digest = sha256(SOURCE.read_bytes()).hexdigest()
    with tempfile.TemporaryDirectory() as scratch:
        made, told = Path(scratch) / "kernel.lib", ""
        for flags in _ATTEMPTS:
            command = [*compiler, "-O3", "-std=c11", "-shared", "-fPIC", *flags, str(SOURCE), "-o", str(made)]
            try:
                done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                return _failed(folder, "refused", type(error).__name__)
            if done.returncode == 0 and made.exists():
                library = made.read_bytes()
                note = {"source": digest, "library": sha256(library).hexdigest(), "flags": " ".join(flags)}
                # The note says nothing of the old library while the new one takes its place.
                _write(folder / "kernel.lib", library)
                _write(folder / "kernel.json", (json.dumps(note, indent=1) + "\n").encode())
                return ""
            told = done.stderr.strip().partition("\n")[0]
        return _failed(folder, "refused", told)


def _failed(folder: Path, why: str, detail: str) -> str:
    (folder / "kernel.lib").unlink(missing_ok=True)
    _write(folder / "kernel.json", (json.dumps({"failed": why, "detail": detail}, indent=1) + "\n").encode())
    return f"{why}: {detail}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and never into a library that a process has loaded."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


if __name__ == "__main__":
    print(build() or "built")
