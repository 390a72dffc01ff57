// Why something is planned as it is, and what would help what is left out: asked for when somebody wants to know.

import { get } from "../api.js";
import { h, replace, toast } from "../dom.js";

const GONE = "It is not open any more: it has begun, or the plan has changed";
const NOTHING = "It is in the plan by now";
export const HELPED = ["day_full", "cheaper_left_out", "appointment_conflict", "beyond_radius", "out_of_reach", "closed", "too_close", "apart", "rep_away"];

// A link that the answer takes the place of.  `tell`: of what the API says, the sentence.
function question(label, repId, query, tell) {
  const place = h("small", { class: "why" });
  const ask = async (event) => {
    event.preventDefault();
    replace(place, "…");
    try {
      replace(place, tell(await get(`/reps/${repId}/plan/why`, query)));
    } catch (problem) { toast(problem.message, "error"); replace(place, link); }
  };
  const link = h("a", { href: "#", onclick: ask }, label);
  replace(place, link);
  return place;
}

// Of a stop that is still to be made.
export function whyPlanned(repId, date, stop) {
  if (!stop.account || stop.status !== "planned") return null;
  return question("Why?", repId, { account_id: stop.account.id, day: date },
    ({ visit }) => visit ? `${visit.why_now}. ${visit.why_this_day}.`.replaceAll("..", ".") : GONE);
}

// The smallest change that would admit it.
export function whatWouldHelp(repId, item) {
  if (!item.account_id || !HELPED.includes(item.reason)) return null;
  return question("What would help?", repId, { account_id: item.account_id }, ({ left_out: found }) =>
    (found.find((entry) => entry.reason === item.reason && entry.days.join() === item.days.join()) ?? found[0])?.text ?? NOTHING);
}

// The same of an appointment that the plan could not keep.
export function whatWouldKeep(repId, item) {
  if (!item.account || !HELPED.includes(item.reason)) return null;
  return question("What would help?", repId, { account_id: item.account.id }, ({ left_out: found }) =>
    found.find((entry) => entry.appointment_id === item.id)?.text ?? NOTHING);
}
