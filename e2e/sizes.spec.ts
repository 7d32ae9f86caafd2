// What the pages weigh on the wire: a first visit with an empty cache, and the pages after it. The bars are those of the design:
// 100 KB in all and 60 KB without the fonts at first, 20 KB for each later page.
import type { CDPSession, Page } from "@playwright/test";
import { expect, signIn, test } from "./sonha.ts";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "weights do not depend on the screen");

const KB = 1024;
const firstMost = 100 * KB;
const firstMostWithoutFonts = 60 * KB;
const laterMost = 20 * KB;

/** Adds up what comes over the wire, headers included, as the browser itself counts it. */
class Scales {
  all = 0;
  fonts = 0;
  private readonly addresses = new Map<string, string>();
  static async on(page: Page): Promise<Scales> {
    const scales = new Scales();
    const session: CDPSession = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    session.on("Network.responseReceived", (e) => scales.addresses.set(e.requestId, e.response.url));
    session.on("Network.loadingFinished", (e) => {
      scales.all += e.encodedDataLength;
      if (scales.addresses.get(e.requestId)?.endsWith(".woff2")) scales.fonts += e.encodedDataLength;
    });
    return scales;
  }
  reset(): void {
    this.all = this.fonts = 0;
  }
}

test.use({ serviceWorkers: "block" }); // what the worker fetches ahead is no part of a page

test("a first visit and the pages after it", async ({ page, demo }) => {
  const scales = await Scales.on(page);
  await page.goto("/sign-in");
  await page.waitForLoadState("networkidle");
  console.log(`sign-in, first visit: ${(scales.all / KB).toFixed(1)} KB, of which fonts ${(scales.fonts / KB).toFixed(1)} KB`);
  expect(scales.all).toBeLessThanOrEqual(firstMost);
  expect(scales.all - scales.fonts).toBeLessThanOrEqual(firstMostWithoutFonts);

  const weigh = async (name: string, path: string): Promise<void> => {
    scales.reset();
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    console.log(`${name}: ${(scales.all / KB).toFixed(1)} KB`);
    expect(scales.all, name).toBeLessThanOrEqual(laterMost);
  };
  await signIn(page, demo.account("Trưởng số nhà"));
  await weigh("the head's Hôm nay", "/today");
  await weigh("the form of a proposal", "/proposals/new");
  await page.goto("/houses");
  const house = /\/houses\/[0-9a-z]{26}/.exec(page.url())?.[0] ?? (await page.evaluate(() => document.querySelector('main a[href^="/houses/0"]')?.getAttribute("href")?.slice(0, 34)));
  await weigh("the house", house ?? "");
  await weigh("the monthly report", `${house}/monthly`);
  await page.context().clearCookies();
  await signIn(page, demo.account("Đại diện hộ"));
  await weigh("the household's first page", "/home");
  await weigh("a question", "/home/answers");
  await page.locator('main a[href^="/home/answers/"]').first().click();
  await weigh("one question a screen", new URL(page.url()).pathname);
});
