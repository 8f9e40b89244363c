// Plays one recording: what is asked for is judged per request, so a refusal can come at any
// moment and then ends the picture at once. `attach(root)` gives the page its handle on it.

import { wireControls } from "./player_controls.js";

const players = new WeakMap();
const REFUSED = new Set([401, 403, 404]);
const SAVED_POSITION_EVERY_MS = 250;
const HAS_A_PICTURE = 2; // HTMLMediaElement.HAVE_CURRENT_DATA

export function attach(root) {
  if (!players.has(root)) players.set(root, build(root));
  return players.get(root);
}

function build(root) {
  const video = root.querySelector("video");
  const listeners = new Set();
  const state = { hls: null, isStarted: false, isOver: false, startAt: 0, toldAt: 0 };
  const player = {
    root,
    video,
    durationMs: () =>
      Number.isFinite(video.duration) && video.duration > 0
        ? Math.max(video.duration * 1000, Number(root.dataset.durationMs))
        : Number(root.dataset.durationMs),
    // Until the first picture is there, the place that was asked for.
    currentMs: () => {
      const isShown = state.isStarted && video.readyState >= HAS_A_PICTURE;
      return Math.round((isShown ? video.currentTime : state.startAt) * 1000);
    },
    isOver: () => state.isOver,
    onTime(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    seek(ms) {
      const seconds = Math.min(Math.max(0, ms), player.durationMs()) / 1000;
      state.startAt = seconds;
      if (state.isStarted && video.readyState > 0) video.currentTime = seconds;
      else start(player, state);
      tellTime();
    },
    async play() {
      if (state.isOver) return;
      start(player, state);
      try {
        await video.play();
      } catch (error) {
        // A pause or a refusal in between ends the wish to play; anything else is said.
        if (error.name === "NotAllowedError") say(root, gettext("Press play to start."));
        else if (error.name !== "AbortError") throw error;
      }
    },
    pause: () => video.pause(),
    toggle: () => (video.paused ? player.play() : player.pause()),
  };

  function tellTime() {
    const now = performance.now();
    if (now - state.toldAt < SAVED_POSITION_EVERY_MS && !video.paused) return;
    state.toldAt = now;
    const ms = player.currentMs();
    for (const callback of listeners) callback(ms);
    root.dispatchEvent(new CustomEvent("player:time", { detail: { ms }, bubbles: true }));
  }

  for (const event of ["timeupdate", "seeked", "pause", "loadedmetadata"]) {
    video.addEventListener(event, tellTime);
  }
  state.refuse = () => refuse(player, state);
  wireControls(player);
  keepBeating(player, state);
  return player;
}

function start(player, state) {
  if (state.isStarted || state.isOver) return;
  state.isStarted = true;
  const { root, video } = player;
  const Engine = globalThis.Hls;
  if (Engine && Engine.isSupported()) {
    state.hls = startEngine(Engine, player, state);
  } else if (video.canPlayType("application/vnd.apple.mpegurl")) {
    video.addEventListener("error", () => checkRefusal(player, state));
    video.addEventListener("loadedmetadata", () => (video.currentTime = state.startAt), {
      once: true,
    });
    video.src = root.dataset.master;
  } else {
    say(root, gettext("This browser cannot play the recording. Use a newer browser."));
  }
}

function startEngine(Engine, { root, video }, state) {
  const ahead = Number(root.dataset.bufferSeconds);
  const hls = new Engine({
    startPosition: state.startAt,
    maxBufferLength: ahead,
    maxMaxBufferLength: ahead,
    backBufferLength: ahead,
    liveSyncDurationCount: 1,
    liveMaxLatencyDurationCount: Infinity,
    capLevelToPlayerSize: true,
  });
  hls.on(Engine.Events.ERROR, (_event, problem) => {
    if (REFUSED.has(problem.response?.code)) state.refuse();
    else if (!problem.fatal) return;
    else if (problem.type === Engine.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else {
      say(root, gettext("The connection was lost. We go on as soon as it is back."));
      globalThis.setTimeout(() => state.hls === hls && hls.startLoad(), 3000);
    }
  });
  hls.on(Engine.Events.FRAG_BUFFERED, () => say(root, ""));
  hls.loadSource(root.dataset.master);
  hls.attachMedia(video);
  return hls;
}

// The picture goes first, then the words.
function refuse(player, state) {
  if (state.isOver) return;
  state.isOver = true;
  const { root, video } = player;
  video.pause();
  state.hls?.destroy();
  state.hls = null;
  video.removeAttribute("poster");
  video.removeAttribute("src");
  video.load();
  video.hidden = true;
  root.classList.add("player--over");
  for (const control of root.querySelectorAll("button, input, select")) control.disabled = true;
  say(
    root,
    gettext("You can no longer watch this recording. What you wrote down has been kept."),
  );
  root.dispatchEvent(new CustomEvent("player:refused", { bubbles: true }));
}

function say(root, words) {
  const notice = root.querySelector("[data-player-notice]");
  if (notice.textContent === words) return;
  notice.textContent = words;
  notice.hidden = !words;
}

function keepBeating(player, state) {
  const every = Number(player.root.dataset.beatSeconds) * 1000;
  globalThis.setInterval(() => {
    if (state.isStarted && !state.isOver && !player.video.ended) checkRefusal(player, state);
  }, every);
}

// While it is open, playing or paused: a still picture is a picture too.
async function checkRefusal({ root }, state) {
  try {
    const answer = await fetch(root.dataset.beat, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(root) },
      redirect: "manual",
    });
    if (REFUSED.has(answer.status) || answer.type === "opaqueredirect") state.refuse();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(root, gettext("The connection was lost. We go on as soon as it is back."));
  }
}

function csrfToken(root) {
  return (
    root.dataset.csrf || document.querySelector("input[name=csrfmiddlewaretoken]")?.value || ""
  );
}
