// One rep as the manager sees them: the coming days, the plan's own figures, and what is not planned and why.

import { get, post } from "../api.js";
import { h, replace, toast } from "../dom.js";
import { addDays, duration, moment, percent, plural, shortDay, time, today } from "../format.js";
import { carryOut, hoursCard } from "./day-hours.js";
import { dayList } from "./days.js";
import { differenceView } from "./difference.js";
import { whatWouldHelp } from "./why.js";

const WORDS = {
  never: "Not planned yet", repairing: "A change is being planned", improving: "Up to date; being improved", idle: "Up to date",
  failing: "Planning fails; the last plan is served",
};
const GROUPS = {
  no_position: "Position unknown", no_rep: "Nobody visits", rep_away: "Rep is away", no_skill: "Skill missing", closed: "Closed when we could come",
  settled: "Its days are settled already",
  over_capacity: "More than can be carried", together: "Not possible together with another account", apart: "Not beside another account", out_of_reach: "Does not fit into a workday", beyond_radius: "Beyond the radius", appointment_conflict: "Conflicts with an appointment",
  too_close: "Too close to another visit", day_full: "Days are full", cheaper_left_out: "Costs more than it is worth",
  next_search: "Waits for the next search",
  later: "Full, but in time after these weeks as well",
  paused: "Paused", ended: "Nobody asks for it any more", no_cadence: "Only on request", not_due: "Not due yet",
};

export async function repDaysView(context, repId) {
  const rep = await get(`/reps/${repId}`);
  const first = today(rep.timezone);
  const [schedule, plan, load, hours] = await Promise.all([
    get(`/reps/${repId}/schedule`, { from: first, to: addDays(first, 13) }),
    get(`/reps/${repId}/plan`),
    get(`/reps/${repId}/overload`),
    get(`/reps/${repId}/hours`, { since: first, limit: 200 }),
  ]);
  const left = plan.plan ? (await get(`/plans/${plan.plan.id}/unplanned`)).items : [];
  const waiting = plan.waiting_plan_id;
  const diff = waiting ? await get(`/plans/${waiting}/diff`, { against: plan.plan?.id }) : null;
  const again = () => repDaysView(context, repId);
  const back = (event) => { event.preventDefault(); context.go("/team"); };
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, rep.name), h("a", { href: "/team", onclick: back }, "‹ Team")),
    failing(plan, rep.timezone),
    h("div", { class: "columns" },
      h("section", { class: "days" }, h("h2", {}, "Coming days"), dayList(schedule), hoursCard(rep, hours.items, first, again)),
      h("section", { class: "days" }, planCard(context, repId, plan, diff), overloadCard(load, rep, again), unplanned(repId, left, rep.timezone))));
}

function failing({ planning, plan }, zone) {
  if (planning.status !== "failing") return null;
  return h("div", { class: "notice warn", role: "alert" }, h("b", {}, "Planning fails for this rep. "),
    plan ? `What you see is the last plan, from ${moment(plan.published_at, zone)}; changes since then are not in it. `
      : "There is no plan yet. ",
    planning.retry_at ? `The next attempt is at ${time(planning.retry_at, zone)}. ` : null,
    h("small", {}, `${plural(planning.failures, "attempt")} failed, the last one with: ${planning.last_error}`));
}

const PROMISE = 60_000; // minutes: a must-visit left out

// "osrm", "osrm outdated" and "osrm+estimate" are by road, the latter two not wholly; "calibrated" is an estimate fitted to roads.
function driving(source) {
  const estimated = source === "calibrated" ? "estimated, fitted to the roads" : "estimated";
  if (source === "estimate" || source === "calibrated") return estimated;
  if (source.endsWith(" outdated")) return "by road, to be asked again";
  return source.includes("+") ? "by road, some of them estimated" : "by road";
}

// Which hours are slower, and who says so.
function traffic(speeds) {
  if (!speeds || speeds.source === "none") return ", on empty roads";
  if (speeds.source === "learned") return `, slower at busy hours (${speeds.area}, learned from ${plural(speeds.drives, "drive")})`;
  return `, slower at busy hours (${speeds.area ? `${speeds.area}, ` : ""}${speeds.source === "own" ? "your table" : "usual table"})`;
}

function planCard(context, repId, { planning, plan, waiting_plan_id: waiting }, diff) {
  const parts = plan?.objective;
  const line = (label, minutes) => h("tr", {}, h("td", {}, label), h("td", {}, duration(minutes)));
  // What was agreed or asked for has a price beyond all driving, so that it comes first; as time it would mean nothing.
  const leftOut = (minutes) => minutes < PROMISE ? line("Price of what is left out", minutes)
    : h("tr", {}, h("td", {}, "Price of what is left out"), h("td", { class: "words" }, "appointments or visits that were asked for, see below"));
  const decide = (verb) => async () => {
    try {
      await post(`/plans/${waiting}/${verb}`);
      await repDaysView(context, repId);
    } catch (problem) { toast(problem.message, "error"); }
  };
  return h("div", { class: "card days" },
    h("div", { class: "head" }, h("h2", {}, "Plan"), plan ? h("small", {}, `Version ${plan.number}`) : null),
    h("p", {}, WORDS[planning.status] ?? planning.status),
    plan ? h("p", {}, h("span", { class: `chip ${plan.certificate.ok ? "good" : "bad"}` }, plan.certificate.ok ? "✓ checked" : "not valid"),
      h("small", {}, ` ${plan.churn.moved} moved, ${plan.churn.added} added, ${plan.churn.removed} removed`,
        plan.churn.kept_share === null ? null : `; ${percent(plan.churn.kept_share)} stayed on their day`)) : null,
    plan ? h("p", {}, h("small", {}, `Driving times: ${driving(plan.travel_source)}${traffic(plan.speeds)}`)) : null,
    diff ? differenceView(diff) : null,
    waiting ? h("div", { class: "actions" }, h("button", { class: "primary", onclick: decide("approve") }, "Approve the better plan"),
      h("button", { onclick: decide("reject") }, "Reject")) : null,
    parts ? h("h3", {}, "What it costs, in time at the wheel") : null,
    parts ? h("table", { class: "tight" }, h("tbody", {},
      line("Driving", parts.driving_minutes), line("Waiting", parts.waiting_minutes), line("Price of late visits", parts.lateness_minutes),
      leftOut(parts.missed_minutes), line("Overtime", parts.overtime_minutes),
      parts.nights_minutes ? line("Price of nights away", parts.nights_minutes) : null,
      parts.preferred_minutes ? line("Price of other than preferred hours", parts.preferred_minutes) : null,
      parts.unfair_minutes ? line("Price of days with more than their share", parts.unfair_minutes) : null,
      line("Price of moved visits", parts.churn_minutes))) : null);
}

const OUTDATED = "Worked out before the latest changes; it is worked out again as soon as the planner is idle, within about a quarter of an hour.";

// What there is no time for, before the weeks begin, and what would help: the cheapest remedy first.
function overloadCard({ figures, status }, rep, again) {
  if (!figures?.left_out) return null;
  const short = figures.groups.filter((group) => group.left_out);
  return h("div", { class: "card days" }, h("h2", {}, "No time for"), status === "ready" ? null : h("p", { class: "soft" }, OUTDATED),
    h("p", {}, h("b", {}, plural(figures.left_out, "visit")), ` from ${shortDay(figures.first_day)} to ${shortDay(figures.last_day)}`,
      figures.fell_away ? `, and ${figures.fell_away} more that fall away because others come late` : null, `: ${missing(figures)}`,
      figures.longer_hours ? `; with ${figures.longer_hours} h a week more, as much on every day, none is left out.` : "."),
    h("ul", { class: "reasons" }, short.map((group) => h("li", {}, h("b", {}, group.group),
      h("small", {}, `${group.waiting} of ${plural(group.accounts, "account")} ${group.waiting === 1 ? "waits" : "wait"} for ${plural(group.left_out, "visit")}`)))),
    figures.remedies.length ? h("h3", {}, "What would keep them") : null,
    h("ol", { class: "reasons" }, figures.remedies.map((remedy) => h("li", {},
      h("div", { class: "chips" }, h("span", { class: `chip ${remedy.left_out ? "warn" : "good"}` }, remedy.left_out ? `keeps ${remedy.keeps}` : "keeps all"),
        remedy.best_value && figures.remedies.length > 1 ? h("span", { class: "chip" }, "least for each visit") : null),
      h("small", {}, remedy.text), status === "ready" && remedy.days.length ? setHours(rep, remedy, again) : null))));
}

// Hours that are short, or why visits wait though there are as many as they take.
function missing({ missing_hours: short, take_hours: taken, free_hours: free, short_days: days }) {
  if (short) return `${short} h a week are missing${taken > short ? ` (they take ${taken} h, ${free} h stay free)` : ""}`;
  return `they take ${taken} h a week; ${free} h stay free, but ${days ? `in pieces too short for them: about ${days} workdays a week are short` : "opening hours, ways or limits of a day are in the way"}`;
}

// Once the figures are out of date the button is gone: the same hours are not added twice.
function setHours(rep, remedy, again) {
  const act = async (event) => {
    event.target.disabled = true;
    try {
      await carryOut(rep, remedy);
      toast("The days are set, and the visits asked for; the plan follows.");
    } catch (problem) { toast(problem.message, "error"); }
    await again();
  };
  return h("button", { type: "button", onclick: act }, "Set these days");
}

// "Lunch talk, Mon, Dec 7, 11:45 AM-12:45 PM · Blue Heron": what was agreed has a title and a time of its own.
function named(item, zone) {
  if (!item.title) return item.account_name ?? "–";
  const at = item.starts_at ? `, ${moment(item.starts_at, zone)}–${time(item.ends_at, zone)}` : "";
  const where = item.account_name && item.account_name !== item.title ? ` · ${item.account_name}` : "";
  return `${item.title}${at}${where}`;
}

const noun = (items) => (items.every((item) => item.kind === "visit") ? "visit" : items.every((item) => item.title) ? "appointment" : "item");

// There is no time for them in the weeks planned, but nothing is lost yet: they are not among what there is "no time for".
const LATER = ["day_full", "cheaper_left_out", "appointment_conflict", "beyond_radius"];

function unplanned(repId, items, zone) {
  if (!items.length) return null;
  const groupOf = (item) => item.cause === "frozen" ? "settled" : LATER.includes(item.reason) && item.in_time_until ? "later" : item.reason;
  const groups = Object.keys(GROUPS).map((group) => [group, items.filter((item) => groupOf(item) === group)]).filter(([, found]) => found.length);
  return h("div", { class: "card days" }, h("h2", {}, "Not in the plan"), groups.map(([reason, found]) =>
    h("details", { open: reason !== "not_due" && found.length < 6 },
      h("summary", {}, h("b", {}, GROUPS[reason]), " ", h("span", { class: "chip" }, plural(found.length, noun(found)))),
      h("ul", { class: "reasons" }, found.map((item) => h("li", {}, h("b", {}, named(item, zone)), h("small", {}, item.in_time_until ? `In time until ${shortDay(item.in_time_until)}. ` : null, item.detail),
        whatWouldHelp(repId, item)))))));
}
