// What the page says to the service: events of a summary, jobs, files, models. Nothing here touches the page.

// A problem of the service's own (RFC 9457).
export class Refused extends Error {
  constructor(problem) {
    const faults = (problem.errors ?? []).map((fault) => `${field(fault.pointer)} ${fault.detail}`).join("; ");
    super(`${problem.title}: ${faults || field(problem.detail ?? "")}. ${problem.remedy ?? ""}`.replace(/\.+ *\./g, "."));
    Object.assign(this, { problem, status: problem.status });
  }
}

const FIELDS = { documents: "Articles:", max_words: "Words:", key_points: "Key points:", query: "Question:", model: "Model:" };

// JSON pointers as the page names things; what is left of one is left as it is.
function field(text) {
  return text
    .replace(/\/documents\/(\d+)(?:\/(\w+))?/g, (_, index, name) => `Article ${Number(index) + 1}${name ? `, ${name}:` : ""}`)
    .replace(/^\/(\w+)$/, (whole, name) => FIELDS[name] ?? whole);
}

// An answer that is not the service's own: a proxy's page, mostly.
const FOREIGN = {
  413: "Something between this page and the service takes less at once: send fewer or shorter articles.",
  502: "The service behind this address is not running.",
  503: "The service behind this address is not ready: try again in a while.",
  504: "Something between this page and the service did not wait long enough: send fewer articles.",
};
const foreign = (answer) => new Error(
  `HTTP ${answer.status}, and not from the service itself. ${FOREIGN[answer.status] ?? "Is this its address, or must one sign in first?"}`,
);
const CUT = "The connection ended before the summary did: what is shown is a part of it. Try again.";

// kind: what a good answer is, as its content type says it.
async function send(path, key, kind, options = {}) {
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  const answer = await fetch(path, { ...options, headers }).catch((failure) => {
    throw failure.name === "AbortError" ? failure : new Error("The service does not answer. Does it run, and is the network there?");
  });
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok) {
    const problem = await answer.json().catch(() => null);
    throw problem?.title ? new Refused(problem) : foreign(answer);
  }
  if (kind && !type.startsWith(kind)) throw foreign(answer);
  return answer;
}

const json = async (...request) => {
  const answer = await send(...request);
  return answer.json().catch(() => { throw new Error("The connection ended before the answer did. Try again."); });
};

async function* lines(answer, cut) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch((failure) => {
      throw failure.name === "AbortError" ? failure : new Error(cut);
    });
    const found = (rest + (value ?? "")).split("\n");
    rest = done ? "" : found.pop();
    yield* found;
    if (done) return;
  }
}

function parsed(line, cut) {
  try { return JSON.parse(line); } catch { throw new Error(cut); }
}

// Yields [kind, value] as the service writes; aborting the signal stops its work.
export async function* summarise(request, key, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const options = { method: "POST", headers, body: JSON.stringify(request), signal };
  let kind = "";
  for await (const line of lines(await send("v1/summaries", key, "text/event-stream", options), CUT)) {
    if (line.startsWith("event: ")) kind = line.slice(7);
    if (!line.startsWith("data: ")) continue;
    const value = parsed(line.slice(6), CUT);
    if (kind === "error") throw new Refused(value);
    yield [kind, value];
    if (kind === "done") return;
  }
  throw new Error(CUT);
}

export function submit(requests, key) {
  const body = requests.map((request) => JSON.stringify(request)).join("\n");
  return json("v1/jobs", key, "application/json", { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
}

export const job = (id, key) => json(`v1/jobs/${id}`, key, "application/json");
export const cancel = (id, key) => json(`v1/jobs/${id}`, key, "application/json", { method: "DELETE" });
export const erase = (id, key) => send(`v1/jobs/${id}?erase=true`, key, "", { method: "DELETE" });
export const models = async (key) => (await json("v1/models", key, "application/json")).models;

// The results of lines after that one, in their order.
export async function results(id, key, after = 0) {
  const cut = "The connection ended before the results did. Load the page again.";
  const found = [];
  for await (const line of lines(await send(`v1/jobs/${id}/results?after=${after}`, key, "application/x-ndjson"), cut)) {
    if (line) found.push(parsed(line, cut));
  }
  return found;
}

// The articles of a file, read by the service: {documents, warnings}.
export function read(file, key) {
  const headers = { "Content-Type": "application/octet-stream" };
  return json(`v1/documents?name=${encodeURIComponent(file.name)}`, key, "application/json", { method: "POST", headers, body: file });
}
