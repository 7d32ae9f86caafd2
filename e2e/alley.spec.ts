// The officer's year in the alley: five houses inspected without a network, the browser killed in the middle, and what comes of it:
// approved, objected to, looked at again, posted, closed, and opened by two people.
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, phone } from "./browser.ts";
import { listen, look } from "./look.ts";
import { expect, signIn, Sonha, test } from "./sonha.ts";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "a phone with scripts");

const officer = "Cảnh sát khu vực";
const command = "Chỉ huy Công an phường";

async function start(folder: string, baseURL: string): Promise<[BrowserContext, Page]> {
  const context = await chromium.launchPersistentContext(folder, { ...browser.launchOptions, ...phone, locale: browser.locale, timezoneId: browser.timezoneId, baseURL });
  return [context, context.pages()[0] ?? (await context.newPage())];
}

async function desk(chrome: Browser, demo: Sonha, role: string): Promise<Page> {
  const page = await (await chrome.newContext({ baseURL: demo.url })).newPage();
  await signIn(page, demo.account(role));
  return page;
}

async function press(page: Page, button: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.locator(button).first().click()]);
}

/** Another small picture for each number. */
async function photograph(page: Page, input: string, n: number): Promise<void> {
  const url = await page.evaluate((n) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64 + n, 48];
    canvas.getContext("2d")?.fillRect(n, n, 9, 9);
    return canvas.toDataURL("image/jpeg");
  }, n);
  await page.locator(input).setInputFiles({ name: `IMG_${n}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(url.split(",")[1] ?? "", "base64") });
  await expect(page.locator(`.door-item:has(${input}) .photos[data-preview] img`)).toHaveCount(n);
}

/** Signs with a finger in both fields. */
async function sign(page: Page): Promise<void> {
  for (const name of ["sign_house", "sign_officer"]) {
    const canvas = page.locator(`#f-${name} canvas`);
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    for (const [x, y] of [[60, 60], [100, 25], [140, 70], [180, 30]]) await page.mouse.move(box.x + x!, box.y + y!);
    await page.mouse.up();
    await expect(page.locator(`textarea[name="${name}"]`)).toHaveValue(/^M\d/);
  }
}

/** Every item is found as it should be, but those that are found already. */
async function finds(page: Page, value = "2"): Promise<void> {
  await page.evaluate((value) => {
    for (const item of document.querySelectorAll(".door-item")) {
      if (item.querySelector(".pick input:checked")) continue;
      item.querySelector<HTMLInputElement>(`.pick input[value="${value}"]`)?.click();
    }
  }, value);
}

async function finish(page: Page): Promise<void> {
  await page.locator("textarea[name=resident_side]").fill("Trưởng ban công tác Mặt trận");
  await page.locator("#door .door-bar button").click();
}

test("five houses without a network, from the sample to the campaign that is opened again", async ({ database, browser: chrome }) => {
  test.setTimeout(420_000);
  const demo = await Sonha.demo(database); // of its own: its campaign goes through every step
  const folder = mkdtempSync(join(tmpdir(), "sonha-alley-"));
  const boss = await desk(chrome, demo, command);
  await boss.goto("/plan/new");
  await boss.locator("input[name=seed]").fill("20261127");
  const reason = boss.locator("textarea[name=reason]");
  if ((await reason.count()) > 0) await reason.fill("Đổi tỉ lệ rút.");
  await press(boss, 'form[action="/plan"] button[type=submit]');

  const home = await desk(chrome, demo, "Trưởng số nhà");
  await home.goto("/houses"); // a head with one house goes straight to it
  const own = new URL(home.url()).pathname;

  let [context, page] = await start(folder, demo.url);
  try {
    await signIn(page, demo.account(officer));
    await page.goto("/inspections");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
    await page.goto("/plan/week");
    await page.locator("[data-keep-url]").click();
    await expect(page.locator("[data-keep-state]")).toContainText("Đã tải đủ", { timeout: 90_000 });
    const round = await page.locator("a[data-waits]").evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname));
    const doors = [...new Set(round)].filter((path) => path !== own + "/visit").slice(0, 4);
    expect(doors, "the round is too short").toHaveLength(4);
    const repeat = own + "/visit";
    const state = (door: string): string => `a[href="${door}"] .wait-state`;

    await context.setOffline(true);
    // The first: something falls short, two photos.
    await page.goto(doors[0]!);
    await page.locator("#door .door-bar button").click();
    await expect(page.locator("#door-missing")).toContainText("Chưa xem mục nào"); // said here, without a network
    await page.locator('[id="f-f.TC1"] label', { hasText: "Chưa đạt" }).click();
    await page.locator('[id="f-f.TC1"] .chip').first().click();
    await expect(page.locator('input[name="measure.TC1"]')).toHaveValue(/\S/);
    await photograph(page, 'input[name="photos.TC1"]', 1);
    await photograph(page, 'input[name="photos.TC1"]', 2);
    await finds(page);
    await sign(page);
    await finish(page);
    await expect(page).toHaveURL(/\/plan\/week$/);
    await expect(page.locator(state(doors[0]!))).toHaveText("chờ gửi");
    await page.goto(doors[0]!); // not a second time
    await expect(page.locator("#door-waits")).toBeVisible();
    await expect(page.locator("#door")).toBeHidden();

    // The second is half done when the battery is empty.
    await page.goto(doors[1]!);
    await page.locator('[id="f-f.TC1"] label', { hasText: "Đạt" }).first().click();
    await photograph(page, 'input[name="photos.TC1"]', 1);
    await page.locator("textarea[name=remarks]").fill("Ngõ sạch, đèn đủ sáng.");
    await sign(page);
    await page.waitForTimeout(1000); // what was typed is kept a moment later
    const killed = context.browser();
    await (killed ? killed.close() : context.close());
    [context, page] = await start(folder, demo.url);
    await context.setOffline(true);
    await page.goto("/plan/week");
    await expect(page.locator(state(doors[1]!))).toHaveText("đang ghi dở");
    await page.goto(doors[1]!);
    await expect(page.locator("textarea[name=remarks]")).toHaveValue("Ngõ sạch, đèn đủ sáng.");
    await expect(page.locator('textarea[name="sign_house"]')).toHaveValue(/^M\d/);
    await expect(page.locator('[id="f-f.TC1"] .photos[data-preview] img')).toHaveCount(1);
    await expect(page.locator('input[name="f.TC1"][value="2"]')).toBeChecked();
    await finds(page);
    await finish(page);
    await expect(page.locator(state(doors[1]!))).toHaveText("chờ gửi");

    for (const door of doors.slice(2)) {
      await page.goto(door);
      await finds(page);
      await finish(page);
      await expect(page.locator(state(door))).toHaveText("chờ gửi");
    }
    // The fifth was inspected before: only what failed is asked for, and fails again.
    await page.goto(repeat);
    const asked = await page.locator(".door-item").count();
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(42);
    await finds(page, "0");
    await finish(page);
    await expect(page.locator("#waiting b")).toHaveText("5 việc chờ gửi");

    await expect(page).not.toHaveURL(/\/visit$/); // the page moves on by itself, and would be in the way of what follows
    await page.waitForLoadState();
    await context.setOffline(false);
    await page.goto("/queue");
    await expect(page.locator('#queue > li[data-state="sent"]')).toHaveCount(5, { timeout: 60_000 });
    listen(page);
    await page.goto("/plan/week");
    await look(page, { script: true, heading: "Tuần 1" });
    await page.goto(repeat);
    await look(page, { script: true, heading: "Kiểm tra" });

    await test.step("what failed is photographed again beside the old photos, without a network", async () => {
      await page.goto("/plan/week");
      await page.locator("[data-keep-url]").click();
      await expect(page.locator("[data-keep-state]")).toContainText("Đã tải đủ", { timeout: 90_000 });
      await context.setOffline(true);
      await page.goto(doors[0]!);
      const old = page.locator('[id="f-f.TC1"] .then-now figure').first().locator("img");
      await expect(old).toHaveCount(2);
      for (const image of await old.all()) {
        await image.scrollIntoViewIfNeeded();
        await expect.poll(() => image.evaluate((x) => (x as HTMLImageElement).complete && (x as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
      }
      await photograph(page, 'input[name="photos.TC1"]', 1);
      await expect(page.locator('[id="f-f.TC1"] .then-now figure').last().locator(".photos[data-preview] img")).toHaveCount(1);
      await page.locator('[id="f-f.TC1"] .then-now').screenshot({ path: test.info().outputPath("then-now.png") });
      await context.setOffline(false);
      // The day after, and for whoever signs in next, none of it is here.
      const kept = (): Promise<number> =>
        page.evaluate(async () => {
          let n = 0;
          for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) if (r.url.includes("photos/")) n++;
          return n;
        });
      expect(await kept()).toBe(2);
      await page.evaluate(async () => {
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const r of await cache.keys()) {
            if (!r.url.includes("photos/")) continue;
            const copy = (await cache.match(r))!;
            const headers = new Headers(copy.headers);
            headers.set("Sonha-Kept", String(Date.now() - 86_400_000));
            await cache.put(r, new Response(await copy.blob(), { headers }));
          }
        }
      });
      await page.goto("/plan/week");
      await expect.poll(kept).toBe(0);
    });

    await test.step("approved by the command", async () => {
      for (const door of [...doors, repeat]) {
        const house = door.replace("/visit", "");
        await boss.goto(house + "/result");
        await boss.locator("main form button[type=submit]").first().waitFor();
        await press(boss, `form[action^="${house}/result"] button[type=submit]`);
      }
      await boss.goto("/approvals");
      for (const door of doors) await expect(boss.locator(`main a[href^="${door.replace("/visit", "")}"]`)).toHaveCount(0);
    });

    await test.step("the head asks for another look; only what failed is looked at", async () => {
      await home.goto(own + "/objection");
      await home.locator("textarea[name=content]").fill("Số nhà đã làm xong, mong đoàn xem lại.");
      await press(home, `form[action^="${own}/objection"] button[type=submit]`);
      // All that wait are answered: the own house is looked at again, the other result stands.
      await boss.goto("/objections");
      const waiting = boss.locator("main table").first().locator("tbody th a");
      for (const href of await waiting.evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""))) {
        await boss.goto(href);
        const again = (await boss.locator(`main a[href^="${own}/"]`).count()) > 0;
        await boss.locator(`label:has(input[name="outcome"][value="${again ? "repeat" : "upheld"}"])`).click();
        await boss.locator("textarea[name=answer]").fill(again ? "Cảnh sát khu vực đến xem lại trong tuần." : "Kết quả ghi theo ngày kiểm tra nên giữ nguyên.");
        await press(boss, "form.reply button[type=submit]");
      }
      await home.goto(own + "/objection");
      await expect(home.locator("main")).toContainText("Cảnh sát khu vực đến xem lại trong tuần.");
      await page.goto(repeat);
      await expect(page.locator(".door-item")).toHaveCount(asked);
      await finds(page);
      await page.locator("#door .door-bar button").click();
      await expect(page).toHaveURL(/\/(inspections|plan\/week)$/);
      await boss.goto(own + "/result");
      await press(boss, `form[action^="${own}/result"] button[type=submit]`);
    });

    await test.step("posted, closed, and opened by two people", async () => {
      await boss.goto("/approvals");
      const rest = boss.locator("button", { hasText: /^Duyệt \d+ đề nghị/ });
      if (await rest.count()) await Promise.all([boss.waitForNavigation(), rest.first().click()]);
      await boss.goto("/campaigns");
      await boss.locator('main table a[href^="/campaigns/0"]').first().click();
      await boss.waitForURL(/\/campaigns\/0/);
      const campaign = new URL(boss.url()).pathname;
      for (const step of [/Chuyển sang bước xét/, /Chuyển sang bước công khai/]) {
        await boss.goto(campaign);
        await Promise.all([boss.waitForNavigation(), boss.getByRole("link", { name: step }).click()]);
        await press(boss, 'form[action$="/phase"] button[type=submit]');
      }
      await boss.goto(campaign + "/close");
      await press(boss, 'form[action$="/close"] button[type=submit]');
      const frozen = await (await boss.request.get(campaign + "/snapshot.json")).text();
      expect(frozen).toContain(own.replace("/houses/", ""));

      await boss.goto(campaign + "/reopen");
      await boss.locator("textarea[name=reason]").fill("Một số nhà ghi nhầm mức.");
      await press(boss, 'form[action$="/reopen"] button[type=submit]');
      await boss.goto("/campaigns"); // what one person asks for is not done yet
      await boss.goto(campaign + "/reopen");
      const reopening = await boss.locator('main a[href^="/reopenings/"]').first().getAttribute("href");
      const second = await desk(chrome, demo, "Ủy ban nhân dân phường");
      await second.goto(reopening ?? "");
      await press(second, 'button[name="do"][value="confirm"]');
      await boss.goto(campaign);
      await expect(boss.locator("main")).toContainText("Chuyển sang bước công khai");
      expect(await (await boss.request.get(campaign + "/snapshot.json?version=1")).text(), "the first close, byte for byte").toBe(frozen);
    });
  } finally {
    await context.close();
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
