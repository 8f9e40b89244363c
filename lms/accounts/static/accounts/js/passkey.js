// Signing in with a passkey, confirming with one, and making one. The form says which:
// <form data-passkey="sign-in | confirm | add">; the server's options stand in #passkey-options,
// except for sign-in, where they are fetched when they are needed.

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const withIds = (credentials = []) => credentials.map((each) => ({ ...each, id: decode(each.id) }));

function forRequest({ publicKey }) {
  return {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    allowCredentials: withIds(publicKey.allowCredentials),
  };
}

function forCreation({ publicKey }, { isPasswordless }) {
  const selection = { ...publicKey.authenticatorSelection };
  selection.residentKey = isPasswordless ? "required" : "discouraged";
  selection.requireResidentKey = isPasswordless;
  if (isPasswordless) selection.userVerification = "required";
  return {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    user: { ...publicKey.user, id: decode(publicKey.user.id) },
    excludeCredentials: withIds(publicKey.excludeCredentials),
    authenticatorSelection: selection,
  };
}

function asJson(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const encoded = parts.filter((part) => response[part]).map((part) => [part, encode(response[part])]);
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    response: Object.fromEntries(encoded),
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function fetchOptions(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return (await answer.json()).request_options;
}

const optionsOnPage = () => JSON.parse(document.getElementById("passkey-options").textContent);

const ACTIONS = {
  "sign-in": async (form) => navigator.credentials.get({ publicKey: forRequest(await fetchOptions(form)) }),
  confirm: async () =>
    navigator.credentials.get({ publicKey: forRequest(optionsOnPage().request_options) }),
  add: async (form) => {
    const isPasswordless = form.elements.passwordless.checked;
    const publicKey = forCreation(optionsOnPage().creation_options, { isPasswordless });
    return navigator.credentials.create({ publicKey });
  },
};

function explain(error) {
  if (error.name === "InvalidStateError") {
    return gettext("This device already has a passkey for your account.");
  }
  if (error.name === "NotAllowedError" || error.name === "AbortError") {
    return gettext("That did not work, or you stopped halfway. Nothing was changed. Try again, or choose another way.");
  }
  return gettext("We could not reach your passkey. Nothing was changed. Try again, or choose another way.");
}

function start(form) {
  const message = form.querySelector("[data-passkey-message]");
  const button = form.querySelector("button");
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    message.textContent = gettext("This browser cannot use passkeys. Choose another way.");
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.textContent = "";
    button.disabled = true;
    try {
      form.elements.credential.value = asJson(await ACTIONS[form.dataset.passkey](form));
      form.submit();
    } catch (error) {
      message.textContent = explain(error);
      button.disabled = false;
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) start(form);
