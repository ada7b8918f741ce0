# The tests as units that can be run one at a time: every GoogleTest by itself, every script. A run with no fault tells how
# long each takes and which faults it reaches; a fault is then tried by the tests that reach it, the quickest first.
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Unit:
    name: str
    command: list
    environment: dict
    seconds: float = 0
    reached: set = field(default_factory=set)
    is_sound: bool = True


def run(command, environment, seconds):
    """Exit status; None: killed after `seconds`. What it started ends with it."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment, "TMPDIR": folder}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


class Suite:
    def __init__(self, build, leave_out, jobs):
        self.jobs, self.units = jobs, []
        shown = json.loads(subprocess.check_output(["ctest", "--test-dir", build, "--show-only=json-v1"], text=True))
        for test in shown["tests"]:
            properties = {p["name"]: p["value"] for p in test.get("properties", [])}
            if re.search(leave_out, test["name"]) or "slow" in properties.get("LABELS", []):
                continue
            environment = dict(e.split("=", 1) for e in properties.get("ENVIRONMENT", []))
            command = test["command"]
            if len(command) == 1 and command[0].endswith("_test"):
                listed = subprocess.check_output(command + ["--gtest_list_tests"], text=True)
                suite = ""
                for line in listed.split("\n"):
                    if re.match(r"\S", line):
                        suite = line.split()[0]
                    elif line.strip() and "DISABLED_" not in line:
                        name = suite + line.split()[0]
                        self.units.append(Unit(f"{test['name']}: {name}", command + [f"--gtest_filter={name}"], environment))
            else:
                self.units.append(Unit(test["name"], command, environment))

    def measure(self, faults, say, file):
        """Every unit once without a fault. What `file` has of the same program need not run again."""
        known = json.load(open(file)) if os.path.exists(file) else {}

        def stamp(unit):
            return max(os.stat(w).st_mtime_ns for w in unit.command if os.path.isfile(w))

        def one(unit):
            earlier = known.get(unit.name)
            if earlier and earlier["stamp"] == stamp(unit):
                unit.seconds, unit.is_sound = earlier["seconds"], earlier["is_sound"]
                unit.reached = faults & set(earlier["reached"])
                return
            with tempfile.NamedTemporaryFile() as file:
                begin = time.monotonic()
                status = run(unit.command, {**unit.environment, "MOTE_MUTANTS_REACHED": file.name}, 3600)
                unit.seconds = time.monotonic() - begin
                seen = open(file.name, "rb").read()
            unit.reached = {n for n in faults if n < len(seen) and seen[n]}
            unit.is_sound = status == 0  # 77, a script that skips everything, notices nothing
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(one, self.units))
        known |= {u.name: {"stamp": stamp(u), "seconds": u.seconds, "is_sound": u.is_sound, "reached": sorted(u.reached)} for u in self.units}
        with open(file, "w") as out:
            json.dump(known, out)
        for unit in self.units:
            if not unit.is_sound:
                say(f"left out, does not pass without a fault: {unit.name}")
        self.units = sorted((u for u in self.units if u.is_sound), key=lambda u: u.seconds)

    def who_notices(self, number, budget):
        """The name of the first test that fails with the fault; None when none of those tried does. And how many were tried."""
        spent, tried = 0.0, 0
        for unit in self.units:
            if number not in unit.reached:
                continue
            if spent + unit.seconds > budget:
                break
            spent, tried = spent + unit.seconds, tried + 1
            status = run(unit.command, {**unit.environment, "MOTE_MUTANT": str(number)}, 20 + 8 * unit.seconds)
            if status != 0:
                return unit.name, tried
        return None, tried
