// What changed in the day since the rep last looked: kept until they say that they have seen it, for the server says it once.

import { get } from "../api.js";
import { h } from "../dom.js";
import { plural, shortDay, time, wallTime } from "../format.js";
import { stayName } from "./stop.js";

const FEW = 5; // shown without a tap
const names = new Map(); // of accounts, as this page has seen them: what was removed is not in the day any more

// The changes not yet acknowledged, newest word for each stop: [{ key, change, name, ... }].
export async function unseen(route) {
  for (const stop of route.stops) names.set(subject(stop.account?.id, stop.appointment?.id), stop.title);
  const { taken, changes } = stored(route);
  // An answer from the browser's cache (304) says the same news again.
  const news = `${route.plan?.id} ${JSON.stringify(route.changes ?? [])}`;
  if (!route.changes?.length || news === taken) return changes;
  const found = new Map(changes.map((change) => [change.key, change]));
  for (const change of route.changes) await add(found, change);
  store(route, { taken: news, changes: [...found.values()] });
  return [...found.values()];
}

async function add(found, change) {
  const key = subjectOf(change);
  const before = found.get(key);
  found.delete(key);
  if (before?.change === "added" && change.change === "removed") return;
  const was = before?.from_start_seconds ?? change.from_start_seconds;
  found.set(key, { ...change, key, from_start_seconds: was, name: change.kind === "night" ? "The night after it" : names.get(key) ?? (await nameOf(change.account)) });
}

export function changesNotice(route, changes, again) {
  if (!changes.length) return null;
  const seen = () => { store(route, { ...stored(route), changes: [] }); again(); };
  const lines = (some) => h("ul", {}, some.map((change) => h("li", {}, h("b", {}, change.name), ` ${words(change, route)}`)));
  return h("section", { class: "notice warn changes", role: "status" },
    h("div", { class: "head" }, h("h2", {}, `${plural(changes.length, "change")} since you last looked`),
      h("button", { type: "button", onclick: seen }, "Got it")),
    lines(changes.slice(0, FEW)),
    changes.length > FEW ? h("details", {}, h("summary", {}, `${changes.length - FEW} more`), lines(changes.slice(FEW))) : null);
}

// What stands on the card of a stop that changed.
export function changeOf(stop, changes) {
  const key = subject(stop.account?.id, stop.appointment?.id);
  return { added: "New", moved: "Moved here", retimed: "New time" }[changes.find((change) => change.key === key)?.change];
}

function words(change, route) {
  if (change.kind === "night") return route.night_after ? `is spent away: ${stayName(route.night_after)}` : "is spent at home";
  const stop = route.stops.find((one) => subject(one.account?.id, one.appointment?.id) === change.key);
  const now = stop ? time(stop.starts_at, route.timezone) : null;
  const was = change.from_start_seconds === null || change.from_start_seconds === undefined ? null : wallTime(change.from_start_seconds);
  if (change.change === "removed") return "is no longer on this day";
  if (change.change === "retimed") return `${now ? `is now at ${now}` : "is at another time"}${was && was !== now ? `, was ${was}` : ""}`;
  const from = change.change === "moved" && change.from_date ? `, moved from ${shortDay(change.from_date)}` : "";
  return `is new${now ? ` at ${now}` : ""}${from}`;
}

// Of a night its evening, of a stop what it is.
const subjectOf = (change) => (change.kind === "night" ? "night" : subject(change.account, change.appointment?.split(":")[0]));
const subject = (account, appointment) => appointment ?? account ?? "";

async function nameOf(account) {
  if (!account) return "An appointment";
  return get(`/accounts/${account}`).then((found) => found.name, () => "A visit");
}

const place = (route) => `fieldbeat.changes.${route.rep_id}.${route.date}`;
const store = (route, value) => sessionStorage.setItem(place(route), JSON.stringify(value));
const stored = (route) => JSON.parse(sessionStorage.getItem(place(route)) ?? "null") ?? { taken: null, changes: [] };
