//! Leads from a sequence of random numbers. The order of the draws is part of the data: changing it changes
//! every value behind it.

use super::words::{self, words};
use super::{AS_OF, DAY};
use crate::random::{Random, Weighted, Weights};

/// A lead as it stands in the table; none is an empty cell.
#[derive(Clone, Debug)]
pub struct Lead {
    pub id: i64,
    pub email: String,
    pub domain: String,
    pub country: String,
    pub region: Option<String>,
    pub industry: Option<String>,
    pub job_title: Option<String>,
    pub seniority: Option<String>,
    pub department: Option<String>,
    pub company_size: Option<i32>,
    pub annual_revenue: Option<f64>,
    pub growth: Option<f64>,
    pub budget: Option<f64>,
    pub funding_stage: Option<String>,
    pub source: String,
    pub campaign: Option<String>,
    pub crm_status: String,
    pub language: String,
    pub consent: bool,
    pub email_bounced: bool,
    pub is_competitor: bool,
    pub phone_valid: Option<bool>,
    pub prior_deals: i32,
    /// Microseconds since 1970, as the next.
    pub created_at: i64,
    pub last_contacted_at: Option<i64>,
}

/// Makes one lead after the other.
pub struct Leads {
    countries: Weighted,
    regions: Weighted,
    industries: Weighted,
    seniorities: Weighted,
    departments: Weighted,
    sources: Weighted,
    campaigns: Weighted,
    statuses: Weighted,
    languages: Weighted,
    funding: Weighted,
    free_mail: Weighted,
    company_first: Vec<String>,
    company_second: Vec<String>,
    endings: Vec<String>,
    first_names: Vec<String>,
    last_names: Vec<String>,
}

/// A moment some days before the instant of the scores, to the millisecond.
fn days_ago(days: f64) -> i64 {
    AS_OF - (days * DAY as f64) as i64 / 1000 * 1000
}

impl Leads {
    /// Of the benchmark.
    pub fn new() -> Leads {
        Leads {
            countries: Weighted::falling(words(words::COUNTRIES), 1.0),
            regions: Weighted::falling(words::regions(), 0.6),
            industries: Weighted::falling(words(words::INDUSTRIES), 0.7),
            seniorities: Weighted::new(words(words::SENIORITIES), Weights::of(words::SENIORITY_SHARES)),
            departments: Weighted::falling(words(words::DEPARTMENTS), 0.5),
            sources: Weighted::falling(words(words::SOURCES), 0.5),
            campaigns: Weighted::falling(words::campaigns(), 0.9),
            statuses: Weighted::falling(words(words::STATUSES), 0.4),
            languages: Weighted::falling(words(words::LANGUAGES), 1.2),
            funding: Weighted::falling(words(words::FUNDING), 0.5),
            free_mail: Weighted::falling(words(words::FREE_MAIL), 1.2),
            company_first: words(words::COMPANY_FIRST),
            company_second: words(words::COMPANY_SECOND),
            endings: words(words::ENDINGS),
            first_names: words(words::FIRST_NAMES),
            last_names: words(words::LAST_NAMES),
        }
    }

    /// The lead of a row.
    pub fn lead(&self, row: usize, random: &mut Random) -> Lead {
        let known = |random: &mut Random, empty: f64, words: &Weighted| {
            (!random.chance(empty)).then(|| random.pick(words).to_string())
        };
        let id = 10_000_000 + 3 * row as i64 + random.below(3) as i64;
        let domain = self.domain(random);
        let email = self.email(row, &domain, random);
        random.bits(); // once decided about mailboxes of roles; the sequence keeps its place
        let country = random.pick(&self.countries).to_string();
        let region = known(random, 0.3, &self.regions);
        let industry = known(random, 0.08, &self.industries);
        let job_title = (!random.chance(0.12)).then(|| {
            let (rank, field) = (random.below(10), random.below(25));
            let (rank, field) = (words::TITLE_RANKS[rank], words::TITLE_FIELDS[field]);
            format!("{rank}{field} {}", words::TITLE_ROLES[random.below(16)])
        });
        let seniority = known(random, 0.15, &self.seniorities);
        let department = known(random, 0.15, &self.departments);
        let size = (4.2 + 2.0 * random.normal()).exp().clamp(1.0, 500_000.0);
        Lead {
            id,
            email,
            domain,
            country,
            region,
            industry,
            job_title,
            seniority,
            department,
            company_size: (!random.chance(0.2)).then_some(size as i32),
            annual_revenue: (!random.chance(0.35)).then(|| {
                let revenue = size * 150_000.0 * (0.7 * random.normal()).exp();
                (revenue / 1000.0).round() * 1000.0
            }),
            growth: (!random.chance(0.5)).then(|| (10.0 + 20.0 * random.normal()).round() / 4.0),
            budget: (!random.chance(0.7))
                .then(|| ((9.5 + 1.2 * random.normal()).exp() / 100.0).round() * 100.0),
            funding_stage: known(random, 0.6, &self.funding),
            source: random.pick(&self.sources).to_string(),
            campaign: known(random, 0.5, &self.campaigns),
            crm_status: random.pick(&self.statuses).to_string(),
            language: random.pick(&self.languages).to_string(),
            consent: random.chance(0.62),
            email_bounced: random.chance(0.05),
            is_competitor: random.chance(0.01),
            phone_valid: (!random.chance(0.25)).then(|| random.chance(0.7)),
            prior_deals: if random.chance(0.9) { 0 } else { 1 + random.below(5) as i32 },
            created_at: {
                let part = random.unit();
                days_ago(part * part * 1000.0)
            },
            last_contacted_at: (!random.chance(0.4)).then(|| days_ago(random.unit() * 200.0)),
        }
    }

    fn domain(&self, random: &mut Random) -> String {
        if random.chance(0.25) {
            return random.pick(&self.free_mail).to_string();
        }
        let part = random.unit();
        let company = (part * part * 200_000.0) as usize;
        let number = if company >= 900 { (company / 900).to_string() } else { String::new() };
        let first = &self.company_first[company % 30];
        let name = format!("{first}{}{number}", self.company_second[(company / 30) % 30]);
        match company {
            _ if company.is_multiple_of(37) => format!("{name}.edu"),
            _ if company.is_multiple_of(53) => format!("{name}.ac.uk"),
            _ if company.is_multiple_of(71) => format!("{name}.gov"),
            _ => format!("{name}.{}", self.endings[company % 10]),
        }
    }

    /// One in 32 is the mailbox of a role. That comes from a sequence of its own.
    fn email(&self, row: usize, domain: &str, random: &mut Random) -> String {
        let first = &self.first_names[random.below(words::PICKED_FIRST_NAMES)];
        let last = &self.last_names[random.below(self.last_names.len())];
        let number = random.below(10_000);
        match Random::new(77 + row as u64).bits() % 64 {
            0 => format!("info@{domain}"),
            1 => format!("sales@{domain}"),
            _ => format!("{first}.{last}{number}@{domain}"),
        }
    }
}

impl Default for Leads {
    fn default() -> Leads {
        Leads::new()
    }
}
