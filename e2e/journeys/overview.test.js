// The leader's page: on a desk, on a phone, and kept fresh while it is open; and the signs beside it.
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

test("the page and the signs open on a desk and on a phone", async () => {
  const auditor = await officer("kiemtra");
  for (const viewport of [house.DESK, house.PHONE]) {
    await auditor.page.setViewportSize(viewport);
    for (const [path, said, name] of [
      ["/desk/overview?period=year", /Trang lãnh đạo/, "overview"],
      ["/desk/monitor?period=year", /Dấu hiệu cần xem lại/, "monitor"],
    ]) {
      await auditor.page.goto(path);
      assert.match(await text(auditor), said);
      await auditor.check(name);
    }
  }
});

test("an open page says what happened since, without being asked for again", async () => {
  const leader = await officer(house.LEADER);
  await leader.page.goto("/desk/overview");
  const page = leader.page.locator("[data-live]");
  await leader.page.locator("[data-fresh]").waitFor({ state: "attached" });
  const received = page.locator(".mc-figure", { hasText: "mới tiếp nhận hôm nay" }).locator("b");
  const before = Number((await received.innerText()).replace(/\D/g, ""));
  const told = Number(await page.getAttribute("data-fresh"));
  const counter = await officer(house.COUNTER);
  await counter.takeIn();
  // As soon as it is sealed and counted; nothing is loaded again here.
  await leader.page.waitForFunction((told) => Number(document.querySelector("[data-live]").dataset.fresh) > told, told, { timeout: 90_000 });
  await leader.page.waitForFunction(
    (before) => [...document.querySelectorAll(".mc-figure")].some((figure) => figure.innerText.includes("mới tiếp nhận hôm nay") && Number(figure.querySelector("b").innerText.replace(/\D/g, "")) > before),
    before,
    { timeout: 90_000 },
  );
  await leader.check("overview-live");
});
