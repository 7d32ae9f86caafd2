// The inbox: what happened is there, is opened, and is read.
import { listen, look } from "./look.ts";
import { expect, test } from "./sonha.ts";

const officer = "Cảnh sát khu vực";

test("an officer opens a message of the morning, and chooses how to be told", async ({ as, javaScriptEnabled }) => {
  const page = await as(officer);
  listen(page);
  await page.goto("/inbox");
  await look(page, { script: javaScriptEnabled, heading: "Hộp thư" });
  const message = page.locator(".inbox > li").first();
  await expect(message).toBeVisible();
  await message.locator("summary").click();
  await expect(message.locator("details p")).toContainText("Ông/bà");
  await Promise.all([page.waitForURL((url) => url.pathname !== "/inbox"), message.locator("a").first().click()]);
  await page.goto("/inbox");
  await expect(page.locator(".inbox > li").first()).not.toHaveClass(/fresh/);
  await Promise.all([page.waitForURL(/\/inbox\/settings/), page.getByRole("link", { name: "Cách nhận tin" }).last().click()]);
  await look(page, { script: javaScriptEnabled, heading: "Cách nhận tin" });
  await expect(page.locator("main")).toContainText("Phường chưa mở cách này");
});
