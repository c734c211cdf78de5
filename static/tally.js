// The counting form: each field is checked when it is left. The server checks everything again.
"use strict";
for (const table of document.querySelectorAll("[data-tally-text]")) {
  table.addEventListener("focusout", ({ target: field }) => {
    if (!field.matches("[data-tally]")) return;
    const message = document.getElementById(`${field.id}-error`);
    const fits = /^\d{1,8}$/.test(field.value.trim());
    const isUntouched = field.value === "" && message.textContent.trim() === "";
    message.textContent = fits || isUntouched ? "" : table.dataset.tallyText;
    if (message.textContent) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });
}
