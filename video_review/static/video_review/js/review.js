// Watching with the form beside it.

import { startAutosave } from "./autosave.js";
import { openDrafts } from "./autosave_drafts.js";
import { makeNotice } from "./autosave_notice.js";
import { startMoments } from "./moments.js";
import { attach } from "./player.js";
import { startPhases } from "./review_phases.js";

const TYPES_TEXT = "textarea, select, input:not([type=radio], [type=checkbox], [type=range])";

const root = document.querySelector("[data-review]");
const form = root.querySelector("[data-review-form]");
const film = root.querySelector("[data-player]");
const player = film ? attach(film) : null;
const drafts = openDrafts(root.dataset.drafts);
const notice = makeNotice(root);
const moments = startMoments({ root, player, drafts, notice });
startPhases(root, form);

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-seek]");
  if (button && player) player.seek(Number(button.dataset.seek));
});
if (player) player.video.addEventListener("loadedmetadata", moments.redraw);

if ("locked" in root.dataset) tellWhatWasLost();
else startWriting();

function startWriting() {
  const seen = form.elements.seen;
  const autosave = startAutosave({
    form,
    url: root.dataset.save,
    drafts,
    notice,
    seen: {
      get: () => seen.value,
      set: (moment) => {
        seen.value = moment;
      },
    },
  });
  const kept = drafts.all();
  moments.restore(kept.filter(([name]) => moments.isDraft(name)));
  autosave.restore(kept.filter(([name]) => !moments.isDraft(name)));
  moments.redraw();

  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isMine = event.key.toLowerCase() === "m" && isPlain && !event.target.matches(TYPES_TEXT);
    if (!player || !isMine || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    moments.addAndEdit();
  });

  // Everything is saved first: what cannot be saved now is not lost by leaving the page.
  let isReady = false;
  form.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    const { submitter } = event;
    const isSaved = (await moments.flush()) && (await autosave.flush());
    if (!isSaved) return showFirstMistake();
    if (!submitter || !("submit" in submitter.dataset)) return undefined;
    isReady = true;
    submitter.setAttribute("aria-busy", "true");
    // Not within the event that was stopped: a form that is still telling of one takes no other.
    setTimeout(() => form.requestSubmit(submitter));
    return undefined;
  });
}

function showFirstMistake() {
  const field = form.querySelector("[aria-invalid=true]");
  if (!field) return;
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
  field.focus();
}

// Sent from elsewhere while words were still waiting here: show them once, so that they can be
// copied.
function tellWhatWasLost() {
  const kept = drafts.all();
  const texts = kept.map(([, value]) => value).filter((value) => typeof value === "string" && value);
  if (texts.some((text) => text.length > 3)) notice.lost(texts);
  for (const [name, value] of kept) drafts.forget(name, value);
}
