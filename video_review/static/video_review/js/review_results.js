// On the page of the outcome: a moment's chip shows it in the film.

import { attach } from "./player.js";

const root = document.querySelector("[data-results]");
const film = root.querySelector("[data-player]");
const player = attach(film);

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-seek]");
  if (!button || film.contains(button)) return;
  player.seek(Number(button.dataset.seek));
  film.scrollIntoView({ block: "start" });
});
