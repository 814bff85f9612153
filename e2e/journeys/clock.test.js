// The clock stands and goes on again, a date is put off: what the officer does, and what the applicant reads of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

// The demonstration lets a visitor say what time it is.
const at = (moment) => ({ extraHTTPHeaders: { "motcua-now": moment } });
const RECEIVED = at("2018-05-07T08:30:00+07:00");

/** What the applicant reads: by the code and the last digits of the telephone, holding the first receipt. */
async function follow(viewport, moment, code) {
  const visitor = await site.visitor({ viewport, ...moment });
  const { page } = visitor;
  await page.goto(`/track?code=${code}&r=1`);
  await page.fill("#digits", "5678");
  await page.locator("main form button").last().click();
  await page.waitForLoadState();
  return { visitor, words: (await page.locator("main").innerText()).normalize("NFC") };
}

function says(words, ...parts) {
  for (const part of parts) assert.ok(words.includes(part), `${part} in ${words}`);
}

for (const viewport of [house.DESK, house.PHONE]) {
  const officer = (login, moment) => site.officer(login, { viewport, ...moment });

  test(`supplement and restart, ${viewport.width} pixels wide`, async () => {
    const counter = await officer(house.COUNTER, RECEIVED);
    const { path, code } = await counter.takeIn();
    await counter.act(path, "forward");

    const specialist = await officer(house.SPECIALIST, RECEIVED);
    await specialist.page.goto(path);
    const form = specialist.page.locator(`form[action="${path}/ask-supplement"]`);
    await form.evaluate((node) => node.closest("details").setAttribute("open", ""));
    await specialist.check("ask-supplement");
    await form.locator('[value="send"]').click();
    await specialist.page.waitForSelector(".govuk-error-summary");
    await specialist.check("ask-supplement-wrong");
    await form.locator('[name="paper.0.name"]').fill("Giấy chứng sinh");
    await form.locator('[name="paper.0.originals"]').fill("1");
    await form.locator('[value="more"]').click();
    await specialist.page.waitForSelector('[name="paper.9.name"]');
    assert.equal(await form.locator('[name="paper.0.name"]').inputValue(), "Giấy chứng sinh", "what was typed stays");
    await form.locator('[name="paper.6.name"]').fill("Sổ hộ khẩu");
    await form.locator('[name="paper.6.copies"]').fill("2");
    await form.locator('[name="supplement_reason"]').fill("Thiếu giấy tờ để ghi sổ");
    await form.locator('[name="supplement_by"]').fill("11/05/2018");
    await form.locator('[value="send"]').click();
    await specialist.page.waitForSelector(".mc-flash--success");
    await specialist.check("supplement-asked");

    const waits = await follow(viewport, RECEIVED, code);
    says(waits.words, "Bạn cần bổ sung giấy tờ", "Giấy chứng sinh", "Sổ hộ khẩu", "2 bản sao", "11/05/2018", "Tạm dừng tính thời hạn");
    assert.ok(!waits.words.includes("Hẹn trả kết quả:"), "nothing is promised while the clock stands");
    await waits.visitor.check("tracked-waiting");

    const brought = at("2018-05-10T09:00:00+07:00");
    const again = await officer(house.COUNTER, brought);
    await again.page.goto(path);
    await again.check("receive-supplement");
    const ticks = again.page.locator(`form[action="${path}/receive-supplement"]`);
    for (const box of await ticks.locator('[name="brought"]').all()) await box.check({ force: true });
    await ticks.locator("button").click();
    await again.page.waitForSelector(".mc-flash--success");
    await again.check("supplement-received");

    const goes = await follow(viewport, brought, code);
    says(goes.words, "giấy tiếp nhận lần 2", "Hẹn trả kết quả:", "Hẹn lúc nhận hồ sơ");
    const due = /Hẹn trả kết quả: (\d{2}\/\d{2}\/\d{4})/.exec(goes.words)[1];
    await goes.visitor.page.locator("summary", { hasText: "Vì sao là ngày này" }).click();
    says((await goes.visitor.page.locator("main").innerText()).normalize("NFC"), "thời hạn được tính lại từ đầu", due);
    await goes.visitor.check("tracked-again");
    const { words } = await again.letter(`${path}/receipt.pdf`);
    says(words, "Giấy chứng sinh", "Đã nộp đủ giấy tờ bổ sung", due);
  });

  test(`late with apology, ${viewport.width} pixels wide`, async () => {
    const counter = await officer(house.COUNTER, RECEIVED);
    const { path, code } = await counter.takeIn();
    await counter.act(path, "forward");
    const late = at("2018-05-21T08:00:00+07:00");
    const specialist = await officer(house.SPECIALIST, late);
    await specialist.page.goto("/desk?only=late");
    assert.ok((await specialist.page.locator("main").innerText()).includes(code), "it is in the list of what is late");
    await specialist.check("work-late");

    const head = await officer(house.HEAD, late);
    await head.page.goto(path);
    const form = head.page.locator(`form[action="${path}/extend"]`);
    await form.evaluate((node) => node.closest("details").setAttribute("open", ""));
    says((await head.page.locator("main").innerText()).normalize("NFC"), "chỉ được hẹn lại một lần", "bị ghi là xin lỗi muộn");
    await head.check("extend");
    await form.locator('[name="extend_to"]').fill("26/05/2018");
    await form.locator('[name="extend_reason"]').fill("Phòng Tư pháp thiếu người");
    await form.locator("button").first().click();
    await head.page.waitForSelector(".govuk-error-summary");
    assert.equal(await form.locator('[name="extend_reason"]').inputValue(), "Phòng Tư pháp thiếu người", "what was typed stays");
    await head.check("extend-wrong");
    await form.locator('[name="extend_to"]').fill("28/05/2018");
    await form.locator("button").first().click();
    await head.page.waitForSelector(".mc-flash--success");
    says((await head.page.locator("main").innerText()).normalize("NFC"), "Lời xin lỗi ra muộn");
    await head.check("extended");

    const told = await follow(viewport, late, code);
    says(told.words, "Chúng tôi xin lỗi", "Phòng Tư pháp thiếu người", "Ngày hẹn mới: 28/05/2018");
    await told.visitor.check("tracked-apology");
  });
}

test("a consultation is answered by the office that was asked", async () => {
  const counter = await site.officer(house.COUNTER, RECEIVED);
  const { path } = await counter.takeIn();
  await counter.act(path, "forward");
  const specialist = await site.officer(house.SPECIALIST, RECEIVED);
  await specialist.act(path, "consult", { consult_office: "pacnam/finance", consult_question: "Có nợ thuế không?", consult_by: "09/05/2018" });
  await specialist.check("consulted");
  const other = await site.officer("taichinh1", { viewport: house.PHONE, ...RECEIVED });
  await other.page.goto("/desk");
  await other.check("work-consultation");
  await other.page.locator('main a[href*="?task=101"]').first().click();
  await other.check("consultation");
  await other.page.fill('[name="consult_answer"]', "Không nợ");
  await other.page.locator(`form[action="${path}/answer-consultation"] button`).click();
  await other.page.waitForSelector(".mc-flash--success");
  await specialist.page.goto(path);
  says(await specialist.page.locator("main").innerText(), "Không nợ");
});

test("the counter says what is missing instead of taking in", async () => {
  for (const viewport of [house.DESK, house.PHONE]) {
    const counter = await site.officer(house.COUNTER, { viewport, ...RECEIVED });
    const { page } = counter;
    await page.goto(`/desk/intake/district/${house.PROCEDURE}`);
    await page.fill('[name="applicant.name"]', "Nguyễn Văn A");
    await page.fill('[name="applicant.phone"]', "0912345678");
    const button = page.locator('[value="incomplete"]');
    await button.evaluate((node) => node.closest("details").setAttribute("open", ""));
    await button.click();
    await page.waitForSelector(".govuk-error-summary");
    await counter.check("incomplete-wrong");
    await page.locator('[name="missing"]').first().check({ force: true });
    await page.fill('[name="missing_reason"]', "Mang bản chính để đối chiếu");
    await button.click();
    await page.waitForURL(/\/desk\/dossiers\//);
    await counter.check("incomplete");
  }
});
