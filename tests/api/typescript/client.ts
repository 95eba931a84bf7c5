// A summary, a refusal and a stream of events, typed by what openapi-typescript makes of the service's OpenAPI document.
// Run with the service's address and two articles; prints a line of JSON for each.
import { EventSourceParserStream } from "eventsource-parser/stream";
import createClient from "openapi-fetch";
import type { components, paths } from "./service.js";

type SummaryRequest = components["schemas"]["SummaryRequest"];
type SummaryEvent = components["schemas"]["SummaryEvent"];

const [baseUrl, first = "", second = ""] = process.argv.slice(2);
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });
const request: SummaryRequest = {
  documents: [
    { id: "echo", title: "Ferry aground", url: "https://example.org/echo", text: first },
    { id: "post", title: "Ferry to be towed", url: "https://example.org/post", text: second },
  ],
  max_words: 40,
};

function show(value: unknown): void {
  console.log(JSON.stringify(value));
}

async function summarise(): Promise<void> {
  const { data: summary, response } = await client.POST("/v1/summaries", { body: request });
  if (!summary) throw new Error(`refused: ${response.status}`);
  const sources = new Map(summary.documents.map((document) => [document.id, document]));
  show({
    sentences: summary.sentences.map((sentence) => ({
      text: sentence.text,
      cited: sentence.citations.map((citation) => {
        const source = sources.get(citation.document);
        return [citation.document, source?.title, source?.url, source?.text.slice(citation.start, citation.end)];
      }),
    })),
    points: summary.key_points.map((point) => [point.text, point.documents.length]),
    read: summary.usage.documents,
  });
}

async function beRefused(): Promise<void> {
  const { error: problem } = await client.POST("/v1/summaries", { body: { ...request, max_words: 1 } });
  if (!problem) throw new Error("one word was allowed");
  show({ type: problem.type, remedy: problem.remedy, pointers: problem.errors.map((fault) => fault.pointer) });
}

async function stream(): Promise<void> {
  const { data: body, response } = await client.POST("/v1/summaries", {
    body: request,
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
  });
  if (!body) throw new Error(`refused: ${response.status}`);
  const told: string[] = [];
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events) {
    const piece = { event, data: JSON.parse(data) } as SummaryEvent;
    switch (piece.event) {
      case "sentence":
        told.push(piece.data.text);
        break;
      case "key_point":
        told.push(piece.data.documents.join());
        break;
      case "disagreement":
        told.push(piece.data.subject);
        break;
      case "done":
        show({ told, model: piece.data.model });
        break;
      case "error":
        throw new Error(piece.data.detail);
    }
  }
}

await summarise();
await beRefused();
await stream();
