//! One mistake gives one message, all mistakes come out in one run, and no input breaks the checker.

mod common;

use common::{checked, checked_with, codes, lines};

/// The diagnostics of `source` under a schema that has a bit of everything.
fn expect(source: &str, expected: &[&str]) {
    let (sources, found) = checked(&format!("{SCHEMA}{source}"));
    let errors: Vec<&str> = codes(&found).into_iter().filter(|code| code.starts_with('E')).collect();
    assert_eq!(errors, expected, "\n{source}\n{}", lines(&sources, &found));
}

fn fine(source: &str) {
    expect(source, &[]);
}

const SCHEMA: &str = r#"
lead key lead_id {
  title text  email email required, personal  website url
  seniority ordered one of (junior, senior, director, vp)
  firmographics { size integer  revenue money  region one of (emea, amer)  tech list of text  growth number }
  consent yes/no  stage stage  created_at time  signed date  delay duration
  interests list of one of (pricing, docs)
}
event visited (page one of (pricing, docs, blog), seconds number, session text)
event requested (item one of (demo, quote))
event opened (campaign text, seconds number, held_at time)
event purchased (product text, amount money, value number)
event unsubscribed
related account key account_id { name text, tier one of (t1, t2), firmographics { size integer } }
"#;

#[test]
fn ten_mistakes_give_ten_messages() {
    let source = r#"
when siez > 100 add 5
when firmographics.size > "big" add 5
when visited prices within 7d add 5
when seniority = manager add 5
when title add 5
when requested demo within 7d add -5
when size > 1 add 0.00001
for each visited within 7d multiply by 2
stage MQL if MQL
segment a if vistied
"#;
    let all = ["E0201", "E0302", "E0206", "E0206", "E0301", "E0401", "E0304", "E0408", "E0410", "E0201"];
    expect(source, &all);
}

#[test]
fn a_mistake_of_syntax_hides_what_it_leaves_out() {
    expect(
        "list rivals = \nlet big = size > \nwhen big add 5\nwhen email.domain in rivals add 3\n",
        &["E0102", "E0102"],
    );
}

#[test]
fn names() {
    fine("when size > 5 and firmographics.size > 5 and account.tier = t1 and account.size > 4 add 5");
    fine(
        "when page = 3 or true_name is known add 5"
            .replace("page = 3 or true_name is known", "title = page")
            .as_str(),
    );
    fine("let big = size > 5\nscore fit { let big_one = big and consent\nwhen big_one add 5 }");
    expect("score fit { let big_one = consent\nwhen big_one add 5 }\nwhen big_one add 5", &["E0201"]);
    fine("score fit { when size > 5 add 10 }\nsegment a if fit > 5\nsegment b if a and score > 5");
    fine("when website.host = \"a.com\" or email.local_part = info or website.path starts with \"/x\" add 1");
    fine("when interests contains pricing or docs in interests or interests in (pricing) add 1");
    fine(
        "when \"salesforce\" in tech or tech contains \"sales\" or tech in (salesforce, \"hub spot\") add 1",
    );
    expect("when firmographics = 3 add 5", &["E0201"]);
    expect("when account.tiers = t1 and opportunity.open add 5", &["E0201", "E0201"]);
    expect("score score { when consent add 1 }", &["E0203"]);
    expect("let a = b + 1\nlet b = a + 1\nwhen a > 1 add 1", &["E0209"]);
    expect("let a = a and consent\nwhen a add 1", &["E0209"]);
}

#[test]
fn types() {
    fine("when created_at >= \"2026-01-31\" and signed < \"2026-01-31\" and created_at > signed add 5");
    fine("when revenue >= 10 million EUR and revenue < 1.5 billion EUR and size > 0.5 add 5");
    fine("when delay > 5m and consent = yes and consent is not no add 5");
    fine("when seniority at least senior and seniority in (senior, director) add 5");
    fine("param home = emea\nwhen region = home or region in (home, amer) add 5");
    fine("list homes = emea, amer\nwhen region in homes add 5");
    fine("when (size if known else 0) > 3 and min(size, 5, growth) < 3 and round(growth) = 2 add 5");
    fine("when largest of (size, growth) > 3 and clamp(size, 1, 9) > 2 add if consent then 5 else 2.5");
    expect("list homes = emea, apac\nwhen region in homes add 5", &["E0206"]);
    fine("list steps = 1.5, 2\nwhen size in steps add 5");
    expect("when consent is true add 5", &["E0206"]);
    expect("when created_at > 30d add 5", &["E0302"]);
    expect("points for stage { A : 5 }\nstage A if consent", &["E0410"]);
    expect("when tech = \"a\" add 5", &["E0314"]);
    expect("when size > 10 EUR add 5", &["E0306"]);
    expect("when size > 5m add 5", &["E0302"]);
    expect("when stage = 5 add 5", &["E0208"]);
    expect("when min(title, 5) > 3 add 5", &["E0317"]);
    expect("when clamp(size, 5) > 3 add 5", &["E0303"]);
    expect(
        "param line = 5 from 0 to 10\nparam low = 1 from 5 to 2\nwhen size > line + low add 5",
        &["E0315"],
    );
}

#[test]
fn events() {
    fine("when visited (pricing, docs) within 7d and opened \"spring*\" within 7d add 5");
    fine("when any event on pricing within 7d or event on \"x\" within 7d add 5");
    fine("for each different event.object within 30d add 1 up to 10");
    fine("for each purchased within 30d add event.amount / 100 EUR + value up to 10");
    expect("when always add revenue\nfor each purchased add event.amount / 100 up to 5", &["E0306", "E0306"]);
    fine("for each opened within 30d add 5 up to 3 times per day fading over 60d from event.held_at");
    fine("when opened within 30d add 5 halving every 30d from opened.held_at");
    fine("when created_at within 30d and signed in this month and opened since created_at add 5");
    fine("when visited at least 3 times in one session within 7d add 5");
    fine(
        "when visited at least 3 times in one week within 30d and visited on at least 2 different days within 9d add 5",
    );
    fine("when visited after 30d of silence within 7d and opened since last requested demo add 5");
    fine("when visited where (seconds > 5 and page in (pricing, docs)) within 7d add 5");
    fine("when opened where (held_at within 7d) within 30d add 5");
    fine(
        "when number of different visited.page within 7d >= 2 and total of purchased.amount within 90d >= 500 add 5",
    );
    fine(
        "when days since last visited pricing < 5 and days with visited within 9d > 2 and days since created_at > 5 add 5",
    );
    fine("ignore event before last unsubscribed\nwhen always add 5");
    fine("when unsubscribed subtract 5 score = 5".split(" score").next().unwrap_or_default());
    expect("when number of colleagues where (visited within 7d) > 2 add 5", &["E0901"]);
    expect("when event on prizing within 7d add 5", &[]);
    expect("when visited where (secnds > 5) within 7d add 5", &["E0201"]);
    expect("for each opened within 7d add event.secnds up to 5", &["E0205"]);
    expect(
        "for each different visited.page within 7d halving every 7d add 1"
            .replace(" halving every 7d", "")
            .as_str(),
        &[],
    );
    expect("when visited pricing and vistied docs within 7d and vistied within 9d add 5", &["E0204"]);
}

#[test]
fn scores_and_decay() {
    fine(
        "score a halving every 30d { when consent add 5\nwhen visited within 7d and no opened within 9d add 5 }",
    );
    fine("let hot = visited within 7d\nscore a halving every 30d { when hot and consent add 5 }");
    fine("score a halving every 30d { when visited within 7d add 5 without decay if consent }");
    fine(
        "param half = 30d from 7d to 90d\nparam keep = 50%\nscore a losing keep every half { when visited within 7d add 5 }",
    );
    fine(
        "score a { when visited within 7d add 5 dropping to 50% after 30d, 0% after 90d }\nscore = 0.5 * a + 3 from 0 up to 9",
    );
    fine(
        "when consent add 10\nwhen size > 5 multiply by 150%\nscore a { when consent add 5\nwhen size > 9 cap at 3 }\nwhen size > 7 set a to 2",
    );
    expect(
        "let hot = visited within 7d or opened within 7d\nscore a halving every 30d { when hot add 5 }",
        &["E0402"],
    );
    expect("score a halving every 0d { when visited within 7d and opened within 7d add 5 }", &["E0312"]);
    expect("score a { when a > 5 add 5 }", &["E0209"]);
    expect(
        "score a { when b > 5 add 5 }\nscore b { when c > 5 add 5 }\nscore c { when a > 1 add 1 }",
        &["E0209"],
    );
    expect("disqualify if stage is A\nstage A if consent", &["E0209"]);
    expect(
        "score a { when consent add 5 }\nscore = a\nwhen consent add 5\npoints for size {otherwise: 1 unknown: 0}",
        &["E0409"],
    );
}

#[test]
fn stages_grades_routes_tests() {
    fine(
        "stage A\nstage B if consent stays while current stage is B\nstage C if B and size > 3\nstages only move up",
    );
    fine(
        "grade eng: 1 if size > 5\ngrade eng: 2 otherwise\ngrade fit: A if consent\ngrade fit: B otherwise\n\
          grade both = fit eng\nsegment s if both is A1 and eng = 2 and fit in (A, B)\n\
          points for fit { A : 5  B : 3  unknown : 0 }",
    );
    fine(
        "stage A\nroute x if stage is A\nroute y otherwise\nsegment s if consent\n\
          test \"t\" { lead { email: \"a@b.c\", stage: A, size: 5, tech: (\"x\", y), created_at: 9d ago, consent: yes,\n\
          seniority: unknown, delay: 5m } visited pricing { seconds: 3.5 } 2d ago\n\
          expect score >= 0, stage is A, route is x, status is scored, s, stage in (A), route is not y;\n\
          purchased \"thing\" { amount: 5 } at \"2026-01-01T00:00:00Z\" }",
    );
    expect(
        "test \"t\" { lead { siez: 5, size: large, size: 3 } visted 2d ago }",
        &["E0201", "E0302", "E0414", "E0204"],
    );
    expect("grade both = both both", &["E0209"]);
    expect(
        "grade A if consent\ngrade A if size > 4\ngrade fit: A if consent\nsegment s if fit is AB",
        &["E0207"],
    );
}

#[test]
fn params_from_outside() {
    let model = "lead key id { size integer }\nparam line = 50 from 0 to 200\nparam half = 7d\nparam share = 1.5\n\
                 event visited\nwhen visited within half add 5\nwhen size > line * share add 5\n";
    let with = |params: &[(&str, &str)]| {
        let (sources, found) = checked_with(model, &[], params);
        (lines(&sources, &found), found.model)
    };
    let (text, found) = with(&[("line", "60"), ("half", "3 months"), ("share", "2")]);
    let found = found.unwrap_or_else(|| panic!("{text}"));
    let digest = found.digest;
    assert_eq!(format!("{:?}", found.params[0].value), "Number(60)");
    assert_eq!(format!("{:?}", found.params[2].value), "Number(2000000)");
    assert_ne!(Some(digest), with(&[]).1.map(|model| model.digest));
    for (name, value) in
        [("line", "500"), ("line", "1.5"), ("line", "7d"), ("line", "+"), ("lime", "5"), ("half", "5")]
    {
        let (text, found) = with(&[(name, value)]);
        assert!(found.is_none(), "{name}={value} is accepted");
        assert!(text.starts_with("E0316") && text.lines().count() == 1, "{name}={value}: {text}");
    }
}

/// Words of a model dropped, doubled and swapped: no panic, and a model is missing exactly if an error is said.
#[test]
#[allow(clippy::print_stdout)] // the seed, to run a failure again
fn near_misses_never_break_it() {
    let model = include_str!("ls60.qualify");
    let words: Vec<&str> =
        model.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect();
    let seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_nanos() as u64)
            | 1;
    println!("seed {seed}");
    let mut state = seed;
    let mut next = |below: usize| {
        // xorshift: enough to choose words
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..150 {
        let mut words = words.clone();
        for _ in 0..3 {
            let (a, b) = (next(words.len()), next(words.len()));
            match next(4) {
                0 => _ = words.remove(a),
                1 => words.insert(a, words[b]),
                2 => words.swap(a, b),
                _ => words[a] = words[b],
            }
        }
        let text = words.join(" ");
        let (sources, found) = checked(&text);
        let errors = found.diagnostics.iter().any(|d| d.code.as_str().starts_with('E'));
        assert_eq!(found.model.is_none(), errors, "{text}\n{}", lines(&sources, &found));
    }
}

#[test]
fn dates_and_lengths_are_not_added() {
    for sum in [
        "signed - 30d < created_at",
        "created_at + 1w > signed",
        "signed - created_at > 30d",
        "delay + 3d > 5d",
    ] {
        expect(&format!("when {sum} add 3\n"), &["E0303"]);
    }
    fine("when days since created_at - 5 > 30 add 3\n");
}

#[test]
fn there_is_an_end_to_messages() {
    let unknown: String = (0..1500).map(|i| format!("when nothing_like_it_{i} add 5\n")).collect();
    let severity = |text: &str, letter: char| {
        let (_, found) = checked(&format!("{SCHEMA}{text}"));
        codes(&found).into_iter().filter(|code| code.starts_with(letter)).count()
    };
    assert_eq!(severity(&unknown, 'E'), 1001);
    assert_eq!(severity(&"when consent ad 5\n".repeat(1500), 'E'), 1001);
    assert_eq!(severity(&"when consent add 0\n".repeat(1500), 'W'), 1001);
    let (_, found) = checked(&format!("{SCHEMA}{unknown}"));
    let last = found.diagnostics.last().map(|last| last.message.as_str());
    assert_eq!(last, Some("there are more than 1000 mistakes: from here on they are not shown"));
}

/// `line` has one mistake, and its fix is `mended`, which has none.
#[track_caller]
fn mends(line: &str, mended: &str) {
    let source = format!("{SCHEMA}{line}\n");
    let (sources, found) = checked(&source);
    let errors: Vec<_> =
        found.diagnostics.iter().filter(|d| d.code.as_str().starts_with('E')).cloned().collect();
    assert_eq!(errors.len(), 1, "{}", lines(&sources, &found));
    let mut edits = errors[0].fixes.first().expect("a fix").edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = source.clone();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    assert_eq!(text, format!("{SCHEMA}{mended}\n"));
    fine(&format!("{mended}\n"));
}

#[test]
fn values_are_no_conditions() {
    mends("when region = emea or amer add 5", "when region in (emea, amer) add 5");
    mends("when consent and region is emea or amer add 5", "when consent and region in (emea, amer) add 5");
    mends(
        "when title contains \"vp\" or \"chief\" or \"head\" add 5",
        "when title contains (\"vp\", \"chief\", \"head\") add 5",
    );
    mends("when visited pricing or docs within 7d add 5", "when visited (pricing, docs) within 7d add 5");
    mends("when growth != unknown add 5", "when growth is known add 5");
    mends("when consent is empty add 5", "when consent is unknown add 5");
    mends("when email.domian = \"a.com\" add 5", "when email.domain = \"a.com\" add 5");
    fine("when visited pricing or requested add 5\n");
    fine("when title = unknown or consent add 5\n");
    expect("when any opportunity where (status = open) add 5\n", &["E0901"]);
}
