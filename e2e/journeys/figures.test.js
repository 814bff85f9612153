// The report of a period: the share on time with its parts, on a desk and on a phone, and what is wrong with a period.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

/** Whoever goes on before the password is checked is nobody yet. */
async function officer(login) {
  const visitor = await site.officer(login);
  await visitor.page.waitForURL((url) => url.pathname !== "/sign-in", { timeout: 60_000 });
  return visitor;
}

const text = (visitor) => visitor.page.locator("main").innerText();

test("the report opens on a desk and on a phone, and says what is wrong with a period", async () => {
  const auditor = await officer("kiemtra");
  for (const viewport of [house.DESK, house.PHONE]) {
    await auditor.page.setViewportSize(viewport);
    await auditor.page.goto("/desk/report");
    assert.match(await text(auditor), /Báo cáo kết quả giải quyết/);
    await auditor.check("report");
    for (const [from, to, said] of [
      ["31/05/2018", "01/05/2018", /Ngày cuối phải sau ngày đầu/],
      ["01/01/2100", "31/01/2100", /Kỳ báo cáo chưa bắt đầu/],
    ]) {
      await auditor.page.fill("#from", from);
      await auditor.page.fill("#to", to);
      await auditor.page.locator('main form[action="/desk/report"] button').click();
      await auditor.page.locator(".govuk-error-summary").waitFor();
      await auditor.page.waitForLoadState();
      assert.match(await text(auditor), said);
      assert.equal(await auditor.page.inputValue("#from"), from, "what was typed is kept");
      await auditor.check("report-wrong");
    }
  }
});

test("a leader finds the report of no other agency", async () => {
  const leader = await officer(house.LEADER);
  for (const [agency, status] of [["pacnam", 200], ["bocbo", 404]]) {
    const answer = await leader.page.goto(`/desk/report?agency=${agency}`);
    assert.equal(answer.status(), status);
  }
  const answer = await leader.page.goto("/desk/report/dossiers?which=open");
  assert.equal(answer.status(), 200);
  await leader.check("report-dossiers");
});
