"""`bulkmatch makers`: who a name means, and the API's own list."""

import json
from pathlib import Path

import pytest

from .conftest import Run, Serve


def test_a_name_is_explained(bulkmatch: Run) -> None:
    ran = bulkmatch("makers", "resolve", "TI", "Fairchild")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[:4] == [
        "TI",
        "  maker       Texas Instruments",
        "  how         our table of makers",
        "  asked as    Texas Instruments, then TI",
    ]
    assert "  taken over  Fairchild Semiconductor went to onsemi in 2016" in ran.stdout


def test_a_name_is_explained_to_programs(bulkmatch: Run) -> None:
    ran = bulkmatch("makers", "resolve", "Atmel", "--json")
    assert ran.returncode == 0
    (told,) = json.loads(ran.stdout)
    assert (told["name"], told["maker"], told["how"]) == ("Atmel", "Atmel", "known")
    assert told["taken_over"][0]["successor"] == "Microchip"
    assert told["asked_as"] == ["Atmel", "Microchip"]


@pytest.mark.parametrize(("name", "says"), [("Nobody Ltd", "not known"), ("AMS", " or ")])
def test_a_name_that_is_not_known_or_has_several_meanings_ends_with_1(
    bulkmatch: Run, name: str, says: str
) -> None:
    ran = bulkmatch("makers", "resolve", name)
    assert ran.returncode == 1
    assert says in ran.stdout


def test_resolve_wants_a_name(bulkmatch: Run) -> None:
    assert bulkmatch("makers", "resolve").returncode == 2


def test_the_list_is_pulled_free_of_charge_and_then_used(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox()
    pulled = bulkmatch("makers", "pull", environ=served.environ)
    assert pulled.returncode == 0, pulled.stderr
    assert "makers with" in pulled.stderr
    assert served.parts == 0
    ran = bulkmatch("makers", "resolve", "TI", "--json", environ=served.environ)
    (told,) = json.loads(ran.stdout)
    assert (told["maker"], told["how"]) == ("Texas Instruments", "listed")
    elsewhere = bulkmatch("makers", "resolve", "TI", "--json")
    assert json.loads(elsewhere.stdout)[0]["how"] == "known"


def test_pull_needs_credentials(bulkmatch: Run) -> None:
    ran = bulkmatch("makers", "pull")
    assert ran.returncode == 4
    assert "Traceback" not in ran.stderr


def test_a_list_that_cannot_be_kept_says_so(bulkmatch: Run, sandbox: Serve, folder: Path) -> None:
    (folder / "file").write_text("")
    environ = {**sandbox().environ, "BULKMATCH_MAKER_LIST": str(folder / "file" / "makers.json")}
    ran = bulkmatch("makers", "pull", environ=environ)
    assert ran.returncode != 0
    assert "makers.json: the list of makers cannot be kept" in ran.stderr
