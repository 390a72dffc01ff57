// Accounts whose position is not known well: where they are now, what the address says, and a better one by hand.

import { get, patch } from "../api.js";
import { h, replace, sheet, toast } from "../dom.js";
import { count, distance } from "../format.js";
import { drawPosition } from "../map.js";

const FARTHEST = 65534; // metres that are kept
const SHOWN = 50; // of each group, before "More"
const GROUPS = [
  { title: "Not planned: nobody knows where", query: { position_quality: "unknown" }, kind: "bad" },
  { title: "Not planned: far from any road", query: { off_road: true }, kind: "bad", why: (a) => `${a.off_road_metres < FARTHEST ? distance(a.off_road_metres) : `over ${distance(FARTHEST)}`} to the nearest road` },
  { title: "Far from their postcode", query: { position_doubtful: true }, kind: "warn", why: (a) => `${distance(a.position_doubt_metres)} from the middle of its postcode` },
  { title: "Only the postcode is known", query: { position_quality: "postcode" }, kind: "warn" },
  { title: "Only the street is known", query: { position_quality: "street" }, kind: "soft" },
];
const QUALITIES = {
  given: "given", rooftop: "of that house number", interpolated: "between two house numbers", street: "the middle of the street",
  postcode: "the middle of the postcode", unknown: "unknown",
};
const SOURCES = { person: "by hand", file: "by an import", osm: "by the map", index: "by the address index", zipcodes: "by the ZIP" };

export async function positionsView(context) {
  const pages = await Promise.all(GROUPS.map((group) => get("/accounts", { ...group.query, limit: SHOWN })));
  const again = () => positionsView(context);
  const groups = GROUPS.map((group, n) => ({ ...group, page: pages[n] })).filter((group) => group.page.items.length);
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, "Positions")),
    groups.length ? null : h("p", { class: "card empty" }, "All accounts have a position that can be trusted."),
    groups.map((group) => section(group, again)),
    groups.length ? h("p", { class: "soft" }, "Positions that you set by hand are changed by no import of addresses and no index.") : null);
}

function section(group, again) {
  const list = h("ul", { class: "picks" }, group.page.items.map((account) => row(group, account, again)));
  const all = h("b", {}, `${count(group.page.items.length)}${group.page.next ? "+" : ""}`);
  const more = h("button", { type: "button", onclick: async () => {
    group.page = await get("/accounts", { ...group.query, limit: SHOWN, cursor: group.page.next });
    list.append(...group.page.items.map((account) => row(group, account, again)));
    all.textContent = `${count(list.children.length)}${group.page.next ? "+" : ""}`;
    more.hidden = !group.page.next;
  } }, "More");
  more.hidden = !group.page.next;
  return h("section", { class: "card" }, h("div", { class: "head" }, h("h2", {}, group.title), h("span", { class: `chip ${group.kind}` }, all)), list, more);
}

function row(group, account, again) {
  return h("li", {}, h("button", { type: "button", class: "pick", onclick: () => correct(account, again) },
    h("b", {}, account.name), h("small", {}, [address(account), group.why?.(account)].filter(Boolean).join(" · "))));
}

// As it is written there.
const NUMBER_FIRST = new Set(["AU", "CA", "FR", "GB", "IE", "IN", "LU", "MC", "NZ", "US", "ZA"]);
const line = ({ street, housenumber, country }) => (NUMBER_FIRST.has(country) ? [housenumber, street] : [street, housenumber]);
const address = (account) => [
  line(account).filter(Boolean).join(" "), [account.postcode, account.city].filter(Boolean).join(" "), account.country,
].filter(Boolean).join(", ");

async function correct(listed, again) {
  const account = await get(`/accounts/${listed.id}`);
  const found = account.street ? (await get("/places/search", searchOf(account))).place : null;
  const at = account.lat === null ? found : { lat: account.lat, lon: account.lon };
  const near = at ? (await get("/accounts/near", { lat: at.lat, lon: at.lon, radius_metres: 3_000, limit: 30 })).items : [];
  const neighbours = near.filter((one) => one.id !== account.id);
  let saved = false;
  await sheet(account.name, (close) => form(account, { at, found, neighbours }, () => { saved = true; close(); }));
  if (saved) await again();
}

function searchOf(account) {
  const names = ["street", "housenumber", "postcode", "city", "country"];
  return Object.fromEntries(names.map((name) => [name, account[name]]).filter(([, value]) => value));
}

function form(account, { at, found, neighbours }, done) {
  const input = (name, value) => h("input", { name, inputmode: "decimal", autocomplete: "off", required: true, value: value === undefined ? "" : round(value) });
  const lat = input("lat", at?.lat);
  const lon = input("lon", at?.lon);
  const pane = h("div", { class: "small-map", "aria-label": "Map" });
  const error = h("p", { class: "notice error", role: "alert", hidden: true });
  const say = (message) => { error.textContent = message; error.hidden = !message; };
  const here = () => ({ lat: numberOf(lat), lon: numberOf(lon) });
  const show = () => { if (isPoint(here())) chart?.move(here()); };
  const use = (point) => { lat.value = round(point.lat); lon.value = round(point.lng ?? point.lon); show(); };
  let chart = null;
  const save = async (event) => {
    event.preventDefault();
    if (!isPoint(here())) return say("A position is two numbers, such as 47.14102 and 9.52093.");
    if (rough(found) && here().lat === Number(round(found.lat)) && here().lon === Number(round(found.lon))) {
      return say(`That is only ${QUALITIES[found.quality]}: drag the pin to the door, or paste two numbers from another map.`);
    }
    try {
      await patch(`/accounts/${account.id}`, account.version, here());
      toast(`${account.name} is there now; its rep's plan follows.`);
      done();
    } catch (problem) {
      say(problem.status === 412 ? "Somebody else has changed this account meanwhile. Close this and open it again." : problem.message);
    }
  };
  for (const one of [lat, lon]) {
    one.addEventListener("change", show);
    one.addEventListener("paste", (event) => both(event, use)); // "47.14102, 9.52093", as other maps give it
  }
  if (at) requestAnimationFrame(() => { chart = drawPosition(pane, { at, found, neighbours, use }); });
  return h("form", { class: "fields", onsubmit: save },
    h("p", {}, address(account) || "No address"),
    h("p", { class: "soft" }, `Its position is ${QUALITIES[account.position_quality]}${SOURCES[account.position_source] ? `, ${SOURCES[account.position_source]}` : ""}.`),
    byAddress(account, found, use),
    at ? pane : null,
    h("div", { class: "pair" }, h("label", {}, "Latitude", lat), h("label", {}, "Longitude", lon)),
    error,
    h("button", { class: "primary", type: "submit" }, "Save position"));
}

// Saved as it is, the middle of a postcode would pass for what somebody knows.
const rough = (found) => found !== null && ["postcode", "street"].includes(found.quality);

function byAddress(account, found, use) {
  if (!found) return h("p", { class: "soft" }, "This machine's map does not know the address.");
  const what = QUALITIES[found.quality];
  return h("p", {}, account.lat === null ? `The pin stands where its address is: ${what}. ` : `By its address it is ${distance(metres(account, found))} away (${what}). `,
    rough(found) ? "Drag it to the door. " : null,
    account.lat === null ? null : h("button", { type: "button", onclick: () => use(found) }, "Take that"),
    found.source === "index" ? h("small", {}, " © OpenStreetMap contributors") : null);
}

function both(event, use) {
  const numbers = event.clipboardData?.getData("text").match(/^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/);
  if (!numbers) return;
  event.preventDefault();
  use({ lat: Number(numbers[1]), lon: Number(numbers[2]) });
}

const isPoint = ({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
const round = (value) => String(Math.round(value * 1e6) / 1e6);
const numberOf = (input) => (input.value.trim() === "" ? NaN : Number(input.value.trim().replace(",", ".")));

// Good for the few kilometres of which it is told.
function metres(one, other) {
  const north = (other.lat - one.lat) * 111_195;
  const east = (other.lon - one.lon) * 111_195 * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
