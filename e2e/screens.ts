// The main screens as people see them, from a demo ward of the real size, into docs/screens/NAME-WIDTH[-dark].png.
import type { Browser } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { desk, phone } from "./browser.ts";
import { expect, Sonha, signIn, test } from "./sonha.ts";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "screens");

/** One picture: who looks, at which address, and where a link has to be followed first, its text. */
type Screen = { name: string; role?: string; path: string; follow?: string | RegExp; dark?: boolean };

const head = "Trưởng số nhà";
const officer = "Cảnh sát khu vực";
const command = "Chỉ huy công an phường";
const administrator = "Quản trị";

const screens: Screen[] = [
  { name: "public", path: "/" },
  { name: "sign-in", path: "/sign-in" },
  { name: "today-head", role: head, path: "/today", dark: true },
  { name: "today-officer", role: officer, path: "/today" },
  { name: "houses", role: officer, path: "/houses", dark: true },
  { name: "streets", role: officer, path: "/streets" },
  { name: "inspections", role: officer, path: "/inspections" },
  { name: "board", role: command, path: "/board", dark: true },
  { name: "report", role: command, path: "/reports" },
  { name: "import", role: command, path: "/imports" },
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
      await take(browser, screen, size, "light");
      if (screen.dark) await take(browser, screen, size, "dark");
    }
  });
}

async function take(browser: Browser, screen: Screen, size: typeof phone | typeof desk, colorScheme: "light" | "dark"): Promise<void> {
  const context = await browser.newContext({ ...size, colorScheme, baseURL: sonha.url, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh", reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    if (screen.role) await signIn(page, sonha.account(screen.role));
    const answer = await page.goto(screen.path);
    expect(answer?.status(), screen.path).toBe(200);
    if (screen.follow) await page.getByRole("link", { name: screen.follow }).first().click();
    await page.evaluate(() => document.fonts.ready);
    const dark = colorScheme === "dark" ? "-dark" : "";
    await page.screenshot({ path: join(folder, `${screen.name}-${size.viewport.width}${dark}.png`), animations: "disabled" });
  } finally {
    await context.close();
  }
}
