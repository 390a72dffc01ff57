// The hours of single dates: set by hand, or as a remedy for an overload asks for them.

import { get, post, put, remove } from "../api.js";
import { h, toast } from "../dom.js";
import { duration, plural, shortDay } from "../format.js";

const CLOCK = /^(\d\d):(\d\d)$/;
const path = (repId, day) => `/reps/${repId}/hours/${day}`;

// `rep`: as the API has it; `items`: the dates with hours of their own; `first`: today; `again`: called once something has changed.
export function hoursCard(rep, items, first, again) {
  return h("details", { class: "card days" }, h("summary", {}, h("b", {}, "Hours of single days"), " ",
    items.length ? h("span", { class: "chip" }, plural(items.length, "day")) : null),
    items.length ? h("ul", { class: "reasons" }, items.map((item) => h("li", {}, h("b", {}, shortDay(item.day)),
      h("small", {}, `${item.starts}–${item.ends}${limits(item)}`),
      h("button", { type: "button", onclick: () => attempt(() => remove(path(rep.id, item.day), item.version), again) }, "As usual")))) : null,
    form(rep, first, again));
}

const limits = (item) => (item.max_stops === null ? "" : `, at most ${plural(item.max_stops, "stop")}`)
  + (item.max_driving_minutes === null ? "" : `, at most ${duration(item.max_driving_minutes)} at the wheel`);

function form(rep, first, again) {
  const day = h("input", { type: "date", name: "day", required: true, min: first });
  const starts = h("input", { type: "time", name: "starts", required: true });
  const ends = h("input", { type: "time", name: "ends", required: true });
  const stops = h("input", { type: "number", name: "max_stops", min: 1, max: 200, placeholder: "as usual" });
  const driving = h("input", { type: "number", name: "max_driving_minutes", min: 1, max: 1440, placeholder: "as usual" });
  let known = null;
  const load = async () => {
    known = null;
    if (!day.value) return;
    const found = await get(path(rep.id, day.value)).catch((problem) => toast(problem.message, "error"));
    if (!found || found.day !== day.value) return; // another one was chosen meanwhile
    known = found;
    starts.value = found.starts ?? "";
    ends.value = found.ends === "24:00" ? "23:59" : found.ends ?? "";
    stops.value = found.max_stops ?? "";
    driving.value = found.max_driving_minutes ?? "";
  };
  day.addEventListener("change", load);
  const save = (event) => {
    event.preventDefault();
    if (!known) return;
    attempt(() => put(path(rep.id, known.day), known.version, {
      starts: starts.value, ends: ends.value, max_stops: number(stops), max_driving_minutes: number(driving),
    }), again);
  };
  return h("form", { class: "fields", onsubmit: save }, h("label", {}, "Day", day),
    h("div", { class: "pair" }, h("label", {}, "From", starts), h("label", {}, "To", ends)),
    h("div", { class: "pair" }, h("label", {}, "Most stops", stops), h("label", {}, "Most minutes at the wheel", driving)),
    h("button", { class: "primary", type: "submit" }, "Set these hours"));
}

const number = (input) => (input.value === "" ? null : Number(input.value));

async function attempt(change, again) {
  try {
    await change();
    toast("Stored; the plan follows.");
  } catch (problem) {
    toast(problem.status === 412 ? "Somebody else has changed this day meanwhile." : problem.message, "error");
  }
  await again();
}

// Sets the hours that the remedy asks for, and asks for the visits that they are for: a search would else give the time to others.
export async function carryOut(rep, remedy) {
  const days = [...new Set(remedy.days.map((change) => change.date))];
  const found = await Promise.all(days.map((day) => get(path(rep.id, day))));
  const wanted = found.map((known) => [known, changed(rep, known, remedy.days.filter((change) => change.date === known.day))]);
  for (const [known, hours] of wanted) await put(path(rep.id, known.day), known.version, hours);
  for (const visit of remedy.visits) await post("/must-visits", { ...visit, note: "A day was made longer for it" });
}

function changed(rep, known, changes) {
  const sum = (kind, amount, morning) => changes.filter((one) => one.kind === kind && Boolean(one.morning) === morning).reduce((total, one) => total + one[amount], 0);
  const stops = sum("more_stops", "stops", false), driving = sum("more_driving", "minutes", false);
  return {
    starts: shifted(known.starts, -sum("longer_day", "minutes", true)), ends: shifted(known.ends, sum("longer_day", "minutes", false)),
    max_stops: stops ? (known.max_stops ?? rep.max_stops) + stops : known.max_stops,
    max_driving_minutes: driving ? (known.max_driving_minutes ?? rep.max_driving_minutes) + driving : known.max_driving_minutes,
  };
}

function shifted(clock, minutes) {
  const [, hour, minute] = CLOCK.exec(clock);
  const then = Number(hour) * 60 + Number(minute) + minutes;
  if (then < 0 || then > 1440) throw new Error("A day cannot go on beyond midnight.");
  return `${String(Math.floor(then / 60)).padStart(2, "0")}:${String(then % 60).padStart(2, "0")}`;
}
