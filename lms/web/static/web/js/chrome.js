// What the chrome of every page does when scripts run. Without them all of it still works as links,
// forms and <details>.

import "./room_kept.js";

const OPEN_MENU = "details[data-menu][open]";
const TYPES_TEXT = "input, textarea, select, [contenteditable]";

function closeMenus({ except = null, returnFocus = false } = {}) {
  for (const menu of document.querySelectorAll(OPEN_MENU)) {
    if (menu === except) continue;
    menu.open = false;
    if (returnFocus) menu.querySelector("summary").focus();
  }
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

function dismiss(button) {
  const message = button.closest("[data-dismissible]");
  const region = message.parentElement;
  message.remove();
  if (!region.querySelector("[data-dismissible]")) document.getElementById("main").focus();
}

document.addEventListener("click", (event) => {
  closeMenus({ except: event.target.closest(OPEN_MENU) });
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) openDialog(opener.dataset.dialogOpen);
  event.target.closest("[data-dialog-close]")?.closest("dialog").close();
  const dismisser = event.target.closest("[data-dismiss]");
  if (dismisser) dismiss(dismisser);
  const isBackdrop = event.target instanceof HTMLDialogElement && "closeOnBackdrop" in event.target.dataset;
  if (isBackdrop) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus({ returnFocus: true });
  const help = document.querySelector("dialog[data-keyboard-help]");
  const isAsking = event.key === "?" && !event.target.closest(TYPES_TEXT);
  if (help && isAsking && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    help.showModal();
  }
});

document.addEventListener("focusin", (event) => {
  closeMenus({ except: event.target.closest(OPEN_MENU) });
});

// A text field grows with what is typed, where the browser does not do so by itself.
function grow(textarea) {
  textarea.style.blockSize = "auto";
  textarea.style.blockSize = `${textarea.scrollHeight + 2}px`;
}

if (!CSS.supports("field-sizing", "content")) {
  for (const textarea of document.querySelectorAll("textarea[data-autosize]")) grow(textarea);
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-autosize]")) grow(event.target);
  });
}

// A form that is on its way is not sent a second time by a second tap, as long as the site may still
// answer. Who comes back to the page can send it again.
const ANSWER_MS = 10_000;
const sentBy = new WeakMap(); // the button that was tapped last

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const isAgain = sentBy.get(form) === event.submitter;
  sentBy.set(form, event.submitter);
  if (isAgain && Date.now() - Number(form.dataset.sentAt ?? 0) < ANSWER_MS) event.preventDefault();
  else form.dataset.sentAt = String(Date.now());
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent-at]")) delete form.dataset.sentAt;
});
