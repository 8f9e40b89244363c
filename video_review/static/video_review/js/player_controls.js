// Buttons, timeline and keys of a player.

const JUMP_MS = 10_000;
const NUDGE_MS = 5_000;
const FRAME_MS = 200;

export function wireControls(player) {
  const { root, video } = player;
  const part = (name) => root.querySelector(`[data-player-${name}]`);
  const seek = part("seek");
  const speed = part("speed");
  const volume = part("volume");
  let isDragging = false;

  const actions = {
    toggle: () => player.toggle(),
    back: () => player.seek(player.currentMs() - JUMP_MS),
    forward: () => player.seek(player.currentMs() + JUMP_MS),
    mute: () => {
      video.muted = !video.muted;
    },
    full: () => toggleFullScreen(root),
    slower: () => stepSpeed(-1),
    faster: () => stepSpeed(1),
  };

  function stepSpeed(step) {
    const next = Math.min(Math.max(0, speed.selectedIndex + step), speed.options.length - 1);
    speed.selectedIndex = next;
    video.playbackRate = Number(speed.value);
  }

  function show() {
    const now = player.currentMs();
    const all = player.durationMs();
    if (!isDragging) seek.value = now;
    seek.max = all;
    seek.setAttribute(
      "aria-valuetext",
      interpolate(gettext("%s of %s"), [spoken(now), spoken(all)]),
    );
    part("now").textContent = timecode(now);
    part("all").textContent = timecode(all);
    root.style.setProperty("--played", `${all ? (Number(seek.value) / all) * 100 : 0}%`);
    root.style.setProperty("--loaded", `${all ? (loadedMs(video) / all) * 100 : 0}%`);
  }

  function showPlaying() {
    const isPlaying = !video.paused && !video.ended;
    root.classList.toggle("player--playing", isPlaying);
    const label = isPlaying ? gettext("Pause") : gettext("Play");
    for (const button of root.querySelectorAll("[data-player-do=toggle]")) {
      button.setAttribute("aria-label", label);
    }
  }

  function showVolume() {
    const isSilent = video.muted || video.volume === 0;
    root.classList.toggle("player--muted", isSilent);
    volume.value = video.muted ? 0 : video.volume;
    root
      .querySelector("[data-player-do=mute]")
      .setAttribute("aria-label", isSilent ? gettext("Sound on") : gettext("Sound off"));
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-player-do]");
    if (button) {
      // The large button goes away; the keys keep working from the small one.
      if (button.matches(".player__big")) root.querySelector(".player__button--play").focus();
      actions[button.dataset.playerDo]();
    }
    if (event.target === video) {
      root.querySelector(".player__button--play").focus({ preventScroll: true });
      player.toggle();
    }
  });
  speed.addEventListener("change", () => {
    video.playbackRate = Number(speed.value);
  });
  volume.addEventListener("input", () => {
    video.muted = false;
    video.volume = Number(volume.value);
  });
  seek.addEventListener("input", () => {
    isDragging = true;
    part("now").textContent = timecode(Number(seek.value));
    root.style.setProperty("--played", `${(Number(seek.value) / player.durationMs()) * 100}%`);
  });
  seek.addEventListener("change", () => {
    isDragging = false;
    player.seek(Number(seek.value));
  });
  root.addEventListener("keydown", (event) => pressKey(event, player, actions));
  for (const name of ["play", "pause", "ended"]) video.addEventListener(name, showPlaying);
  for (const name of ["progress", "durationchange"]) video.addEventListener(name, show);
  video.addEventListener("loadedmetadata", () => {
    video.playbackRate = Number(speed.value);
  });
  video.addEventListener("volumechange", showVolume);
  video.addEventListener("waiting", () => root.classList.add("player--waiting"));
  video.addEventListener("playing", () => root.classList.remove("player--waiting"));
  // Neither saved nor sent elsewhere from a menu.
  video.addEventListener("contextmenu", (event) => event.preventDefault());
  player.onTime(show);
  show();
  showPlaying();
}

// Only while the focus is inside the player: a single letter elsewhere is just a letter.
function pressKey(event, player, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey || player.isOver()) return;
  const isSeek = event.target.matches("input[type=range]");
  const isButton = event.target.closest("button, select, summary, a");
  const keys = {
    k: actions.toggle,
    j: actions.back,
    l: actions.forward,
    f: actions.full,
    "<": actions.slower,
    ">": actions.faster,
    ",": () => player.seek(player.currentMs() - FRAME_MS),
    ".": () => player.seek(player.currentMs() + FRAME_MS),
  };
  if (!isButton) keys[" "] = actions.toggle;
  if (!event.target.matches("select, [data-player-volume]")) {
    keys.ArrowLeft = () => player.seek(player.currentMs() - NUDGE_MS);
    keys.ArrowRight = () => player.seek(player.currentMs() + NUDGE_MS);
  }
  if (event.target.matches("[data-player-seek]")) {
    keys.Home = () => player.seek(0);
    keys.End = () => player.seek(player.durationMs());
  }
  if (event.target.matches("input, textarea") && !isSeek) return;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

async function toggleFullScreen(root) {
  const video = root.querySelector("video");
  if (document.fullscreenElement) await document.exitFullscreen();
  else if (root.requestFullscreen) await root.requestFullscreen();
  else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
}

function loadedMs(video) {
  for (let place = 0; place < video.buffered.length; place += 1) {
    const isHere =
      video.buffered.start(place) <= video.currentTime + 0.5 &&
      video.buffered.end(place) >= video.currentTime;
    if (isHere) return video.buffered.end(place) * 1000;
  }
  return 0;
}

export function timecode(ms) {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = `${two(minutes)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function spoken(ms) {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return interpolate(gettext("%s min %s s"), [Math.floor(whole / 60), whole % 60]);
}
