// What the page says to the service: events of a summary, jobs, models. Nothing here touches the page.

export class Refused extends Error {
  constructor(problem) {
    const at = (problem.errors ?? []).map((fault) => `${fault.pointer} ${fault.detail}`).join("; ");
    super(`${problem.title}: ${at || problem.detail}. ${problem.remedy ?? ""}`);
  }
}

// An answer that is not the service's own: a proxy's page, mostly.
const FOREIGN = {
  413: "Something between this page and the service takes less at once: send fewer or shorter articles.",
  502: "The service behind this address is not running.",
  503: "The service behind this address is not ready: try again in a while.",
  504: "Something between this page and the service did not wait long enough: send fewer articles.",
};

async function refused(answer) {
  const problem = await answer.json().catch(() => null);
  if (problem?.title) return new Refused(problem);
  return new Error(`HTTP ${answer.status}, and not from the service itself. ${FOREIGN[answer.status] ?? "Is this its address?"}`);
}

async function send(path, key, options = {}) {
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  const answer = await fetch(path, { ...options, headers }).catch((failure) => {
    throw failure.name === "AbortError" ? failure : new Error("The service does not answer. Does it run, and is the network there?");
  });
  if (!answer.ok) throw await refused(answer);
  return answer;
}

async function* lines(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const found = (rest + (value ?? "")).split("\n");
    rest = done ? "" : found.pop();
    yield* found;
    if (done) return;
  }
}

// Yields [kind, value] as the service writes; aborting the signal stops its work.
export async function* summarise(request, key, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const answer = await send("v1/summaries", key, { method: "POST", headers, body: JSON.stringify(request), signal });
  let kind = "";
  for await (const line of lines(answer)) {
    if (line.startsWith("event: ")) kind = line.slice(7);
    if (!line.startsWith("data: ")) continue;
    const value = JSON.parse(line.slice(6));
    if (kind === "error") throw new Refused(value);
    yield [kind, value];
    if (kind === "done") return;
  }
  throw new Error("The connection ended before the summary did: what is shown is a part of it. Try again.");
}

export async function submit(requests, key) {
  const body = requests.map((request) => JSON.stringify(request)).join("\n");
  const headers = { "Content-Type": "application/x-ndjson" };
  return (await send("v1/jobs", key, { method: "POST", headers, body })).json();
}

export const job = async (id, key) => (await send(`v1/jobs/${id}`, key)).json();
export const cancel = async (id, key) => (await send(`v1/jobs/${id}`, key, { method: "DELETE" })).json();
export const models = async (key) => (await (await send("v1/models", key)).json()).models;

export async function results(id, key) {
  const found = [];
  for await (const line of lines(await send(`v1/jobs/${id}/results`, key))) if (line) found.push(JSON.parse(line));
  return found;
}
