// One key at the desk: digits choose from the list, Escape goes back, Enter on the focused button confirms.
// A scanner is a keyboard too: a card that is scanned while the desk waits for one key must neither
// choose nor confirm anything. Without this script the buttons and links do the same by themselves.
(function () {
  "use strict";

  const BURST_MS = 120; // a hand leaves more time between two keys
  const SETTLED_MS = 350; // Enter that was still on its way when the page came
  const shownAt = performance.now();
  const every = Array.from(document.querySelectorAll("[data-choice]"));
  let choices = every;
  const confirm = document.querySelector("[data-confirm]");
  const cancel = document.querySelector("[data-cancel]");
  const status = document.querySelector("[data-desk-status]");
  let lastStroke = -Infinity;
  let waiting = 0;

  // ---- fewer to choose between: letters of the name hide those that do not fit ------------------------

  const narrow = document.querySelector("[data-narrow]");
  const found = document.querySelector("[data-narrow-status]");

  // As the server folds names (registry/database.py): lower case, no accents, æøå spelt out.
  function folded(text) {
    const spelt = { æ: "ae", ø: "oe", å: "aa", ß: "ss", ð: "d", þ: "th", ł: "l", đ: "d", ı: "i" };
    const lower = text.toLowerCase().replace(/[æøåßðþłđı]/g, (letter) => spelt[letter]);
    return lower.normalize("NFKD").replace(/\p{M}/gu, "");
  }

  function fits(words, names) {
    const parts = folded(names).split(/[\s.-]+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  }

  function hideOthers() {
    const words = folded(narrow.value).split(/[\s.-]+/).filter(Boolean);
    choices = every.filter(function (choice) {
      const line = choice.closest("li");
      line.hidden = !fits(words, line.dataset.names || "");
      return !line.hidden;
    });
    every.forEach(function (choice) {
      const place = choices.indexOf(choice);
      const key = choice.querySelector("[data-key]");
      key.hidden = place < 0 || place > 8;
      key.textContent = key.hidden ? "" : String(place + 1);
      choice.removeAttribute("accesskey");
    });
    for (const part of document.querySelectorAll("[data-letter]")) {
      part.hidden = part.querySelector("li:not([hidden])") === null;
    }
    found.textContent = choices.length ? found.dataset.text.replace("{number}", String(choices.length)) : found.dataset.textNone;
  }

  function isLetters(text) {
    return !/\d/.test(text);
  }

  if (narrow) {
    narrow.addEventListener("input", function () {
      if (isLetters(narrow.value)) {
        hideOthers();
      }
    });
    narrow.form.addEventListener("submit", function (event) {
      // Enter on letters has nothing to fetch; a scanned card or a new date is looked up.
      if (isLetters(narrow.value)) {
        event.preventDefault();
        if (choices.length === 1) {
          choices[0].click();
        }
      }
    });
    if (narrow.value) {
      hideOthers();
    }
  }

  function isField(element) {
    return element !== narrow && element.closest("input:not([type=checkbox]):not([type=submit]), textarea, select") !== null;
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
    } else if (event.target === narrow && !/^[1-9]$/.test(event.key)) {
      if (event.key.length === 1) {
        lastStroke = event.timeStamp;
        window.clearTimeout(waiting);
      }
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
      if (event.target !== narrow && narrow && !choice) {
        narrow.focus(); // before the character is entered, so none is lost
      }
      if (!isBurst && !event.repeat && choice && event.key !== "0") {
        waiting = window.setTimeout(function () {
          if (narrow && event.target === narrow) {
            narrow.value = narrow.value.replace(/\d+$/, "");
          }
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
