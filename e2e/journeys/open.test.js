// Open data: what there is, and reckoning the published figures anew in the browser; with one line of the log changed, it says which
// figure does not agree.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import * as house from "../house.js";

let site;
before(async () => {
  site = await house.open({ before: (folder) => simulate(folder) });
});
after(() => site?.close());

/** A month of a district, long over. */
function simulate(folder) {
  const period = ["--from", "2018-03-05", "--to", "2018-04-06", "--dossiers", "300", "--staffing", "20"];
  execFileSync(process.env.MOTCUA, ["simulate", "--data", folder, ...period], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The figures are made by a job: asked for until they are. */
async function open(visitor) {
  for (;;) {
    const answer = await visitor.page.goto("/open/recompute");
    if (answer.status() === 200) return;
    assert.equal(answer.status(), 503);
    await visitor.page.waitForTimeout(500);
  }
}

const told = (visitor) => visitor.page.locator("#told").innerText();

async function reckon(visitor) {
  await visitor.page.click("#reckon");
  await visitor.page.waitForFunction(() => !document.getElementById("reckon").disabled, null, { timeout: 60_000 });
}

test("anybody finds the data, and the browser reckons the same", async () => {
  const visitor = await site.visitor();
  await open(visitor);
  for (const viewport of [house.DESK, house.PHONE]) {
    await visitor.page.setViewportSize(viewport);
    await visitor.page.goto("/open");
    await visitor.check("open");
    await visitor.page.goto("/open/recompute");
    await reckon(visitor);
    assert.match(await told(visitor), /^Khớp: cả /);
    await visitor.check("open-recompute");
  }
});

test("a changed line of the log is found, and which figure it changes", async () => {
  const visitor = await site.visitor({ viewport: house.PHONE });
  await open(visitor);
  let changed = 0;
  await visitor.page.route("**/open/log/*.jsonl*", async (route) => {
    const answer = await route.fetch();
    const lines = await answer.text();
    const other = changed ? lines : lines.replace('"channel":"direct"', '"channel":"online"');
    changed += Number(other !== lines);
    await route.fulfill({ response: answer, body: other });
  });
  await reckon(visitor);
  assert.equal(changed, 1);
  assert.match(await told(visitor), /^Không khớp: 2 con số/);
  const rows = await visitor.page.locator("#differences tbody tr").allInnerTexts();
  assert.equal(rows.length, 2);
  assert.ok(rows.some((row) => row.includes("online")) && rows.some((row) => row.includes("direct")), rows.join("\n"));
  assert.ok(rows.every((row) => row.includes("2018-03")), rows.join("\n"));
  await visitor.check("open-differs");
});

test("without JavaScript the page says how to reckon", async () => {
  const visitor = await site.visitor({ javaScriptEnabled: false });
  await visitor.page.goto("/open/recompute");
  const text = await visitor.page.locator("main").innerText();
  assert.match(text, /không chạy JavaScript/);
  assert.match(text, /2018-03\.jsonl/);
  assert.equal(await visitor.page.locator("#reckon").isVisible(), false);
});
