// Two legs at the same time, one of them at an agency outside that works by a link: household business and tax code.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => (site = await house.open()));
after(() => site?.close());

// The demonstration lets a visitor say what time it is.
const at = (moment) => ({ extraHTTPHeaders: { "motcua-now": moment } });
const RECEIVED = at("2018-05-07T08:30:00+07:00");
const NEXT_DAY = at("2018-05-08T09:00:00+07:00");

const words = async (visitor) => (await visitor.page.locator("main").innerText()).normalize("NFC");
const send = async ({ page }, form, button = "button") => {
  await page.locator(`${form} ${button}`).first().click();
  await page.waitForLoadState();
};

for (const viewport of [house.DESK, house.PHONE]) {
  test(`household business: a leg inside, a leg by link, ${viewport.width} pixels wide`, async () => {
    const officer = (login, moment) => site.officer(login, { viewport, ...moment });
    const visitor = await site.visitor({ viewport });
    await visitor.page.goto("/procedures/district/1.001612");
    await visitor.check("procedure-legs");

    const counter = await officer(house.COUNTER, RECEIVED);
    await counter.page.goto("/desk/intake/district/1.001612");
    const typed = { "applicant.name": "Nguyễn Văn A", "applicant.id_number": "006090000123", "applicant.phone": "0912345678", "applicant.address": "Nà Coóc, Bộc Bố", fee_amount: "100000" };
    for (const [name, value] of Object.entries(typed)) await counter.page.fill(`[name="${name}"]`, value);
    await counter.accept();
    const { path, code } = await counter.dossier();
    await counter.act(path, "forward");
    await counter.page.goto(path);
    const both = await words(counter);
    for (const part of ["Đăng ký hộ kinh doanh", "Mã số thuế", "Chi cục Thuế"]) assert.ok(both.includes(part), `${part} in ${both}`);
    await counter.check("dossier-legs");

    // The slip for the tax office, with a link that is shown once.
    await counter.page.locator(`a[href^="${path}/referral"]`).first().click();
    await counter.page.waitForLoadState();
    await counter.check("referral");
    await counter.page.locator('[name="how"][value="print"]').check({ force: true }).catch(() => {});
    await send(counter, `form[action="${path}/referral"]`);
    await counter.check("referral-slip");
    const address = (await counter.page.locator("#address").innerText()).trim();
    assert.match(address, /^http/);

    const agency = await site.visitor({ viewport, ...NEXT_DAY });
    const link = new URL(address).pathname;
    await agency.page.goto(link);
    await agency.check("agency");
    await agency.page.fill('[name="acknowledge_name"]', "Người nhận");
    await send(agency, 'form[action$="/acknowledge"]');
    assert.ok((await words(agency)).includes("Người nhận"));
    await agency.page.locator("#ask summary").click();
    await agency.page.fill('[name="question"]', "Hộ kinh doanh có thuê lao động không?");
    await agency.page.fill('[name="ask_name"]', "Người nhận");
    await send(agency, 'form[action$="/ask"]');
    assert.ok((await words(agency)).includes("có thuê lao động không"));
    await agency.check("agency-asked");

    // Nothing said: the form says what is missing and keeps what was typed.
    await agency.page.fill('[name="answer_note"]', "Đã cấp mã số thuế");
    await send(agency, 'form[action$="/answer"]');
    await agency.page.waitForSelector(".govuk-error-summary");
    assert.equal(await agency.page.locator('[name="answer_note"]').inputValue(), "Đã cấp mã số thuế");
    await agency.check("agency-wrong");
    await agency.page.locator('[name="answer_outcome"][value="grant"]').check({ force: true });
    await agency.page.fill('[name="answer_title"]', "Thông báo mã số thuế");
    const file = join(site.folder, "mst.pdf");
    writeFileSync(file, "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");
    await agency.page.locator('[name="answer_file"]').setInputFiles(file);
    await agency.page.fill('[name="answer_name"]', "Người trả lời");
    await agency.page.fill('[name="answer_position"]', "Phó Chi cục trưởng");
    await send(agency, 'form[action$="/answer"]');
    assert.equal(await agency.page.locator(".govuk-error-summary").count(), 0, await words(agency));
    await agency.page.goto(link);
    assert.ok((await words(agency)).includes("Đã cấp mã số thuế"), "used: it shows the answer and opens nothing");
    assert.equal(await agency.page.locator("main form").count(), 0);
    await agency.check("agency-used");

    // The other leg still stands; the dossier waits for it.
    const specialist = await officer("taichinh1", NEXT_DAY);
    await specialist.act(path, "claim");
    await specialist.act(path, "propose", { outcome: "grant", proposal: "Đủ điều kiện" });
    const head = await officer("taichinh.truong", NEXT_DAY);
    await head.page.goto(path);
    await head.check("leg-to-sign");
    await head.act(path, "decide", { decision: "approve" });
    await counter.page.goto(path);
    await counter.check("legs-joined");
    const joined = await words(counter);
    for (const part of ["Đã cấp mã số thuế", "Thông báo mã số thuế"]) assert.ok(joined.includes(part), `${part} in ${joined}`);

    await visitor.page.goto(`/track?code=${code}&r=1`);
    await visitor.page.fill("#digits", "5678");
    await send(visitor, "main form:last-of-type");
    await visitor.check("tracked-legs");
  });
}
