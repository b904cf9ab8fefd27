"""`huice serve` as a process of its own, on a free port."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("huice")


@pytest.fixture
def address(samples: Path) -> Iterator[str]:
    arguments = [
        COMMAND,
        "serve",
        samples / "hebei-en",
        samples / "enterprises.csv",
        "--as-of",
        "2023-06-30",
        "--port",
        "0",
    ]
    process = subprocess.Popen(
        [*map(str, arguments), "--lang", "en"], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        found = re.search(r"serving hebei-en for 13 enterprises at (http://127\.0\.0\.1:\d+)", told)
        assert found, told + process.stderr.read()
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stderr.close()


def test_a_served_answer(address: str) -> None:
    with urllib.request.urlopen(f"{address}/health", timeout=20) as response:
        assert json.load(response)["enterprises"] == 13
    with urllib.request.urlopen(f"{address}/enterprises/e03/matches", timeout=20) as response:
        assert response.headers["ETag"]
        found = json.load(response)
    assert found["answers"][0]["answer"] == "match" and found["as_of"] == "2023-06-30"


def refused(samples: Path, *arguments: str) -> tuple[int, str]:
    given = [COMMAND, "serve", samples / "hebei-en", samples / "enterprises.csv", *arguments, "--lang", "en"]
    done = subprocess.run(
        [str(a) for a in given], capture_output=True, text=True, timeout=60, check=False, encoding="utf-8"
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_port_that_is_taken_exits_1(samples: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = refused(samples, "--port", str(taken.getsockname()[1]))
    assert code == 1 and "cannot listen on 127.0.0.1:" in said


def test_a_host_that_is_not_ours_exits_1(samples: Path) -> None:
    code, said = refused(samples, "--host", "192.0.2.1", "--port", "0")
    assert code == 1 and "cannot listen on 192.0.2.1:0" in said


def test_a_port_that_is_none_exits_2(samples: Path) -> None:
    assert refused(samples, "--port", "70000")[0] == 2
