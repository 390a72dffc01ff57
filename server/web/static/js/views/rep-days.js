// One rep as the manager sees them: the coming days, what is not planned and why, and the plan's own figures.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { addDays, percent, plural, shortDay, today } from "../format.js";
import { dayList } from "./days.js";

export async function repDaysView(context, repId) {
  const rep = await get(`/reps/${repId}`);
  const first = today(rep.timezone);
  const [schedule, plan] = await Promise.all([
    get(`/reps/${repId}/schedule`, { from: first, to: addDays(first, 13) }),
    get(`/reps/${repId}/plan`).catch((problem) => { if (problem.status === 404) return null; throw problem; }),
  ]);
  const left = plan?.version ? await get(`/plans/${plan.version.id}/unplanned`) : null;
  const back = (event) => { event.preventDefault(); context.go("/team"); };
  replace(context.main,
    h("div", { class: "head" }, h("h1", {}, rep.name), h("a", { href: "/team", onclick: back }, "‹ Team")),
    h("div", { class: "columns" }, h("section", { class: "days" }, h("h2", {}, "Coming days"), dayList(schedule)),
      h("section", { class: "days" }, planCard(plan), unplanned(left))));
}

function planCard(plan) {
  if (!plan) return null;
  return h("div", { class: "card days" }, h("h2", {}, "Plan"), h("p", { class: "facts" }, h("span", {}, `Status: ${plan.status}`)));
}

function unplanned(left) {
  const items = left?.items ?? [];
  if (!items.length) return null;
  return h("div", { class: "card days" }, h("h2", {}, `${plural(items.length, "account")} not planned`),
    h("ul", { class: "reasons" }, items.map((item) =>
      h("li", {}, h("b", {}, item.account_name ?? item.account?.name ?? item.title ?? "–"), h("small", {}, item.detail)))));
}
