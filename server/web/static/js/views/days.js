// Coming days as folded lines: for the rep's week and for a manager looking at one rep.

import { h } from "../dom.js";
import { distance, duration, plural, shortDay, time } from "../format.js";
import { chips, isCall } from "./stop.js";

export function dayList(schedule, open) {
  if (!schedule.days.length) return h("p", { class: "card empty" }, "Nothing is planned in these days.");
  return h("div", { class: "days" }, schedule.days.map((entry) => dayCard(entry, schedule.timezone, open)));
}

function dayCard(entry, zone, open) {
  const calls = entry.stops.filter(isCall);
  const others = entry.stops.filter((stop) => !isCall(stop) && stop.kind !== "break").map((stop) => stop.title);
  return h("details", { class: "card daycard" },
    h("summary", {},
      h("b", {}, shortDay(entry.date)),
      h("span", {}, calls.length ? plural(calls.length, "call") : others.join(", ")),
      entry.travel_minutes ? h("small", {}, `${duration(entry.travel_minutes)} driving, ${distance(entry.travel_metres)}`) : null,
      entry.starts_at ? h("small", {}, `${time(entry.starts_at, zone)} – ${time(entry.ends_at, zone)}`) : null),
    h("ul", { class: "lines" }, entry.stops.map((stop) =>
      h("li", {}, h("b", {}, time(stop.starts_at, zone)),
        h("div", {}, stop.kind === "break" ? h("span", { class: "soft" }, "Break") : stop.title,
          stop.address ? h("small", { class: "soft" }, ` · ${stop.address}`) : null, isCall(stop) ? chips(stop) : null)))),
    open ? h("button", { onclick: () => open(entry.date) }, "Open this day") : null);
}
