"""Whom to call today: the leads of a CRM export and the visits of a web log, joined and scored without a file between.

    python examples/embed-python/hot_leads.py
"""

from pathlib import Path

import polars
import qualify

HERE = Path(__file__).parent
DATA = HERE.parent / "quickstart" / "data"

model = qualify.Model.from_file(HERE / "model.qualify")

# any table that speaks Arrow will do: this could be a DuckDB query or a pandas frame
leads = polars.read_csv(DATA / "leads.csv")
visits = polars.read_csv(DATA / "events.csv", try_parse_dates=True)

scored = model.score(leads, visits, as_of="2026-01-01T00:00:00Z")
hot = polars.DataFrame(scored).filter(polars.col("stage") == "MQL").sort("score", descending=True)
print(f"call today: {', '.join(hot['lead_id'])}")

# the first of them in detail, as it would stand on the screen of whoever calls
first = leads.filter(polars.col("lead_id") == hot["lead_id"][0]).to_dicts()[0]
lead = {"lead_id": first["lead_id"], "firmographics.size": first["size"]}
lead["events"] = visits.filter(polars.col("lead_id") == first["lead_id"]).drop("lead_id").to_dicts()
for line in model.explain(lead, as_of="2026-01-01T00:00:00Z")["scores"][-1]["lines"]:
    print(f"  {line['points']:>4}  {line['text']}")
