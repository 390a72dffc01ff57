// The manager's page: is the cadence kept, by whom, and where will it break.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { addDays, percent, today } from "../format.js";

const PERIODS = [[30, "Last 30 days"], [90, "Last 90 days"], [365, "Last year"]];
let days = 90;

export async function teamView(context) {
  const last = today(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [report, states] = await Promise.all([
    get("/compliance", { by: "rep", from: addDays(last, -days), to: last, limit: 200 }),
    get("/compliance/states"),
  ]);
  const standing = new Map((states.items ?? states.reps ?? states.lines ?? []).map((line) => [String(line.rep_id ?? line.key), line]));
  const choose = h("select", { "aria-label": "Period", onchange: (event) => { days = Number(event.target.value); teamView(context); } },
    PERIODS.map(([value, label]) => h("option", { value, selected: value === days }, label)));
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, "Team"), h("div", {}, choose)),
    cards(report.total),
    h("section", { class: "card" }, h("div", { class: "scroll" }, table(context, report, standing))),
    h("p", { class: "soft" }, "Attainment counts late visits, on time does not; a missed visit stays in both. Open a rep to see the coming days."));
}

function cards(total) {
  if (!total) return null;
  const figures = total.customer;
  const card = (label, ratio) => h("div", { class: "card figure" }, h("small", {}, label), h("b", {}, percent(ratio.ratio)),
    h("small", {}, `${Math.round(ratio.numerator)} of ${Math.round(ratio.denominator)}`));
  return h("div", { class: "figures" }, card("Attainment", figures.attainment), card("On time", figures.on_time),
    card("Coverage", figures.coverage), card("Time in compliance", figures.time_in_compliance));
}

function table(context, report, standing) {
  const open = (key) => (event) => { event.preventDefault(); context.go(`/reps/${key}`); };
  const row = (line) => h("tr", {},
    h("td", {}, line.key ? h("a", { href: `/reps/${line.key}`, onclick: open(line.key) }, line.name || "–") : "Without an owner"),
    h("td", {}, line.accounts), meter(line.customer.attainment.ratio), meter(line.customer.on_time.ratio),
    h("td", {}, percent(line.customer.coverage.ratio)), h("td", {}, percent(line.planned_vs_done.plan.ratio)),
    states(standing.get(String(line.key))));
  const heads = ["Rep", "Accounts", "Attainment", "On time", "Coverage", "Plan kept", "Overdue", "At risk", "Due"];
  return h("table", {},
    h("thead", {}, h("tr", {}, heads.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, report.lines.map(row)),
    report.total ? h("tfoot", {}, h("tr", {}, h("td", {}, "All"), h("td", {}, report.total.accounts),
      ["attainment", "on_time", "coverage"].map((name) => h("td", {}, percent(report.total.customer[name].ratio))),
      h("td", {}, percent(report.total.planned_vs_done.plan.ratio)), h("td", { colspan: 3 }))) : null);
}

function meter(ratio) {
  const kind = ratio === null ? "" : ratio >= 0.9 ? "" : ratio >= 0.75 ? "warn" : "bad";
  const bar = h("i", { class: kind });
  bar.style.width = `${Math.round((ratio ?? 0) * 100)}%`;
  return h("td", {}, percent(ratio), h("span", { class: "meter" }, bar));
}

function states(line) {
  const counts = line?.states ?? line ?? {};
  return [["overdue", "bad"], ["at_risk", "warn"], ["due", "good"]].map(([name, kind]) =>
    h("td", {}, counts[name] ? h("span", { class: `chip ${kind}` }, counts[name]) : "–"));
}
