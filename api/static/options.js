// What is wanted of a summary, beside its articles; kept in this tab as they are.

import * as api from "./api.js";
import { element } from "./render.js";

const $ = (id) => document.getElementById(id);
const FIELDS = ["words", "points", "query", "model"];
const STORED = "options";
const stored = () => JSON.parse(sessionStorage.getItem(STORED) ?? "{}");

export function wanted() {
  const found = { max_words: $("words").valueAsNumber, key_points: $("points").valueAsNumber };
  if ($("query").value.trim()) found.query = $("query").value.trim();
  if ($("model").value) found.model = $("model").value;
  return found;
}

export async function offerModels(key) {
  const ids = (await api.models(key)).map((model) => model.id);
  $("model").replaceChildren(...ids.map((id) => element("option", { value: id }, id)));
  if (ids.includes(stored().model)) $("model").value = stored().model;
}

export function keep() {
  const chosen = JSON.stringify(Object.fromEntries(FIELDS.map((id) => [id, $(id).value])));
  try { sessionStorage.setItem(STORED, chosen); } catch { /* full, as articles.keep has said */ }
}

export function restore() {
  for (const id of FIELDS) if (id !== "model" && stored()[id]) $(id).value = stored()[id];
}
