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
