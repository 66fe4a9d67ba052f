"""The types of the compiled part."""

from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from typing import Any, Literal, Protocol, final

class ArrowStream(Protocol):
    """A table that speaks Arrow: pyarrow, Polars, pandas, a DuckDB relation."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class ArrowArray(Protocol):
    """A record batch that speaks Arrow."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

Table = ArrowStream | ArrowArray
Instant = datetime | str | None
Params = Mapping[str, object]

__version__: str

class ModelError(ValueError):
    """The rules are wrong. The message is what the command line shows."""

    diagnostics: list[Diagnostic]

class DataError(ValueError):
    """Leads, events or a manifest cannot be read. The message says all that is wrong."""

    problems: list[Problem]
    count: int

class DataWarning(UserWarning):
    """A value of a lead became unknown because it lies outside what the schema allows."""

@final
class Diagnostic:
    """One message about rules."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Literal["error", "warning"]: ...
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def notes(self) -> list[str]: ...
    @property
    def fix(self) -> str | None: ...
    @property
    def rendered(self) -> str: ...

@final
class Problem:
    """One problem of data."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def help(self) -> str | None: ...

@final
class Scores:
    """The results of many leads, as a table that speaks Arrow."""

    @property
    def columns(self) -> list[str]: ...
    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def warnings(self) -> list[dict[str, Any]]: ...
    @property
    def facts(self) -> dict[str, str]: ...
    def to_pyarrow(self) -> Any: ...
    def to_pandas(self) -> Any: ...
    def to_polars(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __len__(self) -> int: ...

@final
class Model:
    """Rules that checked, ready to score. It never changes, and any thread may use it."""

    @staticmethod
    def from_file(path: str | PathLike[str], /, *, params: Params | None = None) -> Model: ...
    @staticmethod
    def from_text(text: str, /, *, params: Params | None = None) -> Model: ...
    @property
    def digest(self) -> str: ...
    @property
    def inputs(self) -> dict[str, Any]: ...
    @property
    def diagnostics(self) -> list[Diagnostic]: ...
    def score(
        self,
        leads: Table,
        /,
        events: Table | None = None,
        *,
        as_of: Instant = None,
        threads: int = 0,
        memory: int | None = None,
        lead: str | None = None,
        time: str | None = None,
        event: str | None = None,
        ignore_unknown_leads: bool = False,
        ignore_unknown_types: bool = False,
        strict_data: bool = False,
        scores: Literal["decimal", "float"] = "decimal",
    ) -> Scores: ...
    def score_project(
        self,
        path: str | PathLike[str],
        /,
        *,
        as_of: Instant = None,
        threads: int = 0,
        memory: int | None = None,
        strict_data: bool = False,
        scores: Literal["decimal", "float"] = "decimal",
    ) -> Scores: ...
    def write_scores(
        self,
        path: str | PathLike[str],
        output: str | PathLike[str],
        /,
        *,
        as_of: Instant = None,
        threads: int = 0,
        memory: int | None = None,
        strict_data: bool = False,
    ) -> dict[str, Any]: ...
    def score_lead(
        self,
        lead: Mapping[str, Any],
        /,
        *,
        as_of: Instant = None,
        scores: Literal["decimal", "float"] = "decimal",
    ) -> dict[str, Any]: ...
    def explain(
        self,
        lead: Mapping[str, Any],
        /,
        *,
        as_of: Instant = None,
        show_personal: bool = False,
    ) -> dict[str, Any]: ...
    def transitions(
        self,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
        /,
        *,
        before_as_of: Instant = None,
        as_of: Instant = None,
    ) -> list[dict[str, Any]]: ...

@final
class LeadState:
    """What a model needs to know of one lead that is scored as events arrive."""

    def __new__(cls, model: Model, lead: Mapping[str, Any], /) -> LeadState: ...
    @staticmethod
    def from_bytes(model: Model, key: str, data: bytes | bytearray | memoryview, /) -> LeadState: ...
    def to_bytes(self) -> bytes: ...
    @property
    def key(self) -> str: ...
    @property
    def events(self) -> int: ...
    @property
    def size(self) -> int: ...
    def apply(self, event: Mapping[str, Any], /) -> None: ...
    def set(self, name: str, value: object, /) -> None: ...
    def score(
        self, *, as_of: Instant = None, scores: Literal["decimal", "float"] = "decimal"
    ) -> dict[str, Any]: ...
    def next_check(self, *, as_of: Instant = None) -> datetime | str | None: ...
    def transitions(self, *, as_of: Instant = None) -> list[dict[str, Any]]: ...

def check(
    source: str | PathLike[str], /, *, params: Params | None = None
) -> list[Diagnostic]: ...
def diff(
    old: Model | str | PathLike[str], new: Model | str | PathLike[str], /
) -> dict[str, list[dict[str, Any]]]: ...
