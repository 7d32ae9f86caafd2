// Without a network: what is filled in is kept, survives the end of the browser, and arrives exactly once.
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, phone } from "./browser.ts";
import { expect, signIn, test } from "./sonha.ts";

const officer = "Cảnh sát khu vực";
const lead = "Tổ trưởng tổ dân phố";
const head = "Trưởng số nhà";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "a phone with scripts");

function start(folder: string, baseURL: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...browser.launchOptions, ...phone, locale: browser.locale, timezoneId: browser.timezoneId, baseURL });
}

/** Waits until the worker answers for the page and has kept a page. */
async function settled(page: Page, ...paths: string[]): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  for (const path of paths) {
    await page.goto(path);
    await expect.poll(() => page.evaluate(async () => Boolean(await caches.match(location.pathname)))).toBe(true);
  }
}

/** A small picture, another for each number. */
async function picture(page: Page, n: number): Promise<Buffer> {
  const url = await page.evaluate((n) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64 + n, 48];
    canvas.getContext("2d")?.fillRect(n, n, 9, 9);
    return canvas.toDataURL("image/jpeg");
  }, n);
  return Buffer.from(url.split(",")[1] ?? "", "base64");
}

test("five forms and two photos, a killed browser, two returns and a lost answer: everything arrives once", async ({ demo }) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "sonha-phone-"));
  let context = await start(folder, demo.url);
  try {
    let page = context.pages()[0] ?? (await context.newPage());
    await signIn(page, demo.account(officer));
    await page.goto("/houses?state=not_inspected");
    const begin = page.locator('form[action$="/inspections"] button').first();
    for (const house of await page.locator('main a[href^="/houses/0"]').evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""))) {
      await page.goto(house);
      if (await begin.isVisible()) break; // at some houses an inspection has begun already
    }
    await begin.click();
    await expect(page).toHaveURL(/\/inspections\/[0-9a-z]{26}$/);
    const sheet = new URL(page.url()).pathname;
    const codes = ["VH1", "VH2", "TC1", "TC2", "TC3"];
    const items = codes.map((code) => `${sheet}/items/${code}`);
    await settled(page, ...items, sheet);
    const photos = [await picture(page, 1), await picture(page, 2)];

    await context.setOffline(true);
    for (const [i, item] of items.entries()) {
      await page.goto(item);
      await expect(page.locator("#waiting")).toBeVisible(); // the bar that says so moves the form down as it comes
      await page.locator('input[name="finding"][value="2"]').check({ force: true });
      const photo = photos[i];
      if (photo) {
        await page.locator('input[name="photos"]').first().setInputFiles({ name: `IMG_${i}.jpg`, mimeType: "image/jpeg", buffer: photo });
        await expect(page.locator(".photos[data-preview] img")).toBeVisible();
      }
      await page.locator('main form button[type="submit"], .thumb button').last().click();
      await expect(page.locator(".kept-note")).toBeVisible(); // said last: here, or on the next page where that one is on the phone
      await expect(page.locator("#waiting b")).toHaveText(`${i + 1} việc chờ gửi`);
    }
    // The battery is empty.
    const killed = context.browser();
    await (killed ? killed.close() : context.close());
    context = await start(folder, demo.url);
    page = context.pages()[0] ?? (await context.newPage());
    await context.setOffline(true);
    await page.goto("/queue");
    await expect(page.locator("#queue > li")).toHaveCount(5);
    await expect(page.locator("#queue .queue-state").first()).toHaveText("chờ gửi");

    // The first return: the server takes the first form, and its answer is lost on the way.
    let lost = 0;
    await page.route(`**${items[0]}`, async (route) => {
      if (route.request().method() !== "POST" || lost > 0) return route.continue();
      lost++;
      await route.fetch();
      await route.abort("connectionreset");
    });
    await context.setOffline(false);
    await page.locator("#queue-send").click();
    await expect.poll(() => lost).toBe(1);
    await context.setOffline(true);
    // The second return.
    await context.setOffline(false);
    await page.locator("#queue-send").click();
    await expect(page.locator('#queue > li[data-state="sent"]')).toHaveCount(5);

    await page.goto(sheet);
    const history = await page.evaluate(async (items) => {
      const out: number[] = [];
      for (const item of items) {
        const html = await (await fetch(item)).text();
        const doc = new DOMParser().parseFromString(html, "text/html");
        out.push(doc.querySelectorAll('.photos img[src^="/photos/"]').length);
        if (!doc.querySelector('input[name="finding"][value="2"]')?.hasAttribute("checked")) out.push(-1);
      }
      return out;
    }, items);
    expect(history, "two photos in all, five findings").toEqual([1, 1, 0, 0, 0]);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a household's and a head's own pages open without a network, though they were not opened before", async ({ page, demo }) => {
  test.setTimeout(360_000); // two roles; on an idle machine a tenth of it
  for (const [role, extra] of [["Đại diện hộ", "/home"], [head, "/today"]] as const) {
    await signIn(page, demo.account(role));
    await settled(page, extra);
    const pages = await page.evaluate(async () => ((await (await fetch("/offline/pages")).json()) as { pages: string[] }).pages);
    expect(pages.length, role).toBeGreaterThan(5);
    await expect // the worker fetches them when there is nothing else to do, and asks again for what a busy server had no time for
      .poll(() => page.evaluate(async (all) => (await Promise.all(all.map(async (p) => ((await caches.match(p)) ? "" : p)))).filter(Boolean), pages), { timeout: 120_000, message: `${role}: not kept` })
      .toEqual([]);
    const titles = new Map<string, string>();
    const some = [extra, ...pages.filter((_, i) => i % 7 === 0)];
    for (const path of some) titles.set(path, /<title>([^<]*)/.exec(await (await page.request.get(path)).text())?.[1] ?? "");
    await page.context().setOffline(true);
    for (const path of some) {
      await page.goto(path);
      expect(await page.title(), path).toBe(titles.get(path));
    }
    await page.context().setOffline(false);
    await page.context().clearCookies();
  }
});

test("what a busy server had no time for is fetched later, not after six hours", async ({ page, demo }) => {
  test.setTimeout(240_000);
  let refused = 0;
  await page.context().route("**/home/pledge", (route) => {
    if (!route.request().headers()["sonha-ahead"] || refused > 0) return route.continue();
    refused++;
    return route.fulfill({ status: 503, contentType: "text/html", body: "" });
  });
  await signIn(page, demo.account("Đại diện hộ"));
  await settled(page, "/home");
  await expect.poll(() => refused, { timeout: 60_000 }).toBe(1);
  await expect.poll(() => page.evaluate(async () => Boolean(await caches.match("/home/pledge"))), { timeout: 120_000 }).toBe(true);
  await page.context().setOffline(true);
  await page.goto("/home/pledge");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Cam kết của hộ");
  await page.context().setOffline(false);
});

test("a conflict blocks nobody, and two versions are chosen line by line", async ({ as, demo, browser: chrome }) => {
  test.setTimeout(240_000);
  const page = await as(lead);
  // A house that may still be answered: one that nobody has inspected yet.
  const house = await page.evaluate(async () => {
    const list = await (await fetch("/houses?state=not_inspected")).text();
    for (const [, path] of list.matchAll(/href="(\/houses\/[0-9a-z]{26})"/g)) {
      if ((await (await fetch(`${path}/assessment/VH1`)).text()).includes('class="answers"')) return path ?? "";
    }
    return "";
  });
  expect(house, "the lead has no house that can be answered").toMatch(/^\/houses\/[0-9a-z]{26}$/);
  const question = (code: string): string => `${house}/assessment/${code}`;
  await settled(page, question("VH1"), question("VH2"), "/queue");
  // Other answers than the one that is there, if any: the same answer again is no change, and no conflict.
  const others = async (code: string): Promise<number[]> => {
    await page.goto(question(code));
    const pressed = await page.locator(".answer").evaluateAll((all) => all.findIndex((a) => a.getAttribute("aria-pressed") === "true"));
    return [2, 1, 0].filter((i) => i !== pressed);
  };
  const names = ["Đạt", "Một phần", "Chưa đạt"];
  const [mine, theirs] = await others("VH1");
  const [alone] = await others("VH2");
  await page.context().setOffline(true);
  for (const [code, at] of [["VH1", mine], ["VH2", alone]] as const) {
    await page.goto(question(code));
    await page.locator(".answer").nth(at).click();
    await expect(page.locator(".kept-note")).toBeVisible(); // on the next question, or here when that one is not kept
  }
  await page.goto("/queue");
  await expect(page.locator("#queue > li")).toHaveCount(2);
  // Meanwhile one of them is answered otherwise from another phone.
  const other = await chrome.newContext({ baseURL: demo.url });
  const second = await other.newPage();
  await signIn(second, demo.account(lead));
  await second.goto(question("VH1"));
  await second.locator(".answer").nth(theirs).click();
  await second.waitForURL((url) => !url.pathname.endsWith("/VH1"));
  await other.close();

  await page.context().setOffline(false); // what waits is sent by itself
  await expect(page.locator('#queue > li[data-state="conflict"]')).toHaveCount(1);
  await expect(page.locator('#queue > li[data-state="sent"]')).toHaveCount(1);
  const item = page.locator('#queue > li[data-state="conflict"]');
  await item.locator('[data-part="choose"]').click();
  await expect(item.locator('[data-part="mine"]')).toHaveText(names[mine]);
  await expect(item.locator('[data-part="theirs"]')).toHaveText(names[theirs]);
  await item.locator('input[value="mine"]').check({ force: true });
  await item.locator('form button[type="submit"]').click();
  await expect(page.locator('#queue > li[data-state="sent"]')).toHaveCount(2);
  await page.goto(question("VH1"));
  await expect(page.locator('.answer[aria-pressed="true"]')).toContainText(names[mine]);
});

test("one phone, two tabs, two people: sent once, warned before signing out, nothing of the other is shown", async ({ as, demo }) => {
  test.setTimeout(300_000);
  const page = await as(head);
  await page.goto("/houses");
  const house = /\/houses\/[0-9a-z]{26}/.exec(page.url())?.[0] ?? (await page.evaluate(() => document.querySelector('main a[href^="/houses/0"]')?.getAttribute("href")?.slice(0, 34)));
  const form = `${house}/log/new`;
  await settled(page, form, "/more", "/queue");
  const context = page.context();
  const write = async (text: string): Promise<void> => {
    await page.goto(form);
    await page.getByText("Hỏng hóc ở nhà chung").click();
    await page.locator("textarea[name=text]").fill(text);
    await page.locator(`form[action="${house}/log"] button[type=submit]`).last().click();
    await expect(page.locator(".kept-note")).toContainText("Đã giữ trên máy");
  };

  await context.setOffline(true);
  await write("Đèn cầu thang tầng 2 cháy bóng");
  const begun = Date.now();
  await page.goto("/queue");
  await expect(page.locator("#queue > li")).toHaveCount(1);
  console.log(`a page that was kept opened without a network in ${Date.now() - begun} ms`);

  // Two tabs come back to the network at the same moment: one of them sends.
  const second = await context.newPage();
  await second.goto("/queue");
  let sent = 0;
  context.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === `${house}/log`) sent++;
  });
  await context.setOffline(false);
  await expect(page.locator('#queue > li[data-state="sent"]')).toHaveCount(1);
  await expect(second.locator('#queue > li[data-state="sent"]')).toHaveCount(1);
  await page.waitForTimeout(500);
  expect(sent, "sent by both tabs").toBe(1);
  await second.close();

  // What its author may no longer send stays, says so, and can be kept as a file.
  // The answer is in place before anything is written: a page that has just opened may reach the network for a moment all the same.
  await context.route(`**${house}/log`, (route) => route.fulfill({ status: 404, contentType: "application/json", body: "{}" }));
  await context.setOffline(true);
  await write("Khóa cổng hỏng, đã báo thợ");
  await page.goto("/queue");
  await context.setOffline(false);
  const lost = page.locator('#queue > li[data-state="lost"]');
  await expect(lost).toContainText("không còn được giao");
  const [file] = await Promise.all([page.waitForEvent("download"), lost.locator('[data-part="file"]').click()]);
  expect(file.suggestedFilename()).toMatch(/^sonha-.*\.json$/);
  await expect(lost).toHaveCount(1);

  // Signing out with something waiting asks first.
  await page.goto("/more");
  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.message();
    void dialog.dismiss();
  });
  await page.locator('form[action="/sign-out"] button').click();
  await expect.poll(() => asked).toContain("1 việc chưa gửi");
  await expect(page).toHaveURL(/\/more/);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.locator('form[action="/sign-out"] button').click();
  await expect(page).not.toHaveURL(/\/more/);

  // The next one on the same phone sees neither pages nor contents of the first.
  await signIn(page, demo.account(officer));
  await settled(page, "/today");
  await page.goto("/queue");
  await expect(page.locator("#queue > li")).toHaveCount(0);
  await expect(page.locator("#queue-others")).toBeVisible();
  await context.setOffline(true);
  await page.goto(form);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Đang không có mạng");
  await context.setOffline(false);
});
