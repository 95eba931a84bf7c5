// What the page says to the service: events of a summary, jobs, models. Nothing here touches the page.

export class Refused extends Error {
  constructor(problem) {
    const at = (problem.errors ?? []).map((fault) => `${fault.pointer} ${fault.detail}`).join("; ");
    super(`${problem.title}: ${at || problem.detail}. ${problem.remedy ?? ""}`);
  }
}

async function send(path, key, options = {}) {
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  const answer = await fetch(path, { ...options, headers });
  if (!answer.ok) throw new Refused(await answer.json());
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
  }
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
