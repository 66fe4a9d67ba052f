//! States as bytes, to keep them in a file or a database.
//!
//! ```text
//! QLS version checksum(8) model(16) asked base attributes count events note keys
//! ```

use crate::bytes::{Reader, put, put_signed};
use crate::model::{DIGEST, hexadecimal};
use crate::record::value;
use crate::state::KEY;
use crate::{LeadState, StateError, StateModel};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const MAGIC: &[u8] = b"QLS";

/// Of the bytes; any change of what they mean makes it greater.
const VERSION: u8 = 2;

const CHECKSUM: usize = 8;

impl LeadState {
    /// The state as bytes. They hold personal data if the lead's attributes are such.
    ///
    /// ```
    /// # use qualify_state::{StateModel, LeadState, StateError};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let root = sources.add("model.qualify", "lead key id { size integer } when size > 100 add 20");
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// let model = StateModel::of(&model).expect("it can be planned");
    /// let mut bytes = LeadState::new(&model).to_bytes();
    /// assert!(LeadState::from_bytes(&model, &bytes).is_ok());
    /// bytes[20] ^= 1;
    /// assert_eq!(LeadState::from_bytes(&model, &bytes).err(), Some(StateError::Damaged));
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_with(&[])
    }

    /// The state as bytes with a note of the caller's, which [`LeadState::from_bytes_with`] gives back: what it told of the
    /// lead last, for instance.
    ///
    /// ```
    /// # use qualify_state::{StateModel, LeadState, StateError};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let root = sources.add("model.qualify", "lead key id { size integer } when size > 100 add 20");
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// let model = StateModel::of(&model).expect("it can be planned");
    /// let bytes = LeadState::new(&model).to_bytes_with(b"told: MQL");
    /// let (_state, note) = LeadState::from_bytes_with(&model, &bytes)?;
    /// assert_eq!(note, b"told: MQL");
    /// # Ok::<(), StateError>(())
    /// ```
    pub fn to_bytes_with(&self, note: &[u8]) -> Vec<u8> {
        let mut body = Vec::with_capacity(64 + self.attributes.len() + self.events.len());
        body.extend_from_slice(&self.model.digest);
        put_signed(&mut body, self.asked);
        put_signed(&mut body, self.base);
        put(&mut body, self.attributes.len() as u128);
        body.extend_from_slice(&self.attributes);
        put(&mut body, self.count as u128);
        put(&mut body, self.events.len() as u128);
        body.extend_from_slice(&self.events);
        put(&mut body, note.len() as u128);
        body.extend_from_slice(note);
        self.keys.iter().for_each(|key| body.extend_from_slice(key));
        let mut bytes = Vec::with_capacity(MAGIC.len() + 1 + CHECKSUM + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&checksum(&body));
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The state of bytes.
    ///
    /// # Errors
    ///
    /// [`StateError::Damaged`] if they are no state or were changed, [`StateError::OtherVersion`] if another version of
    /// this program wrote them, [`StateError::OtherModel`] if the state is of another model.
    pub fn from_bytes(model: &Arc<StateModel>, bytes: &[u8]) -> Result<LeadState, StateError> {
        LeadState::from_bytes_with(model, bytes).map(|(state, _)| state)
    }

    /// The state of bytes, and the note that was kept with it.
    ///
    /// # Errors
    ///
    /// As [`LeadState::from_bytes`].
    pub fn from_bytes_with(
        model: &Arc<StateModel>,
        bytes: &[u8],
    ) -> Result<(LeadState, Vec<u8>), StateError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(StateError::Damaged)?;
        let (version, rest) = rest.split_first().ok_or(StateError::Damaged)?;
        let (sum, body) = rest.split_at_checked(CHECKSUM).ok_or(StateError::Damaged)?;
        if *version != VERSION {
            return Err(StateError::OtherVersion { found: *version });
        }
        if sum != checksum(body) {
            return Err(StateError::Damaged);
        }
        let (digest, rest) = body.split_at_checked(DIGEST).ok_or(StateError::Damaged)?;
        if digest != model.digest {
            return Err(StateError::OtherModel { wanted: model.digest(), found: hexadecimal(digest) });
        }
        read(model, rest).ok_or(StateError::Damaged)
    }
}

/// Makes the checksum of changed bytes fit again; for tests that look what reading does with them.
#[doc(hidden)]
pub fn seal(bytes: &mut [u8]) {
    if let Some((head, body)) = bytes.split_at_mut_checked(MAGIC.len() + 1 + CHECKSUM) {
        head[MAGIC.len() + 1..].copy_from_slice(&checksum(body));
    }
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&Sha256::digest(body)[..CHECKSUM]);
    sum
}

/// Reads all of it, so that nothing in a state that exists is out of place.
fn read(model: &Arc<StateModel>, bytes: &[u8]) -> Option<(LeadState, Vec<u8>)> {
    let mut reader = Reader::new(bytes);
    let (asked, base) = (reader.signed()?, reader.signed()?);
    let length = usize::try_from(reader.number()?).ok()?;
    let attributes = reader.take(length)?.to_vec();
    let count = u32::try_from(reader.number()?).ok()?;
    let length = usize::try_from(reader.number()?).ok()?;
    let events = reader.take(length)?.to_vec();
    let length = usize::try_from(reader.number()?).ok()?;
    let note = reader.take(length)?.to_vec();
    let (keys, rest) = reader.bytes.get(reader.at..)?.as_chunks::<KEY>();
    if !rest.is_empty() || !keys.is_sorted() {
        return None;
    }
    let mut of = Reader::new(&attributes);
    for form in model.records.attributes.iter().flatten() {
        value(&mut of, form)?;
    }
    let mut all = Reader::new(&events);
    for _ in 0..count {
        let mut record = model.records.event(&mut all, base)?;
        for (_, _, form) in model.records.kinds[record.kind].iter().flatten() {
            value(&mut record.values, form)?;
        }
    }
    let whole = of.is_at_end() && all.is_at_end();
    let (keys, model) = (keys.to_vec(), model.clone());
    let state = LeadState { model, asked, base, count, swept: count, attributes, events, keys };
    whole.then_some((state, note))
}
