// Checks a receipt in the browser, so that the page works without a network once it is there. The server's answer needs none of it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keys]");
  const field = form?.elements.r;
  const told = form && document.getElementById(form.dataset.told);
  if (!field || !told) return;

  const base32 = (text) => {
    const out = [];
    let bits = 0, held = 0;
    for (const sign of text) {
      const digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign);
      if (digit < 0) return null;
      bits = (bits << 5) | digit;
      held += 5;
      if (held >= 8) out.push((bits >> (held -= 8)) & 255);
      bits &= (1 << held) - 1;
    }
    return Uint8Array.from(out);
  };
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

  const signed = async (key, signature, text) => {
    const imported = await crypto.subtle.importKey("raw", bytes(key), { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, new TextEncoder().encode(text));
  };

  const check = async (pasted) => {
    const joined = pasted.replace(/\s/g, "");
    const line = joined.slice(Math.max(joined.indexOf("MC1:"), 0));
    const at = line.lastIndexOf(":");
    const parts = line.slice(0, at).split(":");
    const signature = base32(line.slice(at + 1));
    if (parts.length !== 8 || parts[0] !== "MC1" || signature?.length !== 64) return form.dataset.form;
    let genuine = false;
    try {
      for (const key of form.dataset.keys.split(" ").filter(Boolean)) genuine ||= await signed(key, signature, line.slice(0, at));
    } catch {
      // This browser does not know Ed25519, or the page did not come by TLS.
      return form.dataset.unable;
    }
    if (!genuine) return form.dataset.false;
    if (Number(parts[2]) < Number(parts[6])) return form.dataset.backDated;
    const moment = (seconds) => new Date(Number(seconds) * 1000).toLocaleString(document.documentElement.lang, { timeZone: form.dataset.zone });
    const words = { code: parts[1], received: moment(parts[2]), due: moment(parts[3]) };
    return form.dataset.genuine.replace(/\[(\w+)\]/g, (_, name) => words[name] ?? "");
  };

  let asked = 0;
  const tell = async () => {
    const mine = ++asked;
    const said = field.value.trim() ? await check(field.value) : "";
    if (mine === asked) told.textContent = said;
  };
  field.addEventListener("input", tell);
  form.addEventListener("submit", (event) => {
    // Without a network the browser's own answer is all there is.
    if (navigator.onLine) return;
    event.preventDefault();
    tell();
  });
})();
