// One stop of a day, as a card on the phone and as a line in a manager's list.

import { h } from "../dom.js";
import { distance, duration, plural, shortDay, time } from "../format.js";

const DONE = new Set(["done", "attempted", "skipped"]);
const STATUS = {
  done: ["Done", "good"], attempted: ["Nobody there", "warn"], skipped: ["Skipped", "warn"], started: ["There now", "fixed"],
  open: ["Not logged", "warn"],
};
const ROUGH = new Set(["street", "postcode"]);
const REASON = { overdue: "bad", late: "bad", at_risk: "warn" };

export const isDone = (stop) => DONE.has(stop.status);
export const isVisit = (stop) => stop.kind === "visit" || stop.kind === "appointment";
// What the day's numbers count: where the rep goes, or was.
export const toVisit = (stops) => stops.filter((stop) => isVisit(stop) && stop.status !== "skipped");

// `number`: its place among the day's visits.  `from`: when the day begins.  `why`: asks for more than its own reason.  `actions`: buttons of the one who may act, or nothing.
export function stopCard(stop, zone, { number, next, from, change, why: asked, actions }) {
  if (!isVisit(stop)) return pauseLine(stop, zone);
  if (stop.status === "skipped") return skippedLine(stop, zone);
  const classes = ["stop", "card", isDone(stop) ? "done" : "", next ? "next" : ""].join(" ").trim();
  return h("li", { class: classes, id: `stop-${stop.position}` },
    h("div", { class: "when" }, time(stop.starts_at, zone), h("small", {}, `to ${time(stop.ends_at, zone)}`)),
    h("div", { class: "what" },
      h("div", { class: "title" }, h("span", { class: "number" }, number), h("span", { class: "name" }, stop.title)),
      stop.address ? h("small", {}, stop.address) : null,
      chips(stop, change),
      next && stop.leave_by ? h("p", { class: "leave" }, `Leave by ${time(leaveBy(stop, from), zone)} · ${drive(stop)}`)
        : stop.travel_minutes ? h("small", {}, drive(stop)) : null,
      stop.why ? h("small", {}, why(stop.why)) : null,
      asked ?? null),
    actions ? h("div", { class: "actions" }, actions) : null);
}

// Something agreed that has no place in the plan.  While a change is being planned that is nothing to warn of.
export function notKeptCard(item, zone, actions, help) {
  const waits = item.reason === "not_planned_yet";
  return h("article", { class: `stop card ${waits ? "" : "warn"}` },
    h("div", { class: "when" }, time(item.starts_at, zone), h("small", {}, `to ${time(item.ends_at, zone)}`)),
    h("div", { class: "what" },
      h("div", { class: "title" }, h("span", { class: "name" }, item.title)),
      item.address ? h("small", {}, item.address) : null,
      h("div", { class: "chips" }, notKeptChip(item), h("span", { class: "chip fixed" }, item.account ? "Appointment" : "Time block")),
      h("p", { class: "reason" }, item.detail), help ?? null),
    actions ? h("div", { class: "actions" }, actions) : null);
}

// Where the rep sleeps away from home.  `when`: what stands before the name.
export function stayCard(stay, when) {
  if (!stay) return null;
  return h("div", { class: "stop card slim" },
    h("div", { class: "when" }, "☾"),
    h("div", { class: "what" }, h("span", {}, `${when} ${stayName(stay)}`), stay.address ? h("small", {}, stay.address) : null),
    h("div", { class: "actions" }, h("a", { class: "button", href: stay.navigation_url, target: "_blank", rel: "noopener" }, "Navigate")));
}

export const stayName = (stay) => (stay.account_id ? `near ${stay.name}` : stay.name);

export const notKeptChip = (item) => (item.reason === "not_planned_yet"
  ? h("span", { class: "chip" }, "Not planned yet") : h("span", { class: "chip bad" }, "Not in the plan"));

function pauseLine(stop, zone) {
  return h("li", { class: "stop card slim" },
    h("div", { class: "when" }, time(stop.starts_at, zone)),
    h("div", { class: "what" }, h("span", {}, stop.kind === "break" ? "Break" : stop.title,
      h("small", {}, ` · ${duration((new Date(stop.ends_at) - new Date(stop.starts_at)) / 60000)}`))));
}

// Skipped at some hour, which is when the rep said so and not when they were there: no time, no number, no road.
function skippedLine(stop, zone) {
  return h("li", { class: "stop card slim", id: `stop-${stop.position}` },
    h("div", { class: "when" }, "–"),
    h("div", { class: "what" }, h("span", { class: "name soft" }, stop.title), chips(stop),
      h("small", {}, `Logged at ${time(stop.starts_at, zone)}`)));
}

function why(reason) {
  const days = reason.days_since_last_visit;
  const since = days === null ? "never visited" : days > 0 ? `last visit ${plural(days, "day")} before` : null;
  return [
    reason.due_date ? `Due ${shortDay(reason.due_date)}` : null,
    reason.must_visit_note ? `Asked for: ${reason.must_visit_note}` : null,
    since,
  ].filter(Boolean).join(" · ");
}

// To begin as planned.  The plan's own limit may be hours later, where nothing that follows would suffer.
function leaveBy(stop, from) {
  const planned = new Date(stop.starts_at) - stop.travel_minutes * 60_000;
  return Math.max(new Date(from), Math.min(new Date(stop.leave_by), planned));
}

const drive = (stop) => `${duration(stop.travel_minutes)} drive, ${distance(stop.travel_metres)}`;

export function chips(stop, change) {
  const [label, kind] = STATUS[stop.status] ?? [];
  return h("div", { class: "chips" },
    label ? h("span", { class: `chip ${kind}` }, label) : null,
    change ? h("span", { class: "chip warn" }, change) : null,
    stop.first_visit && stop.status !== "skipped" ? h("span", { class: "chip fixed" }, "First visit") : null,
    stop.kind === "appointment" ? h("span", { class: "chip fixed" }, "Appointment") : null,
    ROUGH.has(stop.account?.position_quality) ? h("span", { class: "chip warn" }, "Place approximate") : null,
    stop.account?.segment ? h("span", { class: "chip" }, stop.account.segment) : null,
    stop.why?.late_days > 0 ? h("span", { class: `chip ${REASON.late}` }, `${plural(stop.why.late_days, "day")} late`) : null);
}

// What the map needs of the visits of a day, numbered as in the list.
export function pins(stops) {
  return toVisit(stops).map((stop, index) => ({
    lat: stop.place?.lat, lon: stop.place?.lon, label: String(index + 1), title: `${index + 1}. ${stop.title}`, position: stop.position,
    kind: isDone(stop) ? "done" : stop.kind === "appointment" ? "fixed" : "visit",
  })).filter((pin) => pin.lat !== undefined);
}
