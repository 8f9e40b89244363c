// A new code by the door every half minute, without a flash of the whole page.

const code = document.querySelector("[data-code]");
const trouble = document.querySelector("[data-code-trouble]");

async function renew() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    code.replaceChildren(...page.querySelector("[data-code]").childNodes);
    trouble.hidden = true;
  } catch {
    trouble.hidden = false;
  }
}

setInterval(renew, Number(code.dataset.seconds) * 1000);
