"""The committed client is what the generator writes, and a new field goes all the way."""

import filecmp
import hashlib
import importlib.resources
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, build_schema, parse, validate

from nexar_client import (
    DOCUMENTS,
    MATCH_FULL,
    MATCH_SUPPLY,
    FullPart,
    SupPartMatchQuery,
    SupplyPart,
)

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "generated" / "nexar_client"


def files_of(package: Path) -> set[str]:
    return {
        str(path.relative_to(package))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_generating_anew_gives_the_committed_files_byte_by_byte(
    project_copy: Path, generate: Callable[..., None], hash_seed: str
) -> None:
    package = project_copy / "generated" / "nexar_client"
    package.mkdir(parents=True)
    (package / "left_over.py").write_text("x = 1\n")
    generate(project_copy, hash_seed=hash_seed)
    names = files_of(COMMITTED)
    assert files_of(package) == names
    _, different, unreadable = filecmp.cmpfiles(COMMITTED, package, sorted(names), shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.slow
def test_a_field_added_to_a_fragment_is_typed_and_reaches_json(
    regenerated_with: Callable[..., Path], tmp_path: Path
) -> None:
    assert "avg_avail" not in SupplyPart.model_fields
    root = regenerated_with(fragment="SupplyPart", field="avgAvail")
    assert "float | None" in revealed_type(root, tmp_path, "SupplyPart.avg_avail")
    part = {"id": "1", "mpn": "X", "manufacturer": {"name": "M"}, "avgAvail": 2.5}
    assert printed_json(root, part)["avgAvail"] == 2.5


@pytest.mark.slow
def test_a_batch_that_the_schema_refuses_is_not_generated(
    project_copy: Path, generate: Callable[..., None]
) -> None:
    query = project_copy / "queries" / "match_supply.graphql"
    query.write_text(query.read_text().replace("country: $country, ", 'country: "DE", '))
    with pytest.raises(AssertionError, match="country"):
        generate(project_copy, hash_seed="0")


@pytest.mark.slow
def test_an_object_selected_twice_is_refused_since_its_class_would_lose_fields(
    regenerated_with: Callable[..., Path],
) -> None:
    with pytest.raises(AssertionError, match="FullPart selects"):
        regenerated_with(fragment="FullPart", field="category { parentId }")


def test_what_the_engine_needs_at_run_time_is_in_the_package() -> None:
    package = importlib.resources.files("nexar_client")
    assert package.joinpath("py.typed").is_file()
    assert package.joinpath("schema.graphql").read_text() == (ROOT / "schema.graphql").read_text()


def test_the_client_loads_no_http_library_no_graphql_and_no_web_sockets() -> None:
    heavy = ("graphql", "httpx", "websockets", "ariadne", "ariadne_codegen", "anyio")
    source = f"import nexar_client, sys; print([m for m in {heavy} if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(COMMITTED.parent)}
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("alias_count", [1, 2, 7, 33, 100])
def test_every_composed_document_is_valid(alias_count: int) -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())
    for text in (MATCH_SUPPLY.compose(alias_count), MATCH_FULL.compose(alias_count)):
        document = parse(text)
        assert validate(schema, document) == []
        (query,) = (n for n in document.definitions if isinstance(n, OperationDefinitionNode))
        assert len(query.selection_set.selections) == alias_count


def test_a_fingerprint_is_that_of_the_document() -> None:
    fingerprints = {"MatchSupply": MATCH_SUPPLY.fingerprint, "MatchFull": MATCH_FULL.fingerprint}
    for name, fingerprint in fingerprints.items():
        assert hashlib.sha256(DOCUMENTS[name].encode()).hexdigest().startswith(fingerprint)


def test_no_fragment_name_begins_an_operation_name() -> None:
    for name, document in DOCUMENTS.items():
        fragments = [
            n for n in parse(document).definitions if isinstance(n, FragmentDefinitionNode)
        ]
        assert not [f.name.value for f in fragments if name.startswith(f.name.value)]


def test_no_document_names_what_older_servers_do_not_know() -> None:
    unknown = re.compile(r"rankingMethod|distributorApi|customPricingCredentials")
    assert not [name for name, document in DOCUMENTS.items() if unknown.search(document)]


def test_the_full_profile_reads_as_the_supply_profile_does() -> None:
    assert issubclass(FullPart, SupplyPart)
    assert FullPart.model_fields.keys() > SupplyPart.model_fields.keys()


def test_an_input_keeps_the_defaults_of_the_schema_and_does_not_send_them() -> None:
    query = SupPartMatchQuery(mpn="LM358")
    assert (query.start, query.limit) == (0, 3)
    assert query.model_dump(by_alias=True, exclude_unset=True) == {"mpn": "LM358"}


def revealed_type(root: Path, folder: Path, expression: str) -> str:
    """What mypy --strict says of `part.<field>` against the client at `root`."""
    type_name, _, field = expression.partition(".")
    snippet = folder / "snippet.py"
    snippet.write_text(
        f"from nexar_client import {type_name}\n\n\n"
        f"def read(part: {type_name}) -> None:\n    reveal_type(part.{field})\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(snippet)]
    done = subprocess.run(
        [*command, f"--cache-dir={folder / 'cache'}"],
        env={**os.environ, "MYPYPATH": str(root)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed_json(root: Path, part: dict[str, object]) -> dict[str, object]:
    """The part read and written again by the client at `root`."""
    source = (
        "import sys, nexar_client as c; "
        "print(c.SupplyPart.model_validate_json(sys.stdin.read()).model_dump_json(by_alias=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": str(root)},
        input=json.dumps(part),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
