// An administrator edits a procedure: refused by its example, mended, published for a day to come; and what a day off would move.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

const ADMIN = "quantri";
// A procedure without worked examples of the site pack.
const EXAMINED = "2.000927";
const base = `/admin/procedures/${EXAMINED}`;

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

/** Tomorrow, as people here write it. */
function tomorrow() {
  const day = new Date(Date.now() + 24 * 3600 * 1000);
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" }).format(day);
}

async function save(page) {
  await page.locator('main button[name="do"][value="save"]').last().click();
  await page.waitForLoadState();
}

async function said(page) {
  return (await page.locator("main").innerText()).replace(/\s+/g, " ");
}

for (const viewport of [house.DESK, house.PHONE]) {
  test(`a draft, its exam and its publication, ${viewport.width} pixels wide`, async () => {
    const admin = await site.officer(ADMIN, { viewport });
    const { page } = admin;
    await page.goto(`/admin/catalogue/${EXAMINED}`);
    await page.click(`a[href="${base}"]`);
    await admin.check("editor");
    if ((await page.locator(`form[action="${base}/draft"]`).count()) > 0) await page.click(`form[action="${base}/draft"] button`);
    await admin.check("editor-draft");

    // Rows are added by a button, and what was typed stays.
    await page.goto(`${base}/edit/papers`);
    const rows = await page.locator('[name^="papers."][name$=".name"]').count();
    await page.click('button[value="add_papers"]');
    assert.equal(await page.locator('[name^="papers."][name$=".name"]').count(), rows + 1);
    assert.equal(await page.evaluate(() => document.activeElement?.id), `papers.${rows}.name`, "the new row is where one types");
    await page.fill(`[name="papers.${rows}.name"]`, "Giấy giới thiệu");
    await page.fill(`[name="papers.${rows}.copies"]`, "nhiều");
    await save(page);
    assert.ok((await said(page)).includes("từ 0 đến 20"));
    await admin.check("editor-papers-wrong");
    await page.fill(`[name="papers.${rows}.copies"]`, "1");
    await save(page);
    for (const part of ["texts", "limits", "fees"]) {
      await page.goto(`${base}/edit/${part}`);
      await admin.check(`editor-${part}`);
    }
    await page.goto(`${base}/edit/limits`);
    await page.fill('[name="limits.0.count"]', viewport === house.DESK ? "3" : "4");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === base);

    await page.goto(`${base}/edit/route`);
    await admin.check("editor-route");
    if ((await page.locator('button[value="own"]').count()) > 0) await page.click('button[value="own"]');
    await page.click('button[value="add_parallel"]');
    await admin.check("editor-route-steps");

    // The example expects two working days.
    await page.goto(`${base}/edit/examples`);
    await page.click((await page.locator(`a[href="${base}/examples/0"]`).count()) > 0 ? `a[href="${base}/examples/0"]` : `a[href="${base}/examples/new"]`);
    const typed = { title: "Nộp sáng thứ Sáu", who: "Người dân trong huyện", received: "04/05/2018 09:00", "expect.due": "08/05/2018 17:00" };
    for (const [name, value] of Object.entries(typed)) await page.fill(`[name="${name}"]`, value);
    for (const paper of await page.locator('input[name="papers"]').all()) await paper.check({ force: true });
    await page.click('button[value="reckon"]');
    await admin.check("editor-example");
    assert.equal(await page.inputValue('[name="expect.due"]'), "08/05/2018 17:00", "what was typed is not replaced");
    await save(page);
    assert.ok((await said(page)).includes("nhưng tính ra"));
    await admin.check("editor-exam-wrong");
    await page.fill('[name="valid_from"]', tomorrow());
    await page.fill('[name="reason"]', "Nghị định mới");
    await page.click('button[value="publish"]');
    assert.ok((await said(page)).includes("chưa đúng ở 1 chỗ"), await said(page));
    assert.equal(await page.inputValue('[name="reason"]'), "Nghị định mới");
    await admin.check("editor-refused");

    await page.goto(`${base}/examples/0`);
    await page.fill('[name="expect.due"]', viewport === house.DESK ? "09/05/2018 17:00" : "10/05/2018 17:00");
    await save(page);
    await admin.check("editor-exam-right");
    await page.goto(`${base}/difference`);
    await admin.check("editor-difference");
    await page.goto(`${base}/preview`);
    await admin.check("editor-preview");
    await page.goto(`${base}/exam`);
    await page.fill('[name="valid_from"]', tomorrow());
    await page.fill('[name="reason"]', "Nghị định mới");
    await page.click('button[value="publish"]');
    assert.equal(new URL(page.url()).pathname, base, await said(page));
    await admin.check("editor-published");
    assert.ok((await said(page)).includes("Sắp có hiệu lực"));

    await page.goto("/admin/impact");
    await admin.check("impact");
    const day = { date: "07/05/2018", name: "Nghỉ đột xuất", source: "Công điện" };
    for (const [name, value] of Object.entries(day)) await page.fill(`form[action="/admin/impact/day"] [name="${name}"]`, value);
    await page.click('form[action="/admin/impact/day"] button[value="rehearse"]');
    assert.match(await said(page), /[1-9]\d* ví dụ thay đổi/);
    await admin.check("impact-found");
  });
}

test("without any script a route gets two legs at the same time, by keyboard and mouse alike", async () => {
  const admin = await site.officer(ADMIN, { javaScriptEnabled: false });
  const { page } = admin;
  const other = `/admin/procedures/${house.PROCEDURE}`;
  await page.goto(other);
  await page.click(`form[action="${other}/draft"] button`);
  await page.goto(`${other}/edit/route`);
  await page.click('button[value="own"]');
  await page.click('button[value="add_parallel"]');
  const at = (await page.locator('select[name^="steps."][name$=".kind"]').count()) - 4;
  const step = `steps.${at}`;
  await page.fill(`[name="${step}.title"]`, "Lấy ý kiến đồng thời");
  for (const [leg, office] of ["justice", "finance"].entries()) {
    await page.fill(`[name="${step}.legs.${leg}.title"]`, `Ý kiến ${leg + 1}`);
    await page.fill(`[name="${step}.legs.${leg}.steps.0.title"]`, "Cho ý kiến");
    await page.selectOption(`[name="${step}.legs.${leg}.steps.0.office"]`, office);
    await page.fill(`[name="${step}.legs.${leg}.steps.0.hours"]`, "4");
  }
  await save(page);
  assert.equal(await page.locator(".mc-route__leg").count(), 2);
  assert.ok((await said(page)).includes("chủ trì"));
  await admin.shot("editor-route-legs");
});
