//! Reading CSV projects: values, joins, events.

use crate::support::*;
use qualify_model::Type;

/// Reads one column `x` of a one-line file as the type.
fn check(ty: Type, text: &str, expected: &str) {
    let schema = leads(&[("x", ty.clone())]);
    let project = Project::of_leads(&format!("id,x\nL1,{text}\n"));
    let shown = project.show(&schema);
    let first = shown.lines().find(|l| l.contains("L1") || l.contains("leads.csv")).unwrap_or_default();
    let found =
        first.trim().trim_start_matches("L1 x=").trim_start_matches("leads.csv, line 2, column `x`: ");
    assert_eq!(found, expected, "{text} as {ty:?}");
}

#[test]
fn yes_and_no() {
    for yes in ["yes", "Y", "TRUE", "true", "1", "t"] {
        check(Type::YesNo, yes, "yes");
    }
    for no in ["no", "N", "False", "0", " no "] {
        check(Type::YesNo, no, "no");
    }
    check(Type::YesNo, "", "?");
    check(Type::YesNo, "maybe", "`maybe`: expected `yes` or `no` for `x`");
}

#[test]
fn numbers() {
    check(INTEGER, "42", "42");
    check(INTEGER, "-7", "-7");
    check(INTEGER, "42.0", "42");
    check(INTEGER, "1e3", "1000");
    check(INTEGER, "42.5", "`42.5`: expected a whole number for `x`");
    check(INTEGER, "\"1,234,567\"", "1234567");
    check(INTEGER, "\"1,234\"", "`1,234`: expected a whole number for `x`");
    check(NUMBER, "0.1", "100000");
    check(NUMBER, "0.1234565", "123457");
    check(NUMBER, "-0.1234565", "-123457");
    check(MONEY, "\"1,234.50\"", "12345000");
    check(MONEY, "$12", "`$12`: expected an amount of money such as `1234.50` for `x`");
    check(NUMBER, "NaN", "?");
    check(NUMBER, "-inf", "?");
    check(MONEY, "1e300", "?");
}

#[test]
fn texts_and_words() {
    check(TEXT, "  Ann Lee ", "Ann Lee");
    check(TEXT, "\"a, \"\"b\"\"\"", "a, \"b\"");
    check(EMAIL, "a@b.com", "a@b.com");
    check(EMAIL, "nobody", "`nobody`: expected an e-mail address for `x`");
    check(WORD, "SMALL", "small");
    check(WORD, "big one", "big");
    check(WORD, "bigg", "?");
    check(Type::Stage, "MQL", "MQL");
    check(Type::List(Box::new(TEXT)), "a; b ;;c", "(a,b,c)");
    check(Type::List(Box::new(WORD)), "small|big", "(small,big)");
    check(Type::List(Box::new(INTEGER)), "\"[1, 2]\"", "(1,2)");
    check(Type::List(Box::new(INTEGER)), "1;x", "`x`: expected a whole number for `x`");
    check(Type::List(Box::new(TEXT)), ";", "?");
}

#[test]
fn times() {
    check(Type::Time, "2024-01-31", "2024-01-31T00:00:00Z");
    check(Type::Time, "2024-01-31 09:30:00+01:00", "2024-01-31T08:30:00Z");
    check(Type::Date, "2024-01-31", "2024-01-31");
    check(Type::Date, "2024-01-31T23:30:00Z", "2024-01-31");
    check(Type::Duration, "90s", "90000000us");
    check(Type::Duration, "PT1H30M", "5400000000us");
    check(Type::Duration, "2h 30m", "9000000000us");
    check(Type::Duration, "P1M", "`P1M`: expected a length such as `90s`, `2h 30m` or `PT1H30M` for `x`");
    check(Type::Date, "31/01/2024", "`31/01/2024`: expected a date such as `2024-01-31` for `x`");
}

#[test]
fn the_zone_and_the_format_of_times_can_be_declared() {
    let manifest = "timezone = \"Europe/Lisbon\"\n[[leads]]\nfiles = \"leads.csv\"\n\
                    time_format = { x = \"%d/%m/%Y %H:%M\" }\n";
    let schema = leads(&[("x", Type::Time), ("y", Type::Date)]);
    let project =
        Project::new(manifest).file("leads.csv", "id,x,y\n1,31/07/2024 09:30,2024-07-31T23:30:00Z\n");
    assert_eq!(project.show(&schema), "1 x=2024-07-31T08:30:00Z y=2024-08-01\n");
}

#[test]
fn spellings_of_missing() {
    let mut schema = leads(&[("x", INTEGER)]);
    schema.attributes[0].unknown_if = vec!["-1".to_string(), "Select".to_string()];
    let manifest = "[[leads]]\nfiles = \"leads.csv\"\nnull = [\"NA\"]\n";
    let project = Project::new(manifest).file("leads.csv", "id,x\n1,-1\n2,select\n3,na\n4,5\n");
    assert_eq!(project.show(&schema), "1 x=?\n2 x=?\n3 x=?\n4 x=5\n");
}

#[test]
fn delimiters_byte_order_marks_and_line_ends() {
    let schema = leads(&[("x", INTEGER), ("y", TEXT)]);
    for text in [
        "\u{feff}id;x;y\r\n1;2;a,b\r\n",
        "id\tx\ty\n1\t2\ta,b",
        "\n\nid | x | y\n1|2|a,b\n",
        "ID,\"x\",Y\r1,2,\"a,b\"\r\r",
    ] {
        assert_eq!(Project::of_leads(text).show(&schema), "1 x=2 y=a,b\n", "{text:?}");
    }
}

#[test]
fn tables_are_joined() {
    let manifest = r#"
[[leads]]
files = "leads.csv"
columns = { "who.title" = "job" }
[[leads]]
files = "contacts*.csv"
key = "contact"
join = "contact"
[account]
files = "accounts.csv"
key = "account"
join = "account"
columns = { size = "employees" }
"#;
    let schema = leads(&[
        ("created", Type::Date),
        ("who.title", TEXT),
        ("who.mail", EMAIL),
        ("account.size", INTEGER),
    ]);
    let project = Project::new(manifest)
        .file("leads.csv", "id,contact,job,created\n1,c1,CEO,2024-01-01\n2,c2,,\n3,c9,Dev,2024-01-02\n4,,,\n")
        .file("contacts1.csv", "contact,mail,account\nc1,a@b.com,A\n")
        .file("contacts2.csv", "account,contact,mail\nB,c2,b@b.com\n")
        .file("accounts.csv", "account,employees\nA,10\n");
    let expected = "\
1 created=2024-01-01 title=CEO mail=a@b.com size=10
2 created=? title=? mail=b@b.com size=?
3 created=2024-01-02 title=Dev mail=? size=?
4 created=? title=? mail=? size=?
[D0823] `contacts*.csv`: keys without a row in the joined table: 1 (expected a key of contacts*.csv)
  `c9` in leads.csv, line 4
[D0823] `accounts.csv`: keys without a row in the joined table: 1 (expected a key of accounts.csv)
  `B` in contacts2.csv, line 2
";
    assert_eq!(project.show(&schema), expected);
}

#[test]
fn events_go_to_their_leads() {
    let manifest = r#"
[[leads]]
files = "leads.csv"
[[events]]
files = "visits.csv"
lead = "who"
time = "at"
type = "visited"
id = "visit"
properties = { object = "url" }
[[events]]
files = "log.csv"
lead = "who"
time = "at"
type_column = "what"
unknown_types = "ignore"
unknown_leads = "ignore"
absent = ["page"]
"#;
    let mut schema = leads(&[]);
    schema.events = vec![event("visited", &[("page", TEXT), ("seconds", INTEGER)]), event("opened", &[])];
    schema.events[1].from = vec!["Email Opened".to_string()];
    let project = Project::new(manifest)
        .file("leads.csv", "id\n1\n2\n")
        .file("visits.csv", "visit,who,at,url,seconds\nv1,1,2024-01-02,/a,5\nv1,1,2024-01-02,/a,5\n,2,2024-01-03,/b,\n")
        .file("log.csv", "who,at,what,seconds\n1,2024-01-01,email opened,\n2,2024-01-01,bounced,\n9,2024-01-01,x,\n1,2024-01-04,visited,7\n");
    let expected = "\
1 [opened 2024-01-01T00:00:00Z] [visited 2024-01-02T00:00:00Z page=/a seconds=5] [visited 2024-01-04T00:00:00Z page=? seconds=7]
2 [visited 2024-01-03T00:00:00Z page=/b seconds=?]
";
    assert_eq!(project.show(&schema), expected);
    let counts = project.read(&schema).expect("reads").counts;
    assert_eq!(
        (counts.leads, counts.events, counts.rows, counts.duplicates, counts.ignored),
        (2, 4, 9, 1, 2)
    );
}

#[test]
fn rows_can_be_numbered() {
    let manifest = "[[leads]]\nfiles = \"leads.csv\"\nrow_numbers = true\n";
    let project = Project::new(manifest).file("leads.csv", "x\n5\n6\n");
    assert_eq!(project.show(&leads(&[("x", INTEGER)])), "1 x=5\n2 x=6\n");
}

#[test]
fn when_an_event_became_known() {
    let manifest = r#"
[[leads]]
files = "leads.csv"
[[events]]
files = "a.csv"
lead = "id"
time = "t"
type = "opened"
received = "r"
time_format = { r = "epoch_millis" }
[[events]]
files = "b.csv"
lead = "id"
time = "t"
type = "clicked"
"#;
    let mut schema = leads(&[]);
    schema.events = vec![event("opened", &[]), event("clicked", &[])];
    schema.events[1].received = Some("loaded".to_string());
    schema.events[1].key = Some("hit".to_string());
    let project = Project::new(manifest)
        .file("leads.csv", "id\n1\n,\n")
        .file("a.csv", "id,t,r\n1,2024-01-01,1000\n1,2024-01-02,\n,,\n")
        .file("b.csv", "id,t,loaded,hit\n1,2024-01-03,2024-01-04,h\n1,2024-01-03,2024-01-05,h\n");
    let set = project.read(&schema).expect("reads");
    let received: Vec<_> = set.leads[0].events.iter().map(|e| e.received).collect();
    assert_eq!(received, [Some(1_000_000), None, Some(1_704_326_400_000_000)]);
    assert_eq!(set.counts.duplicates, 1);
}

#[test]
fn progress_adds_up_to_the_size() {
    #[derive(Default)]
    struct Sum {
        bytes: u64,
        advanced: u64,
        steps: u64,
        rows: u64,
        finished: bool,
    }
    impl qualify_data::Progress for Sum {
        fn start(&mut self, bytes: u64) {
            self.bytes = bytes;
        }
        fn rows(&mut self, rows: u64) {
            self.rows += rows;
        }
        fn advance(&mut self, bytes: u64) {
            self.advanced += bytes;
            self.steps += 1;
        }
        fn finish(&mut self) {
            self.finished = true;
        }
    }
    let rows: String = (0..20_000).map(|i| format!("{i}\n")).collect();
    let project = Project::of_leads(&format!("id\n{rows}"));
    let opened = qualify_data::open(project.folder.path()).expect("opens");
    let mut sum = Sum::default();
    qualify_data::read(&opened, &leads(&[]), &mut sum, &project.options).expect("reads");
    assert!(sum.bytes > 0 && sum.finished && sum.steps > 3);
    assert_eq!((sum.advanced, sum.rows), (sum.bytes, 20_000));
}
