// How fast it goes and how long it still takes, from the last few seconds.

const WINDOW_MS = 12_000;
const LEAST_MS = 1_500;

export const makePace = () => {
  let samples = [];
  return {
    restart() {
      samples = [];
    },
    add(sent, now = performance.now()) {
      samples.push({ sent, now });
      samples = samples.filter((sample) => now - sample.now <= WINDOW_MS);
    },
    bytesPerSecond() {
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || last.now - first.now < LEAST_MS) return null;
      return ((last.sent - first.sent) / (last.now - first.now)) * 1000;
    },
  };
};

const language = () => document.documentElement.lang || "nl";

const number = (value, digits) =>
  value.toLocaleString(language(), { maximumFractionDigits: digits });

export const inMegabytes = (bytes) => {
  const megabytes = bytes / 1e6;
  return `${number(megabytes, megabytes < 10 ? 1 : 0)} MB`;
};

export const timeLeft = (seconds) => {
  if (seconds < 60) return gettext("less than a minute left");
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) {
    return interpolate(
      ngettext("about %s minute left", "about %s minutes left", minutes),
      [minutes],
    );
  }
  return interpolate(gettext("about %s hours left"), [number(minutes / 60, 1)]);
};

export const describePace = (sent, total, bytesPerSecond) => {
  const amount = interpolate(gettext("%s of %s"), [inMegabytes(sent), inMegabytes(total)]);
  if (!bytesPerSecond) return amount;
  const left = timeLeft((total - sent) / bytesPerSecond);
  return `${amount} · ${inMegabytes(bytesPerSecond)}/s · ${left}`;
};
