"""How a painter's error compares with a simple rival's, in words that the numbers shown bear out."""

from __future__ import annotations

import math


def closer(ahead: float, unit: str) -> str:
    """ "0.4 dB closer to the truth than"; "as close to the truth as" where the number would be shown as 0.0, or both are exact (NaN).

    ahead: by how much the painter is nearer the truth. Infinite where one of the two is exact: said without a number.
    """
    if math.isnan(ahead) or f"{abs(ahead):.1f}" == "0.0":
        return "as close to the truth as"
    size = f"{abs(ahead):.1f} {unit} " if math.isfinite(ahead) else ""
    return f"{size}{'closer to' if ahead > 0 else 'further from'} the truth than"
