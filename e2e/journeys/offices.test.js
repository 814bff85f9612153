// A dossier from the counter over two offices and a leader into the applicant's hand.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

for (const viewport of [house.DESK, house.PHONE]) {
  test(`intake to return, ${viewport.width} pixels wide`, async () => {
    const at = (login) => site.officer(login, { viewport });
    const counter = await at(house.COUNTER);
    await counter.check("desk");
    await counter.page.goto("/desk/intake?q=chung+thuc+sua+doi");
    await counter.check("intake-find");
    assert.ok((await counter.page.locator(`a[href$="/${house.PROCEDURE}"]`).count()) > 0, "found without accents");
    await counter.page.goto(`/desk/intake/district/${house.PROCEDURE}`);
    await counter.check("intake");
    await counter.page.locator('button[name="do"][value="accept"]').first().click();
    assert.ok((await counter.page.locator(".govuk-error-summary a").count()) > 0, "an empty form is told what is missing");
    await counter.check("intake-wrong");
    const { path, code } = await counter.takeIn();
    await counter.check("dossier");
    const { words, symbols } = await counter.letter(`${path}/receipt.pdf`);
    for (const part of ["Nguyễn Văn A", "Nà Coóc, Bộc Bố", code]) assert.ok(words.includes(part), `${part} in ${words}`);
    assert.ok(symbols.includes(`CODE-128:${code}`), symbols.join());
    assert.ok(symbols.some((symbol) => symbol.startsWith(`QR-Code:${site.address}/`)), symbols.join());
    await counter.act(path, "forward", { note: "Đủ giấy tờ" });

    const specialist = await at(house.SPECIALIST);
    await specialist.page.goto("/desk");
    assert.ok((await specialist.page.locator("main").innerText()).includes(code), "it lies in the office's list");
    await specialist.check("work-list");
    await specialist.act(path, "claim");
    await specialist.check("dossier-claimed");
    await specialist.act(path, "propose", { outcome: "grant", proposal: "Đủ điều kiện" });

    const head = await at(house.HEAD);
    await head.act(path, "decide", { decision: "approve" });
    const leader = await at(house.LEADER);
    await leader.page.goto(path);
    await leader.check("dossier-sign");
    const file = { name: "ket-qua.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 a decision") };
    await leader.act(path, "results", { result_title: "Văn bản chứng thực số 12", file });
    await leader.act(path, "decide", { decision: "approve" });

    await counter.page.goto(path);
    await counter.check("dossier-ready");
    await counter.act(path, "hand-over", { recipient: "applicant", recipient_name: "Nguyễn Văn A" });
    await counter.check("dossier-returned");
    assert.equal(await counter.page.locator('form[action$="/forward"], form[action$="/hand-over"]').count(), 0, "nothing more to do");
  });
}

test("another commune's officer is told that there is no such dossier", async () => {
  const { path } = await (await site.officer(house.COUNTER)).takeIn();
  const stranger = await site.officer("bocbo.motcua");
  assert.equal((await stranger.page.goto(path)).status(), 404);
  await stranger.check("not-found");
});

test("a leader who disagrees sends it back with a reason", async () => {
  const counter = await site.officer(house.COUNTER);
  const { path } = await counter.takeIn();
  await counter.act(path, "forward");
  await (await site.officer(house.SPECIALIST)).act(path, "propose", { outcome: "refuse", proposal: "Thiếu điều kiện" });
  const head = await site.officer(house.HEAD);
  await head.act(path, "decide", { decision: "return", decision_note: "Nêu rõ căn cứ" });
  const specialist = await site.officer(house.SPECIALIST);
  await specialist.page.goto(path);
  assert.ok((await specialist.page.locator("main").innerText()).includes("Nêu rõ căn cứ"));
});
