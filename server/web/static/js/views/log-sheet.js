// One tap to say what happened; the id is made here once, so that sending it again can never count twice.

import { post } from "../api.js";
import { h, sheet, toast } from "../dom.js";

// Tapped on arrival and when done, a visit says how long the way there really took.
const CHOICES = [["completed", "Done"], ["attempted", "Nobody there"], ["skipped", "Skip today"], ["started", "I am here"]];
const AT_THE_DOOR = new Set(["skipped", "started"]);

export function logSheet({ account, appointment, channel = "visit", title }, saved) {
  const clientId = crypto.randomUUID?.() ?? uuid();
  return sheet(title, (close) => {
    const reason = h("label", { hidden: true }, "Why", h("input", { name: "reason", maxlength: 300 }));
    const outcome = h("label", {}, "Outcome",
      h("select", { name: "outcome" }, ["", "order", "quote", "no order", "complaint"].map((value) => h("option", { value }, value || "–"))));
    const form = h("form", {},
      h("div", { class: "choice", role: "radiogroup", "aria-label": "What happened" },
        CHOICES.filter(([value]) => channel === "visit" || !AT_THE_DOOR.has(value)).map(([value, label]) =>
          h("label", {}, h("input", { type: "radio", name: "status", value, checked: value === "completed" }), h("span", {}, label)))),
      outcome, reason,
      h("label", {}, "Note", h("textarea", { name: "note", rows: 3, maxlength: 10000 })),
      h("button", { class: "primary", type: "submit" }, "Save"));
    form.addEventListener("change", () => {
      const done = form.elements.status.value === "completed";
      outcome.hidden = !done;
      reason.hidden = done || form.elements.status.value === "started";
      form.elements.reason.required = form.elements.status.value === "skipped";
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        await post("/activities", body(form, { clientId, account, appointment, channel }));
        close();
        toast("Saved");
        saved();
      } catch (problem) {
        button.disabled = false;
        toast(problem.message, "error");
      }
    });
    return form;
  });
}

function body(form, { clientId, account, appointment, channel }) {
  const now = new Date().toISOString();
  const text = (name) => form.elements[name].value.trim() || null;
  const status = form.elements.status.value;
  return {
    client_id: clientId, account_id: account, appointment_id: appointment ?? null, channel, status,
    outcome: status === "completed" ? text("outcome") : null, reason: status === "completed" ? null : text("reason"),
    note: text("note"), happened_at: now, device_time: now,
  };
}

// Browsers offer randomUUID only on secure origins; phones in a home network are not.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
