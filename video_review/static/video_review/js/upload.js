// The page that sends a film: choosing, sending, and what is said about it.

import { describePace, makePace } from "./upload-pace.js";
import { makeSender } from "./upload-sender.js";

const NO_ID = "00000000-0000-0000-0000-000000000000";
const FILM_NAMES = /\.(3gp|avi|m4v|mkv|mov|mp4|mpe?g|mts|m2ts|ogv|webm|wmv)$/i;
const SAY_EVERY_PERCENT = 10;

const page = document.querySelector("[data-upload]");
const part = (name) => page.querySelector(`[data-${name}]`);
const form = part("upload-form");
const pace = makePace();

let csrfToken = form.elements.csrfmiddlewaretoken.value;
let file = null;
let isSending = false;
let lastSaid = -1;
let wakeLock = null;

const show = (name, isShown) => {
  part(name).hidden = !isShown;
};

const tell = (title, text, actions = []) => {
  part("problem-title").textContent = title;
  part("problem-text").textContent = text;
  part("problem-actions").replaceChildren(...actions);
  show("problem", true);
};

const keepAwake = async () => {
  if (!isSending || !navigator.wakeLock || document.visibilityState !== "visible") return;
  wakeLock = await navigator.wakeLock.request("screen").catch(() => null); // battery low: no lock
};

const setSending = (isNow) => {
  isSending = isNow;
  if (isNow) keepAwake();
  else wakeLock?.release();
};

const showProgress = (sent) => {
  const percent = Math.floor((sent / file.size) * 100);
  part("sending-bar").value = percent;
  part("sending-percent").textContent = `${percent} %`;
  part("sending-pace").textContent = describePace(sent, file.size, pace.bytesPerSecond());
  document.title = `${percent} % · ${gettext("Sending")}`;
  const tenth = Math.floor(percent / SAY_EVERY_PERCENT);
  if (tenth !== lastSaid) {
    lastSaid = tenth;
    part("sending-status").textContent = `${percent} %`;
  }
};

const showSending = () => {
  show("problem", false);
  show("choosing", false);
  show("sending", true);
  part("sending").focus();
};

const showPaused = (isPaused) => {
  show("pause", !isPaused);
  show("go-on", isPaused);
  if (isPaused) part("sending-label").textContent = gettext("Paused. What is in is safe.");
};

const button = (label, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--primary";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
};

const signInLink = () => {
  const link = document.createElement("a");
  link.className = "button";
  link.href = page.dataset.signInUrl;
  link.target = "_blank";
  link.textContent = gettext("Sign in again (new tab)");
  return link;
};

// After signing in again in another tab, this page needs the token of the new session.
const takeNewToken = async () => {
  const response = await fetch(location.href, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  csrfToken = fresh.querySelector("[data-upload-form] [name=csrfmiddlewaretoken]")?.value ?? csrfToken;
};

const askToSignIn = () =>
  tell(
    gettext("You were signed out."),
    gettext("What came in is safe. Sign in again in a new tab, come back here and go on."),
    [
      signInLink(),
      button(gettext("Go on"), async () => {
        await takeNewToken();
        show("problem", false);
        sender.goOn();
      }),
    ],
  );

const explain = (problem) => {
  setSending(false);
  if (problem.status === 401 || (problem.status === 403 && !problem.message)) {
    askToSignIn();
    return;
  }
  if (problem.status !== 507) {
    show("sending", false);
    show("choosing", true);
  }
  tell(
    gettext("Your film is not sent."),
    problem.message || gettext("Your film on your own device is unchanged. Choose it again."),
    problem.status === 507 ? [button(gettext("Try again"), () => sender.goOn())] : [],
  );
};

const sender = makeSender({
  createUrl: page.dataset.createUrl,
  token: () => csrfToken,
  on: {
    going() {
      setSending(true);
      pace.restart();
      showPaused(false);
      part("sending-label").textContent = gettext("Your film is being sent");
    },
    progress(sent) {
      pace.add(sent);
      showProgress(sent);
    },
    checking(done) {
      part("sending-label").textContent = gettext("We check that it is the same film");
      part("sending-bar").value = Math.floor((done / file.size) * 100);
    },
    waiting(seconds, isOffline) {
      const why = isOffline
        ? gettext("You are offline. What is in is safe; we go on as soon as there is a connection.")
        : interpolate(gettext("The connection broke. We try again in %s s."), [seconds]);
      part("sending-label").textContent = why;
    },
    refused: explain,
    done(address) {
      setSending(false);
      show("sending", false);
      show("received", true);
      const id = address.split("/").pop();
      part("received-link").href = page.dataset.receivedUrl.replace(NO_ID, id);
      document.title = gettext("Received");
      part("received").focus();
    },
  },
});

const problemWith = (chosen) => {
  if (!chosen) return [gettext("Choose a film first."), ""];
  if (chosen.size === 0) {
    return [
      gettext("This file is empty."),
      gettext("Your film itself is unchanged. Choose it again on your phone or PC."),
    ];
  }
  if (chosen.size > Number(page.dataset.maxBytes)) {
    const gigabytes = (Number(page.dataset.maxBytes) / 1e9).toFixed(1);
    return [
      interpolate(gettext("This film is larger than %s GB."), [gigabytes]),
      gettext("Cut out the 5 to 10 minutes you want to discuss and send those."),
    ];
  }
  if (!chosen.type.startsWith("video/") && !FILM_NAMES.test(chosen.name)) {
    return [
      gettext("This file is not a film."),
      gettext("Choose the film itself; its name often ends in .mp4 or .mov."),
    ];
  }
  return null;
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isSending) return;
  if (!form.reportValidity()) return;
  const chosen = part("new-file").files[0];
  const problem = problemWith(chosen);
  if (problem) {
    tell(...problem);
    return;
  }
  file = chosen;
  showSending();
  sender.start(file, {
    title: form.elements.title.value,
    learning_question: form.elements.learning_question.value,
    attempt: crypto.randomUUID ? crypto.randomUUID() : "",
  });
});

const goOnWith = async (open, chosen) => {
  file = chosen;
  const url = page.dataset.uploadUrl.replace(NO_ID, open.dataset.openUpload);
  showSending();
  const refusal = await sender.resume(chosen, url).catch(() => ({ status: -1 }));
  if (!refusal) return;
  setSending(false);
  if (refusal.status === 401) {
    askToSignIn();
    return;
  }
  show("sending", false);
  show("choosing", true);
  if (refusal.status === 0) {
    tell(
      gettext("This is another film."),
      gettext("What is in belongs to a different file. Choose that one, or send this film as a new one below. What is in stays safe."),
    );
  } else if (refusal.status === -1) {
    tell(
      gettext("There is no connection."),
      gettext("What is in is safe. Choose the film again as soon as you are online."),
    );
  } else {
    tell(
      gettext("This film cannot be continued."),
      gettext("It was stopped or took too long. Send it again as a new film."),
    );
  }
};

for (const open of page.querySelectorAll("[data-open-upload]")) {
  open.querySelector("[data-resume-file]").addEventListener("change", (event) => {
    const [chosen] = event.target.files;
    event.target.value = "";
    if (chosen) goOnWith(open, chosen);
  });
  open.querySelector("[data-discard]").addEventListener("click", async () => {
    const url = page.dataset.uploadUrl.replace(NO_ID, open.dataset.openUpload);
    if (await sender.discard(url)) open.remove();
  });
}

part("pause").addEventListener("click", () => {
  sender.pause();
  setSending(false);
  showPaused(true);
});
part("go-on").addEventListener("click", () => sender.goOn());
part("cancel").addEventListener("click", async () => {
  if (await sender.cancel()) {
    setSending(false);
    location.reload();
  }
});

window.addEventListener("online", () => sender.goOnAtOnce());
document.addEventListener("visibilitychange", keepAwake);
window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault();
});
