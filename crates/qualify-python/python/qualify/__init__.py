"""Lead scoring as a language: compile a model, score leads, explain scores.

>>> import qualify
>>> model = qualify.Model.from_text('''
...     lead key id { size integer }
...     when size > 100 add 20
...     stage MQL if score >= 20
... ''')
>>> model.score_lead({"id": "a", "size": 500})["score"]
Decimal('20')

Tables go in and out through Arrow, without a copy: pyarrow, Polars, pandas and DuckDB relations work as they are.
"""

from ._qualify import (
    DataError,
    DataWarning,
    Diagnostic,
    LeadState,
    Model,
    ModelError,
    Problem,
    Scores,
    __version__,
    check,
    diff,
)

__all__ = [
    "DataError",
    "DataWarning",
    "Diagnostic",
    "LeadState",
    "Model",
    "ModelError",
    "Problem",
    "Scores",
    "__version__",
    "check",
    "diff",
]
