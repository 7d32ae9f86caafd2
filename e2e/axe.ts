// The accessibility check that every page must pass without a single violation.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Fails with the rule, the element and what to do for each violation of WCAG 2.2 A and AA or of good practice. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // On a screen as tall as the page: what a bar at the foot covers until one scrolls is no fault.
  const screen = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (screen && height > screen.height) await page.setViewportSize({ width: screen.width, height });
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  if (screen && height > screen.height) await page.setViewportSize(screen);
  const told = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")}\n  ${n.failureSummary}`));
  expect(told, `${page.url()} is not accessible`).toEqual([]);
}

/** Fails when the page is wider than the screen: nobody should have to push it sideways to read. */
export async function expectFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${page.url()} is ${over} px wider than the screen`).toBeLessThanOrEqual(0);
}
