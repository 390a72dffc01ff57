// The rep's day: what is next, when to leave, why this account, one tap to log, what changed since.

import { download, get } from "../api.js";
import { h, replace, toast } from "../dom.js";
import { addDays, day, distance, duration, plural, shortDay, time } from "../format.js";
import { drawDay } from "../map.js";
import { logSheet } from "./log-sheet.js";
import { changeOf, changesNotice, unseen } from "./changes.js";
import { isDone, isVisit, notKeptCard, pins, stayCard, stopCard, toVisit } from "./stop.js";
import { whatWouldKeep, whyPlanned } from "./why.js";

const POLL = 30_000;
const SOON = 1_500; // while a change is being planned
let timer = null;
let shown = null; // what is on the screen, as text: a poll that finds nothing new leaves map and scrolling alone

const asked = () => new URLSearchParams(location.search).get("date");

export async function todayView(context, date = asked(), quietly = false) {
  clearTimeout(timer);
  const again = (when = date) => todayView(context, when);
  history.replaceState({}, "", date ? `/today?date=${date}` : "/today");
  const route = await get("/me/route", { date });
  const changes = await unseen(route);
  lookAgain(context, date, route.status === "pending" ? SOON : POLL);
  const text = JSON.stringify({ ...route, changes });
  if (quietly && text === shown) return;
  shown = text;
  const visits = toVisit(route.stops);
  const next = visits.find((stop) => !isDone(stop));
  const view = h("div", { class: "day", "data-tab": view_tab },
    list(route, visits, next, changes, again), h("div", { class: "map-pane" }, h("div", { class: "map" })));
  replace(context.main, head(route, again), notices(route, changes, again), tabs(view), view);
  showMap(view, route);
}

function lookAgain(context, date, wait) {
  timer = setTimeout(() => {
    if (!context.main.isConnected) return;
    if (document.querySelector("dialog[open]")) lookAgain(context, date, wait);
    else todayView(context, date, true).catch(() => lookAgain(context, date, POLL)); // offline for a moment: what is shown stays
  }, wait);
}

let view_tab = "list";

function head(route, again) {
  return h("div", { class: "head" },
    h("h1", {}, h("span", { class: "wide-only" }, day(route.date)), h("span", { class: "phone-only" }, shortDay(route.date))),
    h("div", { class: "steps" },
      h("button", { "aria-label": "Day before", onclick: () => again(addDays(route.date, -1)) }, "‹"),
      h("button", { onclick: () => again(null) }, "Today"),
      h("button", { "aria-label": "Day after", onclick: () => again(addDays(route.date, 1)) }, "›")));
}

function notices(route, changes, again) {
  return [
    route.status === "pending" ? h("p", { class: "notice" }, "A change is being planned …") : null,
    route.status === "failing" ? h("p", { class: "notice warn" },
      "The last changes could not be planned. This is the plan from before; it is tried again and again.") : null,
    changesNotice(route, changes, again),
    route.plan ? null : h("p", { class: "notice warn" }, "This day has not been planned yet."),
  ];
}

function tabs(view) {
  const button = (name, label) =>
    h("button", { type: "button", "aria-pressed": String(view_tab === name), onclick: () => choose(name) }, label);
  const bar = h("div", { class: "tabs" }, button("list", "List"), button("map", "Map"));
  function choose(name) {
    view_tab = name;
    view.dataset.tab = name;
    bar.replaceWith(tabs(view));
    dispatchEvent(new Event("resize"));
  }
  return bar;
}

function list(route, visits, next, changes, again) {
  const number = new Map(visits.map((stop, index) => [stop, index + 1]));
  const items = route.stops.map((stop) =>
    stopCard(stop, route.timezone, { number: number.get(stop), next: stop === next, from: route.starts_at, change: changeOf(stop, changes), why: isVisit(stop) ? whyPlanned(route.rep_id, route.date, stop) : null, actions: actions(stop, stop === next, again) }));
  return h("div", { class: "list-pane days" },
    notKept(route, again),
    facts(route, visits),
    stayCard(route.night_before, "Begins at the night's place:"),
    items.length ? h("ol", { class: "stops" }, items) : null,
    stayCard(route.night_after, `${route.ends_at ? `${time(route.ends_at, route.timezone)}: ` : ""}the night:`),
    visits.length ? null : free(route, items.length || route.not_kept.length, again),
    contacts(route, again),
    files(route, visits));
}

// What was agreed stands in nobody's way only if somebody knows of it: above all that is planned.
function notKept(route, again) {
  if (!route.not_kept.length) return null;
  return h("section", { class: "days not-kept", "aria-label": "Not in the plan" },
    route.not_kept.map((item) => notKeptCard(item, route.timezone, actionsAt(item, item.id, again), whatWouldKeep(route.rep_id, item))));
}

function free(route, others, again) {
  const date = route.next_planned_date;
  const open = (event) => { event.preventDefault(); again(date); };
  return h("p", { class: "card empty" }, route.holiday ? `Public holiday: ${route.holiday}. ` : null, others ? "No visits on this day." : "Nothing is planned on this day.",
    date ? [" ", h("a", { href: `/today?date=${date}`, onclick: open }, `Next stops on ${shortDay(date)}`)] : null);
}

function facts(route, visits) {
  if (!visits.length) return null;
  const done = visits.filter((stop) => stop.status === "done").length;
  return h("p", { class: "facts" },
    h("span", {}, h("b", {}, `${done}/${visits.length}`), " visits"),
    h("span", {}, h("b", {}, duration(route.travel_minutes)), " driving, ", distance(route.travel_metres)),
    route.starts_at ? h("span", {}, h("b", {}, `${time(route.starts_at, route.timezone)} – ${time(route.ends_at, route.timezone)}`)) : null);
}

// For devices and maps that are not ours.
function files(route, visits) {
  if (!visits.length) return null;
  const save = (kind) => download(`/reps/${route.rep_id}/route.${kind}`, { date: route.date }, `route-${route.date}.${kind}`)
    .catch((problem) => toast(problem.message, "error"));
  const button = (kind, label) => h("button", { type: "button", class: "link", onclick: () => save(kind) }, label);
  const used = route.consumption;
  return h("p", { class: "facts files" },
    h("span", {}, `About ${used.amount.toFixed(1)} ${used.unit} (${used.energy}), ${(used.co2_grams / 1000).toFixed(1)} kg CO₂`),
    h("span", {}, "This day as a file: ", button("gpx", "GPX"), " · ", button("kml", "KML"), " · ", button("geojson", "GeoJSON")));
}

function actions(stop, next, again) {
  return isVisit(stop) && !isDone(stop) ? actionsAt(stop, stop.appointment?.id, again, next) : null;
}

function actionsAt(stop, appointment, again, next = false) {
  if (!stop.account) return null;
  const log = () => logSheet({ account: stop.account.id, appointment, title: stop.title }, () => again());
  return [
    stop.navigation_url ? h("a", { class: `button ${next ? "primary" : ""}`, href: stop.navigation_url, target: "_blank", rel: "noopener" }, "Navigate") : null,
    stop.account.phone ? h("a", { class: "button", href: `tel:${stop.account.phone.replace(/[^+\d]/g, "")}` }, "Call") : null,
    h("button", { type: "button", onclick: log }, "Log"),
  ];
}

function contacts(route, again) {
  if (!route.contacts?.length) return null;
  const verb = { phone: "Call", email: "Write to", mail: "Send mail to" };
  const label = { phone: "Call", email: "E-mail", mail: "Mail" };
  const until = (contact) => contact.state === "overdue"
    ? h("span", { class: "chip bad" }, `since ${shortDay(contact.closes_date)}`)
    : h("small", {}, `until ${shortDay(contact.closes_date)}`);
  return h("section", { class: "card days" }, h("h2", {}, "Also due"),
    h("ul", { class: "lines" }, route.contacts.map((contact) => {
      const { id, name } = contact.account;
      const log = () => logSheet({ account: id, channel: contact.channel, title: `${verb[contact.channel]} ${name}` }, () => again());
      return h("li", {}, h("span", { class: "chip" }, label[contact.channel] ?? contact.channel),
        h("span", { class: "due" }, h("button", { class: "link", onclick: log }, name), contact.closes_date ? until(contact) : null));
    })));
}

function showMap(view, route) {
  const open = (pin) => {
    if (getComputedStyle(view.querySelector(".list-pane")).display === "none") document.querySelector(".tabs button").click();
    document.getElementById(`stop-${pin.position}`)?.scrollIntoView({ behavior: "smooth", block: "center" });
  };
  const draw = () => drawDay(view.querySelector(".map"), { stops: pins(route.stops), home: route.start_place, end: route.end_place, away: route.night_before?.name, open });
  const whenVisible = new ResizeObserver((entries) => {
    if (entries[0].contentRect.width === 0) return;
    whenVisible.disconnect();
    draw();
  });
  whenVisible.observe(view.querySelector(".map"));
}
