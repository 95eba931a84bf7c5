// A summary on the page. Text from articles is only ever set as text, never as markup.

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Offsets of the service count code points; a string's own count UTF-16 units.
function codePoints(text) {
  return Array.from(text);
}

const keyOf = (citation) => `${citation.document}\u0000${citation.start}\u0000${citation.end}`;

// Links what is written to what it cites: hover, focus or tap either, and its sources light up.
export class Citations {
  constructor() {
    this.marks = new Map(); // key of a citation -> elements in the articles that show it
    this.pinned = null;
  }

  link(target, citations) {
    target.classList.add("cites");
    target.tabIndex = 0;
    target.setAttribute("role", "button");
    target.setAttribute("aria-pressed", "false");
    const keys = citations.map(keyOf);
    const light = (on) => this.light(target, keys, on);
    target.addEventListener("pointerenter", () => light(true));
    target.addEventListener("pointerleave", () => this.pinned !== target && light(false));
    target.addEventListener("focus", () => light(true));
    target.addEventListener("blur", () => this.pinned !== target && light(false));
    const pin = () => {
      const previous = this.pinned;
      this.pinned = previous === target ? null : target;
      previous?.dispatchEvent(new Event("unpin"));
      target.setAttribute("aria-pressed", String(this.pinned === target));
      light(true);
      const first = keys.map((key) => this.marks.get(key)?.[0]).find(Boolean);
      if (this.pinned && first) first.scrollIntoView({ block: "center", behavior: "smooth" });
    };
    target.addEventListener("unpin", () => { light(false); target.setAttribute("aria-pressed", "false"); });
    target.addEventListener("click", pin);
    target.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pin(); }
    });
  }

  light(target, keys, on) {
    target.classList.toggle("on", on);
    for (const key of keys) for (const mark of this.marks.get(key) ?? []) mark.classList.toggle("on", on);
  }

  // The article's text, its cited passages as marks. Passages may overlap: each stretch belongs to all that cover it.
  show(source, citations) {
    const points = codePoints(source.text);
    const cited = citations.filter((one) => one.document === source.id);
    const cuts = [...new Set([0, points.length, ...cited.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
    const text = element("p", { className: "text" });
    for (let i = 0; i + 1 < cuts.length; i++) {
      const piece = points.slice(cuts[i], cuts[i + 1]).join("");
      const over = cited.filter((one) => one.start <= cuts[i] && cuts[i + 1] <= one.end);
      if (!over.length) { text.append(piece); continue; }
      const mark = element("mark", {}, piece);
      for (const key of new Set(over.map(keyOf))) this.marks.set(key, [...(this.marks.get(key) ?? []), mark]);
      text.append(mark);
    }
    const title = element("h3", {}, source.title || source.id);
    const about = [source.source, source.published?.slice(0, 10), source.copy_of && `a copy of ${source.copy_of}`];
    const box = element("article", {}, title);
    if (about.some(Boolean)) box.append(element("p", { className: "hint" }, about.filter(Boolean).join(" · ")));
    if (/^https?:\/\//i.test(source.url ?? "")) {
      box.append(element("p", {}, element("a", { href: source.url, rel: "noopener noreferrer", target: "_blank" }, source.url)));
    }
    box.append(text);
    return box;
  }
}

export function sentence(found, citations) {
  const span = element("span", { className: "arriving" }, found.text);
  if (found.citations.length) citations.link(span, found.citations);
  const whole = element("span", {}, span, " ");
  if (!found.supported) {
    span.classList.add("unsupported");
    whole.append(element("span", { className: "flag" }, "[no article supports this] "));
  }
  return whole;
}

export function keyPoint(found, citations) {
  const span = element("span", { className: "arriving" }, found.text);
  citations.link(span, found.citations);
  const count = found.documents.length;
  const backing = element("span", { className: "backing" }, `${count} independent article${count > 1 ? "s" : ""}`);
  return element("li", {}, span, " ", backing);
}

export function disagreement(found, citations) {
  const item = element("li", {}, `${found.subject}: `);
  found.claims.forEach((claim, index) => {
    const span = element("span", { className: "claim" }, claim.value);
    citations.link(span, [claim.citation]);
    item.append(index ? " against " : "", span);
  });
  return item;
}

export function allCitations(summary) {
  return [
    ...summary.sentences.flatMap((one) => one.citations),
    ...summary.key_points.flatMap((one) => one.citations),
    ...summary.disagreements.flatMap((one) => one.claims.map((claim) => claim.citation)),
  ];
}

// The forms in which a summary can be copied.
export const forms = {
  text: (summary) => [
    summary.text,
    ...(summary.key_points.length ? ["", "Key points", ...summary.key_points.map((one) => `- ${one.text}`)] : []),
  ].join("\n"),
  markdown(summary) {
    const cited = [];
    const note = (citations) => citations.map((one) => {
      const known = cited.findIndex((other) => keyOf(other) === keyOf(one));
      return `[^${known >= 0 ? known + 1 : cited.push(one)}]`;
    }).join("");
    const body = summary.sentences.map((one) => `${one.text}${note(one.citations)}`).join(" ");
    const points = summary.key_points.map((one) => `- ${one.text}${note(one.citations)}`);
    const notes = cited.map((one, index) => {
      const source = summary.documents.find((other) => other.id === one.document);
      return `[^${index + 1}]: **${source.title || source.id}** ${codePoints(source.text).slice(one.start, one.end).join("")}`;
    });
    return [body, ...(points.length ? ["", "## Key points", "", ...points] : []), "", ...notes].join("\n");
  },
  json: (summary) => JSON.stringify(summary, null, 2),
  curl(_, request) {
    const body = JSON.stringify(request).replaceAll("'", "'\\''");
    return `curl ${new URL("v1/summaries", location.href)} -H 'Content-Type: application/json' -d '${body}'`;
  },
};
