// Small improvements; every page works without them.
(function () {
  "use strict";

  if (window.DKFDS) {
    window.DKFDS.init();
  }

  // On a narrow screen the menu folds away behind a button.
  const button = document.querySelector("[data-menu-button]");
  const menu = button && document.getElementById(button.getAttribute("aria-controls"));
  if (menu) {
    const fold = function (isFolded) {
      menu.classList.toggle("is-folded", isFolded);
      menu.classList.toggle("is-unfolded", !isFolded);
      button.setAttribute("aria-expanded", String(!isFolded));
    };
    button.hidden = false;
    fold(true);
    button.addEventListener("click", function () {
      fold(!menu.classList.contains("is-folded"));
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && button.offsetParent !== null) {
        fold(true);
        button.focus();
      }
    });
  }

  // A double click on a button sends the form once. The server answers twice alike anyway.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.dataset.sentAt && Date.now() - Number(form.dataset.sentAt) < 2000) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = String(Date.now());
  });
  window.addEventListener("pageshow", function () {
    for (const form of document.forms) {
      delete form.dataset.sentAt;
    }
  });

  for (const element of document.querySelectorAll("[data-print]")) {
    element.hidden = false;
    element.addEventListener("click", function () {
      window.print();
    });
  }
})();
