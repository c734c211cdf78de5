// The line at the top of a laptop's pages, kept up to date while a page stays open. It heals by itself.
(function () {
  "use strict";

  const line = document.querySelector("[data-laptop-line]");
  const symbols = { good: "✓", warn: "!", bad: "✕" };
  const seconds = 5;

  const look = function () {
    fetch(line.dataset.laptopLine, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then(function (answer) {
        return answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)));
      })
      .then(function (told) {
        const words = line.querySelector("[data-laptop-words]");
        if (words.textContent !== told.words) {
          words.textContent = told.words;
        }
        line.querySelector("[data-laptop-symbol]").textContent = symbols[told.kind];
        line.className = "laptop-line laptop-line--" + told.kind;
      })
      .catch(function () {
        // The laptop itself does not answer: the next form that is sent will say so.
      })
      .then(function () {
        window.setTimeout(look, seconds * 1000);
      });
  };
  if (line) {
    window.setTimeout(look, seconds * 1000);
  }
})();
