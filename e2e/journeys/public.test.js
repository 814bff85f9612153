// What everybody sees: finding a procedure, reading it, following a dossier; without JavaScript, on a small phone, in English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
let dossier;
before(async () => {
  site = await house.open();
  dossier = await (await site.officer(house.COUNTER)).takeIn();
});
after(() => site?.close());

const WINDOWS = [
  { viewport: house.DESK },
  { viewport: house.PHONE },
  { viewport: house.PHONE, javaScriptEnabled: false },
];

for (const options of WINDOWS) {
  const name = `${options.viewport.width} pixels wide${options.javaScriptEnabled === false ? ", without JavaScript" : ""}`;

  test(`search and read a procedure, ${name}`, async () => {
    const visitor = await site.visitor(options);
    const { page } = visitor;
    const check = (shot) => (options.javaScriptEnabled === false ? visitor.shot(`${shot}-plain`) : visitor.check(shot));
    await page.goto("/");
    await check("home");
    for (const words of ["dang ky khai sinh", "khai sihn", "ĐĂNG KÝ KHAI SINH", "đăng ký khai sinh".normalize("NFD")]) {
      await page.goto("/");
      await page.fill('[name="q"]', words);
      await page.press('[name="q"]', "Enter");
      await page.waitForURL(/\/search/);
      const first = (await page.locator("main").innerText()).toLowerCase().normalize("NFC");
      assert.ok(first.includes("khai sinh"), `${words}: ${first}`);
    }
    await check("search");
    await page.locator('main a[href*="/procedures/"]').first().click();
    await page.waitForURL(/\/procedures\//);
    await check("procedure");
    for (const path of ["/procedures", "/agencies"]) {
      await page.goto(path);
      await check(path.slice(1));
    }
  });

  test(`follow a dossier, ${name}`, async () => {
    const visitor = await site.visitor(options);
    const { page } = visitor;
    const check = (shot) => (options.javaScriptEnabled === false ? visitor.shot(`${shot}-plain`) : visitor.check(shot));
    const ask = async (code, digits) => {
      await page.goto("/track");
      await page.fill("#code", code);
      await page.fill("#digits", digits);
      await page.locator('main form button').last().click();
      await page.waitForLoadState();
      return page.locator("main").innerText();
    };
    await page.goto("/track");
    await check("track");
    const unknown = await ask(`${dossier.code.slice(0, -4)}9999`, "5678");
    const wrong = await ask(dossier.code, "0000");
    assert.equal(wrong, unknown, "a wrong guess looks like an unknown code");
    await check("track-wrong");
    const shown = await ask(dossier.code, "5678");
    assert.ok(shown.includes(dossier.code), shown);
    assert.ok(!shown.includes("0912345678") && !shown.includes("Nguyễn Văn A"), "no more of the person than needed");
    assert.ok(!page.url().includes("5678"), "nothing personal in the address");
    await check("tracked");
  });
}

test("the other language is one link away and stays", async () => {
  const visitor = await site.visitor();
  const { page } = visitor;
  await page.goto("/track");
  assert.equal(await page.getAttribute("html", "lang"), "vi");
  await page.locator('header a[hreflang="en"]').click();
  await page.waitForLoadState();
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.equal(new URL(page.url()).pathname, "/track");
  await page.goto("/");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await visitor.check("home-en");
});

test("the first page is small and comes in few requests", async () => {
  const visitor = await site.visitor();
  const { page } = visitor;
  const sizes = [];
  page.on("response", (answer) => answer.url().startsWith("http") && sizes.push(answer.request().sizes()));
  await page.goto("/", { waitUntil: "networkidle" });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size.responseBodySize, 0);
  assert.ok(sizes.length <= 3, `${sizes.length} requests`);
  assert.ok(bytes <= 25_000, `${bytes} bytes`);
});
