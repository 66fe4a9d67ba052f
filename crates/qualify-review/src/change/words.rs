//! Values, lengths of time and comparisons as the language writes them.

use qualify_model::{
    Aggregate, CalendarUnit, Comparison, Length, Model, NumberKind, Operator, Param, Schema, TextTest, Type,
    Value, calendar, exact,
};

/// Points as a decimal number, exact.
pub(crate) fn points(units: i64) -> String {
    exact::format(i128::from(units), NumberKind::Points.decimals())
}

/// A value of a type, as it would be written.
pub(crate) fn value(value: &Value, ty: &Type, model: &Model) -> String {
    match value {
        Value::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_string(),
        Value::Number(units) => {
            let decimals = match ty {
                Type::Number(kind) => kind.decimals(),
                _ => 0,
            };
            exact::format(i128::from(*units), decimals)
        }
        Value::Text(text) => format!("\"{text}\""),
        Value::Stage(text) => text.to_string(),
        Value::Date(day) => calendar::format_day(*day),
        Value::Time(instant) => calendar::format_instant(*instant),
        Value::Duration(us) => exact_length(*us),
        Value::Word(number) => match ty {
            Type::OneOf(vocabulary) => {
                let words = &model.schema.vocabulary(*vocabulary).words;
                words.get(*number as usize).map_or_else(|| number.to_string(), |word| word.name.clone())
            }
            _ => number.to_string(),
        },
        Value::List(values) => {
            let of = match ty {
                Type::List(of) => of,
                other => other,
            };
            let values: Vec<String> = values.iter().map(|v| self::value(v, of, model)).collect();
            format!("({})", values.join(", "))
        }
    }
}

/// `7d`, `36h`, `90m`.
pub(crate) fn exact_length(us: i64) -> String {
    const SECOND: i64 = 1_000_000;
    for (size, unit) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] {
        if us != 0 && us % (size * SECOND) == 0 {
            return format!("{}{unit}", us / (size * SECOND));
        }
    }
    format!("{}s", exact::format(i128::from(us), 6))
}

/// A length; of a param its name.
pub(crate) fn length(length: &Length, params: &[Param]) -> String {
    match length {
        Length::Exact(us) => exact_length(*us),
        Length::Calendar(n, of) => format!("{n} {}{}", unit(*of), if *n == 1 { "" } else { "s" }),
        Length::BusinessDays(n) => format!("{n} business day{}", if *n == 1 { "" } else { "s" }),
        Length::BusinessHours(n) => format!("{n} business hour{}", if *n == 1 { "" } else { "s" }),
        Length::Param(id) => params.get(id.index()).map_or_else(String::new, |param| param.name.clone()),
    }
}

/// `week`.
pub(crate) fn unit(unit: CalendarUnit) -> &'static str {
    match unit {
        CalendarUnit::Hour => "hour",
        CalendarUnit::Day => "day",
        CalendarUnit::Week => "week",
        CalendarUnit::Month => "month",
        CalendarUnit::Quarter => "quarter",
        CalendarUnit::Year => "year",
    }
}

/// `>=`.
pub(crate) fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

/// `contains`.
pub(crate) fn text_test(test: TextTest) -> &'static str {
    match test {
        TextTest::Contains => "contains",
        TextTest::StartsWith => "starts with",
        TextTest::EndsWith => "ends with",
        TextTest::Mentions => "mentions",
        TextTest::Matches => "matches",
    }
}

/// `+`.
pub(crate) fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}

/// `total`.
pub(crate) fn aggregate(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Total => "total",
        Aggregate::Average => "average",
        Aggregate::Largest => "largest",
        Aggregate::Smallest => "smallest",
        Aggregate::First => "first",
        Aggregate::Latest => "latest",
    }
}

/// A type as a schema writes it.
pub(crate) fn ty(ty: &Type, model: &Model) -> String {
    type_name(ty, &model.schema)
}

/// The same of a type of a schema.
pub(crate) fn type_name(ty: &Type, schema: &Schema) -> String {
    match ty {
        Type::YesNo => "yes/no".to_string(),
        Type::Number(NumberKind::Integer) => "integer".to_string(),
        Type::Number(NumberKind::Number) => "number".to_string(),
        Type::Number(NumberKind::Money) => "money".to_string(),
        Type::Number(NumberKind::Points) => "points".to_string(),
        Type::Text(qualify_model::TextKind::Plain) => "text".to_string(),
        Type::Text(qualify_model::TextKind::Email) => "email".to_string(),
        Type::Text(qualify_model::TextKind::Url) => "url".to_string(),
        Type::Text(qualify_model::TextKind::Domain) => "domain".to_string(),
        Type::Date => "date".to_string(),
        Type::Time => "time".to_string(),
        Type::Duration => "duration".to_string(),
        Type::OneOf(id) => {
            let ordered = schema.vocabulary(*id).ordered;
            (if ordered { "ordered one of" } else { "one of" }).to_string()
        }
        Type::List(of) => format!("list of {}", type_name(of, schema)),
        Type::Stage => "stage".to_string(),
    }
}

/// The same with the words of a vocabulary.
pub(crate) fn ty_with_words(ty: &Type, model: &Model) -> String {
    match ty {
        Type::OneOf(id) => {
            let words: Vec<String> =
                model.schema.vocabulary(*id).words.iter().map(|w| w.name.clone()).collect();
            format!("{} {}", self::ty(ty, model), enumerate(&words, 6))
        }
        other => self::ty(other, model),
    }
}

/// So much of a text that a sentence stays readable.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 100;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    let cut: String = text.chars().take(MOST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// `a, b and c`; of more than `most` the first ones and how many more there are.
pub(crate) fn enumerate(names: &[String], most: usize) -> String {
    let shown = names.len().min(most);
    let mut out = names[..shown].join(", ");
    if names.len() > shown {
        out.push_str(&format!(" and {} more", names.len() - shown));
    }
    out
}
