// Says how the saving goes: quietly while it goes well, clearly when it does not.

const QUIET_MS = 4000;

function words(kind) {
  const all = {
    offline: [
      gettext("No connection."),
      gettext("What you typed is kept in this browser. We save it as soon as you are back online."),
    ],
    "signed-out": [
      gettext("You are signed out."),
      gettext("What you typed is kept in this browser. Sign in again in a new tab; we then save it here."),
    ],
    sent: [
      gettext("This form has been sent already."),
      gettext("It stays as it was sent. What you typed after that is not in it."),
    ],
    gone: [
      gettext("You can no longer watch this recording."),
      gettext("What was saved is kept. What you typed just now could not be saved any more."),
    ],
  };
  return all[kind];
}

export function makeNotice(root) {
  const box = root.querySelector("[data-notice]");
  const saved = root.querySelector("[data-saved]");
  const part = (name) => box.querySelector(`[data-notice-${name}]`);
  const troubles = new Map();
  let timer = null;

  function whisper(text) {
    saved.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => (saved.textContent = ""), QUIET_MS);
  }

  function show() {
    const kind = [...troubles.values()].at(-1);
    box.hidden = !kind;
    if (!kind) return;
    [part("title").textContent, part("text").textContent] = words(kind);
    part("login").hidden = kind !== "signed-out";
  }

  return {
    saved(channel, clock) {
      const was = troubles.size;
      troubles.delete(channel);
      show();
      if (was && !troubles.size) whisper(gettext("Everything is saved."));
      else whisper(interpolate(gettext("Saved at %s"), [clock]));
    },
    trouble(channel, kind) {
      troubles.delete(channel);
      troubles.set(channel, kind);
      show();
    },
    elsewhere: () =>
      whisper(gettext("You have this form open elsewhere too. Per field, what was typed last counts.")),
    restored: () => whisper(gettext("We put back what you typed before.")),
    lost(texts) {
      troubles.set("lost", "sent");
      show();
      part("lost").hidden = !texts.length;
      part("lost").textContent = texts.join(" · ");
    },
    say: whisper,
  };
}
