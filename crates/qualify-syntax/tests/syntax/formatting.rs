//! Where comments, blank lines and the ends of lines go.

use qualify_syntax::format;

/// Formats `text`; the result must not change when it is formatted again.
#[track_caller]
fn check(text: &str, expected: &str) {
    let once = format(Default::default(), text).expect("it has no syntax errors");
    assert_eq!(once.trim_end(), expected);
    assert_eq!(format(Default::default(), &once).expect("it has no syntax errors"), once);
}

#[test]
fn comments_stay_with_what_they_are_about() {
    check(
        "# the head\n\n\n# of the file\nlanguage 1   #edition\n\n\n\n# rules\nwhen a add 5;# five\n#last",
        "# the head\n\n# of the file\nlanguage 1  #edition\n\n# rules\nwhen a add 5  # five\n#last",
    );
    check(
        "score fit { # why\n\n  # first\n  when a add 5\n\n\n  # last\n\n} # end\nstage X",
        "score fit {  # why\n  # first\n  when a add 5\n\n  # last\n}  # end\n\nstage X",
    );
    check("score fit {\n# nothing yet\n}", "score fit {\n  # nothing yet\n}");
    check(
        "points for x {\n over 5 : 10 # many\n # the rest\n otherwise : 0 } # all",
        "points for x {\n  over 5    : 10  # many\n  # the rest\n  otherwise : 0\n}  # all",
    );
    check(
        "lead key id { a { x text, # one\n y email # two\n } # a\n }",
        "lead key id {\n  a {\n    x text   # one\n    y email  # two\n  }  # a\n}",
    );
}

#[test]
fn a_comment_inside_a_rule_breaks_it_there() {
    check(
        "when a # first\n and b # second\n add 5 # points",
        "when a  # first\n    and b  # second\n  add 5  # points",
    );
    check(
        "when a in (x, # one\n y # two\n) add # much\n 5 because \"c\"",
        "when a in (x,  # one\n           y)  # two\n  add  # much\n  5 because \"c\"",
    );
    check("when a and b\n  # says why\n  because \"c\" add 5".replace(" because \"c\"", "").as_str(), {
        "when a and b\n  # says why\n  add 5"
    });
    check(
        "lead { source { channel text # the first\n } }",
        "lead {\n  source {\n    channel text  # the first\n  }\n}",
    );
    check(
        "event visited (page text, # which\n seconds number)",
        "event visited (\n  page    text  # which\n  seconds number\n)",
    );
}

#[test]
fn comments_behind_lines_stand_below_each_other() {
    check(
        "let a = b # one\nlet long_name = c # two\n\nlet d = e # three",
        "let a         = b  # one\nlet long_name = c  # two\n\nlet d = e  # three",
    );
}

#[test]
fn signs_that_go_leave_their_comments() {
    check("let a = ((b) # one\n ) # two\n;\n;# three\nlet c = d", {
        "let a = b  # one\n# two\n# three\nlet c = d"
    });
    check("when visited in # x\n the # y\n last 7d add 5", {
        "when visited within  # x\n    # y\n    7d\n  add 5"
    });
    check("exclude leads where a # why\nlet b = c", "exclude leads where (a)  # why\nlet b = c");
}

#[test]
fn blank_lines_part_groups_and_one_is_enough() {
    check(
        "language 1; use \"a\"\n\n\n\nlet a = b\nlet c = d",
        "language 1\nuse \"a\"\n\nlet a = b\nlet c = d",
    );
    check("let a = b\nscore x {\n\n\nwhen a add 5\n\n\nwhen b add 5\n\n}\nlet c = d", {
        "let a = b\n\nscore x {\n  when a add 5\n\n  when b add 5\n}\n\nlet c = d"
    });
    check("", "");
    check("\n\n# only this\n\n\n", "# only this");
    check("\u{FEFF}# only this\r\n\r\n\r\nlet a = b\r\n", "# only this\n\nlet a = b");
}

#[test]
fn long_lines_break_where_a_reader_pauses() {
    let why = "because \"looks for a system that their own people can run\"";
    check(
        &format!("when demographics.seniority at least director and large_account add 20 {why}"),
        &format!("when demographics.seniority at least director and large_account add 20\n  {why}"),
    );
    check(
        &format!(
            "when at least 2 of (visited docs within 14d, visited pricing within 14d, attended webinar within 14d) \
             add 15 without decay {why}"
        ),
        &format!(
            "when at least 2 of (visited docs within 14d, visited pricing within 14d,\n\
             {}attended webinar within 14d)\n  add 15 without decay {why}",
            " ".repeat(20)
        ),
    );
    check(
        "stage SQL if MQL and score >= sales_line and firmographics.size >= 1000 and not (region = emea or region = apac) because \"ready\"",
        "stage SQL if MQL\n    and score >= sales_line\n    and firmographics.size >= 1000\n    \
         and not (region = emea or region = apac)\n  because \"ready\"",
    );
    check(
        "list free_mail = \"gmail.com\", \"yahoo.com\", \"hotmail.com\", \"outlook.com\", \"aol.com\", \"icloud.com\", \"web.de\"",
        "list free_mail = \"gmail.com\", \"yahoo.com\", \"hotmail.com\", \"outlook.com\", \"aol.com\", \
         \"icloud.com\",\n  \"web.de\"",
    );
}

#[test]
fn a_line_is_at_most_100_wide() {
    let of_width = |width: usize| {
        let head = "when a add 20 because ";
        format!("{head}\"{}\"", "x".repeat(width - head.len() - 2))
    };
    check(&of_width(100), &of_width(100));
    check(&of_width(101), &of_width(101).replace(" because", "\n  because"));
}

#[test]
fn what_cannot_be_parsed_is_not_formatted() {
    let mistakes = format(Default::default(), "when a add\nstage X if").expect_err("two mistakes");
    assert_eq!(mistakes.len(), 2);
}

#[test]
fn what_is_reserved_is_kept_too() {
    check("for each account { score x { when a add 5 } }", {
        "for each account {\n  score x {\n    when a add 5\n  }\n}"
    });
}
