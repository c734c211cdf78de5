// When the line is lost at a desk. Each form of the desk carries its request id, and the server answers the same
// request twice alike. So a form that gets no answer is sent again, with the same id, until there is one; the
// page stays and says so. Without this script the browser's own "reload" does the same.
(function () {
  "use strict";

  const PATIENCE_MS = 5000;
  const PAUSES_MS = [1000, 2000, 4000, 8000, 10000];
  const LARGEST_DIFFERENCE_S = 30;

  const box = document.querySelector("[data-line]");
  let waiting = null; // the form that has no answer yet, with what it sends

  function say(text, more) {
    box.hidden = false;
    box.querySelector("[data-line-text]").textContent = text;
    box.querySelector("[data-line-more]").textContent = more;
  }

  async function send(sent) {
    window.clearTimeout(sent.timer);
    if (sent.isUnderWay) {
      return;
    }
    sent.isUnderWay = true;
    const giveUp = new AbortController();
    const clock = window.setTimeout(() => giveUp.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(sent.action, {
        method: "POST",
        body: sent.body,
        headers: { "X-Answer": "address" },
        redirect: "manual",
        signal: giveUp.signal,
      });
      if (answer.status >= 502 && answer.status <= 504) {
        throw new Error("nobody behind the proxy");
      }
      const isAddress = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const to = isAddress ? (await answer.json()).to : null;
      waiting = null;
      if (to) {
        window.location.assign(to);
      } else {
        sent.form.submit(); // a page came: let the browser fetch and show it; the same request is harmless
      }
    } catch {
      const pause = PAUSES_MS[Math.min(sent.tries, PAUSES_MS.length - 1)];
      sent.tries += 1;
      say(box.dataset.text, box.dataset.textWaiting);
      sent.timer = window.setTimeout(send, pause, sent);
    } finally {
      window.clearTimeout(clock);
      sent.isUnderWay = false;
    }
  }

  // After the guards of scan.js and site.js: what they have stopped is not sent.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented && waiting && waiting.form === form) {
      waiting.tries = 0;
      send(waiting); // pressed again while there is no answer
      return;
    }
    if (event.defaultPrevented || !box || form.method !== "post" || !form.elements.request_id || !window.fetch) {
      return;
    }
    event.preventDefault();
    if (waiting) {
      send(waiting);
      return;
    }
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) {
      body.append(name, value);
    }
    waiting = { form, action: form.action || window.location.href, body, tries: 0, timer: 0, isUnderWay: false };
    send(waiting);
  });

  window.addEventListener("online", function () {
    if (waiting) {
      waiting.tries = 0;
      send(waiting);
    }
  });
  window.addEventListener("offline", function () {
    if (waiting) {
      say(box.dataset.text, box.dataset.textWaiting);
    }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      waiting = null;
      box.hidden = true;
    }
  });

  // ---- the clock: only told, nothing follows the one of this computer ----------------------------------

  const words = document.querySelector("[data-clock]");
  async function compare() {
    const before = Date.now();
    const answer = await fetch(words.dataset.probe, { method: "HEAD", cache: "no-store" });
    const [told] = (answer.headers.get("Date") || "").match(/\w+, [^,]+/) || [""]; // some servers say it twice
    const date = Date.parse(told);
    const difference = Math.round(((before + Date.now()) / 2 - date) / 1000);
    if (Number.isFinite(difference) && Math.abs(difference) > LARGEST_DIFFERENCE_S) {
      words.textContent = words.dataset.text.replace("{seconds}", String(Math.abs(difference)));
      words.hidden = false;
    }
  }
  if (words) {
    compare().catch(function () {
      // No line now: the next page asks again.
    });
  }
})();
