"""An audit as JSON Lines: the shape of a saved audit, which `bulkmatch diff` reads, with all values."""

from pathlib import Path

from bulkmatch.feeds.saved_audit import save_audit
from bulkmatch.model.audit import AuditReport


class JsonlWriter:
    """Writes head, events, findings, parts and lines, one record a line; holds one.

    Without `with_values` it is a saved audit: what may not be kept between audits is left out.
    """

    def __init__(self, *, with_values: bool = True) -> None:
        self._with_values = with_values

    def __repr__(self) -> str:
        return f"JsonlWriter(with_values={self._with_values})"

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a file at `place`. Raises OSError."""
        save_audit(report, place, with_values=self._with_values)
