//! What the printer hands over: words, the gaps between them, and how they belong together.

/// A part of a text to be laid out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Words and signs without white space between them. Texts without a gap between them stand together.
    Text(String),
    /// A comma that stands only where its group is on one line.
    Comma,
    /// White space between two texts.
    Gap(Gap),
    /// Begins a group: it stands on one line if it fits.
    Open,
    /// Ends a group.
    Close,
    /// Lines that begin from here on stand so many steps deeper.
    Indent(usize),
    /// Lines that begin from here on stand below the next word.
    Align,
    /// Ends the last `Indent` or `Align`.
    Dedent,
    /// Begins a row: its columns stand below those of the rows around it.
    Row(Columns),
    /// Ends a row.
    RowEnd,
    /// A place kept for a bracket that was not needed.
    Nothing,
}

/// The white space between two texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gap {
    /// Whether a line ends here.
    pub line: Break,
    /// No blank stands here where no line ends.
    pub tight: bool,
    /// The next column of a row begins.
    pub column: bool,
    /// What becomes of blank lines.
    pub blanks: Blanks,
    /// How many blanks stand here where no line ends: more than one before a column.
    pub pad: usize,
    /// In order.
    pub comments: Vec<Comment>,
    /// A blank line stood before what follows, after the comments.
    pub blank: bool,
}

/// When a line ends at a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// Only where a comment makes it.
    Never,
    /// Always.
    Always,
    /// When the group is not on one line.
    WithGroup,
    /// When what follows, up to the next gap that may break, does not fit.
    WhenFull,
    /// As `WhenFull`, and also when what the group has so far takes several lines.
    AfterLines,
}

/// What becomes of blank lines where a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// None stay.
    Drop,
    /// One stays.
    Keep,
    /// One stands here.
    Put,
    /// One stays, but not before the first thing.
    AfterOpening,
    /// One stays, but not behind the last thing.
    BeforeClosing,
    /// One stays between things.
    Inside,
}

/// A comment of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// From its `#`, without white space at its end.
    pub text: String,
    /// It stood behind something, on the same line.
    pub behind: bool,
    /// A blank line stood before it.
    pub blank: bool,
}

/// What kind of rows stand together in columns, and how wide a column may become. Wider cells stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Rows of other kinds do not share columns.
    pub kind: &'static str,
    /// For each column but the last.
    pub widest: [usize; 2],
    /// Only rows that stand on one line take part.
    pub whole: bool,
}

/// Pieces in the making.
#[derive(Debug)]
pub(crate) struct Pieces {
    pieces: Vec<Piece>,
}

impl Pieces {
    /// None yet, at the beginning of a file.
    pub fn new() -> Pieces {
        let mut pieces = Pieces { pieces: Vec::new() };
        pieces.gap(Break::Always, Blanks::AfterOpening);
        pieces
    }

    /// All of them.
    pub fn finish(mut self) -> Vec<Piece> {
        self.gap(Break::Always, Blanks::BeforeClosing);
        self.pieces
    }

    pub fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// Words with single blanks between them, where no line ends. Blanks inside quotes are text.
    pub fn text(&mut self, text: &str) {
        let (mut start, mut quoted) = (0, false);
        for (i, byte) in text.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b' ' if !quoted => {
                    self.glue(&text[start..i]);
                    self.space();
                    start = i + 1;
                }
                _ => {}
            }
        }
        self.glue(&text[start..]);
    }

    /// Text that stands right behind what is there.
    fn glue(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_string())),
        }
    }

    /// A blank where no line ends.
    pub fn space(&mut self) {
        self.gap(Break::Never, Blanks::Drop);
    }

    pub fn gap(&mut self, line: Break, blanks: Blanks) {
        self.pieces.push(Piece::Gap(Gap {
            line,
            tight: false,
            column: false,
            blanks,
            pad: 1,
            comments: Vec::new(),
            blank: false,
        }));
    }

    /// A blank, or the end of a line.
    pub fn may_break(&mut self, line: Break) {
        self.gap(line, Blanks::Drop);
    }

    /// Nothing, or the end of a line with its group.
    pub fn tight(&mut self) {
        self.gap(Break::WithGroup, Blanks::Inside);
        if let Some(Piece::Gap(gap)) = self.pieces.last_mut() {
            gap.tight = true;
        }
    }

    /// The next column of a row.
    pub fn column(&mut self, line: Break) {
        self.gap(line, Blanks::Drop);
        if let Some(Piece::Gap(gap)) = self.pieces.last_mut() {
            gap.column = true;
        }
    }

    /// A group.
    pub fn group(&mut self, body: impl FnOnce(&mut Pieces)) {
        self.push(Piece::Open);
        body(self);
        self.push(Piece::Close);
    }

    /// Deeper by so many steps.
    pub fn deeper(&mut self, steps: usize, body: impl FnOnce(&mut Pieces)) {
        self.push(Piece::Indent(steps));
        body(self);
        self.push(Piece::Dedent);
    }

    /// Lines below the first word.
    pub fn aligned(&mut self, body: impl FnOnce(&mut Pieces)) {
        self.push(Piece::Align);
        body(self);
        self.push(Piece::Dedent);
    }

    /// A group whose further lines stand one step deeper.
    pub fn item(&mut self, body: impl FnOnce(&mut Pieces)) {
        self.group(|pieces| pieces.deeper(1, body));
    }

    /// Things with commas between them, as many on a line as it takes.
    pub fn listed<T>(&mut self, things: &[T], mut each: impl FnMut(&mut Pieces, &T)) {
        for (i, thing) in things.iter().enumerate() {
            if i > 0 {
                self.text(",");
                self.may_break(Break::WhenFull);
            }
            each(self, thing);
        }
    }

    /// `head {` and the lines of `body`, and `}`.
    pub fn block<T>(&mut self, things: &[T], body: impl FnOnce(&mut Pieces, &[T])) {
        self.text(" {");
        if things.is_empty() {
            self.group(|pieces| {
                pieces.push(Piece::Indent(1));
                pieces.tight();
                pieces.push(Piece::Dedent);
            });
        } else {
            self.push(Piece::Indent(1));
            self.gap(Break::Always, Blanks::AfterOpening);
            body(self, things);
            self.gap(Break::Always, Blanks::BeforeClosing);
            self.push(Piece::Dedent);
        }
        self.text("}");
    }

    /// Keeps a place for a bracket.
    pub fn mark(&mut self) -> usize {
        self.push(Piece::Nothing);
        self.push(Piece::Nothing);
        self.pieces.len() - 2
    }

    /// Puts all from the mark on into brackets.
    pub fn bracket(&mut self, mark: usize) {
        self.pieces[mark] = Piece::Text("(".to_string());
        self.pieces[mark + 1] = Piece::Align;
        self.push(Piece::Dedent);
        self.text(")");
    }

    /// The first text from the mark on.
    pub fn first_from(&self, mark: usize) -> &str {
        let text = self.pieces[mark..].iter().find_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        });
        text.unwrap_or("")
    }

    /// The last texts, the very last first.
    pub fn last(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().rev().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}
