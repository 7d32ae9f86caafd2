// What a passer-by sees without an account.
import { expectAccessible, expectFits } from "./axe.ts";
import { expect, test } from "./sonha.ts";

test("the public page answers, says what it is, fits and is accessible", async ({ page, javaScriptEnabled }) => {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") refused.push(message.text());
  });
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page).toHaveTitle(/\S.*Sonha|Sonha.*\S/);
  await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  expect(refused, "the browser complained").toEqual([]);
});

test("a page that needs an account asks to sign in and comes back", async ({ page }) => {
  await page.goto("/houses?q=hang+bac");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  expect(new URL(page.url()).searchParams.get("next")).toBe("/houses?q=hang+bac");
});

test("letters, marks and the star of a required item are of the fonts that come along", async ({ page, as, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "the fonts are asked by a script");
  await as("Cảnh sát khu vực");
  await page.goto("/houses?state=meets");
  await page.goto((await page.locator('main a[href^="/houses/0"]').first().getAttribute("href"))!);
  await expect(page.locator(".cells i", { hasText: "★" }).first()).toBeVisible();
  const loaded = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter((face) => face.status === "loaded").map((face) => `${face.weight} ${face.unicodeRange}`);
  });
  for (const part of [/^400 U\+0-FF/, /^600 U\+0-FF/, /^400 U\+102-103/, /^600 U\+102-103/, /U\+2605/]) {
    expect(loaded.some((face) => part.test(face)), `${part} of ${loaded.join("; ")}`).toBe(true);
  }
});
