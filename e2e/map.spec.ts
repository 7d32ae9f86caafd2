// The map: drawn with the houses of the list and nothing from elsewhere, filtered as the list, each house leading to its dossier; without a
// script a table leads to the strip maps.
import { expectAccessible, expectFits } from "./axe.ts";
import { expect, test } from "./sonha.ts";

test("the map of house numbers", async ({ page, as, demo, javaScriptEnabled }, info) => {
  test.skip(!/sqlite/.test(info.project.name), "the same on the other database");
  const abroad: string[] = [];
  page.on("request", (request) => request.url().startsWith(demo.url) || request.url().startsWith("data:") || abroad.push(request.url()));
  const broken: string[] = [];
  page.on("console", (message) => message.type() === "error" && broken.push(message.text()));

  await as("Chỉ huy Công an phường");
  await page.goto("/houses?state=not_safe");
  await page.getByRole("link", { name: "Bản đồ" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bản đồ số nhà");
  await expect(page.getByText(/^\d+\/\d+ số nhà có vị trí$/)).toBeVisible();
  await expect(page.locator("#streets, [aria-labelledby=streets]").first()).toBeVisible();
  await expectFits(page);
  await expectAccessible(page);
  if (!javaScriptEnabled) {
    await expect(page.locator("#map")).toBeHidden();
    return;
  }
  await expect(page.locator("#map canvas")).toBeVisible();
  await page.locator("#map").focus();
  await page.keyboard.press("+");
  const answer = (await (await page.request.get("/houses/points.json?state=not_safe")).json()) as { houses: [number, number, number, string, number, string][] };
  const house = answer.houses.at(-1);
  expect(answer.houses.every((h) => h[2] === 1)).toBe(true);
  await page.goto(`/houses/map?state=not_safe&at=${house?.[5]}`);
  await page.locator(".leaflet-popup").getByRole("link", { name: "Mở hồ sơ" }).click();
  await expect(page).toHaveURL(new RegExp(`/houses/${house?.[5]}$`));
  expect(abroad).toEqual([]);
  expect(broken).toEqual([]);
});
