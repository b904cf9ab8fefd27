"""Acceptance scenario 10: what a loss does to those who bear it, through the command line."""

import json
import subprocess
import sys
from pathlib import Path

HUICE = Path(sys.executable).with_name("huice")


def test_10_pool_stress() -> None:
    """8亿 fully drawn and no capital beyond 5000万 and 4000万: the guarantor ends at 10.4%, the pool at 25%."""
    asked = [HUICE, "risk", "shijiazhuang", "--as-of", "2023-06-30", "--loss", "25%", "--format", "json"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, encoding="utf-8")
    funds = {fund["party"]: fund for fund in json.loads(done.stdout)["funds"]}
    ends = {party: fund["books"][0]["used_up_at"] for party, fund in funds.items()}
    assert ends == {"pool": "0.25", "guarantor": "0.104166"}
    assert funds["guarantor"]["capital"] == "50000000" and funds["pool"]["capital"] == "40000000"
    assert funds["pool"]["bills"][0] == {"basis": "limit", "owed": "40000000", "paid": "40000000", "shortfall": "0"}
    assert funds["guarantor"]["bills"][0]["shortfall"] == "70000000"
