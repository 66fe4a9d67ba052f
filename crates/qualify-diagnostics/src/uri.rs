//! Names of files as references that other tools resolve.

/// A reference to a file: the reference, and whether it is relative to the folder that was worked in.
pub(crate) struct Reference {
    pub uri: String,
    pub relative: bool,
}

/// The name without `./` before it.
pub(crate) fn tidy(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("./") {
        name = rest.trim_start_matches('/');
    }
    name
}

/// The name of a file as a reference, by the rules of RFC 3986.
pub(crate) fn reference(name: &str) -> Reference {
    let name = name.replace('\\', "/");
    let name = tidy(&name);
    let drive = name.as_bytes().get(1) == Some(&b':') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if drive || name.starts_with('/') {
        let slash = if drive { "/" } else { "" };
        return Reference { uri: format!("file://{slash}{}", encoded(name)), relative: false };
    }
    Reference { uri: encoded(name), relative: true }
}

/// Everything but the characters that stand for themselves in a path is written as `%` and two digits.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references() {
        for (name, uri, relative) in [
            ("rules/model.qualify", "rules/model.qualify", true),
            ("./model.qualify", "model.qualify", true),
            ("my rules/größe.qualify", "my%20rules/gr%C3%B6%C3%9Fe.qualify", true),
            ("a:b.qualify", "file:///a%3Ab.qualify", false),
            ("C:\\rules\\m.qualify", "file:///C%3A/rules/m.qualify", false),
            ("/home/x/m.qualify", "file:///home/x/m.qualify", false),
            ("<stdin>", "%3Cstdin%3E", true),
        ] {
            let reference = reference(name);
            assert_eq!((reference.uri.as_str(), reference.relative), (uri, relative), "{name}");
        }
    }
}
