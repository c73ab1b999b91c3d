"""Builds a catalog from feeds and recorded answers. Rows of one maker and number are several offers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import as_file, files
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path

from .catalog import Catalog, Contents
from .companies import Namer, book_of, maker_aliases
from .datafeed import FeedLine, read_feed
from .drafts import Draft, Drawer
from .filing import Registers, filed
from .parts import Attribute, Category
from .quirks import Quirks
from .recordings import Recording, read_recordings
from .shelf import Filed, Shelf, StagedLine
from .specs import known_attributes
from .spelling import stable_id

_LINES_AT_ONCE = 5_000
_BETWEEN = "\x1f"


def load_catalog(
    paths: Sequence[Path] = (),
    *,
    recorded: Sequence[Path] = (),
    quirks: Quirks = Quirks(),  # noqa: B008 - frozen
) -> Catalog:
    """The catalog of these feeds and folders of recorded answers; without any, the sample catalog.

    Raises `FeedError` with file and line for a row that cannot be understood.
    """
    if paths or recorded:
        return _load(paths, recorded, quirks)
    packaged = files("bulkmatch.sandbox").joinpath("sample_catalog.csv")
    with as_file(packaged) as sample:
        return _load((sample,), (), quirks)


def _load(paths: Sequence[Path], recorded: Sequence[Path], quirks: Quirks) -> Catalog:
    loader = _Loader(Shelf(), quirks)
    loader.take_feeds(paths)
    recording = read_recordings(recorded)
    return loader.catalog(paths, recording)


def _digest(paths: Iterable[Path]) -> str:
    digest = sha256()
    for path in paths:
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@dataclass(slots=True)
class _Loader:
    """All that was read so far: the rows on the shelf, the names here."""

    shelf: Shelf
    quirks: Quirks
    makers: Namer = field(default_factory=lambda: Namer("maker", maker_aliases()))
    sellers: Namer = field(default_factory=lambda: Namer("seller"))
    categories: dict[str, Category] = field(default_factory=dict[str, Category])
    attributes: dict[str, Attribute] = field(
        default_factory=lambda: {a.id: a for a in known_attributes().values()}
    )
    attributes_of: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def take_feeds(self, paths: Sequence[Path]) -> None:
        """Put all rows on the shelf, then the parts that they make."""
        rows = (
            self._staged(number, line)
            for number, path in enumerate(paths)
            for line in read_feed(path)
        )
        while chunk := list(islice(rows, _LINES_AT_ONCE)):
            self.shelf.stage(chunk)
        self.shelf.put(self._filed(paths))

    def catalog(self, paths: Sequence[Path], recording: Recording) -> Catalog:
        """The catalog of all that was taken in."""
        makers, sellers = self.makers.companies(), self.sellers.companies()
        registers = Registers(makers, sellers, self.categories, self.attributes)
        self.shelf.put(recording.filed(registers))
        for question, reference, hits, body in recording.answers():
            self.shelf.remember(question, reference, hits, body)
        self.shelf.finish()
        self.attributes.update(recording.attributes)
        contents = Contents(
            _digest((*paths, *recording.files)),
            book_of(makers.values(), recording.makers, recording.maker_names, maker_aliases()),
            book_of(sellers.values(), recording.sellers, recording.seller_names),
            registers,
            self.attributes_of,
        )
        return Catalog(self.shelf, contents)

    def _staged(self, file: int, line: FeedLine) -> StagedLine:
        maker_id, seller = self.makers.id_of(line.cells["manufacturer"]), line.text("seller")
        seller = seller or seller_from_file(line.file)
        if line.text("sku"):
            self.sellers.id_of(seller)
        part = f"{maker_id}{_BETWEEN}{line.cells['mpn']}"
        return StagedLine(part, file, line.line, seller, _packed(line.cells))

    def _filed(self, paths: Sequence[Path]) -> Iterator[Filed]:
        makers, sellers = self.makers.companies(), self.sellers.companies()
        drawer = Drawer(makers, sellers, self.sellers.id_of, self.categories)
        for key, lines in groupby(self.shelf.staged(), itemgetter(0)):
            maker_id, _, mpn = key.partition(_BETWEEN)
            draft = Draft(mpn, maker_id)
            for _, file, number, seller, cells in lines:
                line = FeedLine(paths[file], number, _unpacked(cells))
                draft.learn(line, seller, category_id=self._category(line.text("category")))
            for part in self.quirks.made_of(drawer.part(draft), makers):
                self._learn_attributes(draft)
                yield filed(part)

    def _learn_attributes(self, draft: Draft) -> None:
        for spec in draft.specs.values():
            self.attributes.setdefault(spec.attribute.id, spec.attribute)
        if draft.category_id:
            self.attributes_of.setdefault(draft.category_id, set()).update(draft.specs)

    def _category(self, text: str | None) -> str | None:
        """The node that a path names; it and all above it are made when they are new."""
        parent = ""
        path: tuple[str, ...] = ()
        for name in filter(None, (piece.strip() for piece in (text or "").split(">>"))):
            path = (*path, name)
            category_id = stable_id("category", *path)
            self.categories.setdefault(category_id, Category(category_id, parent, name, path))
            parent = category_id
        return parent or None


def _packed(cells: Mapping[str, str]) -> str:
    """The cells as one text; many times faster than JSON."""
    text = _BETWEEN.join(chain.from_iterable(cells.items()))
    if text.count(_BETWEEN) != 2 * len(cells) - 1:  # a stray control character in a cell
        text = _BETWEEN.join(t.replace(_BETWEEN, " ") for t in chain.from_iterable(cells.items()))
    return text


def _unpacked(text: str) -> dict[str, str]:
    pieces = text.split(_BETWEEN)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def seller_from_file(file: Path) -> str:
    """The seller that a file's name tells: `arrow-electronics__2026.csv` is Arrow Electronics."""
    return file.stem.partition("__")[0].replace("-", " ").replace("_", " ").title()
