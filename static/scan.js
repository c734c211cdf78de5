// The desk with a scanner. A USB scanner is a keyboard: it types the characters of the code within a
// fraction of a second and ends with Enter, some of them with Tab. Without this script the field still
// has the focus when the page opens and Enter sends the form.
(function () {
  "use strict";

  const SAME_TEXT_MS = 2000;
  const BURST_MS = 300;
  const REMEMBERED = "scan-last";
  const SOUND_OFF = "scan-sound-off";

  const field = document.querySelector("[data-scan]");
  const verdict = document.querySelector("[data-verdict]");

  function stored(storage, key) {
    try {
      return storage.getItem(key);
    } catch {
      return null;
    }
  }

  function store(storage, key, value) {
    try {
      storage.setItem(key, value);
    } catch {
      // A browser that keeps nothing only loses the guard; the server has its own.
    }
  }

  // ---- the sounds ---------------------------------------------------------------------------------

  // Notes of [frequency in Hz, start in s, length in s]. Up is yes, low and twice is no, one soft is wait.
  const TUNES = {
    admit: { wave: "sine", loud: 0.35, notes: [[660, 0, 0.12], [990, 0.13, 0.22]] },
    stop: { wave: "square", loud: 0.25, notes: [[196, 0, 0.28], [165, 0.34, 0.42]] },
    wait: { wave: "triangle", loud: 0.3, notes: [[440, 0, 0.3]] },
  };

  function play(kind) {
    const tune = TUNES[kind];
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!tune || !Context || stored(window.localStorage, SOUND_OFF) === "1") {
      return;
    }
    const context = new Context();
    // A browser that forbids sound leaves the promise open: a late sound would belong to the next voter.
    const latest = Date.now() + 1000;
    context.resume().then(function () {
      if (Date.now() > latest) {
        return;
      }
      for (const [frequency, start, length] of tune.notes) {
        const from = context.currentTime + start;
        const oscillator = context.createOscillator();
        const gain = context.createGain();
        oscillator.type = tune.wave;
        oscillator.frequency.value = frequency;
        gain.gain.setValueAtTime(tune.loud, from);
        gain.gain.exponentialRampToValueAtTime(0.001, from + length);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(from);
        oscillator.stop(from + length);
      }
      verdict.dataset.sound = kind;
    });
  }

  function isFreshVisit() {
    const [visit] = performance.getEntriesByType("navigation");
    return !visit || visit.type === "navigate";
  }

  if (verdict) {
    // A live region speaks when it changes, and this one came with the page: put its heading in again.
    const heading = verdict.querySelector("[data-verdict-heading]");
    window.setTimeout(function () {
      if (heading) {
        heading.replaceWith(heading.cloneNode(true));
      }
    }, 150);
    verdict.scrollIntoView({ block: "nearest" });
    if (isFreshVisit()) {
      play(verdict.dataset.verdict);
    }
  }

  if (!field) {
    return;
  }

  // ---- the field ----------------------------------------------------------------------------------

  const form = field.form;
  const status = form.querySelector("[data-scan-status]");
  const cancel = document.querySelector("[data-scan-cancel]");
  const shortest = Number(field.dataset.scanShortest) || 8;
  let strokes = []; // when the latest characters came
  let isSending = false;

  function say(text) {
    if (status) {
      status.textContent = text;
    }
  }

  // The text itself is not kept in the browser, only enough to know it again.
  function mark(text) {
    let sum = 2166136261;
    for (const letter of text.trim().toUpperCase()) {
      sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0;
    }
    return sum.toString(36);
  }

  function wasJustSent(text) {
    const [last, at] = (stored(window.sessionStorage, REMEMBERED) || "").split("@");
    return last === mark(text) && Date.now() - Number(at) < SAME_TEXT_MS;
  }

  function clear() {
    field.value = "";
    strokes = [];
  }

  form.addEventListener("submit", function (event) {
    const text = field.value.trim();
    if (text === "" || isSending || wasJustSent(text)) {
      event.preventDefault();
      if (text !== "" && !isSending) {
        say(field.dataset.repeatText || "");
      }
      if (!isSending) {
        clear();
        field.focus();
      }
      return;
    }
    isSending = true;
    store(window.sessionStorage, REMEMBERED, mark(text) + "@" + Date.now());
  });

  function isTypedByMachine() {
    const burst = strokes.slice(-shortest);
    return burst.length >= shortest && performance.now() - burst[0] <= BURST_MS;
  }

  function mayLoseKeys(element) {
    return element === field || !element.closest("input:not([type=button]):not([type=submit]), textarea, select, [contenteditable], dialog");
  }

  document.addEventListener("keydown", function (event) {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "F2") {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && mayLoseKeys(event.target)) {
      event.preventDefault(); // Escape also stops the loading of a page
      if (field.value !== "") {
        clear();
        say("");
        field.focus();
      } else if (cancel) {
        cancel.click();
      }
    } else if (event.key === "Tab" && event.target === field && isTypedByMachine()) {
      event.preventDefault();
      form.requestSubmit();
    } else if (isPlain && event.key.length === 1 && event.key !== " " && !event.repeat && mayLoseKeys(event.target)) {
      strokes = strokes.concat(performance.now()).slice(-64);
      if (event.target !== field) {
        field.focus(); // before the character is entered, so none is lost
      }
    }
  });

  window.addEventListener("pageshow", function () {
    isSending = false;
    field.focus();
  });

  // ---- the switch for the sounds ------------------------------------------------------------------

  const sound = form.querySelector("[data-scan-sound]");
  if (sound) {
    const show = function () {
      sound.setAttribute("aria-pressed", String(stored(window.localStorage, SOUND_OFF) !== "1"));
    };
    sound.hidden = false;
    show();
    sound.addEventListener("click", function () {
      store(window.localStorage, SOUND_OFF, sound.getAttribute("aria-pressed") === "true" ? "1" : "0");
      show();
      field.focus();
    });
  }
})();
