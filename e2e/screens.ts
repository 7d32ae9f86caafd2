// The main screens as people see them, from a demo ward of the real size, into docs/screens/NAME-WIDTH[-dark].png, and some as the printer gets
// them, into NAME-print.png.
import type { Browser, Page } from "@playwright/test";
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { desk, phone } from "./browser.ts";
import { expect, Sonha, signIn, test } from "./sonha.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "docs", "screens");
const roster = join(root, "testdata", "roster-hoan-kiem.xlsx");

// The end of a long page says nothing new, and nobody waits for a large picture.
const tallest = { [phone.viewport.width]: 2400, [desk.viewport.width]: 1280 };
const heaviest = 320 << 10; // bytes

/** What is left between the margins of an A4 sheet, as a browser sets it. */
const sheet = { viewport: { width: 624, height: 931 } };

/** One picture: who looks, at which address, and the way to go on from there. */
type Screen = { name: string; role?: string; path: string; then?: (page: Page) => Promise<void>; dark?: boolean; print?: boolean };

const head = "Trưởng số nhà";
const lead = "Tổ trưởng tổ dân phố";
const officer = "Cảnh sát khu vực";
const command = "Chỉ huy Công an phường";
const administrator = "Quản trị viên";

/** The address of the first house of a list. */
async function firstHouse(page: Page, list: string): Promise<string> {
  await page.goto(list);
  const all = await page.locator('main a[href^="/houses/"]').evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
  const house = all.find((href) => /^\/houses\/[0-9a-z]{26}$/.test(href));
  if (!house) throw new Error(`${list} holds no house`);
  return house;
}

/** Follows a link or presses a button of the page, whichever has the name. */
async function take(page: Page, name: string | RegExp): Promise<void> {
  const target = page.locator("main").getByRole("link", { name }).or(page.locator("main").getByRole("button", { name })).locator("visible=true");
  await Promise.all([page.waitForNavigation(), target.first().click()]);
}

const screens: Screen[] = [
  { name: "public", path: "/", dark: true },
  { name: "open-data", path: "/open" },
  { name: "sign-in", path: "/sign-in?with=pin" },
  { name: "today-head", role: head, path: "/today", dark: true },
  { name: "today-officer", role: officer, path: "/today" },
  { name: "today-command", role: command, path: "/today" },
  { name: "houses", role: command, path: "/houses", dark: true },
  { name: "street", role: command, path: "/streets", then: (page) => take(page, "Hàng Bạc") },
  { name: "house", role: officer, path: "/today", then: async (page) => void (await page.goto(await firstHouse(page, "/houses?state=not_safe"))), dark: true },
  {
    name: "question", role: lead, path: "/today", then: async (page) => {
      const house = await firstHouse(page, "/houses?state=not_inspected&stage=none");
      await page.goto(house + "/assessment/TC2");
    },
  },
  {
    name: "door", role: officer, path: "/inspections", then: async (page) => {
      await Promise.all([page.waitForNavigation(), page.locator("main a.doorrow[data-waits]").first().click()]);
      await page.locator(".door-item").nth(1).locator("label", { hasText: "Chưa đạt" }).click();
    },
  },
  {
    name: "inspection", role: officer, path: "/inspections", then: async (page) => {
      await Promise.all([page.waitForNavigation(), page.locator("main a.doorrow[data-waits]").first().click()]);
      await Promise.all([page.waitForNavigation(), page.locator('form[action$="/inspections"] button').click()]);
    },
  },
  {
    name: "inspection-item", role: officer, path: "/inspections", then: async (page) => {
      await Promise.all([page.waitForNavigation(), page.locator('main a.doorrow[href^="/inspections/"]').first().click()]);
      await page.goto(page.url().replace(/#.*/, "") + "/items/TN3");
      await page.locator("label:visible", { has: page.locator('input[name="finding"][value="0"]') }).click();
    },
    dark: true,
  },
  { name: "board", role: command, path: "/board", dark: true, print: true },
  { name: "city", role: "Thành phố", path: "/city" },
  { name: "indicators", role: command, path: "/indicators" },
  { name: "indicator-cases", role: command, path: "/indicators/I3", dark: true, print: true },
  {
    name: "map", role: command, path: "/houses/map", dark: true, then: async (page) => {
      await expect(page.locator(".leaflet-container canvas").first()).toBeVisible();
    },
  },
  {
    name: "periodic-report", role: command, path: "/reports/periodic", then: (page) => take(page, /^BCĐK-02/),
  },
  { name: "approvals", role: command, path: "/approvals" },
  { name: "report", role: command, path: "/reports" },
  {
    name: "import", role: command, path: "/imports", then: async (page) => {
      await page.locator('main input[type="file"]').setInputFiles(roster);
      await take(page, "Đọc tệp");
      await expect(page.locator("main")).toContainText("Trả lại", { timeout: 30_000 });
    },
  },
  { name: "areas", role: administrator, path: "/areas" },
  { name: "accounts", role: administrator, path: "/accounts" },
];

let sonha: Sonha;

test.beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  sonha = await Sonha.demo("sqlite", 1586);
});

test.afterAll(() => sonha.stop());

for (const screen of screens) {
  test(screen.name, async ({ browser }) => {
    for (const size of [phone, desk]) {
      await picture(browser, screen, size, "light");
      if (screen.dark) await picture(browser, screen, size, "dark");
    }
    if (screen.print) await picture(browser, screen, sheet, "light", "print");
  });
}

async function picture(browser: Browser, screen: Screen, size: typeof phone | typeof desk | typeof sheet, colorScheme: "light" | "dark", media: "screen" | "print" = "screen"): Promise<void> {
  const context = await browser.newContext({ ...size, colorScheme, baseURL: sonha.url, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh", reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    if (screen.role) await signIn(page, sonha.account(screen.role));
    const answer = await page.goto(screen.path);
    expect(answer?.status(), screen.path).toBe(200);
    await screen.then?.(page);
    await page.emulateMedia({ media });
    // The screen as tall as the page, so that the bar at its foot stands at the foot of the picture.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: size.viewport.width, height: Math.min(Math.max(height, size.viewport.height), tallest[size.viewport.width] ?? 1600) });
    await page.evaluate(() => document.fonts.ready);
    const kind = media === "print" ? media : `${size.viewport.width}${colorScheme === "dark" ? "-dark" : ""}`;
    const file = join(folder, `${screen.name}-${kind}.png`);
    await page.screenshot({ path: file, animations: "disabled" });
    expect(statSync(file).size, `${file} is too heavy`).toBeLessThanOrEqual(heaviest);
  } finally {
    await context.close();
  }
}
