// Coming days as folded lines: for the rep's week and for a manager looking at one rep.

import { h } from "../dom.js";
import { addDays, distance, duration, plural, shortDay, time, weekOf } from "../format.js";
import { chips, isVisit, notKeptChip, stayName } from "./stop.js";
import { whatWouldKeep, whyPlanned } from "./why.js";

export function dayList(schedule, open) {
  if (!schedule.days.length) return h("p", { class: "card empty" }, "Nothing is planned in these days.");
  const weeks = [...new Set(schedule.days.map((entry) => weekOf(entry.date)))];
  return weeks.map((first) => h("section", { class: "days week" },
    h("h3", {}, `${shortDay(first)} – ${shortDay(addDays(first, 6))}`),
    schedule.days.filter((entry) => weekOf(entry.date) === first).map((entry) => dayCard(entry, schedule.timezone, open))));
}

function dayCard(entry, zone, open) {
  const visits = entry.stops.filter(isVisit);
  const others = entry.stops.filter((stop) => !isVisit(stop) && stop.kind !== "break").map((stop) => stop.title);
  const lost = entry.not_kept.filter((item) => item.reason !== "not_planned_yet");
  return h("details", { class: "card daycard", open: lost.length > 0 },
    h("summary", {},
      h("b", {}, shortDay(entry.date)),
      h("span", {}, visits.length ? plural(visits.length, "visit") : others.join(", ")),
      entry.night_after ? h("span", { class: "chip" }, `Night: ${stayName(entry.night_after)}`) : null,
      lost.length ? h("span", { class: "chip bad" }, `${lost.length} not in the plan`) : null,
      entry.travel_minutes ? h("small", {}, `${duration(entry.travel_minutes)} driving, ${distance(entry.travel_metres)}`) : null,
      entry.starts_at ? h("small", {}, `${time(entry.starts_at, zone)} – ${time(entry.ends_at, zone)}`) : null),
    entry.not_kept.length ? h("ul", { class: "lines" }, entry.not_kept.map((item) =>
      h("li", {}, h("b", {}, time(item.starts_at, zone)),
        h("div", {}, item.title, item.address ? h("small", { class: "soft" }, ` · ${item.address}`) : null,
          h("div", { class: "chips" }, notKeptChip(item)), h("small", { class: "soft" }, item.detail), " ", whatWouldKeep(entry.rep_id, item))))) : null,
    h("ul", { class: "lines" }, entry.stops.map((stop) =>
      h("li", {}, h("b", {}, time(stop.starts_at, zone)),
        h("div", {}, stop.kind === "break" ? h("span", { class: "soft" }, "Break") : stop.title,
          stop.address ? h("small", { class: "soft" }, ` · ${stop.address}`) : null, isVisit(stop) ? [chips(stop), whyPlanned(entry.rep_id, entry.date, stop)] : null)))),
    open ? h("button", { onclick: () => open(entry.date) }, "Open this day") : null);
}
