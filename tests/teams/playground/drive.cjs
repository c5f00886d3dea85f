// Talks with Lotsen through the page of Microsoft's Agents Playground, and prints what the cards
// showed, as JSON. Environment: PLAYGROUND_URL, CHROMIUM, PICTURES (a folder).
"use strict";
const path = require("node:path");
const { chromium } = require("playwright-core");

const { PLAYGROUND_URL, CHROMIUM, PICTURES } = process.env;
const WAIT = 20_000;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--lang=sv-SE",
];

async function main() {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    console.log(JSON.stringify(await talk(await open(browser)), null, 1));
  } finally {
    await browser.close();
  }
}

async function open(browser) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 1300 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  await page.route("**/*", (route) => {
    const host = new URL(route.request().url()).hostname;
    return ["127.0.0.1", "localhost"].includes(host) ? route.continue() : route.abort();
  });
  await page.goto(PLAYGROUND_URL, { waitUntil: "domcontentloaded" });
  return page;
}

async function talk(page) {
  const cards = page.locator(".ac-adaptiveCard");
  const box = page.locator("[role=textbox][contenteditable=true]").first();
  const seen = {};

  // A new card, or the last one changed: whatever a tap leads to.
  const read = async (what, act) => {
    const before = [await cards.count(), await (await cards.count() ? cards.last().innerText() : "")];
    await act();
    const until = Date.now() + WAIT;
    for (;;) {
      const count = await cards.count();
      const text = count ? await cards.last().innerText() : "";
      if (count !== before[0] || text !== before[1]) break;
      if (Date.now() > until) throw new Error(`no reply to ${what}`);
      await page.waitForTimeout(50);
    }
    await page.waitForTimeout(300);
    seen[what] = { text: await cards.last().innerText(), cards: await cards.count() };
  };
  const say = (text) => async () => {
    await box.click();
    await box.pressSequentially(text);
    await page.keyboard.press("Enter");
  };
  const tap = (title) => () => cards.last().getByRole("button", { name: title, exact: true }).click();
  const picture = async (name) => {
    await cards.last().scrollIntoViewIfNeeded();
    await cards.last().screenshot({ path: path.join(PICTURES, `${name}.png`), animations: "disabled" });
  };

  await read("welcome", () => box.waitFor());
  await read("clarify", say("Vem tar tvisten?"));
  await read("chosen", tap("tvist på lokal nivå"));
  await picture("kort-tvist");
  await read("question", say("Vem ansvarar för abstinensvård?"));
  await picture("kort");
  await read("more", tap("Visa mer"));
  await read("suggestion", tap("Vad har primärvården ansvar för?"));
  await page.screenshot({ path: path.join(PICTURES, "playground.png") });
  return seen;
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
