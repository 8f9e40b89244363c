// One request of the page's own, and what its answer means for whoever is typing.

const MEANING = { 401: "signed-out", 403: "signed-out", 404: "gone", 409: "sent" };

export async function post(url, body, { keepalive = false } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(body),
      redirect: "manual",
      keepalive,
    });
  } catch (error) {
    if (error instanceof TypeError) return { kind: "offline" };
    throw error;
  }
  if (response.type === "opaqueredirect") return { kind: "signed-out" };
  if (MEANING[response.status]) return { kind: MEANING[response.status] };
  if (response.status !== 200 && response.status !== 422) return { kind: "offline" };
  return { kind: "answered", answer: await response.json() };
}

// Read anew each time: signing in again, in another tab, gives a new one.
function csrfToken() {
  const cookie = /(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie);
  return cookie?.[1] ?? document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
