// What moves on the pages. Everything works without it: forms post, and a page that waits loads itself again.
"use strict";

/** Follows a run by the API's events, and loads the page again when it has ended. */
function follow(panel) {
  const say = (part, text) => { panel.querySelector(`[data-progress="${part}"]`).textContent = text; };
  const again = () => location.reload();
  const source = new EventSource(`/api/v1/runs/${panel.dataset.run}/events`);
  const show = (event) => {
    const run = JSON.parse(event.data);
    if (run.hasEnded) {
      source.close();
      again();
      return;
    }
    if (run.progress) {
      const { phase, rows, bytes, totalBytes, note } = run.progress;
      say("phase", phase.charAt(0).toUpperCase() + phase.slice(1));
      say("figures", rows || bytes ? `${rows.toLocaleString("en")} rows · ${size(bytes)}` : "");
      say("note", note ?? "");
      const bar = panel.querySelector("progress");
      if (totalBytes > 0) {
        bar.value = Math.min(100, (100 * bytes) / totalBytes);
        bar.max = 100;
      } else {
        bar.removeAttribute("value");
      }
    }
  };
  for (const name of ["progress", "end"]) {
    source.addEventListener(name, show);
  }
  // The server was stopped, or the session ended: the page says which.
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) { setTimeout(again, 2000); } };
}

/** 1000 is 1 kB, as on the pages. */
function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** A button that destroys something waits for the typed name. The server asks for it again. */
function arm(button) {
  const typed = document.getElementById(button.dataset.needs);
  const judge = () => { button.disabled = typed.value.trim() !== typed.dataset.expects; };
  typed.addEventListener("input", judge);
  judge();
}

document.querySelectorAll("[data-run]").forEach(follow);
document.querySelectorAll("[data-needs]").forEach(arm);
document.querySelectorAll("select[data-submit]").forEach((select) =>
  select.addEventListener("change", () => select.form.requestSubmit()));
document.querySelectorAll("[data-opens]").forEach((button) =>
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal()));
document.querySelectorAll("[data-refresh]").forEach((part) =>
  setTimeout(() => location.reload(), 1000 * Number(part.dataset.refresh)));

// One press is one run.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") {
    const button = event.submitter;
    setTimeout(() => { if (button) { button.disabled = true; } });
  }
});
// A page that comes back from the browser's memory can be used again.
addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
