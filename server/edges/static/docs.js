// The page of the API's documentation: reads openapi.json, lists operations by tag, and tries them with a token.

const METHODS = ["get", "post", "put", "patch", "delete"];
let token = "";

/** A DOM element with attributes and children; text is never read as markup. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in node && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const spec = await (await fetch("/api/v1/openapi.json")).json();

function resolve(thing) {
  let found = thing;
  while (found?.$ref) found = found.$ref.slice(2).split("/").reduce((node, step) => node?.[step], spec);
  return found ?? {};
}

/** A short name of a schema's type. */
function typeOf(schema) {
  const found = resolve(schema);
  const name = [found.type ?? (found.properties ? "object" : "any")].flat().join(" | ");
  if (found.items) return `${name} of ${typeOf(found.items)}`;
  return found.format ? `${name} (${found.format})` : name;
}

function limitsOf(schema) {
  const found = resolve(schema);
  const known = ["enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default"];
  return known.filter((key) => found[key] !== undefined).map((key) => `${key} ${JSON.stringify(found[key])}`).join(", ");
}

/** A body to begin with: required fields, and examples where the schema has some. */
function example(schema, depth = 0) {
  const found = resolve(schema);
  if (found.examples?.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  const type = [found.type].flat()[0];
  if (found.properties && depth < 4) {
    const wanted = found.required?.length ? found.required : Object.keys(found.properties);
    return Object.fromEntries(wanted.map((key) => [key, example(found.properties[key], depth + 1)]));
  }
  if (type === "array") return [example(found.items ?? {}, depth + 1)];
  if (type === "integer" || type === "number") return found.minimum ?? 1;
  if (type === "boolean") return true;
  if (found.format === "uuid") return "00000000-0000-7000-8000-000000000000";
  if (found.format === "date") return new Date().toISOString().slice(0, 10);
  if (found.format === "date-time") return new Date().toISOString();
  return type === "object" ? {} : "";
}

function fieldsTable(schema, depth = 0) {
  const found = resolve(schema);
  const inner = found.items ? resolve(found.items) : found;
  if (!inner.properties || depth > 3) return el("p", {}, typeOf(schema));
  const rows = Object.entries(inner.properties).map(([key, field]) => {
    const deeper = resolve(resolve(field).items ?? field).properties;
    return el("tr", {},
      el("td", { class: inner.required?.includes(key) ? "required" : "" }, el("code", {}, key)),
      el("td", {}, typeOf(field)),
      el("td", {}, [resolve(field).description, limitsOf(field)].filter(Boolean).join(" · "),
        deeper ? el("details", {}, el("summary", {}, "fields"), fieldsTable(field, depth + 1)) : null));
  });
  return el("table", {}, el("tbody", {}, ...rows));
}

function parametersOf(path, operation) {
  return [...(spec.paths[path].parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
}

function tryForm(path, method, operation) {
  const parameters = parametersOf(path, operation);
  const content = resolve(operation.requestBody).content ?? {};
  const [type] = Object.keys(content);
  const inputs = parameters.map((parameter) => el("tr", {},
    el("td", { class: parameter.required ? "required" : "" }, el("code", {}, parameter.name), ` in ${parameter.in}`),
    el("td", {}, el("input", { name: `${parameter.in}:${parameter.name}`, "aria-label": parameter.name })),
    el("td", {}, [parameter.description, typeOf(parameter.schema), limitsOf(parameter.schema ?? {})].filter(Boolean).join(" · "))));
  const isJson = type === "application/json";
  const body = isJson ? el("textarea", { name: "body", "aria-label": "Body" }) : null;
  if (body) body.value = JSON.stringify(example(content[type].schema), null, 2);
  const file = type && !isJson ? el("input", { type: "file", name: "file", "aria-label": "File" }) : null;
  const result = el("pre", { hidden: true, "aria-live": "polite" });
  const form = el("form", {}, el("table", {}, el("tbody", {}, ...inputs)), body, file, el("button", {}, "Try it"), result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(path, method, parameters, form, result);
  });
  return form;
}

async function send(path, method, parameters, form, result) {
  const query = new URLSearchParams();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  let url = path;
  for (const { name, in: place } of parameters) {
    const value = form.elements[`${place}:${name}`].value;
    if (place === "path") url = url.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && place === "query") query.append(name, value);
    else if (value && place === "header") headers[name] = value;
  }
  let body;
  if (form.elements.body) {
    body = form.elements.body.value;
    headers["Content-Type"] = "application/json";
  } else if (form.elements.file?.files.length) {
    body = new FormData(form);
  }
  result.hidden = false;
  result.textContent = "...";
  try {
    const answer = await fetch(query.size ? `${url}?${query}` : url, { method: method.toUpperCase(), headers, body });
    const text = await answer.text();
    const shown = answer.headers.get("Content-Type")?.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
    const etag = answer.headers.get("ETag");
    result.textContent = `${answer.status} ${answer.statusText}${etag ? `\nETag: ${etag}` : ""}\n\n${shown}`;
  } catch (error) {
    result.textContent = String(error);
  }
}

function responsesOf(operation) {
  const rows = Object.entries(operation.responses ?? {}).filter(([status]) => status !== "default").map(([status, raw]) => {
    const answer = resolve(raw);
    const [content] = Object.values(answer.content ?? {});
    const good = status < 400 && content?.schema;
    return el("tr", {}, el("td", {}, el("code", {}, status)), el("td", {}, answer.description ?? "",
      good ? el("details", {}, el("summary", {}, "fields"), fieldsTable(content.schema)) : null));
  });
  return el("table", {}, el("tbody", {}, ...rows));
}

function operationNode(path, method, operation) {
  const inside = el("div");
  const node = el("details", { class: "operation", id: `${method} ${path}` },
    el("summary", {}, el("span", { class: `method ${method}` }, method), el("code", {}, path),
      el("span", {}, operation.summary ?? ""), el("span", { class: "roles" }, (operation["x-roles"] ?? []).join(", "))),
    inside);
  node.dataset.text = `${method} ${path} ${operation.summary ?? ""}`.toLowerCase();
  node.addEventListener("toggle", () => {
    if (inside.childElementCount) return; // filled when first opened: a long page stays quick
    const [content] = Object.values(resolve(operation.requestBody).content ?? {});
    inside.append(...[
      operation.description ? el("p", {}, operation.description) : null,
      content?.schema ? el("details", {}, el("summary", {}, "Body"), fieldsTable(content.schema)) : null,
      el("h4", {}, "Try it"), tryForm(path, method, operation),
      el("h4", {}, "Answers"), responsesOf(operation),
    ].filter(Boolean));
  });
  return node;
}

function show() {
  const byTag = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(operationNode(path, method, item[method]));
    }
  }
  const described = Object.fromEntries((spec.tags ?? []).map((tag) => [tag.name, tag.description]));
  document.querySelector("#operations").replaceChildren(...[...byTag].map(([tag, nodes]) => el("section", {},
    el("h2", {}, tag), described[tag] ? el("p", {}, described[tag]) : null, ...nodes)));
}

document.querySelector("#filter").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/);
  for (const node of document.querySelectorAll("details.operation")) {
    node.hidden = !words.every((word) => node.dataset.text.includes(word));
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("details.operation:not([hidden])");
  }
});

document.querySelector("#sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)));
  const answer = await fetch("/api/v1/auth/token", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const found = await answer.json();
  token = answer.ok ? found.access_token : "";
  document.querySelector("#who").textContent = answer.ok
    ? `${found.user.name} (${found.user.role}) for ${Math.round(found.expires_in / 60)} minutes`
    : (found.detail ?? found.title);
});

show();
