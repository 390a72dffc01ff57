// The day on a map.  The backdrop is drawn from boundaries that ship with the server, so that no outside host is asked.

/* global L, topojson */
import { spread } from "./spread.js";

const backdrops = {};

async function backdrop(name, object) {
  backdrops[name] ??= fetch(`/static/vendor/${name}.json`)
    .then((answer) => answer.json())
    .then((topology) => topojson.mesh(topology, topology.objects[object]));
  return backdrops[name];
}

const LAND = { color: "#9fb3ab", weight: 1.4, fill: false, interactive: false };
const COUNTY = { color: "#cbd6d1", weight: 0.8, fill: false, interactive: false };
const ROUTE = { color: "#0f5c4d", weight: 3, opacity: 0.65 };
const STRING = { color: "#16211e", weight: 1, opacity: 0.7, interactive: false }; // from a pin that had to move to its place
const NEIGHBOUR = { radius: 5, color: "#fff", weight: 1.5, fillColor: "#5a6864", fillOpacity: 0.9 };
const SIZE = 28; // pixels of a pin

// `stops`: [{ lat, lon, label, kind, title }], `home`, `end`: { lat, lon } or null.  Returns the Leaflet map.
export function drawDay(element, { stops, home, end, away, open }) {
  const map = L.map(element, { zoomControl: true, attributionControl: false, zoomSnap: 0.5 });
  const path = [home, ...stops, end ?? home].filter((point) => point?.lat !== undefined && point?.lat !== null);
  map.fitBounds(L.latLngBounds(path.length ? path.map((p) => [p.lat, p.lon]) : [[25, -125], [49, -66]]), { maxZoom: 14, padding: [36, 36] });
  L.polyline(path.map((p) => [p.lat, p.lon]), ROUTE).addTo(map);
  const pins = stops.map((stop) => pin(map, stop, stop.label, stop.kind, stop.title).on("click", () => open?.(stop)));
  if (home) pins.push(pin(map, home, "⌂", "home", away ?? (end && apart(home, end) ? "Start of the day" : "Home base")));
  if (home && end && apart(home, end)) pins.push(pin(map, end, "⚑", "home", "End of the day"));
  keepApart(map, pins);
  addBackdrop(map, path[0]);
  return map;
}

// One place to be corrected: a pin to drag, where the address is said to be (`found`), and neighbours for orientation.
// `use(point)` is told where the pin was dropped; `move(point)` puts it somewhere else.
export function drawPosition(element, { at, found, neighbours, use }) {
  const map = L.map(element, { zoomControl: true, attributionControl: false, zoomSnap: 0.5 });
  const all = [at, found, ...neighbours].filter(Boolean).map((point) => [point.lat, point.lon]);
  map.fitBounds(L.latLngBounds(all), { maxZoom: 15, padding: [36, 36] });
  for (const near of neighbours) {
    L.circleMarker([near.lat, near.lon], NEIGHBOUR).addTo(map).bindTooltip(document.createTextNode(near.name).textContent.replace(/[<>&]/g, ""));
  }
  if (found) pin(map, found, "✓", "fixed", "Where its address is");
  const marker = pin(map, at, "●", "", "Its position: drag it").setZIndexOffset(1000);
  marker.dragging.enable();
  marker.on("dragend", () => use(marker.getLatLng()));
  addBackdrop(map, at);
  return { move: (point) => { marker.setLatLng([point.lat, point.lon]); map.panTo([point.lat, point.lon]); } };
}

const apart = (one, other) => one.lat !== other.lat || one.lon !== other.lon;

function pin(map, point, label, kind, title) {
  const icon = L.divIcon({ className: "", html: `<div class="pin ${kind}"></div>`, iconSize: [SIZE, SIZE] });
  const marker = L.marker([point.lat, point.lon], { icon, title, alt: title, keyboard: true, riseOnHover: true }).addTo(map);
  marker.getElement().firstElementChild.textContent = label;
  return marker.bindTooltip(document.createTextNode(title).textContent.replace(/[<>&]/g, ""), { direction: "top", offset: [0, -14] });
}

// Pins of the same address, or of neighbours, would hide each other: they stand beside, each tied to its place by a string.
function keepApart(map, pins) {
  const places = pins.map((marker) => marker.getLatLng());
  const strings = L.layerGroup().addTo(map);
  const arrange = () => {
    strings.clearLayers();
    const free = spread(places.map((place) => map.latLngToLayerPoint(place)), SIZE + 2);
    pins.forEach((marker, index) => {
      const place = map.layerPointToLatLng(L.point(free[index].x, free[index].y));
      marker.setLatLng(place);
      L.polyline([places[index], place], STRING).addTo(strings);
    });
  };
  map.on("zoomend", arrange);
  arrange();
}

async function addBackdrop(map, near) {
  const american = !near || (near.lat > 18 && near.lat < 72 && near.lon > -172 && near.lon < -60);
  const layers = american
    ? [["us-counties", "counties", COUNTY], ["us-states", "states", LAND]]
    : [["countries", "countries", LAND]];
  for (const [name, object, style] of layers) {
    L.geoJSON(await backdrop(name, object), { style, interactive: false }).addTo(map).bringToBack();
  }
}
