// What must hold on every page; returns what does not, in words.
() => {
  const faults = [];
  const seen = (element) => element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });

  const nameOf = (element) =>
    element.getAttribute("aria-label") || element.getAttribute("title") || element.textContent.trim() ||
    [...(element.labels ?? [])].map((label) => label.textContent.trim()).join("");
  for (const element of document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, progress, svg[role=img]")) {
    if (element.matches("select, input") ? !element.labels?.length && !element.getAttribute("aria-label") : !nameOf(element)) {
      faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
    }
  }

  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (overflow > 0) {
    faults.push(`wider than the window by ${overflow}`);
  }
  if (document.querySelectorAll("h1").length !== 1) {
    faults.push("not one h1");
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, i) => ids.indexOf(one) !== i))) {
    faults.push(`id ${id} twice`);
  }

  // WCAG 2.2, 1.4.3: text against what is behind it.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].reduce((sum, value, i) => {
    const part = value / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) {
        return colour;
      }
    }
    return [255, 255, 255, 255];
  };
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("noscript, option, .visually-hidden, :disabled") || !seen(element)) {
      continue;
    }
    const [box, letter] = [element.getBoundingClientRect(), parseFloat(getComputedStyle(element).fontSize)];
    // On a phone the heads of tables are for screen readers alone.
    if (!element.closest("thead") && walker.currentNode.textContent.trim().length > 5 && box.width < 2 * letter && box.height > 4 * letter) {
      faults.push(`one letter a line: "${walker.currentNode.textContent.trim().slice(0, 40)}"`);
    }
    const [text, ground] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (ratio < 4.5) {
      faults.push(`contrast ${ratio.toFixed(2)}: "${walker.currentNode.textContent.trim().slice(0, 40)}"`);
    }
  }
  return [...new Set(faults)];
}
