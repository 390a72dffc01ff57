// Who is signed in decides what is shown: a rep their day, a manager their team.

import { get, signedIn, signOut } from "./api.js";
import { h, replace } from "./dom.js";
import { useCompany } from "./format.js";
import { choosePasswordView, forgottenView, isOneTimeLink } from "./views/password.js";
import { positionsView } from "./views/positions.js";
import { signInView } from "./views/sign-in.js";
import { repDaysView } from "./views/rep-days.js";
import { teamView } from "./views/team.js";
import { todayView } from "./views/today.js";
import { weekView } from "./views/week.js";

const root = document.getElementById("app");
let me = null;

const PAGES = {
  rep: [
    { path: "/today", label: "Today", show: todayView },
    { path: "/week", label: "Coming days", show: weekView },
  ],
  manager: [
    { path: "/team", label: "Team", show: teamView },
    { path: "/positions", label: "Positions", show: positionsView },
  ],
};

export function go(path) {
  history.pushState({}, "", path);
  show();
}

async function show() {
  try {
    if (isOneTimeLink()) return replace(root, choosePasswordView(home));
    if (!signedIn()) return signIn();
    me ??= await whoAmI();
    useCompany(me.company ?? {});
    await page();
  } catch (problem) {
    if (problem.status === 401) return signIn();
    const where = root.querySelector("main:not(.centre)") ?? root.appendChild(h("main"));
    replace(where, h("p", { class: "notice error" }, problem.message), h("button", { onclick: show }, "Try again"));
  }
}

async function whoAmI() {
  const { user, rep_id: repId, company } = await get("/auth/me");
  return { ...user, repId, company };
}

function signIn() {
  me = null;
  replace(root, signInView(home, () => replace(root, forgottenView(signIn))));
}

function home() {
  me = null;
  history.replaceState({}, "", "/");
  show();
}

async function page() {
  const pages = me.role === "rep" ? PAGES.rep : PAGES.manager;
  const rep = location.pathname.match(/^\/reps\/([0-9a-f-]+)/);
  const current = pages.find((entry) => entry.path === location.pathname) ?? pages[0];
  const main = h("main", { "aria-busy": "true" }, h("p", { class: "loading" }, "Loading …"));
  replace(root, frame(pages, current), main);
  const context = { me, go, main };
  if (rep && me.role !== "rep") return repDaysView(context, rep[1]);
  return current.show(context);
}

function frame(pages, current) {
  const link = (entry) =>
    h("a", {
      href: entry.path, "aria-current": entry === current ? "page" : null,
      onclick: (event) => { event.preventDefault(); go(entry.path); },
    }, entry.label);
  const leave = async () => { await signOut(); history.replaceState({}, "", "/"); signIn(); };
  return h("header", { class: "bar" },
    h("a", { class: "brand", href: "/", onclick: (event) => { event.preventDefault(); go("/"); } },
      h("img", { src: "/static/icon.svg", alt: "", width: 26, height: 26 }), h("span", {}, "Fieldbeat")),
    h("nav", {}, pages.length > 1 ? pages.map(link) : null),
    h("details", { class: "who" },
      h("summary", { "aria-label": "Account" }, initials(me.name)),
      h("div", { class: "menu" }, h("p", {}, me.name, h("small", {}, me.role)), h("button", { onclick: leave }, "Sign out"))));
}

const initials = (name) => name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();

addEventListener("popstate", show);
show();
