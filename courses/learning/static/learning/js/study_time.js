// Tells how long the lesson was really on the screen; nothing happens without it.

const EVERY_SECONDS = 30;
const IDLE_SECONDS = 120;

const form = document.getElementById("study-time");
let counted = 0;
let lastSign = performance.now();
let lastTick = performance.now();

function tick() {
  const now = performance.now();
  const isReading = document.visibilityState === "visible" && now - lastSign < IDLE_SECONDS * 1000;
  if (isReading) counted += (now - lastTick) / 1000;
  lastTick = now;
}

function send() {
  tick();
  const seconds = Math.floor(counted);
  if (seconds < 1) return;
  counted -= seconds;
  const data = new FormData(form);
  data.append("seconds", String(seconds));
  navigator.sendBeacon(form.action, data);
}

for (const sign of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(sign, () => (lastSign = performance.now()), { passive: true });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send();
  else lastTick = performance.now();
});
setInterval(() => {
  tick();
  if (counted >= EVERY_SECONDS) send();
}, 1000);
