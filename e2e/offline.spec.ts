// Without a network: what is filled in is kept, survives the end of the browser, and arrives exactly once.
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, phone } from "./browser.ts";
import { expect, signIn, test } from "./sonha.ts";

const officer = "Cảnh sát khu vực";

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
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "sonha-phone-"));
  let context = await start(folder, demo.url);
  try {
    let page = context.pages()[0] ?? (await context.newPage());
    await signIn(page, demo.account(officer));
    await page.goto("/houses?state=not_inspected");
    await page.locator('main a[href^="/houses/0"]').first().click();
    await page.locator('form[action$="/inspections"] button').first().click();
    await expect(page).toHaveURL(/\/inspections\/[0-9a-z]{26}$/);
    const sheet = new URL(page.url()).pathname;
    const codes = ["VH1", "VH2", "TC1", "TC2", "TC3"];
    const items = codes.map((code) => `${sheet}/items/${code}`);
    await settled(page, ...items, sheet);
    const photos = [await picture(page, 1), await picture(page, 2)];

    await context.setOffline(true);
    for (const [i, item] of items.entries()) {
      await page.goto(item);

      await page.locator('input[name="finding"][value="2"]').check({ force: true });
      const photo = photos[i];
      if (photo) {
        await page.locator('input[name="photos"]').first().setInputFiles({ name: `IMG_${i}.jpg`, mimeType: "image/jpeg", buffer: photo });
        await expect(page.locator(".photos[data-preview] img")).toBeVisible();
      }
      await page.locator('main form button[type="submit"], .thumb button').last().click();
      await expect(page.locator(".kept-note, #waiting b").first()).toBeVisible();
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
