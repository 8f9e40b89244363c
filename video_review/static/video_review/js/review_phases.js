// The form beside the video: one phase at a time, counts that follow, scores that can be undone.

export function startPhases(root, form) {
  const phases = [...form.querySelectorAll("[data-phase]")];
  phases.forEach((phase, place) => {
    const next = phase.querySelector("[data-next-phase]");
    if (!next) return;
    const following = phases[place + 1];
    next.querySelector("[data-next-title]").textContent =
      following.querySelector(".phase__title").textContent;
    next.addEventListener("click", () => {
      phase.open = false;
      following.open = true;
      following.querySelector("summary").focus({ preventScroll: true });
      following.scrollIntoView({ block: "start" });
    });
  });
  form.addEventListener("input", count);
  form.addEventListener("review:filled", count);
  letScoresGo(form);
  keepStageHeight(root);
  count();

  function count() {
    let done = 0;
    let all = 0;
    for (const phase of phases) {
      const items = [...phase.querySelectorAll("[data-item]")];
      const answered = items.filter(isAnswered);
      phase.querySelector("[data-phase-done]").textContent = answered.length;
      phase.classList.toggle("phase--done", answered.length === items.length);
      all += items.filter(isScored).length;
      done += answered.filter(isScored).length;
    }
    for (const item of form.querySelectorAll("[data-scored]")) nameScore(item);
    const bar = document.querySelector("[data-progress]");
    bar.value = done;
    document.querySelector("[data-progress-words]").textContent = interpolate(
      gettext("%s of %s"),
      [done, all],
    );
  }
}

function isScored(item) {
  return "scored" in item.dataset;
}

function isAnswered(item) {
  if (isScored(item)) return Boolean(item.querySelector("input[type=radio]:checked"));
  return Boolean(item.querySelector("textarea").value.trim());
}

function nameScore(item) {
  const checked = item.querySelector("input[type=radio]:checked");
  const shown = checked?.nextElementSibling.textContent;
  const word = checked?.dataset.word ?? "";
  item.querySelector("[data-score-word]").textContent = word === shown ? "" : word;
}

// A score pressed again, or with Backspace on it, is taken away.
function letScoresGo(form) {
  let wasChecked = null;
  form.addEventListener("pointerdown", ({ target }) => {
    const radio = target.closest(".score__option")?.querySelector("input");
    wasChecked = radio?.checked ? radio : null;
  });
  form.addEventListener("click", ({ target }) => {
    if (target === wasChecked) clear(target);
    if (target.matches("input[type=radio]")) wasChecked = null;
  });
  form.addEventListener("keydown", (event) => {
    const isRadio = event.target.matches("input[type=radio]:checked");
    if (isRadio && (event.key === "Backspace" || event.key === "Delete")) {
      event.preventDefault();
      clear(event.target);
    }
  });
}

function clear(radio) {
  if (radio.disabled) return;
  radio.checked = false;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
}

// What lies under the pinned video when something is scrolled to.
function keepStageHeight(root) {
  const stage = root.querySelector(".review__stage");
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--stage-height", `${stage.offsetHeight}px`);
  }).observe(stage);
}
