//! How the page looks: one column, colours by role, light and dark as the reader's system says.

/// The style sheet.
pub(super) const CSS: &str = r#":root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --panel: #f6f8fa;
  --before: #9aa7b8; --after: #2563eb; --good: #157347; --warn: #946200; --bad: #b42318;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10151c; --ink: #e6eaf0; --soft: #9aa5b4; --line: #2a3340; --panel: #19212b;
    --before: #66748a; --after: #6ea0ff; --good: #58c48d; --warn: #e0b050; --bad: #ff8a7a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; }
.eyebrow { color: var(--soft); font-size: .8rem; margin: 0; }
.small, small { color: var(--soft); font-size: .85rem; }
.note { border-left: 3px solid var(--warn); padding-left: .75rem; color: var(--soft); overflow-wrap: anywhere; }
code { font: .88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel);
  padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
pre { font: .85rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel);
  padding: .75rem; border-radius: 6px; overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
.tile { background: var(--panel); border-radius: 8px; padding: .75rem .9rem; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.changes { list-style: none; margin: 0; padding: 0; }
.changes li { display: flex; gap: .6rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.changes i { font: bold 1rem ui-monospace, monospace; width: 1ch; }
.changes span { min-width: 0; overflow-wrap: anywhere; }
.add i { color: var(--good); } .gone i { color: var(--bad); } .edit i { color: var(--warn); }
.limits { list-style: none; margin: 0; padding: 0; }
.limits li { padding: .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th { text-align: right; color: var(--soft); font-weight: 500; white-space: nowrap; }
td { text-align: right; vertical-align: top; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child, .words th, .words td, .alone th:last-child, .alone td:last-child { text-align: left; }
.alone td:first-child, .words td:last-child { min-width: 14rem; }
.words td { min-width: 6rem; }
.alone td:last-child { min-width: 9rem; }
.heat { background: color-mix(in srgb, var(--after) var(--heat), transparent); padding: .05rem .4rem; border-radius: 4px;
  color: var(--ink); box-shadow: inset 0 0 0 99px color-mix(in srgb, var(--paper) 55%, transparent); }
.legend { display: flex; gap: 1.25rem; font-size: .85rem; color: var(--soft); margin: 1rem 0 .25rem; }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .4rem; vertical-align: -1px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
.trio { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: .9rem; margin-bottom: .35rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
svg .ink { fill: var(--ink); }
.b { fill: var(--before); } .a { fill: var(--after); } .up { fill: var(--good); } .down { fill: var(--bad); }
.axis { stroke: var(--line); stroke-width: 1; }
.bl { stroke: var(--before); fill: none; stroke-width: 2; } .al { stroke: var(--after); fill: none; stroke-width: 2; }
"#;
