// The page: reads the articles, follows a summary or a job, and shows where every sentence comes from.

import * as api from "./api.js";
import { Citations, allCitations, disagreement, element, forms, keyPoint, sentence } from "./render.js";

const $ = (id) => document.getElementById(id);
const names = new WeakMap(); // a textarea -> the name of the file it was read from
let made = 0; // articles so far, for ids
let running = null; // AbortController of the summary under way
let last = null; // [summary, request] that can be copied
let followed = null; // id of the job on the page

function addArticle(text = "", name = "") {
  const item = $("article").content.cloneNode(true).firstElementChild;
  const [label, area] = [item.querySelector("label"), item.querySelector("textarea")];
  area.value = text;
  area.id = `text-${made++}`;
  label.htmlFor = area.id;
  names.set(area, name);
  item.querySelector(".remove").addEventListener("click", () => { item.remove(); number(); });
  $("articles").append(item);
  number();
  return area;
}

function number() {
  if (!$("articles").children.length) addArticle();
  [...$("articles").children].forEach((item, index) => {
    const name = names.get(item.querySelector("textarea"));
    item.querySelector("label").textContent = `Article ${index + 1}${name ? `: ${name}` : ""}`;
    item.querySelector(".remove").setAttribute("aria-label", `Remove article ${index + 1}`);
  });
}

async function addFiles(files) {
  for (const file of files) {
    const empty = [...document.querySelectorAll("#articles textarea")].find((area) => !area.value.trim());
    if (empty) empty.closest("li").remove();
    addArticle(await file.text(), file.name);
  }
}

const isHtml = (text) => /^\s*<(?:!doctype|html|head|body|article|div|p|h1|section|main|\?xml)\b/i.test(text);

function documents() {
  const used = new Set();
  const found = [];
  for (const area of document.querySelectorAll("#articles textarea")) {
    if (!area.value.trim()) continue;
    let id = names.get(area) || `Article ${found.length + 1}`;
    while (used.has(id)) id += "′";
    used.add(id);
    found.push({ id, [isHtml(area.value) ? "html" : "text"]: area.value });
  }
  return found;
}

function options() {
  const wanted = { max_words: $("words").valueAsNumber, key_points: $("points").valueAsNumber };
  if ($("query").value.trim()) wanted.query = $("query").value.trim();
  if ($("model").value) wanted.model = $("model").value;
  return wanted;
}

const key = () => $("key").value.trim();

function clear() {
  for (const id of ["summary", "key-points", "disagreements", "warnings", "documents", "error", "job-results"]) $(id).replaceChildren();
  for (const id of ["points-block", "disagreements-block", "copy", "sources", "job"]) $(id).hidden = true;
  document.body.classList.remove("done");
  last = followed = null;
}

function show(summary, request, citations) {
  const all = allCitations(summary);
  $("documents").replaceChildren(...summary.documents.map((source) => citations.show(source, all)));
  $("warnings").replaceChildren(...summary.warnings.map((text) => element("li", {}, text)));
  $("sources").hidden = $("copy").hidden = false;
  document.body.classList.add("done");
  last = [summary, request];
}

async function summarise() {
  const request = { documents: documents(), ...options() };
  clear();
  running = new AbortController();
  $("go").disabled = true;
  $("stop").hidden = false;
  $("status").textContent = "Reading the articles …";
  const citations = new Citations();
  try {
    for await (const [kind, value] of api.summarise(request, key(), running.signal)) {
      if (kind === "sentence") $("summary").append(sentence(value, citations));
      if (kind === "key_point") { $("points-block").hidden = false; $("key-points").append(keyPoint(value, citations)); }
      if (kind === "disagreement") { $("disagreements-block").hidden = false; $("disagreements").append(disagreement(value, citations)); }
      if (kind === "done") show(value, request, citations);
      $("status").textContent = kind === "done" ? `Written by ${value.model}.` : "Writing …";
    }
  } catch (failure) {
    $("status").textContent = running.signal.aborted ? "Stopped." : "";
    if (!running.signal.aborted) $("error").textContent = failure.message;
  } finally {
    $("go").disabled = false;
    $("stop").hidden = true;
  }
}

async function startJob() {
  clear();
  try {
    const requests = documents().map((one) => ({ custom_id: one.id.slice(0, 128), documents: [one], ...options() }));
    const taken = await api.submit(requests, key());
    followed = taken.id;
    $("job").hidden = false;
    $("job-id").textContent = taken.id;
    await follow(taken);
  } catch (failure) {
    $("error").textContent = failure.message;
  }
}

async function follow(found) {
  while (followed === found.id) {
    const { total, done, failed } = found.counts;
    $("job-progress").max = total;
    $("job-progress").value = done + failed;
    $("job-counts").textContent = `${found.status}: ${done} done, ${failed} failed, of ${total}`;
    $("job-cancel").hidden = Boolean(found.ended_at);
    $("job-results").replaceChildren(...(await api.results(found.id, key())).map(result));
    if (found.ended_at) return;
    await new Promise((resolve) => setTimeout(resolve, 700));
    found = await api.job(found.id, key());
  }
}

function result(one) {
  const said = one.response ? one.response.text : `${one.error.title}: ${one.error.detail}`;
  return element("li", { className: one.error ? "failed" : "" }, element("strong", {}, one.custom_id ?? "?"), `: ${said}`);
}

async function copy(event) {
  const form = event.target.dataset.copy;
  if (!form || !last) return;
  try {
    await navigator.clipboard.writeText(forms[form](...last));
    $("status").textContent = "Copied.";
  } catch {
    $("error").textContent = "The browser lets a page copy only over https or on this machine.";
  }
}

async function fillModels() {
  try {
    $("model").replaceChildren(...(await api.models(key())).map((model) => element("option", { value: model.id }, model.id)));
  } catch (failure) {
    $("error").textContent = failure.message;
  }
}

const EXAMPLE = [
  ["Coast Wire", "The ferry Northern Star ran aground near Harrow Island in dense fog with 231 people on board on Tuesday. Fishing boats and lifeboats carried the passengers ashore. Nobody was seriously hurt, the coast guard said. The operator, Island Lines, suspended the captain."],
  ["Harbour Times", "The ferry Northern Star ran aground off Harrow Island with 214 people on board on Tuesday morning. All of them were rescued, the coast guard said. Fishing boats from Port Ellis reached the ferry first. Two lifeboats arrived later."],
  ["Island Post", "Fishing boats from Port Ellis reached the ferry Northern Star before the first lifeboat on Tuesday, residents said. The ferry's captain was suspended by the operator, Island Lines, on Tuesday evening. An inquiry begins on Thursday."],
];

$("form").addEventListener("submit", (event) => { event.preventDefault(); summarise(); });
$("stop").addEventListener("click", () => running?.abort());
$("as-job").addEventListener("click", startJob);
$("job-cancel").addEventListener("click", () => followed && api.cancel(followed, key()));
$("copy").addEventListener("click", copy);
$("add").addEventListener("click", () => addArticle().focus());
$("files").addEventListener("change", (event) => { addFiles(event.target.files); });
$("example").addEventListener("click", () => {
  $("articles").replaceChildren();
  for (const [name, text] of EXAMPLE) addArticle(text, name);
});
$("show-key").addEventListener("click", (event) => {
  $("key-field").hidden = !$("key-field").hidden;
  event.target.setAttribute("aria-expanded", String(!$("key-field").hidden));
});
$("key").value = sessionStorage.getItem("key") ?? "";
$("key").addEventListener("change", () => { sessionStorage.setItem("key", key()); $("error").textContent = ""; fillModels(); });
addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("over"); });
addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  addFiles(event.dataTransfer.files);
});
addArticle();
fillModels();
