// Signing in by passkey, and making one. Without this script the buttons stay hidden and the password does.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (key) => ({ ...key, id: bytes(key.id) });

  const make = async ({ publicKey }) => {
    const asked = { ...publicKey, challenge: bytes(publicKey.challenge), user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: (publicKey.excludeCredentials ?? []).map(named) };
    const made = await navigator.credentials.create({ publicKey: asked });
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: { attestationObject: text(made.response.attestationObject), clientDataJSON: text(made.response.clientDataJSON) }, extensions: {} };
  };

  const sign = async ({ publicKey }) => {
    const asked = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: publicKey.allowCredentials.map(named) };
    const { id, rawId, type, response } = await navigator.credentials.get({ publicKey: asked });
    const signed = { authenticatorData: text(response.authenticatorData), clientDataJSON: text(response.clientDataJSON), signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : null };
    return { id, rawId: text(rawId), type, response: signed, extensions: {} };
  };

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const form = button.form;
    const told = document.getElementById(button.dataset.told);
    // A style of the button would show it in spite of `hidden`.
    button.parentElement.hidden = false;
    button.addEventListener("click", async (event) => {
      if (form.elements.passkey_answer.value) return;
      event.preventDefault();
      told.textContent = "";
      try {
        const answer = await fetch(button.dataset.begin, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        const { token, asked, problem } = await answer.json();
        if (!answer.ok) {
          told.textContent = problem ?? button.dataset.failed;
          return;
        }
        const signed = await (button.dataset.passkey === "make" ? make : sign)(asked);
        form.elements.passkey_token.value = token;
        form.elements.passkey_answer.value = JSON.stringify(signed);
        // Secrets go with the question only.
        for (const field of form.querySelectorAll('input[type="password"]')) field.value = "";
        form.requestSubmit(button);
      } catch {
        told.textContent = button.dataset.failed;
      }
    });
  }
})();
