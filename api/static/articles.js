// The articles on the page: typed, pasted, or read from files. They live in sessionStorage: in this tab, until it closes.

const $ = (id) => document.getElementById(id);
const STORED = "articles";
let made = 0; // articles so far, for ids

const items = () => [...$("articles").children];
const part = (item, name) => item.querySelector(`.${name}`);
const ADDRESSES = /^\s*(?:https?:\/\/|www\.)\S+(?:\s+(?:https?:\/\/|www\.)\S+)*\s*$/i;
const KNOWN = ["name", "source", "published"]; // what a file said of an article, beside its title and address

// Markup, whole pages and fragments: what opens with a tag that HTML knows, comments before it left aside.
export function isHtml(text) {
  let rest = text.trimStart();
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(/^(?:<!--[\s\S]*?-->|<\?[^>]*>)\s*/, "");
  }
  const tag = /^<(!doctype\b|[a-z][a-z0-9]*(?=[\s/>]))[^<>]*>/i.exec(rest)?.[1];
  return Boolean(tag) && (tag[0] === "!" || !(document.createElement(tag) instanceof HTMLUnknownElement));
}

// Title and address that a page gives itself. It is only parsed: nothing in it runs or loads.
function about(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const meta = (name) => page.querySelector(`meta[property="${name}"], meta[name="${name}"]`)?.content;
  const title = meta("og:title") || page.querySelector("h1")?.textContent || page.title;
  const url = page.querySelector("link[rel=canonical]")?.getAttribute("href") || meta("og:url");
  return { title: (title ?? "").replace(/\s+/g, " ").trim(), url: /^https?:\/\//i.test(url ?? "") ? url : "" };
}

function fillIn(item, { title = "", url = "" }) {
  for (const [name, value] of Object.entries({ title, url })) if (value && !part(item, name).value) part(item, name).value = value;
}

function look(item) {
  const { value } = part(item, "text");
  const isAddress = ADDRESSES.test(value);
  part(item, "note").textContent = isAddress
    ? "This is an address, and no page is fetched from here. Open it, copy the article and paste that here instead."
    : "";
  if (isAddress && /^\s*https?:\/\/\S+\s*$/i.test(value)) fillIn(item, { url: value.trim() });
  if (isHtml(value) && !(part(item, "title").value && part(item, "url").value)) fillIn(item, about(value));
  part(item, "text").removeAttribute("aria-invalid");
}

export function add({ text = "", title, url, ...known } = {}) {
  const item = $("article").content.cloneNode(true).firstElementChild;
  const area = part(item, "text");
  Object.assign(area, { value: text, id: `text-${made++}` });
  item.querySelector("label").htmlFor = area.id;
  for (const name of KNOWN) item.dataset[name] = known[name] ?? "";
  fillIn(item, { title, url });
  part(item, "remove").addEventListener("click", () => remove(item));
  area.addEventListener("input", () => look(item));
  area.addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html"); // what a browser copies of a page has its heading
    if (html && !area.value.trim()) fillIn(item, about(html));
  });
  look(item);
  $("articles").append(item);
  number();
  return area;
}

function remove(item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  number();
  (next ? part(next, "remove") : $("add")).focus();
  keep();
}

function number() {
  if (!items().length) add();
  items().forEach((item, index) => {
    const { name } = item.dataset;
    item.querySelector("label").textContent = `Article ${index + 1}${name ? `: ${name}` : ""}`;
    part(item, "remove").setAttribute("aria-label", `Remove article ${index + 1}`);
    part(item, "title").setAttribute("aria-label", `Title of article ${index + 1}`);
    part(item, "url").setAttribute("aria-label", `Address of article ${index + 1}`);
  });
}

// In place of all that is there, or behind what is not empty.
export function addAll(articles, { replace = false } = {}) {
  for (const item of items()) if (replace || !part(item, "text").value.trim()) item.remove();
  articles.forEach((article) => add(article));
  number();
  keep();
}

// The documents of a request. Articles without text are left out and their numbers close up. Throws in words.
export function documents() {
  for (const item of items()) if (!part(item, "text").value.trim()) item.remove();
  number();
  const used = new Set();
  return items().flatMap((item, index) => {
    const text = part(item, "text").value;
    if (!text.trim()) throw new Error("There is no article yet: paste one, or open a file.");
    if (ADDRESSES.test(text)) { mark(index); throw new Error(`Article ${index + 1} is an address, and no page is fetched from here: paste the article itself.`); }
    let id = item.dataset.name || `Article ${index + 1}`;
    while (used.has(id)) id += "′";
    used.add(id);
    const { source, published } = item.dataset;
    const said = { title: part(item, "title").value.trim(), url: part(item, "url").value.trim(), source, published };
    return [{ id, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)), [isHtml(text) ? "html" : "text"]: text }];
  });
}

// Marks the article of that index as the one that is wrong.
export function mark(index) {
  if (items()[index]) part(items()[index], "text").setAttribute("aria-invalid", "true");
}

export function keep() {
  const all = items().map((item) => ({
    ...item.dataset, text: part(item, "text").value, title: part(item, "title").value, url: part(item, "url").value,
  }));
  try {
    sessionStorage.setItem(STORED, JSON.stringify(all));
    $("kept").textContent = "";
  } catch {
    sessionStorage.removeItem(STORED);
    $("kept").textContent = "These articles are too long for the browser to keep: they are gone when the page is loaded anew.";
  }
}

export function restore() {
  addAll(JSON.parse(sessionStorage.getItem(STORED) ?? "[]"), { replace: true });
}

export const EXAMPLE = [
  { name: "Coast Wire", text: "The ferry Northern Star ran aground near Harrow Island in dense fog with 231 people on board on Tuesday. Fishing boats and lifeboats carried the passengers ashore. Nobody was seriously hurt, the coast guard said. The operator, Island Lines, suspended the captain." },
  { name: "Harbour Times", text: "The ferry Northern Star ran aground off Harrow Island with 214 people on board on Tuesday morning. All of them were rescued, the coast guard said. Fishing boats from Port Ellis reached the ferry first. Two lifeboats arrived later." },
  { name: "Island Post", text: "Fishing boats from Port Ellis reached the ferry Northern Star before the first lifeboat on Tuesday, residents said. The ferry's captain was suspended by the operator, Island Lines, on Tuesday evening. An inquiry begins on Thursday." },
];
