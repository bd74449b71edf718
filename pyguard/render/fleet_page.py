"""What the fleet's page is dressed and moved by: its style and its script, both inline and allowed by their hashes."""

STYLE = """
:root{--text:#1b1f24;--soft:#5b6570;--line:#d8dde3;--page:#fff;--tile:#f4f6f8;--block:#b3261e;--warn:#8a6100;--good:#2f7d4f}
@media(prefers-color-scheme:dark){:root{--text:#e3e6ea;--soft:#9aa4ae;--line:#333a42;--page:#14171a;--tile:#1d2227;
--block:#ff8a80;--warn:#e3b341;--good:#7fd09b}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:var(--text);
background:var(--page)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{margin:.3rem 0}.soft{color:var(--soft)}
ul.tiles{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;margin:1.2rem 0;padding:0}
ul.tiles li{background:var(--tile);border-radius:.4rem;padding:.5rem 1rem;min-width:6.5rem}
ul.tiles b{display:block;font-size:1.5rem;line-height:1.3}
form{display:flex;flex-wrap:wrap;gap:.8rem;align-items:center;position:sticky;top:0;background:var(--page);
padding:.6rem 0;border-bottom:1px solid var(--line);z-index:1}
input,select{font:inherit;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:.3rem;
padding:.25rem .5rem}input{width:20rem;max-width:60vw}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{white-space:nowrap;overflow-wrap:normal}
th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer}
th[aria-sort=ascending] button::after{content:" \\25b2"}th[aria-sort=descending] button::after{content:" \\25bc"}
.n{text-align:right;white-space:nowrap}.w{white-space:nowrap;overflow-wrap:normal}
.block,.failed,.found{color:var(--block)}.warn,.unreachable{color:var(--warn)}.clean,.gone{color:var(--good)}
code{font:13px/1.5 ui-monospace,monospace}details summary{cursor:pointer;white-space:nowrap}
details ul{margin:.3rem 0;padding-left:1.2rem}
a{color:inherit}tr:target td{background:var(--tile)}[hidden]{display:none}
"""

# Sorting is stable, so that a second column orders what is equal in the first. No text becomes HTML here.
SCRIPT = """
"use strict";
const words = document.getElementById("words"), level = document.getElementById("level"),
      status = document.getElementById("status");
function filter() {
  const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const table of document.querySelectorAll("table.rows")) {
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every(word => text.includes(word)) ||
        (level.value !== "" && row.dataset.level !== undefined && row.dataset.level !== level.value) ||
        (status.value !== "" && row.dataset.status !== undefined && row.dataset.status !== status.value);
      if (!row.hidden) shown += 1;
    }
    document.getElementById(table.dataset.shown).textContent = shown + " of " + table.tBodies[0].rows.length;
  }
}
function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.n === undefined ? cell.textContent.trim() : Number(cell.dataset.n);
}
const inOrder = new Intl.Collator(undefined, {numeric: true});
function sort(head) {
  const column = head.cellIndex, body = head.closest("table").tBodies[0];
  const first = head.dataset.first || "ascending", other = first === "ascending" ? "descending" : "ascending";
  const order = head.getAttribute("aria-sort") === first ? other : first;
  for (const each of head.parentNode.cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const rows = Array.from(body.rows, row => [value(row, column), row]);
  rows.sort((a, b) => sign * (typeof a[0] === "number" ? a[0] - b[0] : inOrder.compare(a[0], b[0])));
  body.append(...rows.map(pair => pair[1]));
}
for (const head of document.querySelectorAll("table.rows th"))
  head.querySelector("button").addEventListener("click", () => sort(head));
for (const each of [words, level, status]) each.addEventListener("input", filter);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
document.querySelector("form").hidden = false;
filter();
"""
