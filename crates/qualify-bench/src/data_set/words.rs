//! The words that occur in the data, the frequent ones first.

/// The words of a text, divided by white space.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_string).collect()
}

/// The types of events.
pub const EVENT_TYPES: [&str; 12] = [
    "visited",
    "opened",
    "clicked",
    "submitted",
    "requested",
    "attended",
    "downloaded",
    "unsubscribed",
    "purchased",
    "called",
    "chatted",
    "bounced",
];

/// How often each of [`EVENT_TYPES`] occurs.
pub const EVENT_SHARES: [f64; 12] =
    [0.46, 0.24, 0.12, 0.03, 0.012, 0.02, 0.04, 0.006, 0.01, 0.022, 0.02, 0.02];

/// The place of `purchased`, which always has a value.
pub const PURCHASED: u8 = 8;

const NAMED_OBJECTS: &str = "home blog pricing docs webinar demo newsletter ebook case_study careers trial
    integrations support security api about";

/// The 200 things that events are about.
pub fn objects() -> Vec<String> {
    let mut objects = words(NAMED_OBJECTS);
    objects.extend((objects.len()..200).map(|place| format!("object_{place:03}")));
    objects
}

/// The 400 campaigns.
pub fn campaigns() -> Vec<String> {
    let kinds = ["brand", "search", "social", "abm"];
    (0..400).map(|place| format!("cmp_{}_{place:03}", kinds[place % 4])).collect()
}

/// The 48 regions.
pub fn regions() -> Vec<String> {
    (0..48).map(|place| format!("region_{place:02}")).collect()
}

pub const COUNTRIES: &str = "US DE GB FR NL CA AU IN BR ES IT AT CH BE SE PL DK NO FI IE PT CZ JP SG MX ZA AE
    IL TR KR HU RO GR UA NZ CL CO AR PE MY TH VN PH ID EG NG KE MA SA QA LU SK SI HR BG LT LV EE IR SY CU KP";
pub const INDUSTRIES: &str = "software manufacturing fintech retail healthcare education government logistics
    energy media telecom insurance banking construction automotive agriculture hospitality nonprofit legal
    consulting saas biotech pharma chemicals aerospace realestate travel gaming food textiles";
pub const SENIORITIES: &str = "individual manager director vp c_level senior intern student";
pub const SENIORITY_SHARES: [f64; 8] = [0.34, 0.2, 0.1, 0.06, 0.05, 0.19, 0.03, 0.03];
pub const DEPARTMENTS: &str =
    "sales marketing it engineering data finance hr operations legal support product other";
pub const SOURCES: &str = "organic paid_search paid_social referral partner webinar event outbound
    purchased_list content direct import";
pub const FUNDING: &str = "bootstrapped seed series_a series_b series_c public private_equity";
pub const LANGUAGES: &str = "en de fr nl es it pt sv pl da no fi ja ko zh";
pub const STATUSES: &str = "new open working nurture recycled";
pub const FREE_MAIL: &str = "gmail.com yahoo.com hotmail.com outlook.com icloud.com gmx.de web.de aol.com
    proton.me mail.ru";
pub const COMPANY_FIRST: &str =
    "north blue quick bright stone river global prime alpha nova apex vertex delta
    solar iron cloud green red silver golden urban next first true core open swift clear deep high";
pub const COMPANY_SECOND: &str = "wind line works soft systems labs tech data logic media group power build
    trade health pay grid point bridge forge path mark field gate star base lab ware net hub";
pub const ENDINGS: &str = "com com com de io net co.uk fr nl eu";
pub const FIRST_NAMES: &str =
    "anna ben carla david emma felix gina hans ines jonas karla liam maria noah olga
    paul quinn rosa sam tina uwe vera will xenia yara zoe info sales";
/// Only so many of [`FIRST_NAMES`] are picked.
pub const PICKED_FIRST_NAMES: usize = 26;
pub const LAST_NAMES: &str =
    "smith mueller garcia rossi dubois jansen novak silva kim patel nguyen brown wagner
    fischer weber lopez martin bernard petit moreau conti ricci visser bakker nowak kowalski svensson larsen
    nielsen virtanen";
pub const TITLE_RANKS: [&str; 10] =
    ["", "", "", "Senior ", "Junior ", "Lead ", "Principal ", "Associate ", "Global ", "Regional "];
pub const TITLE_FIELDS: [&str; 25] = [
    "Data",
    "Marketing",
    "Sales",
    "Software",
    "Business",
    "Analytics",
    "Product",
    "Finance",
    "HR",
    "Operations",
    "IT",
    "Security",
    "Customer Success",
    "Growth",
    "Legal",
    "Research",
    "Supply Chain",
    "Database",
    "Cloud",
    "Digital",
    "Revenue",
    "Content",
    "Brand",
    "Field",
    "Network",
];
pub const TITLE_ROLES: [&str; 16] = [
    "Manager",
    "Engineer",
    "Director",
    "Analyst",
    "Assistant",
    "Specialist",
    "Consultant",
    "Coordinator",
    "Officer",
    "VP",
    "Head",
    "Architect",
    "Executive",
    "Intern",
    "Scientist",
    "Administrator",
];
