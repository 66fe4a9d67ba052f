//! The 28 rules on attributes: rules on a column of few texts are one table from code to points, rules on parts
//! of texts are decided once for each different text.

use super::columns::{EMPTY, NO_SIZE, ShortCodes};
use super::{Events, Leads};
use crate::data_set::{AS_OF, DAY};

const FREE_MAIL: [&str; 10] = [
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "gmx.de",
    "web.de",
    "aol.com",
    "proton.me",
    "mail.ru",
];
const EMBARGOED: [&str; 4] = ["KP", "IR", "SY", "CU"];
/// Names of segments; [`AttributeRules::segment`] gives places in it.
pub const SEGMENTS: [&str; 3] = ["enterprise", "mid_market", "smb"];

/// Points for each code of a column.
type Table = [i16; 256];

/// What the rules say of the texts that occur.
pub struct AttributeRules {
    country: Table,
    industry: Table,
    seniority: Table,
    source: Table,
    embargoed: [bool; 256],
    domain: Vec<i16>,
    job_title: Vec<i16>,
}

/// Points of texts: each list of texts has so many.
fn table(column: &ShortCodes, lists: &[(&[&str], i16)]) -> Table {
    let mut table = [0; 256];
    for (code, text) in column.dictionary.texts.iter().enumerate() {
        let points = lists.iter().filter(|(list, _)| list.contains(&text.as_str()));
        table[code & 255] = points.map(|(_, points)| points).sum();
    }
    table
}

/// Whether a text holds a word of lower-case letters, whatever the case of the text. ASCII only.
fn contains(text: &str, word: &str) -> bool {
    let same = |part: &[u8]| part.iter().zip(word.as_bytes()).all(|(a, b)| a.to_ascii_lowercase() == *b);
    text.len() >= word.len() && text.as_bytes().windows(word.len()).any(same)
}

fn domain_points(domain: &str) -> i16 {
    let free = if FREE_MAIL.contains(&domain) { -10 } else { 0 };
    let school = if domain.ends_with(".edu") || domain.ends_with(".ac.uk") { -8 } else { 0 };
    free + school
}

fn title_points(title: &str) -> i16 {
    let data = if contains(title, "data") || contains(title, "analytics") { 8 } else { 0 };
    data + if contains(title, "assistant") { -5 } else { 0 }
}

#[inline(always)]
fn when(holds: bool, points: i32) -> i32 {
    if holds { points } else { 0 }
}

impl AttributeRules {
    /// For the texts of these leads.
    pub fn new(leads: &Leads) -> AttributeRules {
        let mut embargoed = [false; 256];
        for country in EMBARGOED {
            if let Some(code) = leads.country.dictionary.find(country) {
                embargoed[code as usize & 255] = true;
            }
        }
        AttributeRules {
            country: table(
                &leads.country,
                &[(&["DE", "AT", "CH", "NL", "BE"], 10), (&["US", "GB", "CA", "AU"], 8), (&EMBARGOED, -100)],
            ),
            industry: table(
                &leads.industry,
                &[(&["software", "saas", "fintech"], 12), (&["education", "government", "nonprofit"], -5)],
            ),
            seniority: table(
                &leads.seniority,
                &[
                    (&["c_level", "vp"], 15),
                    (&["director"], 10),
                    (&["manager"], 5),
                    (&["intern", "student"], -15),
                ],
            ),
            source: table(&leads.source, &[(&["referral", "partner"], 10), (&["purchased_list"], -10)]),
            embargoed,
            domain: leads.domain.dictionary.texts.iter().map(|text| domain_points(text)).collect(),
            job_title: leads.job_title.dictionary.texts.iter().map(|text| title_points(text)).collect(),
        }
    }

    /// The points of a lead.
    #[inline(always)]
    pub fn fit(&self, leads: &Leads, lead: usize) -> i32 {
        let title = leads.job_title.codes[lead];
        numbers(leads, lead)
            + i32::from(self.country[leads.country.codes[lead] as usize])
            + i32::from(self.industry[leads.industry.codes[lead] as usize])
            + i32::from(self.seniority[leads.seniority.codes[lead] as usize])
            + i32::from(self.source[leads.source.codes[lead] as usize])
            + i32::from(self.domain[leads.domain.codes[lead] as usize])
            + if title == EMPTY { 0 } else { i32::from(self.job_title[title as usize]) }
            + mailbox(leads, lead)
    }

    /// Whether a lead is out, however many points it has. `last` is the time of its last event.
    #[inline(always)]
    pub fn disqualified(&self, leads: &Leads, lead: usize, last: i64) -> bool {
        leads.is_competitor[lead] != 0
            || (leads.email_bounced[lead] != 0 && AS_OF - last >= 90 * DAY)
            || self.embargoed[leads.country.codes[lead] as usize]
    }

    /// The place of its segment in [`SEGMENTS`].
    #[inline(always)]
    pub fn segment(leads: &Leads, lead: usize) -> u8 {
        let (size, revenue) = (leads.company_size[lead], leads.annual_revenue[lead]);
        if size >= 1000 || revenue >= 50e6 {
            0
        } else if size >= 100 || revenue >= 5e6 {
            1
        } else {
            2
        }
    }
}

/// Rules on numbers, times and yes/no.
#[inline(always)]
fn numbers(leads: &Leads, lead: usize) -> i32 {
    let (size, revenue) = (leads.company_size[lead], leads.annual_revenue[lead]);
    let created_at = leads.created_at[lead];
    when((50..250).contains(&size), 6)
        + when((250..2000).contains(&size), 12)
        + when(size >= 2000, 15)
        + when(size == NO_SIZE, -3)
        + when(revenue >= 10e6, 8)
        + when(revenue >= 100e6, 7)
        + when(size == NO_SIZE && revenue.is_nan(), -5)
        + when(leads.consent[lead] != 0, 5)
        + when(leads.email_bounced[lead] != 0, -20)
        + when(leads.is_competitor[lead] != 0, -50)
        + when(created_at > AS_OF - 30 * DAY && created_at <= AS_OF, 4)
        + when(leads.phone_valid[lead] != 0 && leads.budget[lead] >= 20_000.0, 6)
}

/// The rule on the mailboxes of roles.
#[inline(always)]
fn mailbox(leads: &Leads, lead: usize) -> i32 {
    let range = leads.email_offsets[lead] as usize..leads.email_offsets[lead + 1] as usize;
    let email = &leads.email_bytes[range];
    when(email.starts_with(b"info@") || email.starts_with(b"sales@"), -4)
}

/// The objects that rules speak of, as codes; 255 where one does not occur.
#[derive(Clone, Copy, Debug)]
pub struct Objects {
    pub pricing: u8,
    pub demo: u8,
    pub webinar: u8,
    pub docs: u8,
    pub careers: u8,
}

impl Objects {
    /// Of these events.
    pub fn new(events: &Events) -> Objects {
        let code = |text: &str| events.objects.dictionary.find(text).map_or(255, |code| code as u8);
        Objects {
            pricing: code("pricing"),
            demo: code("demo"),
            webinar: code("webinar"),
            docs: code("docs"),
            careers: code("careers"),
        }
    }
}
