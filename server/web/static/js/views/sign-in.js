// E-mail and password; nothing else stands between a rep and the day.

import { signIn } from "../api.js";
import { h, replace } from "../dom.js";

export function signInView(done, forgotten) {
  const error = h("p", { class: "notice error", role: "alert", hidden: true });
  const button = h("button", { class: "primary", type: "submit" }, "Sign in");
  const form = h("form", { class: "card sign-in" },
    h("img", { src: "/static/icon.svg", alt: "", width: 56, height: 56 }),
    h("h1", {}, "Fieldbeat"),
    h("label", {}, "E-mail", h("input", { name: "email", type: "email", autocomplete: "username", required: true, autofocus: true })),
    h("label", {}, "Password", h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    error, button, h("button", { class: "quiet", type: "button", onclick: forgotten }, "Forgotten password?"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    error.hidden = true;
    try {
      await signIn(form.elements.email.value.trim(), form.elements.password.value);
      done();
    } catch (problem) {
      error.hidden = false;
      replace(error, problem.message);
      form.elements.password.select();
    } finally {
      button.disabled = false;
    }
  });
  return h("main", { class: "centre" }, form);
}
