//! Leads from values of other programs: JSON, and whatever serialises.

use crate::Model;
pub use qualify_data::{LeadReader, ReadEvent, ReadLead};
pub use qualify_model::{Event, Lead, Schema, StageReason, Status, Value};

use qualify_data::DataErrors;
use qualify_model::calendar::Zone;
use serde::Serialize;

impl Model {
    /// Reads a lead with its events from anything that serialises to a record: a struct of yours, a map, a
    /// `serde_json::Value`. Attributes stand under their paths (`"firmographics.size"`, or `size` in a record
    /// `firmographics`), events in the list `events`, each with `event`, `time` and its properties. A name that the
    /// schema does not know, or a value that cannot be read, is an error; one outside its range or vocabulary becomes
    /// unknown, with a warning.
    ///
    /// ```
    /// use qualify::Model;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct Contact { id: u32, size: i64, events: Vec<Visit> }
    /// #[derive(Serialize)]
    /// struct Visit { event: &'static str, time: &'static str, page: &'static str }
    ///
    /// let model = Model::from_text("
    ///     lead key id { size integer }
    ///     event visited (page text)
    ///     when visited pricing within 7d add 20
    ///     when size > 100 add 10
    /// ")?;
    /// let visit = Visit { event: "visited", time: "2025-12-31T10:00:00Z", page: "pricing" };
    /// let read = model.read_lead(&Contact { id: 7, size: 500, events: vec![visit] })?;
    /// assert_eq!(read.lead.key, "7");
    /// let outcome = model.score_one(&read.lead, 1_767_225_600_000_000); // 2026-01-01T00:00:00Z
    /// assert_eq!(outcome.score, Some(30_0000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_lead(&self, lead: &impl Serialize) -> Result<ReadLead, DataErrors> {
        match serde_json::to_value(lead) {
            Ok(json) => self.lead_reader().read(&json),
            Err(error) => Err(DataErrors::of([qualify_data::Problem::of_lead(&error.to_string())])),
        }
    }

    /// What reads leads of the model's schema; made once. Times that name no zone are UTC.
    ///
    /// ```
    /// # use serde_json::json;
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let reader = model.lead_reader();
    /// let read = reader.read(&json!({ "id": "a", "size": 500, "events": [] }))?;
    /// assert_eq!(model.score_one(&read.lead, 0).score, Some(20_0000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lead_reader(&self) -> &LeadReader {
        self.parts.reader.get_or_init(|| LeadReader::new(self.schema(), Zone::utc()))
    }
}
