// The main way of a clerk's season in Firefox: node firefox.mjs ADDRESS; prints what is wrong and fails.
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({browser: "firefox", executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr", headless: true});
const page = await browser.newPage();
await page.setViewport({width: 1440, height: 900});
const wrong = [];
page.on("pageerror", (error) => wrong.push(String(error)));
page.on("console", (message) => { if (["error", "warn"].includes(message.type())) wrong.push(message.text()); });

const cell = (path) => `[data-cell="${path}"]`;
const text = (selector) => page.$eval(selector, (element) => element.textContent);

// The page's policy forbids to wait inside.
async function until(found) {
  for (const end = Date.now() + 30000; !await found();) {
    assert.ok(Date.now() < end, `waited for ${found}`);
    await new Promise((done) => { setTimeout(done, 50); });
  }
}

const saved = () => until(async () => (await text("#saved")).startsWith("已保存"));

async function control(key) {
  await page.keyboard.down("Control");
  await page.keyboard.press(key);
  await page.keyboard.up("Control");
}

async function copy(block) {
  await page.evaluate((value) => {
    const area = document.createElement("textarea");
    Object.assign(area, {id: "block", value});
    document.body.append(area);
    area.select();
  }, block);
  await control("c");
  await page.evaluate(() => document.getElementById("block").remove());
}

try {
  await page.goto(process.argv[2]);
  await page.waitForSelector("table.list");
  await page.select("#before", "2023.yaml");
  await page.click("#new button");
  await page.waitForSelector(".statutory");
  await until(() => page.$eval(cell("applications.carried_in.natural"), (input) => input.value === "2"));

  await copy("1,204\t3\t\t-\t0\t0\n");
  await page.focus(cell("applications.new.natural"));
  await control("v");
  assert.match(await text("#section-applications .gaps"), /粘贴了 5 格。有 1 格是“-”/);
  await page.click("::-p-text(没有发生，填 0)");
  await page.click(cell("applications.granted.natural"));
  await page.keyboard.type("1200");
  await page.keyboard.press("Enter");
  await page.keyboard.type("5");
  await control("Enter");
  assert.deepEqual(await page.$$eval('[data-cell^="applications.partial."]', (all) => all.map((one) => one.value)), ["5", "0", "0", "0", "0", "0", ""]);
  for (const fill of await page.$$(".statutory .tools button:last-child")) await fill.click();
  await until(async () => (await text("#section-applications .gaps")).includes("差 1。"));
  await page.click(cell("applications.partial.natural"));
  await page.keyboard.type("6");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("3");
  await until(async () => (await text("#section-applications .gaps")).includes("都相符"));
  await saved();

  await page.click('[data-passage="overview"]');
  await page.keyboard.type("主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。新收");
  await page.type("#section-overview .tools input", "申请办理.本年新收.总计");
  await page.click("#section-overview .tools button");
  // What was inserted can be taken back, then what was typed before it, and both come again.
  const written = () => page.$eval('[data-passage="overview"]', (area) => area.value);
  const whole = await written();
  await control("z");
  await until(async () => (await written()).endsWith("新收"));
  for (let steps = 0; steps < 60 && await written(); steps += 1) await control("z");
  assert.equal(await written(), "");
  for (let steps = 0; steps < 60 && await written() !== whole; steps += 1) await control("y");
  assert.equal(await written(), whole);
  await saved();
  await page.keyboard.type("件,按规定办理。");
  await until(async () => (await text("#section-overview .values")).includes("1207"));
  await page.waitForSelector("#section-overview mark");
  await page.click("#section-overview .fix");
  await page.click('[data-passage="problems"]');
  await page.keyboard.type("解读不够深入，将加强培训。");
  await page.click('[data-passage="other"]');
  await page.keyboard.type("本年没有收取信息处理费。");
  await saved();

  await page.click("#tab-pages");
  await until(() => page.$eval(".sheet img", (image) => image.naturalWidth > 0));
  await page.focus(cell("applications.new.natural"));
  await until(() => page.$eval(".spot", (spot) => !spot.hidden));
  await page.click("#tab-out");
  await page.waitForSelector("#pane-out .good");
  await page.click("#pane-out button.main");
  await until(async () => (await text("#pane-out [role=status]")).includes("已生成"));
} catch (error) {
  wrong.push(error.stack);
}
await browser.close();
if (wrong.length) {
  console.log(wrong.join("\n"));
  process.exitCode = 1;
}
