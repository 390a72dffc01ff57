// One rep as the manager sees them: the coming days, the plan's own figures, and what is not planned and why.

import { get, post } from "../api.js";
import { h, replace, toast } from "../dom.js";
import { addDays, duration, plural, today } from "../format.js";
import { dayList } from "./days.js";

const WORDS = {
  never: "Not planned yet", repairing: "A change is being planned", improving: "Up to date; being improved", idle: "Up to date",
  failing: "Planning fails; the last plan is served",
};
const GROUPS = {
  no_position: "Position unknown", no_rep: "Nobody visits", rep_away: "Rep is away", closed: "Closed when we could come",
  out_of_reach: "Too far for a workday", beyond_radius: "Beyond the radius", appointment_conflict: "Conflicts with an appointment",
  too_close: "Too close to another visit", day_full: "Days are full", cheaper_left_out: "Costs more than it is worth",
  paused: "Paused", no_cadence: "Only on request", not_due: "Not due yet",
};

export async function repDaysView(context, repId) {
  const rep = await get(`/reps/${repId}`);
  const first = today(rep.timezone);
  const [schedule, plan] = await Promise.all([
    get(`/reps/${repId}/schedule`, { from: first, to: addDays(first, 13) }),
    get(`/reps/${repId}/plan`),
  ]);
  const left = plan.plan ? (await get(`/plans/${plan.plan.id}/unplanned`)).items : [];
  const back = (event) => { event.preventDefault(); context.go("/team"); };
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, rep.name), h("a", { href: "/team", onclick: back }, "‹ Team")),
    h("div", { class: "columns" },
      h("section", { class: "days" }, h("h2", {}, "Coming days"), dayList(schedule)),
      h("section", { class: "days" }, planCard(context, repId, plan), unplanned(left))));
}

function planCard(context, repId, { planning, plan, waiting_plan_id: waiting }) {
  const parts = plan?.objective;
  const line = (label, minutes) => h("tr", {}, h("td", {}, label), h("td", {}, duration(minutes)));
  const decide = (verb) => async () => {
    try {
      await post(`/plans/${waiting}/${verb}`);
      await repDaysView(context, repId);
    } catch (problem) { toast(problem.message, "error"); }
  };
  return h("div", { class: "card days" },
    h("div", { class: "head" }, h("h2", {}, "Plan"), plan ? h("small", {}, `Version ${plan.number}`) : null),
    h("p", {}, WORDS[planning.status] ?? planning.status, planning.last_error ? h("small", {}, ` ${planning.last_error}`) : null),
    plan ? h("p", {}, h("span", { class: `chip ${plan.certificate.ok ? "good" : "bad"}` }, plan.certificate.ok ? "✓ checked" : "not valid"),
      h("small", {}, ` ${plan.churn.moved} moved, ${plan.churn.added} added, ${plan.churn.removed} removed`)) : null,
    waiting ? h("div", { class: "actions" }, h("button", { class: "primary", onclick: decide("approve") }, "Approve the better plan"),
      h("button", { onclick: decide("reject") }, "Reject")) : null,
    parts ? h("h3", {}, "What it costs, in time at the wheel") : null,
    parts ? h("table", { class: "tight" }, h("tbody", {},
      line("Driving", parts.driving_minutes), line("Waiting", parts.waiting_minutes), line("Price of late visits", parts.lateness_minutes),
      line("Price of what is left out", parts.missed_minutes), line("Overtime", parts.overtime_minutes),
      line("Price of moved visits", parts.churn_minutes))) : null);
}

function unplanned(items) {
  if (!items.length) return null;
  const groups = Object.keys(GROUPS).map((reason) => [reason, items.filter((item) => item.reason === reason)]).filter(([, found]) => found.length);
  return h("div", { class: "card days" }, h("h2", {}, "Not in the plan"), groups.map(([reason, found]) =>
    h("details", { open: reason !== "not_due" && found.length < 6 },
      h("summary", {}, h("b", {}, GROUPS[reason]), " ", h("span", { class: "chip" }, plural(found.length, "visit"))),
      h("ul", { class: "reasons" }, found.map((item) => h("li", {}, h("b", {}, item.account_name ?? "–"), h("small", {}, item.detail)))))));
}
