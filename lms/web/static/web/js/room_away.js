// Says that something needs a network (room_worker.js): somebody is still where they were.

const trouble = document.querySelector("[data-away]");

navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (!data.isAway) return;
  trouble.hidden = false;
  trouble.textContent = gettext("This needs a connection. Nothing is lost: try again when it is back.");
  trouble.scrollIntoView({ block: "nearest" });
  for (const form of document.querySelectorAll("form[data-sent-at]")) delete form.dataset.sentAt;
});
addEventListener("online", () => (trouble.hidden = true));
