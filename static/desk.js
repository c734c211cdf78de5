// One key at the desk: digits choose from the list, Escape goes back, Enter on the focused button confirms.
// A scanner is a keyboard too: a card that is scanned while the desk waits for one key must neither
// choose nor confirm anything. Without this script the buttons and links do the same by themselves.
(function () {
  "use strict";

  const BURST_MS = 120; // a hand leaves more time between two keys
  const SETTLED_MS = 350; // Enter that was still on its way when the page came
  const shownAt = performance.now();
  const choices = Array.from(document.querySelectorAll("[data-choice]"));
  const confirm = document.querySelector("[data-confirm]");
  const cancel = document.querySelector("[data-cancel]");
  const status = document.querySelector("[data-desk-status]");
  let lastStroke = -Infinity;
  let waiting = 0;

  function isField(element) {
    return element.closest("input:not([type=checkbox]):not([type=submit]), textarea, select") !== null;
  }

  function skip(event) {
    event.preventDefault();
    if (status && event.timeStamp - lastStroke <= BURST_MS) {
      status.textContent = status.dataset.scanText || "";
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === "Escape" && cancel) {
      event.preventDefault();
      cancel.click();
    } else if (event.key === "Enter" || event.key === "Tab" || event.key === " ") {
      const isBurst = event.timeStamp - lastStroke <= BURST_MS;
      const isEarly = event.key === "Enter" && (event.repeat || performance.now() - shownAt < SETTLED_MS);
      if (!isField(event.target) && (isBurst || isEarly)) {
        skip(event);
      }
    } else if (event.key.length === 1 && !isField(event.target)) {
      const isBurst = event.timeStamp - lastStroke <= BURST_MS;
      lastStroke = event.timeStamp;
      window.clearTimeout(waiting);
      const choice = choices[Number(event.key) - 1];
      if (!isBurst && !event.repeat && choice && event.key !== "0") {
        waiting = window.setTimeout(function () {
          choice.click();
        }, BURST_MS);
      }
    }
  });

  window.addEventListener("pageshow", function () {
    const first = confirm && confirm.hasAttribute("autofocus") ? confirm : document.querySelector("[autofocus]");
    if (first) {
      first.focus();
    }
  });
})();
