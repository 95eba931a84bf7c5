// A summary on the page. Text from articles is only ever set as text, never as markup.

import { visit } from "./visit.js";

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const keyOf = (citation) => `${citation.document}\u0000${citation.start}\u0000${citation.end}`;

// Links what is written to what it cites. Sources are numbered as the articles are: [1] is the first of them.
export class Citations {
  constructor(documents) {
    this.names = documents.map((one) => one.title || one.id);
    this.ids = documents.map((one) => one.id);
    this.marks = new Map(); // key of a citation -> elements in the articles that show it
    this.pinned = null;
  }

  // The text, which lights up its sources under the pointer, and behind it a button [n] for each of them.
  cited(text, citations, className = "") {
    const span = element("span", { className: `cites ${className}` }, text);
    this.lit(span, span, citations);
    const refs = this.ids.flatMap((id, index) => {
      const own = citations.filter((one) => one.document === id);
      return own.length ? [this.button(index, own, span)] : [];
    });
    span.addEventListener("click", () => { if (!getSelection().toString()) refs[0]?.click(); });
    return [span, refs.length ? element("span", { className: "refs", dir: "ltr" }, ...refs) : ""];
  }

  lit(target, span, citations) {
    const off = () => this.pinned?.span !== span && this.light(span, citations, false);
    for (const on of ["pointerenter", "focus"]) target.addEventListener(on, () => this.light(span, citations, true));
    for (const away of ["pointerleave", "blur"]) target.addEventListener(away, off);
  }

  button(index, citations, span) {
    const made = element("button", { type: "button", className: "ref", title: this.names[index] }, `[${index + 1}]`);
    made.setAttribute("aria-pressed", "false");
    this.lit(made, span, citations);
    made.addEventListener("click", () => this.pin({ button: made, span, citations }));
    return made;
  }

  pin(wanted) {
    const previous = this.pinned;
    this.pinned = null;
    if (previous) {
      this.light(previous.span, previous.citations, false);
      previous.button.setAttribute("aria-pressed", "false");
      if (previous.button === wanted.button) return;
    }
    this.pinned = wanted;
    wanted.button.setAttribute("aria-pressed", "true");
    this.light(wanted.span, wanted.citations, true);
    const first = wanted.citations.map((one) => this.marks.get(keyOf(one))?.[0]).find(Boolean);
    if (first) visit(wanted.button, first);
  }

  light(span, citations, on) {
    span.classList.toggle("on", on);
    for (const one of citations) for (const mark of this.marks.get(keyOf(one)) ?? []) mark.classList.toggle("on", on);
  }

  // An article with its number, its cited passages as marks.
  show(source, citations) {
    const box = element("article", {}, element("h3", { dir: "auto" }, `[${this.ids.indexOf(source.id) + 1}] ${source.title || source.id}`));
    const about = [source.source, source.published?.slice(0, 10), source.copy_of && `a copy of ${source.copy_of}`].filter(Boolean);
    if (about.length) box.append(element("p", { className: "hint" }, about.join(" · ")));
    if (/^https?:\/\//i.test(source.url ?? "")) {
      box.append(element("p", {}, element("a", { href: source.url, rel: "noopener noreferrer", target: "_blank" }, source.url)));
    }
    box.append(this.marked(source, citations.filter((one) => one.document === source.id)));
    return box;
  }

  // Passages may overlap: each stretch belongs to all that cover it. Offsets count code points, as the service does.
  marked(source, cited) {
    const points = Array.from(source.text);
    const cuts = [...new Set([0, points.length, ...cited.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
    const text = element("p", { className: "text", dir: "auto" });
    for (let i = 0; i + 1 < cuts.length; i++) {
      const piece = points.slice(cuts[i], cuts[i + 1]).join("");
      const over = cited.filter((one) => one.start <= cuts[i] && cuts[i + 1] <= one.end);
      if (!over.length) { text.append(piece); continue; }
      const mark = element("mark", {}, piece);
      for (const key of new Set(over.map(keyOf))) this.marks.set(key, [...(this.marks.get(key) ?? []), mark]);
      text.append(mark);
    }
    return text;
  }
}

export function sentence(found, citations) {
  const said = citations.cited(found.text, found.citations, found.supported ? "arriving" : "arriving unsupported");
  return element("span", {}, ...said, found.supported ? "" : element("span", { className: "flag", dir: "ltr" }, "[no article supports this]"), " ");
}

export function keyPoint(found, citations) {
  const count = found.documents.length;
  const backing = element("span", { className: "backing", dir: "ltr" }, `${count} independent article${count > 1 ? "s" : ""}`);
  return element("li", {}, ...citations.cited(found.text, found.citations, "arriving"), " ", backing);
}

export function disagreement(found, citations) {
  const sides = found.claims.flatMap((claim, index) => [
    index ? element("bdi", {}, " against ") : "", element("bdi", {}, ...citations.cited(claim.value, [claim.citation], "claim")),
  ]);
  return element("li", {}, `${found.subject}: `, ...sides);
}

export function allCitations(summary) {
  return [
    ...summary.sentences.flatMap((one) => one.citations),
    ...summary.key_points.flatMap((one) => one.citations),
    ...summary.disagreements.flatMap((one) => one.claims.map((claim) => claim.citation)),
  ];
}

// One of a job's results: what was written with its citations, its sources folded below.
export function result(one) {
  const name = element("strong", { dir: "auto" }, one.custom_id ?? "?");
  if (one.error) {
    const why = one.error.detail.replace(/\/documents\/\d+/g, "the article");
    return element("li", { className: "failed" }, name, `: ${one.error.title}: ${why}`);
  }
  const citations = new Citations(one.response.documents);
  const text = element("p", { dir: "auto" }, ...one.response.sentences.map((found) => sentence(found, citations)));
  const points = element("ul", { dir: "auto" }, ...one.response.key_points.map((found) => keyPoint(found, citations)));
  const sources = one.response.documents.map((source) => citations.show(source, allCitations(one.response)));
  const folded = element("details", {}, element("summary", {}, sources.length > 1 ? "Sources" : "Source"), ...sources);
  return element("li", {}, name, text, ...(one.response.key_points.length ? [points] : []), folded);
}
