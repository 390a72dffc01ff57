// One-time links: /invitation#<secret> and /password-reset#<secret>.  The secret is behind the #, so it is never sent or logged.

import { askReset, choosePassword } from "../api.js";
import { h, replace, toast } from "../dom.js";

const LINKS = {
  "/invitation": { title: "Welcome to Fieldbeat", text: "Choose a password to begin.", path: "/auth/invitation/accept" },
  "/password-reset": { title: "New password", text: "Choose a new password.", path: "/auth/password-reset/confirm" },
};

export const isOneTimeLink = () => location.pathname in LINKS && location.hash.length > 1;

export function choosePasswordView(done) {
  const link = LINKS[location.pathname];
  const token = decodeURIComponent(location.hash.slice(1));
  return card(link.title, link.text, "Save", [
    h("label", {}, "Password (10 characters or more)",
      h("input", { name: "password", type: "password", minlength: 10, maxlength: 200, autocomplete: "new-password", required: true, autofocus: true })),
  ], async (form) => {
    await choosePassword(link.path, token, form.elements.password.value);
    done();
  });
}

export function forgottenView(back) {
  return card("Forgotten password", "We send a link to choose a new one, if we know the address.", "Send the link", [
    h("label", {}, "E-mail", h("input", { name: "email", type: "email", autocomplete: "username", required: true, autofocus: true })),
  ], async (form) => {
    await askReset(form.elements.email.value.trim());
    toast("If we know the address, the link is on its way.");
    back();
  }, h("button", { class: "quiet", type: "button", onclick: back }, "Back"));
}

function card(title, text, action, fields, submit, extra = null) {
  const error = h("p", { class: "notice error", role: "alert", hidden: true });
  const button = h("button", { class: "primary", type: "submit" }, action);
  const form = h("form", { class: "card sign-in" },
    h("img", { src: "/static/icon.svg", alt: "", width: 56, height: 56 }), h("h1", {}, title), h("p", { class: "soft" }, text),
    fields, error, button, extra);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await submit(form);
    } catch (problem) {
      error.hidden = false;
      replace(error, problem.message);
    } finally {
      button.disabled = false;
    }
  });
  return h("main", { class: "centre" }, form);
}
