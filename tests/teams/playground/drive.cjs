// Talks with Lotsen through the page of Microsoft's Agents Playground as its users would, and prints what
// the cards showed, as JSON. Environment: PLAYGROUND_URL, CHROMIUM, PICTURES (a folder).
"use strict";
const { withPage } = require("./client.cjs");

const { PLAYGROUND_URL, CHROMIUM } = process.env;
const CHANNEL = "Team - Kanal";

// The first meeting: what Lotsen can do, and where one works.
async function arrive(me) {
  await me.read("welcome", () => me.boxes.last().waitFor());
  await me.choose("Kommun", "Falun");
  await me.choose("Arbetsplats", "Privat vårdcentral");
  await me.picture("valkommen");
  await me.press("profile", "Spara");
}

async function ask(me) {
  await me.say("clarify", "Vem tar tvisten?");
  await me.press("chosen", "Tvist på lokal nivå");
  await me.pictureOnPhone("tvist-telefon");
  await me.say("question", "Vem ansvarar för abstinensvård?");
  await me.picture("kort");
  await me.pictureOnPhone("kort-telefon");
  await me.press("more", "Visa mer");
  await me.press("text", "Text att skicka");
  await me.pictureOnPhone("text-telefon");
  await me.press("earlier", "Visa förra svaret");
  await me.say("again", "Vem ansvarar för LARO?");
  await me.press("matrix", "Visa hela matrisen");
  await me.pictureOnPhone("matris-telefon");
  await me.press("disagree", "Om ni inte är överens");
  await me.say("validity", "Gäller RÖK HVB?");
  await me.press("watched", "Säg till när det ändras");
}

// Three questions before the first is answered: each gets its own reply, in order.
async function hurry(me) {
  const [before] = await me.glance();
  for (const text of ["Vad är SIP?", "Vad är Synergi?", "Har Mora en LÖK?"]) await me.write(text);
  await me.until("three replies", async () => (await me.glance())[0] === before + 3);
  const texts = await me.cards.allInnerTexts();
  me.seen.hurry = { texts: texts.slice(before) };
}

async function learn(me) {
  await me.say("introduction", "Introduktion");
  await me.pictureOnPhone("introduktion-telefon");
  await me.press("trouble", "Nästa: när det inte fungerar");
  await me.say("quiz", "Quiz");
  await me.pictureOnPhone("quiz-telefon");
  await me.press("explained", "Svar D");
  await me.pictureOnPhone("quiz-svar-telefon");
}

async function search(me) {
  await me.page.getByRole("button", { name: "Trigger Message Extension App" }).last().click();
  await me.page.getByRole("menuitem", { name: "Search Command" }).click();
  const field = me.page.getByPlaceholder("Enter a search term");
  await field.waitFor();
  await field.pressSequentially("lök");
  await me.page.waitForTimeout(2000);
  await me.page.screenshot({ path: `${process.env.PICTURES}/sok.png`, clip: await around(field) });
  await field.fill("");
  await field.pressSequentially("abstin");
  const found = me.page.getByText("Abstinensvård: vem ansvarar?").first();
  await found.waitFor();
  await me.page.waitForTimeout(700);
  await me.read("searched", async () => {
    await found.click();
    await me.page.waitForTimeout(700);
    await me.page.getByRole("button", { name: "Send Message" }).last().click();
  });
  await me.page.waitForTimeout(1500); // Lotsen has nothing to add to a card of its own
  me.seen.searched.after = (await me.glance())[0];
}

async function around(field) {
  const box = await field.boundingBox();
  return { x: box.x - 20, y: box.y - 90, width: box.width + 40, height: 500 };
}

async function rate(me) {
  await me.say("rated", "Vem ansvarar för nedtrappning?");
  const thumb = me.page.getByRole("button", { name: "Dislike" }).last();
  await thumb.click();
  await me.page.getByRole("textbox", { name: /detail/i }).or(me.page.locator("[role=dialog] textarea")).first().click();
  await me.page.keyboard.type("Jag undrar över utsättning. Ring 070-123 45 67");
  await me.read("offered", () => me.page.getByRole("button", { name: "Submit" }).click());
  await me.page.getByRole("button", { name: "Close" }).last().click();
}

async function askHuman(me) {
  await me.say("unknown", "vem betalar tillnyktring");
  await me.pictureOnPhone("okant-telefon");
  await me.press("enquiry", "Fråga en människa");
  await me.pictureOnPhone("fraga-manniska-telefon");
  await me.press("sent", "Skicka");
}

// Another person, in the experts' channel.
async function answer(me) {
  await me.chat(CHANNEL);
  const card = me.page.locator(".ac-adaptiveCard").filter({ hasText: "Fråga till RSS Dalarna" }).first();
  await card.waitFor();
  await me.picture("expertfraga", card);
  await card.getByRole("textbox").first().click();
  await me.page.keyboard.type("Kommunen betalar enligt den lokala rutinen. Ring 070-123 45 67.");
  await card.getByRole("button", { name: "Skicka svar" }).click();
  await me.page.getByText("Besvarad", { exact: false }).first().waitFor();
  me.seen.answered = { text: await card.innerText() };
  await me.say("channel", "Vem ansvarar för LARO?", { mention: true });
  await me.page.screenshot({ path: `${process.env.PICTURES}/kanal.png` });
}

async function hear(me) {
  await me.chat("Personal Chat");
  await me.until("the answer of a human", async () => (await me.glance())[1].startsWith("Svar på din fråga"));
  me.seen.heard = { text: await me.card.innerText() };
  await me.pictureOnPhone("svar-manniska-telefon");
}

async function meet(me) {
  await me.chat("Grupp");
  await me.write("Ingen fråga till Lotsen");
  await me.say("group", "har Falun en LÖK?", { mention: true });
  await me.say("followed", "och Mora?", { mention: true });
  await me.picture("grupp");
}

withPage(PLAYGROUND_URL, CHROMIUM, async (me) => {
  for (const scene of [arrive, ask, hurry, learn, search, rate, askHuman, answer, hear, meet]) {
    me.seen.scene = scene.name;
    await scene(me).catch((error) => {
      throw new Error(`${scene.name}: ${error.message}\n${JSON.stringify(me.seen, null, 1)}`);
    });
  }
  console.log(JSON.stringify(me.seen, null, 1));
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
