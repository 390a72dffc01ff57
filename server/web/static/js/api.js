// The public API: one fetch wrapper that signs requests, renews the access token once, and turns problem documents into errors.

const ROOT = "/api/v1";
const KEPT = "fieldbeat.refresh";
let access = null;
let renewing = null;

export class Problem extends Error {
  constructor(status, body) {
    const found = (body.errors ?? []).map((error) => [field(error.pointer), error.detail].filter(Boolean).join(": "));
    super(found.join(" ") || body.detail || body.title || `Error ${status}`);
    this.status = status;
    this.code = body.code;
    this.body = body;
  }
}

// "/items/0/home_lat" is "Home lat" to people.
function field(pointer = "") {
  const name = pointer.split("/").filter((step) => !/^\d*$/.test(step)).pop()?.replaceAll("_", " ") ?? "";
  return name === "email" ? "E-mail" : name.charAt(0).toUpperCase() + name.slice(1);
}

export const signedIn = () => access !== null || localStorage.getItem(KEPT) !== null;

export async function signIn(email, password) {
  const answer = await send("POST", "/auth/token", { email, password });
  keep(await read(answer));
}

export async function choosePassword(path, token, password) {
  const answer = await send("POST", path, { token, password });
  keep(await read(answer));
}

export async function askReset(email) {
  await read(await send("POST", "/auth/password-reset", { email }));
}

export async function signOut() {
  const token = localStorage.getItem(KEPT);
  forget();
  if (token) await send("POST", "/auth/sign-out", { refresh_token: token }).catch(() => {});
}

export const get = (path, query) => call("GET", path + search(query));
// A file for the person: fetched here, since a plain link could not sign itself.
export async function download(path, query, name) {
  if (access === null) await renew();
  let answer = await send("GET", path + search(query));
  if (answer.status === 401) {
    await renew();
    answer = await send("GET", path + search(query));
  }
  if (!answer.ok) await read(answer);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const post = (path, body) => call("POST", path, body);
// `version` is that of the row as it was read: 412 where somebody was faster.
export const patch = (path, version, body) => call("PATCH", path, body, { "If-Match": `"v${version}"` });
export const put = (path, version, body) => call("PUT", path, body, { "If-Match": `"v${version}"` });
export const remove = (path, version) => call("DELETE", path, undefined, { "If-Match": `"v${version}"` });

async function call(method, path, body, conditions) {
  if (access === null) await renew();
  let answer = await send(method, path, body, conditions);
  if (answer.status === 401) {
    await renew();
    answer = await send(method, path, body, conditions);
  }
  return read(answer);
}

function send(method, path, body, conditions = {}) {
  const headers = { Accept: "application/json", ...conditions };
  if (access) headers.Authorization = `Bearer ${access}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(ROOT + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function read(answer) {
  const body = answer.status === 204 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, body ?? {});
  return body;
}

// Several requests may find the token expired at once: they share one renewal.
function renew() {
  renewing ??= renewOnce().finally(() => { renewing = null; });
  return renewing;
}

async function renewOnce() {
  const token = localStorage.getItem(KEPT);
  if (!token) throw new Problem(401, { title: "Sign in first" });
  const answer = await send("POST", "/auth/refresh", { refresh_token: token });
  if (answer.status === 401 || answer.status === 403) forget();
  keep(await read(answer));
}

function keep(tokens) {
  access = tokens.access_token;
  localStorage.setItem(KEPT, tokens.refresh_token);
}

function forget() {
  access = null;
  localStorage.removeItem(KEPT);
}

function search(query = {}) {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return entries.length ? `?${new URLSearchParams(entries)}` : "";
}
