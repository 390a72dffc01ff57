// The day on a map.  The backdrop is drawn from boundaries that ship with the server, so that no outside host is asked.

/* global L, topojson */
const backdrops = {};

async function backdrop(name, object) {
  backdrops[name] ??= fetch(`/static/vendor/${name}.json`)
    .then((answer) => answer.json())
    .then((topology) => topojson.mesh(topology, topology.objects[object]));
  return backdrops[name];
}

const LAND = { color: "#9fb3ab", weight: 1.4, fill: false, interactive: false };
const COUNTY = { color: "#cbd6d1", weight: 0.8, fill: false, interactive: false };

// `stops`: [{ lat, lon, label, kind, title }], `home`: { lat, lon } or null.  Returns the Leaflet map.
export function drawDay(element, { stops, home, end, open }) {
  const map = L.map(element, { zoomControl: true, attributionControl: false, zoomSnap: 0.5 });
  const path = [home, ...stops, end ?? home].filter((point) => point?.lat !== undefined && point?.lat !== null);
  map.fitBounds(L.latLngBounds(path.length ? path.map((p) => [p.lat, p.lon]) : [[25, -125], [49, -66]]).pad(0.15), { maxZoom: 14 });
  L.polyline(path.map((p) => [p.lat, p.lon]), { color: "#0f5c4d", weight: 3, opacity: 0.65 }).addTo(map);
  if (home) pin(map, home, "⌂", "home", "Home base");
  for (const stop of stops) pin(map, stop, stop.label, stop.kind, stop.title).on("click", () => open?.(stop));
  addBackdrop(map, path[0]);
  return map;
}

function pin(map, point, label, kind, title) {
  const icon = L.divIcon({ className: "", html: `<div class="pin ${kind}"></div>`, iconSize: [28, 28] });
  const marker = L.marker([point.lat, point.lon], { icon, title, alt: title, keyboard: true }).addTo(map);
  marker.getElement().firstElementChild.textContent = label;
  return marker.bindTooltip(document.createTextNode(title).textContent.replace(/[<>&]/g, ""), { direction: "top", offset: [0, -14] });
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
