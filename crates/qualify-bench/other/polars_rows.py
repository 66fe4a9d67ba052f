"""One measured run of Polars, lazy with the streaming engine: polars_rows.py LEADS EVENTS THREADS OUT.

The rules are those of LS60. LEADS and EVENTS are Parquet files. Starting Python is not measured.
"""

import os
import resource
import sys
import time

LEADS, EVENTS, THREADS, OUT = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = THREADS

import polars as pl  # noqa: E402 (reads the number of threads when it is loaded)

DAY = 86_400_000_000
AS_OF = 1_767_225_600_000_000


def kind(name):
    return pl.col("type") == name


def on(name):
    return pl.col("object") == name


def within(days):
    return pl.col("age") < days * DAY


def halved(events, half_life):
    return ((-pl.col("age") / (half_life * DAY)) * 0.6931471805599453).exp().filter(events).sum()


def points(condition, n):
    return pl.when(condition).then(float(n)).otherwise(0.0)


def followed(events, first, second, name):
    """Leads with a second event less than 7 days and strictly after a first one."""
    firsts = events.filter(first).select("lead_id", earlier=pl.col("t"), t=pl.col("t")).sort("t")
    seconds = events.filter(second).select("lead_id", "t").sort("t")
    joined = seconds.join_asof(firsts, on="t", by="lead_id", strategy="backward", allow_exact_matches=False)
    near = joined.filter(pl.col("t") - pl.col("earlier") < 7 * DAY)
    return near.select("lead_id").unique().with_columns(pl.lit(True).alias(name))


def tallies(events):
    return events.group_by("lead_id").agg(
        pricing_7=(kind("visited") & on("pricing") & within(7)).any(),
        pricing_30=(kind("visited") & on("pricing") & within(30)).any(),
        demo_30=(kind("requested") & on("demo") & within(30)).any(),
        submitted_14=(kind("submitted") & within(14)).any(),
        webinar_90=(kind("attended") & on("webinar") & within(90)).any(),
        unsubscribed=kind("unsubscribed").any(),
        bounced_60=(kind("bounced") & within(60)).any(),
        careers_30=(kind("visited") & on("careers") & within(30)).any(),
        purchased=kind("purchased").any(),
        visited_7=(kind("visited") & within(7)).sum(),
        visited_30=(kind("visited") & within(30)).sum(),
        clicked_30=(kind("clicked") & within(30)).sum(),
        opened_30=(kind("opened") & within(30)).sum(),
        docs_14=(kind("visited") & on("docs") & within(14)).sum(),
        any_1=within(1).sum(),
        chatted_90=(kind("chatted") & within(90)).sum(),
        downloaded_90=(kind("downloaded") & within(90)).sum(),
        clicked_60=(kind("clicked") & within(60)).sum(),
        opened_60=(kind("opened") & within(60)).sum(),
        attended_365=(kind("attended") & within(365)).sum(),
        visited_halved=halved(kind("visited"), 14),
        clicked_halved=halved(kind("clicked"), 14),
        submitted_halved=halved(kind("submitted"), 30),
        pricing_halved=halved(on("pricing"), 7),
        last_age=pl.col("age").min(),
        purchases_90=pl.col("value").filter(kind("purchased") & within(90)).sum(),
        values_365=pl.col("value").filter(within(365)).sum(),
        objects_30=pl.col("object").filter(within(30)).n_unique(),
    )


def engagement(events):
    events = events.with_columns(t=pl.col("ts").dt.timestamp("us"))
    events = events.with_columns(age=AS_OF - pl.col("t")).filter(pl.col("age") >= 0)
    requested = kind("requested") & within(180)
    after_pricing = followed(events, kind("visited") & on("pricing"), requested, "after_pricing")
    after_download = followed(events, kind("downloaded"), kind("submitted"), "after_download")
    joined = tallies(events).join(after_pricing, on="lead_id", how="left")
    joined = joined.join(after_download, on="lead_id", how="left")
    x, age, least = pl.col, pl.col("last_age"), pl.min_horizontal
    recent = pl.when(age < 4 * DAY).then(8.0).when(age < 8 * DAY).then(5.0).when(age < 31 * DAY).then(2.0)
    total = (
        points(x("pricing_7"), 15) + points(x("pricing_30"), 8) + points(x("demo_30"), 30)
        + points(x("submitted_14"), 12) + points(x("webinar_90"), 10) - points(x("unsubscribed"), 25)
        - points(x("bounced_60"), 10) - points(x("careers_30"), 8) + points(x("purchased"), 20)
        + points(x("visited_7") >= 3, 6) + points(x("visited_30") >= 10, 8) + points(x("clicked_30") >= 3, 7)
        + points(x("opened_30") >= 5, 4) + points(x("docs_14") >= 5, 9) + points(x("any_1") >= 5, 5)
        - points(x("chatted_90") >= 3, 4)
        + least(3.0 * x("downloaded_90"), 15.0) + least(1.0 * x("clicked_60"), 10.0)
        + least(0.5 * x("opened_60"), 5.0) + least(5.0 * x("attended_365"), 20.0)
        + 0.5 * x("visited_halved") + x("clicked_halved") + 4 * x("submitted_halved") + 2 * x("pricing_halved")
        - points(x("opened_60") == 0, 6) - points(age >= 90 * DAY, 12) + recent.otherwise(0.0)
        + points(x("purchases_90") >= 500, 12) + least(x("values_365") / 1000, 10.0)
        + points(x("objects_30") >= 5, 6) + points(x("after_pricing"), 14) + points(x("after_download"), 6)
    )
    return joined.select("lead_id", "last_age", engagement=total)


FREE_MAIL = "gmail.com yahoo.com hotmail.com outlook.com icloud.com gmx.de web.de aol.com proton.me mail.ru".split()
EMBARGOED = ["KP", "IR", "SY", "CU"]


def fit():
    def n(condition, points):
        return pl.when(condition).then(points).otherwise(0)

    x, title = pl.col, pl.col("job_title").str.to_lowercase()
    size, revenue = x("company_size"), x("annual_revenue")
    created = x("created_at").dt.timestamp("us")
    role = x("email").str.starts_with("info@") | x("email").str.starts_with("sales@")
    school = x("email_domain").str.ends_with(".edu") | x("email_domain").str.ends_with(".ac.uk")
    data = title.str.contains("data", literal=True) | title.str.contains("analytics", literal=True)
    return (
        n(x("country").is_in(["DE", "AT", "CH", "NL", "BE"]), 10)
        + n(x("country").is_in(["US", "GB", "CA", "AU"]), 8) - n(x("country").is_in(EMBARGOED), 100)
        + n(x("industry").is_in(["software", "saas", "fintech"]), 12)
        - n(x("industry").is_in(["education", "government", "nonprofit"]), 5)
        + n((size >= 50) & (size < 250), 6) + n((size >= 250) & (size < 2000), 12) + n(size >= 2000, 15)
        - n(size.is_null(), 3) + n(revenue >= 10e6, 8) + n(revenue >= 100e6, 7)
        - n(revenue.is_null() & size.is_null(), 5)
        + n(x("seniority").is_in(["c_level", "vp"]), 15) + n(x("seniority") == "director", 10)
        + n(x("seniority") == "manager", 5) - n(x("seniority").is_in(["intern", "student"]), 15)
        + n(data, 8) - n(title.str.contains("assistant", literal=True), 5)
        - n(x("email_domain").is_in(FREE_MAIL), 10) - n(school, 8)
        + n(x("consent"), 5) - n(x("email_bounced"), 20) - n(x("is_competitor"), 50)
        + n(x("source").is_in(["referral", "partner"]), 10) - n(x("source") == "purchased_list", 10)
        + n((created > AS_OF - 30 * DAY) & (created <= AS_OF), 4)
        + n(x("phone_valid") & (x("budget") >= 20000), 6) - n(role, 4)
    )


def score(leads, events):
    x = pl.col
    joined = leads.join(engagement(events), on="lead_id", how="left", suffix="_events")
    scored = joined.with_columns(fit=fit(), engagement=x("engagement").fill_null(-18.0))
    silent = x("last_age").fill_null(90 * DAY) >= 90 * DAY
    scored = scored.with_columns(
        score=(x("fit") + x("engagement")).clip(0, 250),
        out=x("is_competitor") | (x("email_bounced") & silent) | x("country").is_in(EMBARGOED),
    )
    stage = pl.when(x("out")).then(pl.lit("disqualified"))
    stage = stage.when((x("score") >= 100) & x("consent")).then(pl.lit("sales_qualified"))
    stage = stage.when(x("score") >= 60).then(pl.lit("marketing_qualified"))
    stage = stage.when(x("score") >= 25).then(pl.lit("engaged")).otherwise(pl.lit("cold"))
    large = (x("company_size") >= 1000) | (x("annual_revenue") >= 50e6)
    middle = (x("company_size") >= 100) | (x("annual_revenue") >= 5e6)
    segment = pl.when(large).then(pl.lit("enterprise")).when(middle).then(pl.lit("mid_market"))
    return scored.select(
        "lead_id", "fit", "engagement", "score", stage=stage, segment=segment.otherwise(pl.lit("smb"))
    )


start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
score(pl.scan_parquet(LEADS), pl.scan_parquet(EVENTS)).collect(engine="streaming").write_parquet(OUT)
wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(f"measured {cpu:.9f} {wall:.9f} {after.ru_maxrss / 1024:.1f}")
