// A demonstration site of its own for each file of journeys, a browser beside it, and what every journey does in it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer, request as forward } from "node:http";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

// Goes from the one-stop over the justice office and its head to the district's leaders.
export const PROCEDURE = "2.000913";
export const COUNTER = "motcua1";
export const SPECIALIST = "tuphap1";
export const HEAD = "tuphap.truong";
export const LEADER = "chutich";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const SHOTS = new URL("./shots/", import.meta.url).pathname;

/** Starts the site, after what is done `before` in its folder, and the browser. `close()` ends both. With NODES_ON (a PostgreSQL) two programs serve it, in turn. */
export async function open({ before } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "motcua-e2e-"));
  before?.(folder);
  const site = process.env.NODES_ON ? await twoNodes(folder) : await oneNode(folder);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const house = new House(site.address, site.password, browser, folder);
  house.close = async () => {
    await browser.close();
    await site.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return house;
}

async function oneNode(folder, ...more) {
  const program = process.env.MOTCUA;
  assert.ok(program, "MOTCUA names the built program; ./ci e2e sets it");
  const server = spawn(program, ["demo", "--data", folder, "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value;
  assert.match(address ?? "", /^http:\/\//, "the first line is the address");
  let password;
  while (!password) password = /password (\S+)/.exec((await lines.next()).value)?.[1];
  const end = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  };
  return { address, password, end };
}

/** Two programs on a database of their own, and a balancer that gives each in turn a request. */
async function twoNodes(folder) {
  const name = `motcua_e2e_${process.pid}`;
  const ask = (sql) => execFileSync(process.env.PSQL ?? "psql", ["-qc", sql, process.env.NODES_ON]);
  ask(`CREATE DATABASE ${name}`);
  const nodes = [];
  let turn = 0;
  const balancer = createServer((request, answer) => {
    const { hostname, port } = new URL(nodes[turn++ % nodes.length].address);
    const { url: path, method, headers } = request;
    const onward = forward({ hostname, port, path, method, headers }, (back) => {
      answer.writeHead(back.statusCode, back.rawHeaders);
      back.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => balancer.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${balancer.address().port}`;
  const database = process.env.NODES_ON.replace(/[^/]*$/, name);
  // One after the other: the first makes the site.
  for (let made = 0; made < 2; made++) nodes.push(await oneNode(folder, "--database", database, "--base-url", address));
  const end = async () => {
    balancer.close();
    balancer.closeAllConnections();
    for (const node of nodes) await node.end();
    assert.ok(turn > 1, "both nodes were asked");
    ask(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { address, password: nodes[0].password, end };
}

class House {
  constructor(address, password, browser, folder) {
    Object.assign(this, { address, password, browser, folder });
  }

  /** A person at a window of the given size; `options` go to the browser. */
  async visitor(options = {}) {
    const context = await this.browser.newContext({ baseURL: this.address, viewport: DESK, locale: "vi-VN", ...options });
    context.setDefaultTimeout(20_000);
    return new Visitor(this, await context.newPage());
  }

  async officer(login, options = {}) {
    const visitor = await this.visitor(options);
    await visitor.page.goto("/sign-in");
    await visitor.signIn(login);
    return visitor;
  }
}

export class Visitor {
  constructor(house, page) {
    Object.assign(this, { house, page });
    this.seen = new Set();
    page.on("pageerror", (error) => assert.fail(`a script failed: ${error}`));
  }

  async signIn(login) {
    await this.page.fill("#login", login);
    await this.page.fill("#password", this.house.password);
    await this.page.click("main form button");
    await this.page.waitForLoadState();
  }

  /** What must hold on every page: nothing for axe to find, one h1, nothing wider than the window. */
  async check(name) {
    const { page } = this;
    assert.equal(await page.locator("h1").count(), 1, `one h1 on ${page.url()}`);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { passes, violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    assert.ok(passes.length > 10, "axe has looked");
    const told = violations.map((v) => `${v.id}: ${v.help} — ${v.nodes.map((node) => node.html).slice(0, 3).join(" · ")}`);
    assert.deepEqual(told, [], `axe on ${page.url()}`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `${page.url()} is ${wider}px wider than the window`);
    if (name) await this.shot(name);
  }

  /** A picture to look at, in e2e/shots/. */
  async shot(name) {
    mkdirSync(SHOTS, { recursive: true });
    const { width } = this.page.viewportSize();
    await this.page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
  }

  /** Fills in and accepts an intake; returns address and code of the dossier. */
  async takeIn(fields = {}) {
    const { page } = this;
    await page.goto(`/desk/intake/district/${PROCEDURE}`);
    const typed = { "applicant.name": "Nguyễn Văn A", "applicant.id_number": "006090000123", "applicant.phone": "0912345678", "applicant.address": "Nà Coóc, Bộc Bố", ...fields };
    for (const [name, value] of Object.entries(typed)) await page.fill(`[name="${name}"]`, value);
    await this.accept();
    return this.dossier();
  }

  /** Sends the intake; says yes once more when warned of an open dossier of the same person. */
  async accept() {
    const { page } = this;
    await page.locator('button[name="do"][value="accept"]').first().click();
    if (!/\/desk\/dossiers\//.test(page.url())) await page.locator('button[name="do"][value="accept"]').first().click();
    await page.waitForURL(/\/desk\/dossiers\/[^/]+$/);
  }

  async dossier() {
    const path = new URL(this.page.url()).pathname;
    const code = (await this.page.locator(".mc-code").first().innerText()).trim();
    assert.match(code, /-\d{6}-\d{4}$/, "a dossier's number");
    return { path, code };
  }

  /** Sends one form of the dossier's page, opened if it is folded. `fields` are names and values, `true` for a choice. */
  async act(path, act, fields = {}) {
    const { page } = this;
    await page.goto(path);
    const form = page.locator(`form[action="${path}/${act}"]`);
    await form.evaluate((node) => node.closest("details")?.setAttribute("open", ""));
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`);
      const kind = await field.first().evaluate((node) => node.type);
      if (kind === "radio") await form.locator(`[name="${name}"][value="${value}"]`).check({ force: true });
      else if (kind === "file") await field.setInputFiles(value);
      else if (kind.startsWith("select")) await field.selectOption(value);
      else await field.fill(value);
    }
    await form.locator('button:not([value="preview"]):not([value="more"])').click();
    await page.waitForLoadState();
    assert.equal(await page.locator(".govuk-error-summary").count(), 0, await page.locator("main").innerText());
  }

  /** A letter, with the words that come out of it and the symbols that can be scanned. */
  async letter(path) {
    const answer = await this.page.request.get(path);
    assert.equal(answer.status(), 200, path);
    assert.equal(answer.headers()["content-type"], "application/pdf");
    const { folder } = this.house;
    writeFileSync(join(folder, "letter.pdf"), await answer.body());
    const run = (program, ...words) => execFileSync(program, words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const words = run("pdftotext", "-layout", "letter.pdf", "-").normalize("NFC").split(/\s+/).join(" ");
    run("pdftoppm", "-r", "200", "-gray", "-singlefile", "letter.pdf", "page");
    return { words, symbols: run("zbarimg", "--quiet", "--nodbus", "page.pgm").trim().split("\n") };
  }
}
