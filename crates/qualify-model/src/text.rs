//! Text as the language compares it: white space stripped at both ends, case folded one character to one.
//!
//! Folding is the lower case of the Unicode version of the standard library ([`UNICODE_VERSION`], recorded
//! with each result) where that is a single character, else the character itself; a final sigma folds like
//! any sigma. Nothing is normalised: `é` in one and in two characters differ.

/// The version of Unicode that decides what is white space and how case folds.
pub const UNICODE_VERSION: (u8, u8, u8) = char::UNICODE_VERSION;

/// One character folded.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some('ς'), None) => 'σ',
        (Some(single), None) => single,
        _ => c,
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.trim().chars().map(fold_char)
}

/// A text stripped and folded: two texts are equal exactly if these are.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether two texts are equal after stripping white space at both ends and folding case.
pub fn equal(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// How two texts compare, character by character of their folded forms.
pub fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    folded(a).cmp(folded(b))
}

/// `text contains needle`.
pub fn contains(text: &str, needle: &str) -> bool {
    fold(text).contains(&fold(needle))
}

/// `text starts with needle`.
pub fn starts_with(text: &str, needle: &str) -> bool {
    let mut rest = folded(text);
    folded(needle).all(|c| rest.next() == Some(c))
}

/// `text ends with needle`.
pub fn ends_with(text: &str, needle: &str) -> bool {
    let mut rest = text.trim().chars().rev().map(fold_char);
    needle.trim().chars().rev().map(fold_char).all(|c| rest.next() == Some(c))
}

/// Whether the character stands between words: white space and these marks. Signs that are part of words,
/// as in `c++`, `c#`, `women's`, do not separate.
pub fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ',' | ';' | ':' | '.' | '!' | '?' | '/' | '\\' | '|' | '&' | '(' | ')' | '[' | ']')
        || matches!(c, '{' | '}' | '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '-' | '–' | '—' | '_')
        || matches!(c, '@' | '*' | '=' | '~' | '·' | '•')
}

/// `text mentions needle`: the words of the needle stand in the text, whole and next to each other. A needle
/// without a word is mentioned nowhere.
pub fn mentions(text: &str, needle: &str) -> bool {
    fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
        text.split(is_separator).filter(|word| !word.is_empty())
    }
    let (text, needle) = (fold(text), fold(needle));
    let mut from = words(&text);
    if words(&needle).next().is_none() {
        return false;
    }
    loop {
        let mut rest = from.clone();
        if words(&needle).all(|word| rest.next() == Some(word)) {
            return true;
        }
        if from.next().is_none() {
            return false;
        }
    }
}

/// `text matches pattern`: a glob over the whole text, `*` any run of characters, `?` one character. Takes at
/// most (length of text) * (length of pattern) steps.
pub fn matches(text: &str, pattern: &str) -> bool {
    let (mut text, mut pattern) = (text.trim().chars(), pattern.trim().chars());
    // behind the last star: the pattern, and where the text is tried next
    let mut retry = None;
    loop {
        let mut pattern_rest = pattern.clone();
        match pattern_rest.next() {
            Some('*') => {
                pattern = pattern_rest;
                retry = Some((pattern.clone(), text.clone()));
                continue;
            }
            Some(wanted) => {
                let mut text_rest = text.clone();
                if text_rest.next().is_some_and(|c| wanted == '?' || fold_char(wanted) == fold_char(c)) {
                    (text, pattern) = (text_rest, pattern_rest);
                    continue;
                }
            }
            None if text.as_str().is_empty() => return true,
            None => {}
        }
        let Some((star_pattern, star_text)) = &mut retry else { return false };
        if star_text.next().is_none() {
            return false;
        }
        (text, pattern) = (star_text.clone(), star_pattern.clone());
    }
}

/// The domain of an e-mail address: what stands behind the last `@`, without a dot at its end. None if there
/// is nothing.
pub fn domain(email: &str) -> Option<&str> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    non_empty(domain.trim().trim_end_matches('.'))
}

/// The local part of an e-mail address: what stands before the last `@`.
pub fn local_part(email: &str) -> Option<&str> {
    let (local, _) = email.trim().rsplit_once('@')?;
    non_empty(local.trim())
}

/// The host of a URL, without user and port; the scheme may be missing: `example.com/x` has host
/// `example.com`, `/docs` has none.
pub fn host(url: &str) -> Option<&str> {
    let (authority, _) = split_url(url.trim());
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = if host.starts_with('[') {
        host.find(']').map_or(host, |end| &host[..=end])
    } else {
        host.split(':').next().unwrap_or(host)
    };
    non_empty(host.trim_end_matches('.'))
}

/// The path of a URL: from the first `/` behind the host up to `?` or `#`; `/` if the URL has a host alone.
pub fn path(url: &str) -> Option<&str> {
    let (authority, rest) = split_url(url.trim());
    let path = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    if path.is_empty() { non_empty(authority).map(|_| "/") } else { Some(path) }
}

/// The host with what belongs to it, and the rest.
fn split_url(url: &str) -> (&str, &str) {
    let end_of_authority = |text: &str| text.find(['/', '?', '#']).unwrap_or(text.len());
    let behind_scheme = match url.find("://") {
        // a `://` further behind belongs to the path or the query
        Some(at) if at <= end_of_authority(url) => &url[at + 3..],
        _ => url.strip_prefix("//").unwrap_or(url),
    };
    behind_scheme.split_at(end_of_authority(behind_scheme))
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Whether a domain is the entry of a list or a subdomain of it: `corp.com` matches `mail.corp.com`, not
/// `mycorp.com`.
pub fn domain_matches(entry: &str, domain: &str) -> bool {
    let (entry, domain) = (fold(entry), fold(domain));
    domain_and_parents(&domain).any(|parent| parent == entry)
}

/// A domain, then the domains that it is a subdomain of: `a.b.com`, `b.com`, `com`.
pub fn domain_and_parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |rest| rest.split_once('.').map(|(_, parent)| parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_is_one_to_one() {
        assert!(equal(" Straße\t", "STRAẞE") && !equal("strasse", "straße"));
        assert!(equal("ΟΔΟΣ", "οδος") && equal("ÉCOLE", "école"));
        assert!(!equal("İ", "i"));
        assert!(equal("\u{a0}x\u{2003}", "X"));
    }

    #[test]
    fn parts_of_a_text() {
        assert!(contains("Head of DATA", "data") && !contains("Head", "data"));
        assert!(starts_with(" Info@x.com", "info@") && !starts_with("in", "info"));
        assert!(ends_with("x.EDU ", ".edu") && !ends_with("du", ".edu"));
    }

    #[test]
    fn whole_words() {
        for (text, needle, expected) in [
            ("Executive Assistant to the Chief", "chief executive", false),
            ("Chief Executive Officer", "chief executive", true),
            ("VP, Sales", "vp", true),
            ("SVP Sales", "vp", false),
            ("Vice-President (EMEA)", "vice president", true),
            ("President/CEO", "ceo", true),
            ("C++ engineer", "c++", true),
            ("C engineer", "c++", false),
            ("chief chief executive", "chief executive", true),
            ("anything", " - ", false),
            ("", "x", false),
        ] {
            assert_eq!(mentions(text, needle), expected, "{text} / {needle}");
        }
    }

    #[test]
    fn globs() {
        for (text, pattern, expected) in [
            ("/docs/api/x", "/docs/*", true),
            ("/DOCS/", "/docs/*", true),
            ("/docs", "/docs/*", false),
            ("abc", "a?c", true),
            ("ac", "a?c", false),
            ("äbc", "?b?", true),
            ("", "*", true),
            ("", "", true),
            ("x", "", false),
            ("xaby", "*ab*", true),
            ("aab", "*ab", true),
            ("abab", "*ab", true),
            ("abx", "*ab", false),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} / {pattern}");
        }
        let long = "a".repeat(20_000);
        assert!(!matches(&long, &format!("{}b", "*a".repeat(50))));
    }

    #[test]
    fn addresses() {
        assert_eq!(domain("Ann@Mail.Corp.com. "), Some("Mail.Corp.com"));
        assert_eq!(domain("\"a@b\"@c.de"), Some("c.de"));
        assert_eq!((domain("ann"), domain("ann@"), local_part("@x")), (None, None, None));
        assert_eq!(local_part(" ann.b@x "), Some("ann.b"));
        for (url, expected_host, expected_path) in [
            ("https://user:pw@www.Corp.com:8080/a/b?q=/x#y", Some("www.Corp.com"), Some("/a/b")),
            ("corp.com", Some("corp.com"), Some("/")),
            ("corp.com?u=http://x.y/", Some("corp.com"), Some("/")),
            ("//cdn.x/y", Some("cdn.x"), Some("/y")),
            ("/docs/a", None, Some("/docs/a")),
            ("http://[::1]:80/", Some("[::1]"), Some("/")),
            ("", None, None),
        ] {
            assert_eq!((host(url), path(url)), (expected_host, expected_path), "{url}");
        }
    }

    #[test]
    fn domains_match_their_subdomains() {
        assert!(domain_matches("corp.com", "corp.com") && domain_matches("Corp.com", "a.mail.corp.COM"));
        assert!(!domain_matches("corp.com", "mycorp.com") && !domain_matches("mail.corp.com", "corp.com"));
    }

    /// The glob by its definition, on characters.
    fn naive(text: &[char], pattern: &[char]) -> bool {
        match pattern.first() {
            None => text.is_empty(),
            Some('*') => (0..=text.len()).any(|skip| naive(&text[skip..], &pattern[1..])),
            Some(c) => text.first().is_some_and(|t| *c == '?' || t == c) && naive(&text[1..], &pattern[1..]),
        }
    }

    proptest! {
        #[test]
        fn globs_as_defined(text in "[abä]{0,8}", pattern in "[abä?*]{0,8}") {
            let (t, p): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
            prop_assert_eq!(matches(&text, &pattern), naive(&t, &p));
        }

        #[test]
        fn folding_twice_changes_nothing(text: String) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(equal(&text, &once) && contains(&text, &once) && starts_with(&text, &once));
        }

        #[test]
        fn nothing_panics(text: String, other in "\\PC{0,6}") {
            let _ = (domain(&text), local_part(&text), host(&text), path(&text));
            let _ = (mentions(&text, &other), matches(&text, &other), ends_with(&text, &other));
        }
    }
}
