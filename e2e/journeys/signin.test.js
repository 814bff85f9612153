// Signing in by passkey and by code, the devices signed in, and signing out everywhere: at a desk and on a telephone.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => {
  site = await house.open();
  // Passkeys are bound to a name; an address of numbers is none.
  site.address = site.address.replace("127.0.0.1", "localhost");
});
after(() => site?.close());

const text = async ({ page }) => (await page.locator("main").innerText()).normalize("NFC");
const send = async ({ page }, selector) => {
  await page.locator(selector).click();
  await page.waitForLoadState();
};

/** What a telephone shows at a moment: RFC 6238, six digits, thirty seconds. */
function code(secret, steps = 0) {
  const bits = [...secret].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

for (const [viewport, login, other] of [[house.DESK, "motcua1", "motcua2"], [house.PHONE, "tuphap1", "tuphap2"]]) {
  test(`passkey: made, signed in by, taken away, ${viewport.width} pixels wide`, async () => {
    const officer = await site.officer(login, { viewport });
    const { page } = officer;
    const tool = await page.context().newCDPSession(page);
    await tool.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    await tool.send("WebAuthn.addVirtualAuthenticator", { options });
    await page.goto("/account/passkeys");
    await officer.check("passkeys-none");
    await page.fill("#label", "Máy ở quầy 1");
    await page.fill("#password", "sai");
    await page.locator('button[data-passkey="make"]').click();
    await page.waitForFunction(() => document.getElementById("passkey-told").textContent);
    assert.match(await page.locator("#passkey-told").innerText(), /không đúng/);
    await page.fill("#password", site.password);
    await page.locator('button[data-passkey="make"]').click();
    await page.waitForSelector(".mc-flash--success");
    assert.match(await text(officer), /Máy ở quầy 1/);
    await officer.check("passkeys");

    await send(officer, `form[action="/sign-out"] button`);
    await page.goto("/sign-in");
    await officer.check("sign-in-passkey");
    await page.fill("#login", login);
    await page.locator('button[data-passkey="sign"]').click();
    await page.waitForURL(/\/desk$/);
    await page.goto("/account");
    assert.match(await text(officer), /Khóa đăng nhập/);

    await page.goto("/account/passkeys");
    await page.fill("#current", site.password);
    await send(officer, 'button[formaction$="/remove"]');
    assert.match(await text(officer), /Đã bỏ khóa/);
    await send(officer, `form[action="/sign-out"] button`);
    await page.goto("/sign-in");
    await page.fill("#login", login);
    await page.locator('button[data-passkey="sign"]').click();
    await page.waitForFunction(() => document.getElementById("passkey-told").textContent);
    assert.match(page.url(), /\/sign-in$/, "a key that was taken away opens nothing");
  });

  test(`code: taken up, asked for, recovery code, ${viewport.width} pixels wide`, async () => {
    const officer = await site.officer(other, { viewport });
    const { page } = officer;
    await page.goto("/account/second-factor");
    await officer.check("second-factor");
    await page.fill("#password", site.password);
    await send(officer, 'form[action$="/begin"] button');
    await officer.check("second-factor-begin");
    const secret = (await page.locator("main code").innerText()).replaceAll(" ", "");
    await page.fill("#code", "000000");
    await send(officer, 'form[action$="/confirm"] button');
    assert.match(await text(officer), /Mã không đúng/);
    await page.fill("#code", code(secret));
    await send(officer, 'form[action$="/confirm"] button');
    await officer.check("recovery-codes");
    const codes = await page.locator("code.mc-code").allInnerTexts();
    assert.equal(codes.length, 10);

    const again = await site.visitor({ viewport });
    await again.page.goto("/sign-in");
    await again.signIn(other);
    await again.check("sign-in-code");
    await again.page.fill("#code", code(secret, 1));
    await send(again, "main form button");
    assert.match(again.page.url(), /\/desk$/);
    const lost = await site.visitor({ viewport });
    await lost.page.goto("/sign-in");
    await lost.signIn(other);
    await lost.page.fill("#code", codes[0]);
    await send(lost, "main form button");
    assert.match(lost.page.url(), /\/desk$/);

    // Three places; from one of them the others are signed out.
    await lost.page.goto("/account");
    assert.equal(await lost.page.locator("tbody tr").count(), 3);
    assert.match(await text(lost), /Chrome trên Linux/);
    await lost.check("devices");
    await send(lost, 'form[action="/account/sessions/end"] button');
    assert.equal(await lost.page.locator("tbody tr").count(), 1);
    await again.page.goto("/desk");
    assert.match(await text(again), /Cần đăng nhập/);
  });
}

test("without a script the password does", async () => {
  const officer = await site.visitor({ javaScriptEnabled: false });
  await officer.page.goto("/sign-in");
  assert.equal(await officer.page.locator('button[data-passkey="sign"]').isVisible(), false);
  await officer.page.fill("#login", "kiemtra");
  await officer.page.fill("#password", site.password);
  await officer.page.locator("main form button").first().click();
  await officer.page.waitForURL(/\/desk$/);
});

test("another password, at the desk", async () => {
  const officer = await site.officer("tuphap.truong");
  await officer.page.goto("/account/password");
  await officer.check("password");
  await officer.page.fill("#current", site.password);
  await officer.page.fill("#new", "ngắn");
  await officer.page.fill("#again", "ngắn");
  await send(officer, "main form button");
  assert.match(await text(officer), /ít nhất 12 ký tự/);
  await officer.check("password-wrong");
});
