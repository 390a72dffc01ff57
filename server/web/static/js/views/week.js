// The rep's coming two weeks.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { addDays, companyZone, today } from "../format.js";
import { dayList } from "./days.js";
import { todayView } from "./today.js";

export async function weekView(context) {
  const first = today(companyZone());
  const schedule = await get("/me/schedule", { from: first, to: addDays(first, 13) });
  replace(context.main, h("div", { class: "head" }, h("h1", {}, "Coming days")), dayList(schedule, (date) => todayView(context, date)));
}
