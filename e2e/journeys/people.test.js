// An officer is away and somebody stands in; who sits at the counters; one commune receives for another.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

/** A day so many days from today, as people here write it, at the place of the site. */
function day(count) {
  const at = new Date(Date.now() + count * 86_400_000);
  const [year, month, date] = at.toLocaleDateString("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).split("-");
  return `${date}/${month}/${year}`;
}

const text = (visitor) => visitor.page.locator("main").innerText();

/** Sends the only form of the page that carries what was typed. */
async function send(visitor) {
  await visitor.page.locator('main form[method="post"] button').last().click();
  await visitor.page.waitForLoadState();
}

test("work of somebody away is done by the substitute, who says for whom", async () => {
  const counter = await site.officer(house.COUNTER);
  const { path } = await counter.takeIn();
  await counter.act(path, "forward");
  const absent = await site.officer(house.SPECIALIST);
  await absent.act(path, "claim");
  await absent.page.goto("/desk/absences/new");
  await absent.page.fill("#to_on", "31/02/2027");
  await send(absent);
  assert.ok((await absent.page.locator(".govuk-error-summary a").count()) === 2, "a day that is none, and nobody chosen");
  await absent.check("absence-wrong");
  await absent.page.fill("#to_on", day(3));
  await absent.page.selectOption("#substitute", "tuphap2");
  await send(absent);
  await absent.check("absences");

  const substitute = await site.officer("tuphap2", { viewport: house.PHONE });
  await substitute.page.goto("/desk?person=tuphap1");
  await substitute.check("desk-standing-in");
  await substitute.act(path, "propose", { outcome: "grant", proposal: "Đủ điều kiện" });
  await substitute.page.goto(path);
  const said = await text(substitute);
  assert.ok(said.includes("Chuyên viên Phòng Tư pháp 1") && said.includes("Chuyên viên Phòng Tư pháp 2"), said);

  // The other way round would be a circle.
  await substitute.page.goto("/desk/absences/new");
  await substitute.page.fill("#to_on", day(1));
  await substitute.page.selectOption("#substitute", "tuphap1");
  await send(substitute);
  assert.match(await text(substitute), /quay vòng/);
  await substitute.check("absence-circle");

  await absent.page.goto("/desk/absences");
  await send(absent);
  assert.match(await text(absent), /đã trở lại làm việc/);
});

for (const viewport of [house.DESK, house.PHONE]) {
  test(`a roster is written, copied and published, ${viewport.width} pixels wide`, async () => {
    const office = viewport === house.DESK ? "bocbo/one-stop" : "nhanmon/one-stop";
    const agency = office.split("/")[0];
    const head = await site.officer(`${agency}.chutich`, { viewport });
    // Next week, whose days are all still to come.
    const week = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    await head.page.goto(`/desk/roster?week=${week}`);
    await head.check("roster-empty");
    await head.page.locator('main form[action="/desk/roster/edit"] button').click();
    await head.page.fill('[id="counter.0"]', "Quầy 1 – Hộ tịch, chứng thực");
    await send(head);
    assert.match(await text(head), /chưa có ai trong tuần/);
    await head.check("roster-wrong");
    for (const seat of await head.page.locator('select[id^="seat.0."]').all()) await seat.selectOption(`${agency}.motcua`);
    await send(head);
    assert.match(await text(head), /Đã lưu lịch trực quầy/);
    await head.check("roster");
    await send(head);
    assert.match(await text(head), /Đã chép lịch sang tuần sau/);
    await head.check("roster-copied");
  });
}

test("one commune receives for another, which decides", async () => {
  const counter = await site.officer("bocbo.motcua");
  const { page } = counter;
  await page.goto("/desk/intake/commune/1.004873");
  assert.equal(await page.locator("#place").inputValue(), "01864", "one's own commune is chosen beforehand");
  for (const [name, value] of [["applicant.name", "Nguyễn Văn A"], ["applicant.phone", "0912345678"], ["fee_amount", "15000"]]) await page.fill(`[name="${name}"]`, value);
  await page.selectOption("#place", "01861");
  await page.locator('button[value="check"]').click();
  await page.waitForLoadState();
  assert.match(await text(counter), /Cơ quan giải quyết:\s+Ủy ban nhân dân xã Nhạn Môn/);
  await counter.check("intake-for-another");
  await counter.accept();
  await counter.check("dossier-for-another");
  const visitor = await site.visitor({ viewport: house.PHONE });
  await visitor.page.goto("/procedures/commune/1.004873");
  assert.match(await text(visitor), /bất kỳ bộ phận một cửa nào/);
  await visitor.check("procedure-anywhere");
});
