// Looks every two seconds how far the worker is, until the page has something new to offer.

const EVERY_MS = 2000;
const TRUSTED_AFTER = 4; // percent, before we dare to say how long it takes

const box = document.querySelector("[data-status]");
const seen = [];

async function look() {
  const answer = await fetch(box.dataset.status, { redirect: "manual" });
  if (!answer.ok) {
    globalThis.location.reload();
    return;
  }
  const before = box.firstElementChild?.dataset.state;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = page.body.firstElementChild;
  if (before !== undefined && asksForAnotherPage(before, news.dataset.state)) {
    globalThis.location.reload();
    return;
  }
  showTimeLeft(news);
  const percent = Number(news.dataset.percent);
  const isNews = news.dataset.state !== before;
  if (isNews || Number(box.firstElementChild?.dataset.percent) !== percent || seen.length % 5 === 0) {
    box.replaceChildren(news);
  }
  if (news.dataset.isBusy === "yes") globalThis.setTimeout(lookAgain, EVERY_MS);
}

// Whoever is watching already is not interrupted by a film that got better.
function asksForAnotherPage(before, now) {
  return before !== now && !(before.endsWith("-watch") && now.endsWith("-watch"));
}

function showTimeLeft(news) {
  const percent = Number(news.dataset.percent);
  seen.push({ at: Date.now(), percent });
  const first = seen.find((one) => one.percent > 0);
  const place = news.querySelector("[data-time-left]");
  if (!place || !first || percent - first.percent < TRUSTED_AFTER) return;
  const passed = (Date.now() - first.at) / 1000;
  const left = Math.ceil((passed * (100 - percent)) / (percent - first.percent));
  place.textContent =
    left < 60
      ? interpolate(ngettext("%s second left", "%s seconds left", left), [left])
      : interpolate(ngettext("%s min left", "%s min left", Math.ceil(left / 60)), [
          Math.ceil(left / 60),
        ]);
}

async function lookAgain() {
  try {
    await look();
  } catch (error) {
    // Offline for a moment: nothing is lost, the work goes on elsewhere.
    if (!(error instanceof TypeError)) throw error;
    globalThis.setTimeout(lookAgain, EVERY_MS * 2);
  }
}

if (box?.firstElementChild?.dataset.isBusy === "yes") globalThis.setTimeout(lookAgain, EVERY_MS);
