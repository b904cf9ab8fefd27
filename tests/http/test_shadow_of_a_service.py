"""A service with a shadow: what the draft answers otherwise is kept, and nothing of it reaches the published answer."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.schemas.shadow import ShadowAnswer, ShadowSeries
from api.snapshot import Snapshot, snapshot_of
from api.usecases.packs import check_texts
from api.usecases.refusal import Refusal
from api.usecases.shadow_log import ShadowLog
from api.usecases.shadow_series import shadow_series
from api.usecases.shadow_watch import ShadowWatch

COMMAND = Path(sys.executable).with_name("huice")
PATIENCE = 20


@pytest.fixture
def draft(samples: Path, snapshot: Snapshot) -> Snapshot:
    """The sample pack with a higher score that admits."""
    return snapshot_of("draft", check_texts("draft", {"pack.policy": draft_text(samples)}).runnable(),
                       snapshot.population, snapshot.as_of)  # fmt: skip


def draft_text(samples: Path) -> str:
    text = (samples / "hebei-zh" / "pack.policy").read_text(encoding="utf-8")
    moved = text.replace("＝ 600", "＝ 750")
    assert moved != text
    return moved


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.02)


@pytest.fixture
def watched(snapshot: Snapshot, draft: Snapshot, tmp_path: Path) -> Iterator[tuple[TestClient, ShadowWatch, Path]]:
    kept = tmp_path / "kept.ndjson"
    watch = ShadowWatch("draft", lambda: draft, ShadowLog(kept)).start()
    yield TestClient(create_app(snapshot, "zh", watch)), watch, kept
    watch.close()


def answers_in(kept: Path) -> list[ShadowAnswer]:
    return [ShadowAnswer.model_validate_json(line) for line in kept.read_text(encoding="utf-8").splitlines()]


def test_what_differs_is_kept(watched, snapshot: Snapshot, draft: Snapshot) -> None:
    client, watch, kept = watched
    plain = TestClient(create_app(snapshot, "zh"))
    for id in snapshot.population.ids.tolist():
        assert client.get(f"/enterprises/{id}/matches").content == plain.get(f"/enterprises/{id}/matches").content
    watch.close()
    found = {(a.enterprise, a.policy): a for a in answers_in(kept)}
    want: set[tuple[str, str]] = set()
    for name in snapshot.program.policies:
        before, after = (s.run.matches.answers(name) for s in (snapshot, draft))
        want |= {(str(id), name) for id, a, b in zip(snapshot.population.ids, before, after, strict=True) if a != b}
    assert want and want <= set(found)
    for answer in found.values():
        assert answer.before != answer.after and answer.asked == "population"
        assert (answer.published.version, answer.shadow.version) == (snapshot.version, draft.version)
        assert (answer.snapshot, str(answer.as_of)) == (snapshot.facts, "2023-06-30")
    assert watch.health().kept == len(found)


def test_questions_with_facts(watched) -> None:
    client, watch, kept = watched
    body = {"facts": {"zone": "shijiazhuang", "创新积分": 700, "高企": True}, "enterprise": "x"}
    policies = client.get("/policies").json()["policies"]
    assert client.post("/matches", json=body).status_code == 200
    until(lambda: watch.kept > 0)
    [answer] = [a for a in answers_in(kept) if a.policy == policies[0]["policy"]]
    assert (answer.asked, answer.enterprise) == ("facts", "x")
    assert "创新积分" not in kept.read_text(encoding="utf-8") and "score" not in kept.read_text(encoding="utf-8")
    assert client.get("/health").json()["shadow"]["kept"] == watch.kept


def test_one_policy_asked_about(watched, snapshot: Snapshot) -> None:
    client, watch, kept = watched
    name = list(snapshot.program.policies)[-1]
    for id in snapshot.population.ids.tolist():
        client.get(f"/enterprises/{id}/matches", params={"policy": name})
    watch.close()
    assert {a.policy for a in answers_in(kept)} <= {name}


def test_a_shadow_that_hangs_holds_nobody_up(snapshot: Snapshot, tmp_path: Path) -> None:
    hanging = Event()

    def prepare() -> Snapshot:
        hanging.wait(PATIENCE)
        raise Refusal("bad_date", fault=None, read="never")  # type: ignore[arg-type]

    watch = ShadowWatch("slow", prepare, ShadowLog(tmp_path / "kept.ndjson"), waiting=3).start()
    client = TestClient(create_app(snapshot, "zh", watch))
    for _ in range(10):
        assert client.get("/enterprises/e03/matches").status_code == 200
    assert client.get("/health").json()["shadow"]["dropped"] == 7
    hanging.set()
    until(lambda: watch.refused != "")
    assert client.get("/enterprises/e03/matches").status_code == 200
    watch.close()


def test_a_shadow_that_breaks_breaks_nothing_else(snapshot: Snapshot, tmp_path: Path) -> None:
    def prepare() -> Snapshot:
        raise ZeroDivisionError

    watch = ShadowWatch("broken", prepare, ShadowLog(tmp_path / "kept.ndjson")).start()
    client = TestClient(create_app(snapshot, "zh", watch))
    until(lambda: watch.refused != "")
    assert client.get("/enterprises/e03/matches").status_code == 200
    assert "see the log" in client.get("/health").json()["shadow"]["refused"]
    watch.close()


def test_an_enterprise_that_the_draft_lacks(snapshot: Snapshot, draft: Snapshot, tmp_path: Path) -> None:
    fewer = snapshot_of("draft", draft.program, draft.population.take([0, 1]), draft.as_of)
    watch = ShadowWatch("fewer", lambda: fewer, ShadowLog(tmp_path / "kept.ndjson")).start()
    client = TestClient(create_app(snapshot, "zh", watch))
    last = snapshot.population.ids.tolist()[-1]
    assert client.get(f"/enterprises/{last}/matches").status_code == 200
    until(lambda: watch.failed == 1)
    watch.close()


# the file
def test_a_half_line_is_cut_off(tmp_path: Path) -> None:
    place = tmp_path / "kept.ndjson"
    for torn, left in (("", ""), ("half", ""), ("one\ntw", "one\n"), ("one\ntwo\n", "one\ntwo\n"), ("x" * 200_000, "")):
        place.write_text(torn, encoding="utf-8")
        log = ShadowLog(place)
        assert log.add("next")
        log.close()
        assert place.read_text(encoding="utf-8") == f"{left}next\n"


def test_the_file_keeps_to_its_size(tmp_path: Path) -> None:
    place = tmp_path / "kept.ndjson"
    log = ShadowLog(place, most=10)
    assert [log.add("1234"), log.add("1234"), log.add("")] == [True, True, False]
    log.close()
    assert place.read_text(encoding="utf-8") == "1234\n1234\n"


FULL = """
import resource, sys
from pathlib import Path
from api.usecases.shadow_log import ShadowLog

resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
log = ShadowLog(Path(sys.argv[1]))
print([log.add("x" * 59), log.add("y" * 59), log.add("z" * 9)])
"""


def test_no_room_leaves_no_half_line(tmp_path: Path) -> None:
    """A file that may not grow: the system takes a part of the line and refuses the rest."""
    place = tmp_path / "kept.ndjson"
    done = subprocess.run([sys.executable, "-c", FULL, str(place)], capture_output=True, text=True, check=True)
    assert done.stdout == "[True, False, True]\n"
    assert place.read_text(encoding="utf-8") == "x" * 59 + "\n" + "z" * 9 + "\n"


def test_two_services_do_not_share_a_file(tmp_path: Path) -> None:
    log = ShadowLog(tmp_path / "kept.ndjson")
    with pytest.raises(Refusal, match="shadow_taken"):
        ShadowLog(tmp_path / "kept.ndjson")
    log.close()
    ShadowLog(tmp_path / "kept.ndjson").close()


# a process
class Served:
    """`huice serve` with a shadow, on a free port."""

    def __init__(self, samples: Path, draft: Path, kept: Path) -> None:
        given = [COMMAND, "serve", samples / "hebei-zh", samples / "enterprises.csv", "--as-of", "2023-06-30",
                 "--port", "0", "--lang", "en", "--shadow", draft, "--shadow-out", kept]  # fmt: skip
        self.process = subprocess.Popen(
            [*map(str, given)],
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "HUICE_CACHE": "off"},
        )
        assert self.process.stderr is not None
        told = self.process.stderr.readline()
        found = re.search(r"at (http://127\.0\.0\.1:\d+)", told)
        assert found, told
        self.address = found[1]

    def get(self, path: str) -> dict[str, object]:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=PATIENCE) as response:
            found: dict[str, object] = json.load(response)
            return found

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(timeout=PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


def test_a_killed_service_leaves_whole_lines(samples: Path, tmp_path: Path) -> None:
    """Killed amid questions, and its last line torn as a crash may tear it: the next one goes on after whole lines."""
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "pack.policy").write_text(draft_text(samples), encoding="utf-8")
    kept = tmp_path / "kept.ndjson"
    served = Served(samples, tmp_path / "draft", kept)
    ids = [line.partition(",")[0] for line in (samples / "enterprises.csv").read_text("utf-8").splitlines()[1:]]
    stop = Event()

    def ask() -> None:
        while not stop.is_set():
            for id in ids:
                try:
                    served.get(f"/enterprises/{id}/matches")
                except OSError:
                    return

    asking = Thread(target=ask)
    asking.start()
    until(lambda: kept.stat().st_size > 20_000)
    assert served.end(signal.SIGKILL) == -signal.SIGKILL
    stop.set()
    asking.join()
    text = kept.read_bytes()
    whole = text[: text.rindex(b"\n") + 1].count(b"\n")
    kept.write_bytes(text[: text.rindex(b"\n") + 1] + text[:57])
    again = Served(samples, tmp_path / "draft", kept)
    until(lambda: (again.get("/health")["shadow"] or {}).get("version") is not None)
    for id in ids:
        again.get(f"/enterprises/{id}/matches")
    until(lambda: again.get("/health")["shadow"]["kept"] > 0)  # type: ignore[index]
    again.end(signal.SIGTERM)
    lines = answers_in(kept)
    assert kept.read_bytes().endswith(b"\n") and len(lines) > whole > 0
    series: ShadowSeries = shadow_series([kept])
    assert series.unread == 0 and [d.kind for d in series.days] == ["answer"]
    assert series.days[0].enterprises == len({a.enterprise for a in lines})
