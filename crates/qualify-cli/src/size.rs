//! Sizes of memory as people write them: `512MiB`, `2GB`, `1g`.

/// The least that a run is held to: reading needs room for some blocks of its files.
pub const LEAST: u64 = 64 << 20;

/// Bytes of a text: a number and `k`, `m`, `g`, `t`, `KiB`, `MiB` … (powers of 1024) or `KB`, `MB` … (of 1000).
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size; write it as 512MiB, 2GB or 1g");
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim().to_ascii_lowercase());
    let (letter, rest) = unit.split_at(unit.chars().next().map_or(0, char::len_utf8));
    let power = ["", "k", "m", "g", "t"].iter().position(|known| *known == letter).ok_or_else(wrong)? as u32;
    let base: u128 = match rest {
        "" | "ib" => 1024,
        "b" => 1000,
        _ => return Err(wrong()),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || (power == 0 && !fraction.is_empty()) {
        return Err(wrong());
    }
    let digits: u128 = digits.parse().map_err(|_| wrong())?;
    let bytes = digits * base.pow(power) / 10_u128.pow(fraction.len() as u32);
    u64::try_from(bytes).map_err(|_| wrong())
}

/// The same, and enough to work with.
pub fn parse_enough(text: &str) -> Result<u64, String> {
    match parse(text)? {
        bytes if bytes < LEAST => {
            let why = "the program itself takes some 20 MiB, and each thread a few more";
            Err(format!("`{text}` is too little to work with: {why}; the least is {}MiB", LEAST >> 20))
        }
        bytes => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("512MiB", 512 << 20),
            ("2GB", 2_000_000_000),
            ("1g", 1 << 30),
            ("1.5 gib", 3 << 29),
            ("70000000", 70_000_000),
            ("100kb", 100_000),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for wrong in
            ["", "x", "1x", "-1g", "1.5", "1..5g", "99999999999999999999", "1gibb", "9999999999t", "ä"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse_enough("1KB").is_err_and(|why| why.contains("64MiB")));
    }
}
