// The page: follows a summary or a job, and shows where every sentence comes from.

import * as api from "./api.js";
import * as articles from "./articles.js";
import { download, forms } from "./forms.js";
import * as options from "./options.js";
import { Citations, allCitations, disagreement, element, keyPoint, result, sentence } from "./render.js";
import { returned } from "./visit.js";

const $ = (id) => document.getElementById(id);
let running = null; // AbortController of the summary under way
let shown = null; // what can be copied: {summary, request, link}, or {results}
let followed = null; // id of the job on the page

const key = () => $("key").value.trim();

function showKey(on = true) {
  $("key-field").hidden = !on;
  $("show-key").setAttribute("aria-expanded", String(on));
}

function tell(failure) {
  $("error").textContent = failure.message;
  if (failure.status === 401) {
    showKey();
    $("error").textContent = "This service asks for a key: type yours into the field above.";
  }
  const told = [failure.problem?.detail, ...(failure.problem?.errors ?? []).map((fault) => fault.pointer)].join(" ");
  for (const [, index] of told.matchAll(/\/documents\/(\d+)/g)) articles.mark(Number(index));
}

function clear() {
  for (const id of ["summary", "key-points", "disagreements", "warnings", "documents", "error", "status", "link-note", "job-results"]) {
    $(id).replaceChildren();
  }
  for (const id of ["points-block", "disagreements-block", "copy", "sources", "job", "link"]) $(id).hidden = true;
  document.body.classList.remove("done", "broken");
  shown = followed = null;
}

function paint(kind, value, citations) {
  if (kind === "sentence") $("summary").append(sentence(value, citations));
  if (kind === "key_point") { $("points-block").hidden = false; $("key-points").append(keyPoint(value, citations)); }
  if (kind === "disagreement") { $("disagreements-block").hidden = false; $("disagreements").append(disagreement(value, citations)); }
}

function show(summary, request, citations) {
  const all = allCitations(summary);
  $("documents").replaceChildren(...summary.documents.map((source) => citations.show(source, all)));
  $("warnings").replaceChildren(...summary.warnings.map((text) => element("li", {}, text)));
  $("summary").lang = summary.documents[0]?.language ?? "";
  $("sources").hidden = false;
  $("status").textContent = `Written by ${summary.model}.`;
  document.body.classList.add("done");
  offer({ summary, request });
}

function offer(what) {
  shown = what;
  $("copy").hidden = false;
  $("copy").querySelector("[data-copy=curl]").hidden = !what.request;
}

// On a phone the output is below what was typed.
function bringIntoView() {
  document.body.classList.add("begun");
  const { top } = $("output").getBoundingClientRect();
  if (top > innerHeight / 2 || top < 0) $("output").scrollIntoView({ block: "start" });
}

function requested() {
  clear();
  try {
    const found = articles.documents();
    articles.keep();
    return $("form").reportValidity() ? found : null;
  } catch (failure) {
    tell(failure);
    return null;
  } finally {
    bringIntoView();
  }
}

async function summarise() {
  const found = running ? null : requested();
  if (!found) return;
  const request = { documents: found, ...options.wanted() };
  const { signal } = (running = new AbortController());
  busy(true);
  $("status").textContent = "Reading the articles …";
  const citations = new Citations(found);
  try {
    for await (const [kind, value] of api.summarise(request, key(), signal)) {
      paint(kind, value, citations);
      if (kind === "done") show(value, request, citations);
      else $("status").textContent = "Writing …";
    }
  } catch (failure) {
    document.body.classList.add("broken");
    $("status").textContent = signal.aborted ? "Stopped." : "";
    if (!signal.aborted) tell(failure);
  } finally {
    running = null;
    busy(false);
  }
  if (shown) await makeLink(request);
}

function busy(on) {
  const focused = document.activeElement === $("stop");
  $("go").setAttribute("aria-disabled", String(on));
  $("stop").hidden = !on;
  if (focused && !on) $("go").focus();
}

// The same request as a job is the same summary, at an address that lasts.
async function makeLink(request) {
  try {
    const { id } = await api.submit([{ custom_id: "summary", ...request }], key());
    history.pushState(null, "", `#job=${id}`);
    followed = id;
    showLink(id);
  } catch (failure) {
    $("link-note").textContent = `There is no link to this summary: ${failure.message}`;
  }
}

function showLink(id) {
  $("link").hidden = false;
  $("link-to").href = `#job=${id}`;
  if (shown) shown.link = $("link-to").href;
}

async function startJob() {
  const found = running ? null : requested();
  if (!found) return;
  try {
    const requests = found.map((one) => ({ custom_id: one.id.slice(0, 128), documents: [one], ...options.wanted() }));
    const taken = await api.submit(requests, key());
    history.pushState(null, "", `#job=${taken.id}`);
    await follow(taken);
  } catch (failure) {
    tell(failure);
  }
}

async function open(id) {
  clear();
  followed = id;
  try {
    await follow(await api.job(id, key()));
  } catch (failure) {
    followed = null;
    tell(failure.status === 404 ? new Error("There is no such summary: it was deleted, its time is over, or it is another key's.") : failure);
  }
}

async function follow(found) {
  const { id } = found;
  const all = [];
  followed = id;
  $("job-id").textContent = id;
  $("job").hidden = found.counts.total === 1 && Boolean(found.ended_at);
  while (followed === id) {
    progress(found);
    const more = await api.results(id, key(), all.at(-1)?.line);
    if (followed !== id) return;
    all.push(...more);
    if (found.counts.total > 1) $("job-results").append(...more.map(result));
    if (found.ended_at) return ended(found, all);
    await new Promise((resolve) => setTimeout(resolve, 700));
    found = await api.job(id, key());
  }
}

function progress({ status, counts: { total, done, failed }, ended_at: end }) {
  $("job-progress").max = total;
  $("job-progress").value = done + failed;
  $("job-counts").textContent = `${status}: ${done} done, ${failed} failed, of ${total}`;
  if (document.activeElement === $("job-cancel") && end) $("as-job").focus();
  $("job-cancel").hidden = Boolean(end);
}

function ended({ id, counts }, results) {
  const [only] = counts.total === 1 ? results : [];
  if (only?.response) {
    const { response } = only;
    const citations = new Citations(response.documents);
    $("job").hidden = true;
    for (const one of response.sentences) paint("sentence", one, citations);
    for (const one of response.key_points) paint("key_point", one, citations);
    for (const one of response.disagreements) paint("disagreement", one, citations);
    show(response, null, citations);
  } else {
    if (only) $("job-results").append(result(only));
    if (results.length) offer({ results });
  }
  showLink(id);
}

function leave({ target: { dataset } }) {
  if (shown && dataset.download) download(dataset.download, shown);
  if (shown && dataset.copy) toClipboard(forms[dataset.copy](shown));
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    $("status").textContent = "Copied.";
  } catch {
    $("error").textContent = "The browser lets a page copy only over https or on this machine.";
  }
}

async function eraseLink() {
  try {
    await api.erase(followed, key());
    history.replaceState(null, "", location.pathname + location.search);
    $("link").hidden = true;
    if (shown) delete shown.link;
    $("status").textContent = "Deleted from the server. What is on this page is gone when you leave it.";
    $("summary").focus();
  } catch (failure) {
    tell(failure);
  }
}

async function addFiles(files) {
  $("error").textContent = "";
  const faults = [];
  for (const file of files) {
    try {
      $("status").textContent = `Reading ${file.name} …`;
      const { documents, warnings } = await api.read(file, key());
      faults.push(...warnings);
      articles.addAll(documents.map((one) => ({ ...one, name: one.id })));
    } catch (failure) {
      tell(failure);
      faults.push($("error").textContent);
    }
  }
  $("status").textContent = "";
  $("error").textContent = faults.join(" ");
}

const fillModels = () => options.offerModels(key()).catch(tell);

// What the address names: a job, or nothing yet.
function route() {
  const id = /^#job=([0-9a-f]{32})$/.exec(location.hash)?.[1];
  if (id && id !== followed) open(id);
  else if (!id && !running) clear();
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); summarise(); });
$("form").addEventListener("input", () => { articles.keep(); options.keep(); });
$("stop").addEventListener("click", () => running?.abort());
$("as-job").addEventListener("click", startJob);
$("job-cancel").addEventListener("click", () => followed && api.cancel(followed, key()).catch(tell));
$("copy").addEventListener("click", leave);
$("link-copy").addEventListener("click", () => toClipboard($("link-to").href));
$("link-erase").addEventListener("click", eraseLink);
$("add").addEventListener("click", () => articles.add().focus());
$("files").addEventListener("change", async ({ target }) => { await addFiles([...target.files]); target.value = ""; });
$("example").addEventListener("click", () => articles.addAll(articles.EXAMPLE, { replace: true }));
$("skip").addEventListener("click", (event) => { event.preventDefault(); $("summary").focus(); });
$("show-key").addEventListener("click", () => showKey($("key-field").hidden));
$("key").addEventListener("change", async () => {
  sessionStorage.setItem("key", key());
  $("error").textContent = "";
  await fillModels();
  route();
});
addEventListener("popstate", (event) => { if (!returned(event)) route(); });
addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("over"); });
addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  addFiles([...event.dataTransfer.files]);
});
$("key").value = sessionStorage.getItem("key") ?? "";
options.restore();
articles.restore();
fillModels();
route();
