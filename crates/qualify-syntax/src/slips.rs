//! Messages about single tokens: open quotes, odd numbers, signs and comments of other languages.

use qualify_diagnostics::{Code, Diagnostic, Edit, Span};

pub(crate) fn open_text(span: Span, text: &str) -> Diagnostic {
    let message = "this text has no closing quote";
    let curly = text.char_indices().rev().find(|(_, c)| "“”„«»".contains(*c));
    match curly {
        Some((at, c)) => {
            let start = span.start + at as u32;
            let place = Span { start, end: start + c.len_utf8() as u32, ..span };
            Diagnostic::new(Code::E0104, span, message)
                .note("text stands between straight quotes, on one line")
                .fix("write a straight quote", place, "\"")
        }
        None => Diagnostic::new(Code::E0104, span, message)
            .note("text stands between two quotes, on one line")
            .fix("close the quote", close(span, text), "\""),
    }
}

/// `said` tells that the text is for people, who read another quote as well.
pub(crate) fn inner_quote(span: Span, text: &str, said: bool) -> Diagnostic {
    let d = Diagnostic::new(Code::E0104, span, "this text ends at the quote inside it")
        .note("a quote cannot stand inside a text, and `\\` before it changes nothing");
    match said {
        true => {
            d.fix("write `'` inside", span, format!("\"{}\"", text[1..text.len() - 1].replace("\\\"", "'")))
        }
        false => {
            d.note("`matches` finds it: `?` stands for any one character, as in `title matches \"5? pipe\"`")
        }
    }
}

/// Where the closing quote is probably missing: before the words that go on with the rule.
fn close(span: Span, text: &str) -> Span {
    let goes_on =
        [" add ", " subtract ", " multiply ", " cap ", " set ", " because ", " if ", ")", ",", " {"];
    let end = goes_on.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
    Span { start: span.start + end as u32, end: span.start + end as u32, ..span }
}

pub(crate) fn other_quotes(span: Span, text: &str) -> Diagnostic {
    let inner: String = text.chars().skip(1).take(text.chars().count().saturating_sub(2)).collect();
    Diagnostic::new(Code::E0107, span, format!("text stands between straight double quotes: `\"{inner}\"`"))
        .fix(format!("write `\"{inner}\"`"), span, format!("\"{inner}\""))
}

pub(crate) fn foreign_word(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code::E0105, span, format!("`{text}` has letters that a name cannot have"))
        .note("names are made of the letters a to z, digits and `_`; any other text stands in quotes")
        .fix(format!("write `\"{text}\"`"), span, format!("\"{text}\""))
}

pub(crate) fn odd_blank(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, span, "this blank is a special character, not an ordinary space")
        .note("such blanks come from word processors, chats and web pages")
        .fix("write an ordinary space", span, " ")
}

pub(crate) fn stray(span: Span, text: &str) -> Diagnostic {
    let d = Diagnostic::new(Code::E0105, span, format!("`{text}` means nothing here"));
    match text {
        "'" => d.note("text stands between straight double quotes: `\"it's\"`"),
        "“" | "”" | "„" | "«" | "»" => d.note("text stands between straight double quotes: `\"…\"`"),
        "|" => d.note("write `or` between two conditions"),
        "%" => d.note("a percentage is a number with `%` behind it: `25%`"),
        "?" => d.note("write `if … then … else …`"),
        "^" => d.note("there are no powers; write `x * x`"),
        "$" | "€" | "£" | "¥" => d.note("money is a number with its currency behind it: `500 EUR`"),
        _ => d.note("a text with special characters stands in quotes"),
    }
}

pub(crate) fn square_bracket(open: Span, close: Option<Span>) -> Diagnostic {
    let d = Diagnostic::new(Code::E0105, open, "a list stands in round brackets: `(a, b)`");
    let mut edits = vec![Edit { span: open, replacement: "(".into() }];
    edits.extend(close.map(|span| Edit { span, replacement: ")".into() }));
    d.fix_all("write round brackets", edits)
}

pub(crate) fn list_in_brackets(open: Span, close: Option<Span>) -> Diagnostic {
    let d =
        Diagnostic::new(Code::E0105, open, "the values of a list stand without brackets: `list l = a, b`");
    let edits = [Some(open), close].into_iter().flatten();
    d.fix_all("leave the brackets out", edits.map(|span| Edit { span, replacement: String::new() }).collect())
}

/// `named` says that it is given a name or stands behind `since`, where a text in quotes would be no date.
pub(crate) fn bare_date(span: Span, text: &str, named: bool) -> Diagnostic {
    let d = Diagnostic::new(Code::E0119, span, format!("a date stands in quotes: `\"{text}\"`"));
    match named {
        true => d.note("it stands where it is compared: `created_at >= \"2026-01-01\"`"),
        false => d.fix(format!("write `\"{text}\"`"), span, format!("\"{text}\"")),
    }
}

pub(crate) fn apart_percent(gap: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, gap, "the `%` follows its number directly, as in `25%`").fix(
        "write the `%` directly behind the number",
        gap,
        "%",
    )
}

pub(crate) fn foreign_sign(span: Span, theirs: &str, ours: &str) -> Diagnostic {
    let message = match ours {
        "=" => format!("`{theirs}` is written `=` here"),
        "and" | "or" | "not" => format!("`{theirs}` is written as the word `{ours}`"),
        _ => format!("`{theirs}` is written `{ours}`"),
    };
    let replacement = if theirs == "!" { "not ".to_string() } else { ours.to_string() };
    Diagnostic::new(Code::E0108, span, message).fix(format!("write `{ours}`"), span, replacement)
}

pub(crate) fn foreign_comment(span: Span, text: &str) -> Diagnostic {
    let d = Diagnostic::new(Code::E0109, span, "a comment starts with `#` and ends with its line");
    match text.strip_prefix("//") {
        Some(words) => d.fix("write `#`", span, format!("#{words}")),
        None if !text.contains('\n') => d.note("write `#` before the comment"),
        None => d.note("write `#` at the start of each line of it"),
    }
}

fn currency(sign: &str) -> &'static str {
    match sign {
        "€" => "EUR",
        "£" => "GBP",
        "¥" => "JPY",
        _ => "USD",
    }
}

pub(crate) fn money_before(span: Span, sign: &str, number: &str) -> Diagnostic {
    let number = number.replace(',', "_");
    let number = match (magnitude_suffix(&number), number.strip_suffix('m')) {
        (Some((digits, word)), _) => format!("{digits} {word}"),
        (None, Some(digits)) => format!("{digits} million"),
        _ => number,
    };
    let amount = format!("{number} {}", currency(sign));
    money(span, sign, amount)
}

pub(crate) fn money_after(span: Span, sign: &str, number: &str) -> Diagnostic {
    let amount = format!("{number} {}", currency(sign));
    money(span, sign, amount)
}

fn money(span: Span, sign: &str, amount: String) -> Diagnostic {
    Diagnostic::new(
        Code::E0113,
        span,
        format!("money is written with its currency behind it, not with `{sign}`"),
    )
    .note("without a currency, a number means the currency of the data")
    .fix(format!("write `{amount}`"), span, amount)
}

pub(crate) fn long_number(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, span, "this number has too many digits")
        .note(format!("a number has at most {} digits", crate::tokens::MOST_DIGITS))
}

/// The number and the unit that a run such as `3mo` or `2hrs` means.
pub(crate) fn unit_suffix(text: &str) -> Option<(&str, &'static str)> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let unit = match text[at..].to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => "second",
        "min" | "mins" | "minute" | "minutes" => "minute",
        "h" | "hr" | "hrs" | "hour" | "hours" => "hour",
        "d" | "day" | "days" => "day",
        "w" | "wk" | "wks" | "week" | "weeks" => "week",
        "mo" | "mos" | "mon" | "month" | "months" => "month",
        "q" | "quarter" | "quarters" => "quarter",
        "y" | "yr" | "yrs" | "year" | "years" => "year",
        _ => return None,
    };
    Some((&text[..at], unit))
}

/// `10k`, `5M`: the number and the word for its magnitude.
fn magnitude_suffix(text: &str) -> Option<(&str, &'static str)> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let word = match &text[at..] {
        "k" | "K" => "thousand",
        "M" | "mn" | "mio" | "mil" | "MM" | "million" => "million",
        "b" | "B" | "bn" | "billion" => "billion",
        _ => return None,
    };
    Some((&text[..at], word))
}

/// `by` says that the word before it is `by`.
pub(crate) fn bad_number(span: Span, text: &str, by: bool) -> Diagnostic {
    if let Some(number) =
        text.strip_suffix(['x', 'X']).filter(|number| number.bytes().all(|b| b.is_ascii_digit()))
    {
        let ours = if by { number.to_string() } else { format!("at least {number} times") };
        return Diagnostic::new(Code::E0127, span, format!("`{text}` is written `{ours}`")).fix(
            format!("write `{ours}`"),
            span,
            ours,
        );
    }
    let say = |meant: String| {
        Diagnostic::new(Code::E0106, span, format!("`{text}` is written `{meant}`")).fix(
            format!("write `{meant}`"),
            span,
            meant,
        )
    };
    if let Some((number, unit)) = unit_suffix(text) {
        let plural = if number == "1" { "" } else { "s" };
        return say(format!("{number} {unit}{plural}"));
    }
    if let Some((number, word)) = magnitude_suffix(text) {
        return say(format!("{number} {word}"));
    }
    if let Some((low, high)) = text.split_once("..").filter(|(low, high)| !low.is_empty() && !high.is_empty())
    {
        return say(format!("{low} to {high}"));
    }
    let d = Diagnostic::new(Code::E0106, span, format!("`{text}` is not a number"));
    let trimmed = text.trim_end_matches(['.', '_']);
    if trimmed != text && !trimmed.contains("__") && trimmed.matches('.').count() < 2 {
        return d.fix(format!("write `{trimmed}`"), span, trimmed);
    }
    if text.matches('.').count() > 1 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        let plain = text.replace('.', "_");
        return d
            .note("the point stands before the decimals; thousands are set apart by `_`, as in `10_000`")
            .fix(format!("write `{plain}`"), span, plain);
    }
    d.note("a number is digits, with `_` between groups and a point before decimals: `10_000`, `0.5`")
        .note("a name begins with a letter; a text that begins with a digit stands in quotes")
}
