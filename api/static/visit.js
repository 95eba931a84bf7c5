// From a citation to the passage it cites, and back: by the button that appears, Escape, or the browser's own back.

const back = document.getElementById("back");
let from = null; // the citation to return to

const inView = (target) => {
  const { top, bottom } = target.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

export function visit(citation, passage) {
  passage.closest("details")?.setAttribute("open", "");
  passage.scrollIntoView({ block: "nearest" });
  if (inView(citation)) return;
  from = citation;
  back.textContent = `Back to ${citation.textContent}`;
  back.hidden = false;
  if (!history.state?.visit) history.pushState({ visit: true }, "");
}

// Whether a popstate event was the way back from a passage, and nothing else.
export function returned(event) {
  if (!from || event.state?.visit) return Boolean(event.state?.visit);
  back.hidden = true;
  from.scrollIntoView({ block: "center" });
  from.focus({ preventScroll: true });
  from = null;
  return true;
}

history.scrollRestoration = "manual"; // what is returned to is there only later
if (history.state?.visit) history.replaceState(null, "");
back.addEventListener("click", () => history.back());
addEventListener("keydown", (event) => { if (event.key === "Escape" && from) history.back(); });
