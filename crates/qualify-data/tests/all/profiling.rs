//! What a profile says of a lead set.

use crate::support::*;
use qualify_model::{Type, Value};

#[test]
fn attributes_and_events() {
    let mut schema =
        leads(&[("size", MONEY), ("mail", EMAIL), ("word", WORD), ("tags", Type::List(Box::new(TEXT)))]);
    schema.attributes[1].personal = true;
    schema.attributes[0].range = Some((Value::Number(0), Value::Number(1_000_000)));
    schema.events = vec![event("visited", &[("page", TEXT)]), event("opened", &[])];
    let manifest = "[[leads]]\nfiles = \"leads.csv\"\ncolumns = { size = \"Size\" }\n[[events]]\nfiles = \"e.csv\"\nlead = \"id\"\ntime = \"t\"\ntype = \"visited\"\n";
    let project = Project::new(manifest)
        .file(
            "leads.csv",
            "id,Size,mail,word,tags\n1,5.5,a@b.c,big,x;y\n2,,c@d.e,big,x\n3,7,,,\n4,5.50,a@b.c,,\n",
        )
        .file("e.csv", "id,t,page\n1,2024-01-02,/a\n1,2024-01-01,/b\n3,2024-01-03,/a\n");
    let set = project.read(&schema).expect("reads");
    let profile = qualify_data::profile(&set, &schema);
    let mut found = String::new();
    let all = profile.attributes.iter().chain(profile.event_types.iter().flat_map(|e| &e.properties));
    for v in all {
        let top: Vec<_> = v.top.iter().map(|f| format!("{}={}", f.value, f.count)).collect();
        let ends = [v.least.as_deref(), v.greatest.as_deref()].map(|e| e.unwrap_or("-"));
        let column = v.column.as_deref().unwrap_or("-");
        let top = top.join(" ");
        found.push_str(&format!(
            "{} ({column}) {}/{} {} {ends:?} [{top}] {:?}\n",
            v.name, v.known, v.total, v.distinct, v.never_seen
        ));
    }
    let expected = r#"
size (Size) 3/4 2 ["5.5", "7"] [5.5=2 7=1] []
mail (mail) 3/4 2 ["-", "-"] [] []
word (word) 2/4 1 ["-", "-"] [big=2] ["small"]
tags (tags) 2/4 2 ["-", "-"] [x=2 y=1] []
page (-) 3/3 2 ["-", "-"] [/a=2 /b=1] []
"#;
    assert_eq!(trimmed(&found), trimmed(expected));
    let visited = &profile.event_types[0];
    assert_eq!((visited.count, visited.leads), (3, 2));
    assert_eq!(visited.first.as_deref(), Some("2024-01-01T00:00:00Z"));
    assert_eq!(visited.last.as_deref(), Some("2024-01-03T00:00:00Z"));
    assert_eq!((profile.event_types[1].count, profile.event_types[1].first.as_ref()), (0, None));
}
