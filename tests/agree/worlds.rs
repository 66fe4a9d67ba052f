//! The schemas that random models are written over. Together they have attributes and properties of every type.
//!
//! Not in here: rules.

/// A schema each; the richer ones more often.
pub const WORLDS: &[&str] = &[SALES, SALES, SALES, SALES, SHOP, SHOP, SHOP, CLUB, CLUB, CLUB, BARE];

const SALES: &str = r#"lead key lead_id {
  demographics {
    title     text
    seniority ordered one of (junior from "Jr", senior, manager, director, vp)
    email     email personal
    country   text protected
  }
  firmographics {
    size       integer from 1 to 10_000_000
    staff      integer
    rate       number from 0 to 5
    growth     number
    revenue    money from 0 to 1000 billion EUR
    budget     money
    credit     points
    industry   one of (software, finance, retail, other)
    region     one of (emea, amer, apac)
    tech_stack list of text
    markets    list of one of (emea, amer, apac)
    codes      list of integer
    site       url
  }
  consent    yes/no
  customer   yes/no
  born       date
  created_at time required
  renews_at  time
  patience   duration
  stage      stage
}
related account key account_id {
  name      text
  tier      ordered one of (t1, t2, t3)
  open      integer from 0 to 1000
  partner   yes/no
  signed_on date
  worth     money required
}
event visited   (page one of (pricing, docs, blog, careers), seconds number from 0 to 86_400, session text, scroll integer)
event opened received seen_at (campaign text, seconds number from 0 to 86_400, device one of (phone, desk), session text)
event purchased key order_id (product text, order_id text, amount money from 0 to 10 million EUR, paid yes/no, due date, lasted duration)
event attended  (item one of (webinar, fair, pricing), held_at time, tags list of text, session text, scroll integer)
event requested (item one of (demo, quote, trial))
event rejected
"#;

const SHOP: &str = r#"lead key id {
  size   integer from 1 to 10
  staff  integer from 1 to 10 required
  rate   number
  price  money
  tier   ordered one of (low, mid, high)
  region one of (north, south)
  note   text required
  agreed yes/no
  since_when time
}
event bought  key nr received known_at (value money, nr integer, note text)
event sold    (value money, share number from 0 to 1, grade_of ordered one of (low, mid, high))
event bid     (value money, tries integer from 0 to 100)
event returned (why text)
"#;

const CLUB: &str = r#"lead key member {
  name   text
  tags   list of text
  levels list of one of (bronze, silver, gold)
  years  list of integer
  sums   list of number
  days   list of date
  hours  list of time
  answers list of yes/no
  level  ordered one of (bronze, silver, gold)
  mail   email
  page   url
  fees   money from -1000 EUR to 1000 EUR
  met    date
  seen   time
  wait   duration
  points_before points
  stage  stage
}
event mailed   (to email, on_day date)
event linked   (target url, count integer)
event tagged   (tags list of text, count integer, marks list of number)
event rated    (stars integer from 1 to 5, count integer)
event paid     received booked (fees money, late yes/no)
event trained  (lasted duration, coach text)
event answered (agrees yes/no, at_time time)
event cleared  (level ordered one of (bronze, silver, gold), weight number)
"#;

const BARE: &str = r#"lead key id {
  size integer
}
event seen
event heard received at_last
event told (whom text)
"#;

/// The schema without keys of deliveries and times of receipt, which make readers look at each row.
pub fn plain(world: &str) -> String {
    let mut text = String::new();
    for line in world.lines() {
        let mut words = line.split(' ').peekable();
        let mut before_properties = line.starts_with("event ");
        while let Some(word) = words.next() {
            before_properties &= !word.starts_with('(');
            if before_properties && ["key", "received"].contains(&word) {
                words.next();
                continue;
            }
            text.push_str(word);
            text.push(if words.peek().is_some() { ' ' } else { '\n' });
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}
