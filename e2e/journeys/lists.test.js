// Lists on paper: pages that are certified, results that come to the one-stop, what the post takes and brings.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

const SIZES = [house.DESK, house.PHONE];

test("copies to certify are counted by the page, and the receipt says so", async () => {
  for (const viewport of SIZES) {
    const counter = await site.officer(house.COUNTER, { viewport });
    const { page } = counter;
    await page.goto("/desk/intake/district/2.000815");
    await page.fill('[name="applicant.name"]', "Nguyễn Văn A");
    await page.fill('[name="applicant.phone"]', "0912345678");
    const free = await page.locator('input[name$=".name"][name^="papers."]:not([type="hidden"])').first().getAttribute("name");
    const paper = free.replace(/name$/, "");
    await page.fill(`[name="${free}"]`, "Hợp đồng thuê nhà");
    await page.fill(`[name="${paper}pages"]`, "6");
    await page.locator('button[name="do"][value="accept"]').first().click();
    assert.ok((await page.locator(".govuk-error-summary").count()) > 0, "pages alone are not enough");
    await counter.check("certify-wrong");
    await page.fill(`[name="${paper}certify"]`, "4");
    await page.locator('button[name="do"]:not([value="accept"])').first().click();
    await page.locator('button[name="do"][value="accept"]').first().click();
    await page.waitForURL(/\/desk\/dossiers\/[^/]+$/);
    const { path, code } = await counter.dossier();
    const { words, symbols } = await counter.letter(`${path}/receipt.pdf`);
    for (const part of ["(Chứng thực)", "Hợp đồng thuê nhà", "32.000", code]) assert.ok(words.includes(part), `${part} in ${words}`);
    assert.ok(symbols.includes(`CODE-128:${code}`), symbols.join());
  }
});

test("results come with a slip, and the post takes what goes by it", async () => {
  const specialist = await site.officer(house.SPECIALIST);
  const head = await site.officer(house.HEAD);
  const leader = await site.officer(house.LEADER);
  for (const viewport of SIZES) {
    const counter = await site.officer(house.COUNTER, { viewport });
    const { page } = counter;
    await page.goto(`/desk/intake/district/${house.PROCEDURE}`);
    for (const [name, value] of [["name", "Nguyễn Văn A"], ["phone", "0912345678"], ["address", "Nà Coóc, Bộc Bố"]]) await page.fill(`[name="applicant.${name}"]`, value);
    await page.selectOption('[name="channel"]', "post");
    await page.selectOption('[name="return_via"]', "post");
    await counter.accept();
    const { path, code } = await counter.dossier();

    await page.goto("/desk/transfers/post");
    await counter.check("post");
    await page.fill('form[action$="/take"] [name="post_office"]', "Bưu cục Bộc Bố");
    await page.click('form[action$="/take"] button');
    await page.waitForURL(/-BC\d{4}-/);
    await counter.check("post-record");
    const brought = await counter.letter(`${new URL(page.url()).pathname}/slip.pdf`);
    assert.ok(brought.words.includes("Bưu cục Bộc Bố") && brought.words.includes(code), brought.words);

    await counter.act(path, "forward");
    await specialist.act(path, "propose", { outcome: "grant", proposal: "Đủ điều kiện" });
    await head.act(path, "decide", { decision: "approve" });
    await leader.act(path, "decide", { decision: "approve" });

    await page.goto("/desk/transfers");
    await counter.check("results");
    await page.click('form[action$="/results"] button');
    await page.waitForURL(/-KQ\d{4}-/);
    await counter.check("result-slip");
    const came = await counter.letter(`${new URL(page.url()).pathname}/slip.pdf`);
    assert.ok(came.words.includes("PHIẾU BÀN GIAO KẾT QUẢ") && came.words.includes(code), came.words);

    await page.goto("/desk/transfers/post");
    await page.click('form[action$="/give"] button');
    assert.ok((await page.locator(".govuk-error-summary").count()) > 0, "which post office?");
    await counter.check("post-wrong");
    await page.fill('form[action$="/give"] [name="post_office"]', "Bưu cục Bộc Bố");
    await page.click('form[action$="/give"] button');
    await page.waitForURL(/-BC\d{4}-/);
    const taken = await counter.letter(`${new URL(page.url()).pathname}/slip.pdf`);
    assert.ok(taken.words.includes(code), taken.words);
    await page.goto(path);
    assert.ok((await page.locator("main").innerText()).includes("Bưu cục Bộc Bố"), "the trace says who took it");
    await counter.check("given-to-post");
  }
});
