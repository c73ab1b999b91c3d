"""Every way of breaking the engine on purpose still fits its source, so that the check cannot rot."""

import ast

import pytest
from tests.simulation.mutations import ENGINE, MUTATIONS, Edit, Misfit, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_fits_the_source_and_is_python(mutation: Mutation) -> None:
    for file, text in mutation.sources():
        before = ast.dump(ast.parse((ENGINE / file).read_text(encoding="utf-8")))
        assert ast.dump(ast.parse(text)) != before


def test_there_are_enough_of_them_and_no_two_alike() -> None:
    assert len({mutation.edits for mutation in MUTATIONS}) == len(MUTATIONS) >= 20


@pytest.mark.parametrize("source", ["", "a = 1\na = 1\n"])
def test_an_edit_that_does_not_fit_exactly_once_is_an_error(source: str) -> None:
    with pytest.raises(Misfit, match="not one"):
        Edit("some.py", "a = 1\n", "a = 2\n").applied(source)
