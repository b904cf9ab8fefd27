"""A PostgreSQL server of our own for the time of a run: a cluster in a temporary folder, reached by a socket there.

It never listens on a network, and is stopped and removed at the end. The server refuses to run as root: it is given
to another user then, `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

USERS = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "512MB",
    "temp_buffers": "512MB",
    "work_mem": "256MB",
    "fsync": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",  # compiling takes longer than it saves: twice as slow in all with it
}


class Absent(Exception):
    """There is no server to be had here; the message says why."""


class Cluster:
    """A server that runs until it is stopped; `socket` is the folder to connect to."""

    def __init__(self) -> None:
        self.binaries = _binaries()
        self.as_user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="peers-"))
        self.socket = str(self.folder)
        try:
            if self.as_user:
                os.chown(self.folder, self.as_user["user"], self.as_user["group"])
            self._call("initdb", "--username=bench", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")
            given = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
            options = f"{given} -c unix_socket_directories={self.socket}"
            self._call("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={options}")
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def stop(self) -> None:
        """Stop the server and remove the cluster."""
        self._call("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), f"--pgdata={self.folder / 'data'}", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **self.as_user
        )
        if done.returncode:
            raise Absent(f"{program} ended with {done.returncode}: {done.stderr.strip()[-300:]}")


def _binaries() -> Path:
    """The folder of the newest server: where Debian puts it, or beside the `initdb` that is found."""
    versions = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda p: int(p.parent.name) if p.parent.name.isdecimal() else 0)
    found = shutil.which("initdb")
    if found is None:
        raise Absent("no server binaries; on Debian: apt-get install postgresql")
    return Path(found).resolve().parent


def _other_user() -> dict[str, Any]:
    """Whom to run the server as, for `subprocess.run`; nothing to say where we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise Absent(f"the server does not run as root, and there is no user {' or '.join(USERS)}")
