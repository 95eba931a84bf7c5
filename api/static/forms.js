// The forms in which summaries leave the page: every sentence with its numbers, every source with the cited passages.

import { allCitations } from "./render.js";

const plain = { escape: (text) => text, heading: (text) => `${text}\n`, passage: (text) => `    “${text}”` };
const markdown = {
  escape: (text) => text.replace(/[\\`*_[\]<>]/g, "\\$&"),
  heading: (text) => `## ${text}\n`,
  passage: (text) => `   > ${text}`,
};

function written(summary, form, link) {
  const ids = summary.documents.map((one) => one.id);
  const numbers = (citations) => {
    const used = [...new Set(citations.map((one) => ids.indexOf(one.document) + 1))].sort((a, b) => a - b);
    return used.length ? ` ${used.map((one) => `[${one}]`).join("")}` : "";
  };
  const said = (one) => form.escape(one.text) + numbers(one.citations) + (one.supported === false ? " (no article supports this)" : "");
  const claims = (one) => one.claims.map((claim) => form.escape(claim.value) + numbers([claim.citation])).join(" against ");
  const block = (title, lines) => (lines.length ? ["", form.heading(title), ...lines] : []);
  return [
    summary.sentences.map(said).join(" "),
    ...block("Key points", summary.key_points.map((one) => `- ${said(one)}`)),
    ...block("The articles disagree", summary.disagreements.map((one) => `- ${form.escape(one.subject)}: ${claims(one)}`)),
    ...block("To know", summary.warnings.map((one) => `- ${form.escape(one)}`)),
    ...block("Sources", summary.documents.flatMap((one, index) => source(one, index, summary, form))),
    "",
    `Written by ${summary.model}, summarizer ${summary.version}.${link ? ` ${link}` : ""}`,
  ].join("\n");
}

function source(document, index, summary, form) {
  const points = Array.from(document.text);
  const cited = allCitations(summary).filter((one) => one.document === document.id).sort((a, b) => a.start - b.start);
  const passages = new Set(cited.map((one) => points.slice(one.start, one.end).join("").replace(/\s+/g, " ")));
  const number = form === markdown ? `${index + 1}.` : `[${index + 1}]`;
  const about = [document.title || document.id, document.source, document.published?.slice(0, 10)].filter(Boolean).map(form.escape);
  if (document.url) about.push(form === markdown ? `<${document.url.replace(/[<>\s]/g, encodeURIComponent)}>` : document.url);
  return [`${number} ${about.join(", ")}`, ...[...passages].map((one) => form.passage(form.escape(one)))];
}

const each = (results, form) => results.map((one) => {
  const body = one.response ? written(one.response, form) : `${one.error.title}: ${form.escape(one.error.detail)}`;
  return form === markdown ? `# ${form.escape(one.custom_id ?? "?")}\n\n${body}` : `${one.custom_id ?? "?"}\n\n${body}`;
}).join("\n\n");

// shown: {summary, request, link} of one summary, or {results} of a job. What it cannot be, is left out of the page.
export const forms = {
  text: (shown) => (shown.results ? each(shown.results, plain) : written(shown.summary, plain, shown.link)),
  markdown: (shown) => (shown.results ? each(shown.results, markdown) : written(shown.summary, markdown, shown.link)),
  json: (shown) => JSON.stringify(shown.results ?? shown.summary, null, 2),
  curl({ request }) {
    const body = JSON.stringify(request).replaceAll("'", "'\\''");
    return `curl ${new URL("v1/summaries", document.baseURI)} -H 'Content-Type: application/json' -d '${body}'`;
  },
};

const FILES = { text: ["summary.txt", "text/plain"], markdown: ["summary.md", "text/markdown"], json: ["summary.json", "application/json"] };

export function download(form, shown) {
  const [name, type] = FILES[form];
  const url = URL.createObjectURL(new Blob([forms[form](shown)], { type: `${type};charset=utf-8` }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
