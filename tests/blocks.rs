//! Fenced blocks of Markdown pages.

/// A block between two fences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence: `qualify`, `expect`; may be empty.
    pub mark: String,
    /// What stands between the fences.
    pub text: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
}

/// All fenced blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        match (open.as_mut(), fence) {
            (None, Some(mark)) => {
                open = Some(Block { mark: mark.trim().into(), text: String::new(), line: number + 1 });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// The blocks marked `qualify` (the first word of the mark).
pub fn qualify_blocks(page: &str) -> Vec<Block> {
    let ours = |block: &Block| block.mark.split_whitespace().next() == Some("qualify");
    blocks(page).into_iter().filter(ours).collect()
}
