// What a proposed plan does otherwise than the one that holds: for who approves it.

import { h } from "../dom.js";
import { count, distance, duration, percent, shortDay, wallTime } from "../format.js";

const GROUPS = [["moved", "To another day"], ["added", "Coming in"], ["removed", "Leaving"], ["retimed", "At another time"]];
const FEW = 8; // shown without a tap

export function differenceView(diff) {
  const { churn, before, after } = diff;
  const groups = GROUPS.map(([kind, label]) => [kind, label, diff.changes.filter((change) => change.change === kind)]).filter(([, , found]) => found.length);
  return h("div", { class: "difference days" },
    h("h3", {}, "What it changes"),
    h("p", {}, diff.changes.length ? summary(churn) : "No stop is on another day or at a noticeably other time.",
      h("small", {}, ` ${shortDay(diff.first_day)} to ${shortDay(diff.last_day)}.`)),
    before ? table(before, after) : null,
    groups.map(([kind, label, found]) => h("details", { open: found.length <= FEW && kind !== "retimed" },
      h("summary", {}, h("b", {}, label), " ", h("span", { class: "chip" }, count(found.length))),
      h("ul", { class: "reasons" }, found.map((change) => h("li", {}, h("b", {}, name(change)), h("small", {}, when(change))))))));
}

function summary({ moved, added, removed, retimed, kept_share: share }) {
  const counted = [[moved, "to another day"], [added, "coming in"], [removed, "leaving"], [retimed, "at another time"]];
  const parts = counted.filter(([number]) => number).map(([number, what]) => `${count(number)} ${what}`);
  return `${parts.join(", ")}. ${share === null ? "" : `${percent(1 - share)} leave their day, ${percent(share)} stay.`}`;
}

function table(before, after) {
  const line = (label, one, two, write, less) => h("tr", {}, h("td", {}, label), h("td", {}, write(one)), h("td", {}, write(two)),
    h("td", { class: one === two ? "" : (two < one) === less ? "better" : "worse" }, one === two ? "–" : `${two > one ? "+" : "−"}${write(Math.abs(two - one))}`));
  return h("table", { class: "tight" },
    h("thead", {}, h("tr", {}, h("th", {}, ""), h("th", {}, "Now"), h("th", {}, "Then"), h("th", {}, "Change"))),
    h("tbody", {},
      line("Driving", before.driving_minutes, after.driving_minutes, duration, true),
      line("Distance", before.driving_metres, after.driving_metres, distance, true),
      line("Visits", before.visits, after.visits, count, false),
      line("Late", before.late, after.late, count, true),
      line("Left out", before.left_out, after.left_out, count, true)));
}

const name = (change) => change.kind === "night" ? `Night ${change.account ? `near ${change.account_name ?? "an account"}` : `at ${change.hotel_name ?? "a hotel"}`}`
  : change.appointment_title ?? change.account_name ?? "Something that is gone since";

function when(change) {
  const at = (date, start) => `${shortDay(date)}${start === null ? "" : `, ${wallTime(start)}`}`;
  const from = change.from_date ? at(change.from_date, change.from_start_seconds) : null;
  const to = change.to_date ? at(change.to_date, change.to_start_seconds) : null;
  if (change.change === "retimed") return `${from} → ${wallTime(change.to_start_seconds)}${change.note ? ` (${change.note.toLowerCase()})` : ""}`;
  return [from, to].filter(Boolean).join(" → ");
}
