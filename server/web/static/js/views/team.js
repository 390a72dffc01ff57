// The manager's page: is the cadence kept, by whom, and where will it break.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { addDays, count, percent, plural, companyZone, shortDay, today } from "../format.js";

const PERIODS = [[30, "Last 30 days"], [90, "Last 90 days"], [365, "Last year"]];
const NO_PLAN = { no_plan: "there was no plan yet for these days", nothing_planned: "nothing was planned on these days" };
const STATES = [["overdue", "Overdue", "bad"], ["at_risk", "At risk", "warn"], ["due", "Due", "good"]];
let days = 90;

export async function teamView(context) {
  const last = today(companyZone());
  const [report, states, failing, loads] = await Promise.all([
    get("/compliance", { by: "rep", from: addDays(last, -days), to: last, limit: 200 }),
    get("/compliance/states"),
    get("/planning/failing", { limit: 200 }),
    get("/overload", { limit: 200 }),
  ]);
  const standing = new Map([...states.items, ...(states.unassigned ? [states.unassigned] : [])].map((line) => [line.rep_id, line]));
  const choose = h("select", { "aria-label": "Period", onchange: (event) => { days = Number(event.target.value); teamView(context); } },
    PERIODS.map(([value, label]) => h("option", { value, selected: value === days }, label)));
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, "Team"), h("div", {}, choose)),
    failingNotice(context, failing.items),
    cards(report.total),
    noTime(context, loads.items),
    h("section", { class: "card" }, h("div", { class: "scroll" }, table(context, report, standing, states.total))),
    h("p", { class: "soft" }, "Attainment counts late visits, on time does not; a missed visit stays in both. Open a rep to see the coming days.",
      report.total?.planned_vs_done.reason ? ` Plan kept is “–”: ${NO_PLAN[report.total.planned_vs_done.reason]}.` : null));
}

function cards(total) {
  if (!total) return null;
  const figures = total.customer;
  const card = (label, ratio, of) => h("div", { class: "card figure" }, h("small", {}, label), h("b", {}, percent(ratio.ratio)),
    h("small", {}, `${count(ratio.numerator)} of ${count(ratio.denominator)} ${of}`));
  return h("div", { class: "figures" }, card("Attainment", figures.attainment, "visits"), card("On time", figures.on_time, "visits"),
    card("Coverage", figures.coverage, "accounts"), card("Time in compliance", figures.time_in_compliance, "days"));
}

// Nothing of what has changed since is in the plans of these reps: that comes before all figures.
function failingNotice(context, lines) {
  if (!lines.length) return null;
  const open = (id) => (event) => { event.preventDefault(); context.go(`/reps/${id}`); };
  const links = lines.flatMap((line, n) => [n ? ", " : "", h("a", { href: `/reps/${line.rep_id}`, onclick: open(line.rep_id) }, line.rep_name)]);
  return h("p", { class: "notice warn", role: "alert" }, h("b", {}, "Planning fails for "), links,
    ". The last plan is shown there; changes since then are not in it.");
}

// Where the coming weeks ask for more than there is time, and what would cost least to keep it.
function noTime(context, loads) {
  const over = loads.filter((load) => load.figures?.left_out).sort((a, b) => b.figures.missing_hours - a.figures.missing_hours);
  if (!over.length) return null;
  const open = (id) => (event) => { event.preventDefault(); context.go(`/reps/${id}`); };
  return h("section", { class: "card days" }, h("h2", {}, "No time for"),
    h("ul", { class: "reasons" }, over.map(({ rep_id: id, rep_name: name, figures, status }) => h("li", {},
      h("b", {}, h("a", { href: `/reps/${id}`, onclick: open(id) }, name)),
      ` ${plural(figures.left_out, "visit")} by ${shortDay(figures.last_day)}, ${figures.missing_hours ? `${figures.missing_hours} h a week missing` : `which take ${figures.take_hours} h a week`}`,
      offers(figures).map((text) => h("small", {}, text)),
      status === "ready" ? null : h("small", {}, "Worked out before the latest changes")))));
}

// The cheapest remedy that keeps all, and what costs least for each visit that it keeps where that is another one; the cheaper of both first.
function offers({ left_out: left, remedies }) {
  const enough = remedies.find((remedy) => !remedy.left_out);
  const best = remedies.find((remedy) => remedy.best_value && remedy !== enough);
  const both = [
    enough && [enough.cost_minutes, `Cheapest that keeps all: ${enough.text}`],
    best && [best.cost_minutes, `Least for each visit (keeps ${best.left_out ? `${best.keeps} of ${left}` : "all"}): ${best.text}`],
  ].filter(Boolean).sort((a, b) => a[0] - b[0]).map(([, text]) => text);
  return enough ? both : ["Nothing that was tried keeps them all", ...both];
}

// On a phone each row is a card: the label of a cell then stands above its figure.
function table(context, report, standing, total) {
  const open = (key) => (event) => { event.preventDefault(); context.go(`/reps/${key}`); };
  const cell = (label, ...content) => h("td", { "data-label": label }, content);
  const figures = (line, show) => [
    cell("Accounts", count(line.accounts)),
    cell("Attainment", show(line.customer.attainment.ratio)), cell("On time", show(line.customer.on_time.ratio)),
    cell("Coverage", percent(line.customer.coverage.ratio)), cell("Plan kept", planKept(line.planned_vs_done)),
  ];
  const states = (counts) => STATES.map(([name, label, kind]) =>
    cell(label, counts?.[name] ? h("span", { class: `chip ${kind}` }, count(counts[name])) : "–"));
  const name = (line) => (line.key ? h("a", { href: `/reps/${line.key}`, onclick: open(line.key) }, line.name || "–") : "Without an owner");
  const row = (line) => h("tr", {}, h("td", {}, name(line)), figures(line, meter), states(standing.get(line.key || null)));
  const heads = ["Rep", "Accounts", "Attainment", "On time", "Coverage", "Plan kept", ...STATES.map(([, label]) => label)];
  const nobodyLast = [...report.lines.filter((line) => line.key), ...report.lines.filter((line) => !line.key)];
  return h("table", { class: "cards" },
    h("thead", {}, h("tr", {}, heads.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, nobodyLast.map(row)),
    report.total ? h("tfoot", {}, h("tr", {}, h("td", {}, "All"), figures(report.total, percent), states(total))) : null);
}

const planKept = ({ plan, reason }) => (reason ? h("span", { title: NO_PLAN[reason] }, "–") : percent(plan.ratio));

function meter(ratio) {
  if (ratio === null) return percent(ratio);
  const bar = h("i", { class: ratio >= 0.9 ? "" : ratio >= 0.75 ? "warn" : "bad" });
  bar.style.width = `${Math.round(ratio * 100)}%`;
  return [percent(ratio), h("span", { class: "meter" }, bar)];
}
