"""Whether parts fit under the caps. The same arithmetic for every store."""

from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import Caps, Spend


def check(wanted: int, *, run: Spend, month: Spend, caps: Caps) -> None:
    """Raise `BudgetExceeded` for the tighter scope when `wanted` parts do not fit; else return."""
    short = [
        BudgetExceeded(wanted=wanted, left=left, scope=scope)
        for scope, left in (("run", run.left(caps.run)), ("month", month.left(caps.month)))
        if left is not None and wanted > left
    ]
    if short:
        raise min(short, key=lambda error: error.left)
