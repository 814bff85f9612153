// What happens at the counter: a card is read, a receipt corrected, a session ends, hands stay on the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

test("a mistaken receipt is corrected; the new one voids the old and the trace stays", async () => {
  for (const viewport of [house.DESK, house.PHONE]) {
    const counter = await site.officer(house.COUNTER, { viewport });
    const { path, code } = await counter.takeIn();
    await counter.page.goto(`${path}/correct`);
    await counter.check("correct");
    await counter.page.fill('[name="applicant.name"]', "Nguyễn Văn Ấn");
    await counter.page.locator('form[action$="/correct"] button').last().click();
    assert.ok((await counter.page.locator(".govuk-error-summary").count()) > 0, "a reason is needed");
    assert.equal(await counter.page.inputValue('[name="applicant.name"]'), "Nguyễn Văn Ấn", "what was typed stays");
    await counter.page.fill('[name="reason"]', "Viết sai tên");
    await counter.page.locator('form[action$="/correct"] button').last().click();
    await counter.page.waitForURL((url) => url.pathname === path);
    await counter.check("corrected");
    assert.ok((await counter.page.locator("main").innerText()).includes("Viết sai tên"), "the trace stays");
    const { words, symbols } = await counter.letter(`${path}/receipt.pdf`);
    for (const part of ["Nguyễn Văn Ấn", "Viết sai tên", code]) assert.ok(words.includes(part), `${part} in ${words}`);
    assert.ok(symbols.includes(`CODE-128:${code}`), symbols.join());
  }
});

test("an intake with the keyboard alone, from a scanned card", async () => {
  const { page, ...rest } = await site.officer(house.COUNTER);
  const counter = new house.Visitor(rest.house, page);
  await page.goto("/desk/intake");
  await focusIn(page, "#q");
  await page.keyboard.type(house.PROCEDURE);
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await tabTo(page, `a[href$="/${house.PROCEDURE}"]`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/desk\/intake\/district\//);
  // The scanner types into the field that has the focus and ends with Enter.
  await focusIn(page, "#scan");
  await page.keyboard.type("006190001234|095123456|Nguyễn Thị Ánh|02051990|Nữ|Nà Coóc, Bộc Bố, Pác Nặm|10082021");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[name="applicant.name"]')?.value !== "");
  assert.equal(await page.inputValue('[name="applicant.name"]'), "Nguyễn Thị Ánh");
  assert.equal(await page.inputValue('[name="applicant.id_number"]'), "006190001234");
  await counter.check("intake-card");
  await tabTo(page, 'button[name="do"][value="accept"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/desk\/dossiers\/[^/]+$/);
  await counter.dossier();
});

/** Waits until the page has put the focus where it says it does: browsers do so a moment after loading. */
async function focusIn(page, wanted) {
  await page.waitForFunction((selector) => document.activeElement?.matches(selector), wanted);
}

/** Presses Tab until something that fits has the focus, and sees that it shows. */
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), wanted)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${wanted}`);
}

test("a form survives the end of the session", async () => {
  const counter = await site.officer(house.COUNTER);
  const { page } = counter;
  await page.goto(`/desk/intake/district/${house.PROCEDURE}`);
  await page.fill('[name="applicant.name"]', "Trần Thị B");
  await page.fill('[name="applicant.phone"]', "0912000111");
  await page.context().clearCookies({ name: "motcua" });
  await page.locator('button[name="do"][value="accept"]').first().click();
  await page.waitForSelector("#login");
  await counter.check("signed-out");
  await counter.signIn(house.COUNTER);
  await counter.check("resume");
  await page.locator("main form button").click();
  await page.waitForURL(/\/desk\/dossiers\/[^/]+$/);
  assert.ok((await page.locator("main").innerText()).includes("Trần Thị B"));
});

test("the same form sent twice takes in one dossier", async () => {
  const counter = await site.officer(house.COUNTER);
  const { page } = counter;
  await page.goto(`/desk/intake/district/${house.PROCEDURE}`);
  await page.fill('[name="applicant.name"]', "Trần Thị B");
  await page.fill('[name="applicant.phone"]', "0912000222");
  const form = await page.locator("main form").last().evaluate((node) => [...new FormData(node)]);
  const send = () => page.request.post(page.url(), { form: Object.fromEntries([...form, ["do", "accept"]]), maxRedirects: 0 });
  const [first, second] = [await send(), await send()];
  assert.equal(first.status(), 303, await first.text());
  assert.equal(first.headers().location, second.headers().location);
});
