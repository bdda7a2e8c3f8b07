"""Bad files are refused in words and within 256 MB. Read one after the other by a process of their own."""

import json
import subprocess
import sys

import pytest

from tests.domain.applicant_list.attacks import ATTACKS, write_all

MOST = 256 * 1024  # kB of the whole process
_READ_ALL = """
import json, pathlib, re, sys
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import UnreadableList

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

answers = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        answer = f"read: {len(read_list(path.read_bytes(), path.name).rows)}"
    except UnreadableList as refused:
        answer = str(refused)
    answers[path.name] = (answer, peak())
print(json.dumps(answers))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_bad_files_are_refused_in_words_and_little_memory(tmp_path):
    # attacks 44, 45, 47, 50
    write_all(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(tmp_path)], capture_output=True, check=True, text=True
    )
    answers = json.loads(done.stdout)
    assert {name: answer for name, (answer, _) in answers.items() if ATTACKS[name][1] not in answer} == {}
    assert {name: peak for name, (_, peak) in answers.items() if peak > MOST} == {}
    assert set(answers) == set(ATTACKS)
