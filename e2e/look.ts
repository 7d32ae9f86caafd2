// What every page must be, whoever looks at it.
import { expect, type Page } from "@playwright/test";
import { expectAccessible, expectFits } from "./axe.ts";

const complaints = new WeakMap<Page, string[]>();

/** Notes what the browser complains about from now on; look and quiet read it. */
export function listen(page: Page): void {
  if (complaints.has(page)) return;
  const said: string[] = [];
  complaints.set(page, said);
  page.on("console", (message) => {
    // A form that comes back with its reasons answers 422, which Chromium reports as a failed load.
    if (message.type() === "error" && !/status of 422/.test(message.text())) said.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => said.push(`${page.url()}: ${error.message}`));
}

/** A page as people need it: a Vietnamese title, one heading, at most one primary button, no wider than the screen, accessible, no complaint. */
export async function look(page: Page, options: { script: boolean | undefined; heading?: string | RegExp }): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  await expect(page).toHaveTitle(/^\S.* – Sonha$/);
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveCount(1);
  if (options.heading !== undefined) await expect(heading).toContainText(options.heading);
  const primary = new Set((await page.locator(".btn.primary:visible").allTextContents()).map((text) => text.trim()));
  expect(primary.size, `${page.url()} has more than one primary button: ${[...primary].join(" | ")}`).toBeLessThanOrEqual(1);
  await expectFits(page);
  if (options.script !== false) await expectAccessible(page);
  expect(complaints.get(page) ?? [], "the browser complained").toEqual([]);
}
