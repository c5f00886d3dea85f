// A person at the page of Microsoft's Agents Playground: opens chats, writes, taps, looks and takes pictures.
"use strict";
const path = require("node:path");
const { chromium } = require("playwright-core");

const WAIT = 30_000;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--lang=sv-SE",
];
// The Playground itself is made for a desk; a phone 360 points wide leaves a card this much.
const PHONE = ".ac-adaptiveCard { width: 328px !important; box-sizing: border-box !important; }";

async function withPage(url, executablePath, talk) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1200 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT);
    await page.route("**/*", (route) => {
      const host = new URL(route.request().url()).hostname;
      return ["127.0.0.1", "localhost"].includes(host) ? route.continue() : route.abort();
    });
    await page.goto(url, { waitUntil: "domcontentloaded" });
    return await talk(new Person(page));
  } finally {
    await browser.close();
  }
}

class Person {
  constructor(page) {
    this.page = page;
    this.cards = page.locator(".ac-adaptiveCard");
    this.boxes = page.locator("[role=textbox][contenteditable=true]");
    this.seen = {};
  }

  get card() {
    return this.cards.last();
  }

  async glance() {
    const count = await this.cards.count();
    return [count, count ? await this.card.innerText() : ""];
  }

  // Do something that leads to a card, new or changed, and note what that shows.
  async read(what, act) {
    const [count, text] = await this.glance();
    await act();
    await this.until(what, async () => {
      const now = await this.glance();
      return now[0] !== count || now[1] !== text;
    });
    await this.page.waitForTimeout(300);
    const [cards, shown] = await this.glance();
    this.seen[what] = { text: shown, cards };
  }

  async until(what, holds) {
    const end = Date.now() + WAIT;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`nothing came of: ${what}`);
      await this.page.waitForTimeout(50);
    }
  }

  async chat(name) {
    await this.page.getByRole("treeitem", { name, exact: true }).click();
    await this.page.waitForTimeout(700);
  }

  async write(text, { mention = false } = {}) {
    const box = this.boxes.last();
    await box.click();
    if (mention) {
      await box.pressSequentially("@");
      await this.page.getByRole("menuitem", { name: "Lotsen" }).click();
    }
    await box.pressSequentially(mention ? ` ${text}` : text);
    await this.page.keyboard.press("Enter");
  }

  async tap(title) {
    await this.card.getByRole("button", { name: title, exact: true }).click();
  }

  say(what, text, how) {
    return this.read(what, () => this.write(text, how));
  }

  press(what, title) {
    return this.read(what, () => this.tap(title));
  }

  async choose(label, option) {
    await this.card.getByRole("combobox", { name: label }).click();
    await this.page.getByRole("option", { name: option, exact: true }).click();
  }

  async picture(name, locator = this.card) {
    await locator.scrollIntoViewIfNeeded();
    await locator.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`), animations: "disabled" });
  }

  async pictureOnPhone(name) {
    const style = await this.page.addStyleTag({ content: PHONE });
    await this.page.waitForTimeout(200);
    await this.picture(name);
    await style.evaluate((node) => node.remove());
  }
}

module.exports = { withPage };
