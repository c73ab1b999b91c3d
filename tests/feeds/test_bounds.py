"""Files made to hurt: refused with a clear error, in little time and memory."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_file, read_tables

Write = Callable[..., Path]

_SECONDS = 20.0  # far more than any needs, far less than a hang

BOMBS = {
    "entities": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b"<export><components><comp ref='&b;'/></components></export>",
        "declares XML entities",
    ),
    "an external entity": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "declares XML entities",
    ),
    "an external document type": (
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x>&a;</x>',
        "list of parts",  # the reference leads nowhere, and nothing is fetched
    ),
    "deep XML": (b"<?xml version='1.0'?>" + b"<a>" * 100_000, "deep"),
    "broken XML": (b"<?xml version='1.0'?><a><b></a>", "not readable XML"),
    "XML of nothing": (b"<?xml version='1.0'?><a><b/></a>", "list of parts"),
    "a deep netlist": (b"(export " + b"(" * 100_000, "too deep"),
    "a netlist of nothing": (b"(export (version D))", "without components"),
    "a million columns": (b"MPN" + b",x" * 1_000_000 + b"\nBME280\n", "columns"),
    "a line without end": (b"MPN,Qty\n" + b"x" * 5_000_000, "line of over"),
    "a quote without end": (b'MPN,Qty\n"' + b"x,\n" * 100_000, "never closed"),
    "a mark and half a letter": (b"\xff\xfe\x00\xd8", "not utf-16-le"),
    "headers alone": (b"MPN,Ref,Qty\n" * 20_000, "header rows"),
    "noise": (bytes(range(256)) * 400, "control bytes"),
}


@pytest.mark.parametrize(("content", "says"), BOMBS.values(), ids=BOMBS.keys())
def test_what_is_made_to_hurt_is_refused_in_time(bom: Write, content: bytes, says: str) -> None:
    began = time.monotonic()
    with pytest.raises(FeedError, match=says):
        read_file(bom(content))
    assert time.monotonic() - began < _SECONDS


HEAVY = {
    "blanks": "MPN,Ref\n" + "X1234," + " " * 120_000 + "R1\n",
    "designators": "MPN,Ref\nX1234," + '"' + ",".join(f"R{n}" for n in range(20_000)) + '"\n',
    "ranges": "MPN,Ref\nX1234," + '"' + " ".join("R1-R9999" for _ in range(10_000)) + '"\n',
    "brackets": "MPN,Ref\nX1234," + "C[" * 50_000 + "\n",
    "parentheses": "MPN,Ref\n" + "X1234 (" * 15_000 + ",R1\n",
    "separators": "MPN,Ref\n" + "X1234 ~" * 15_000 + ",R1\n",
    "headers": "MPN,Ref,Qty\n" * 400,
    "blank rows": "MPN,Ref,Qty\n" + ",,\n" * 200_000 + "X1234,R1,1\n",
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_what_is_merely_heavy_is_read_in_time(bom: Write, text: str) -> None:
    began = time.monotonic()
    read_file(bom(text))
    assert time.monotonic() - began < _SECONDS


def test_blank_rows_by_the_thousand_do_not_hide_a_line(bom: Write) -> None:
    (table,) = read_tables(bom(HEAVY["blank rows"]))
    assert [row.line for row in table.rows] == [200_002]


def test_a_zip_that_is_no_workbook_is_refused(bom: Write) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(FeedError, match="not a readable workbook"):
        read_file(bom(file.getvalue()))
