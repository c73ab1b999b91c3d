"""Seams stay small: whoever implements one can hold it in the head."""

import inspect

import pytest

from bulkmatch.core import seams

SEAMS = [seams.Wire, seams.Ledger, seams.Answers]


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.__name__)
def test_a_seam_has_one_to_four_methods_and_each_says_what_you_get(seam: type) -> None:
    methods = [
        member
        for name, member in inspect.getmembers(seam, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert 1 <= len(methods) <= 4
    assert all(method.__doc__ for method in methods)
