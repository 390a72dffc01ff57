// Elements without a framework: h("p", { class: "x", onclick }, "text", child, [more]).
// Text is always set as text, so nothing that a user typed can become markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  parent.removeAttribute("aria-busy");
}

export function toast(message, kind = "info") {
  const note = h("div", { class: `toast ${kind}`, role: "status" }, message);
  document.body.append(note);
  setTimeout(() => note.remove(), kind === "error" ? 8000 : 4000);
}

// A modal sheet; `build(close)` returns its content.  Resolves when it is closed.
export function sheet(title, build) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "sheet", "aria-label": title });
    const close = () => dialog.close();
    dialog.append(
      h("header", {}, h("h2", {}, title), h("button", { class: "quiet", type: "button", "aria-label": "Close", onclick: close }, "✕")),
      build(close),
    );
    dialog.addEventListener("close", () => { dialog.remove(); resolve(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
