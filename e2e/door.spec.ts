// Two people stand at the door, one of them for the residents: the phone says at the field, without a network, that one person is one.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "a phone with scripts");

test("one person in both fields is told at once, without a network", async ({ page, as, context }) => {
  test.slow();
  await as("Cảnh sát khu vực");
  await page.goto("/inspections");
  const doors = await page.locator("a.doorrow").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  await page.goto(doors[0] ?? "");
  await context.setOffline(true);
  const members = page.locator("textarea[name=members]");
  const side = page.locator("textarea[name=resident_side]");
  const field = page.locator(".field", { has: side });
  const sentence = "Đại diện phía nhân dân là người khác với người trong đoàn: ghi thêm một người";
  await members.fill("Đại úy Ba");
  await side.fill("dai  UY ba;");
  await side.blur();
  await expect(field.locator(".error-text")).toHaveText(sentence);
  await expect(side).toHaveAttribute("aria-invalid", "true");
  await expect(side).toHaveAccessibleDescription(new RegExp(sentence));
  await look(page, { script: true, heading: "Kiểm tra" });

  await page.locator("#door .door-bar button").click();
  await expect(page.locator("#door-missing li", { hasText: sentence })).toHaveCount(1); // and the sheet stays here
  await expect(page).toHaveURL(/\/visit$/);

  await side.fill("Đại úy Ba\nBà Lan"); // one besides is enough
  await expect(field.locator(".error-text")).toHaveCount(0);
  await expect(side).not.toHaveAttribute("aria-invalid");
  await members.fill("Đại úy Ba; Bà Lan");
  await members.blur();
  await expect(field.locator(".error-text")).toHaveText(sentence); // whichever of the two fields was filled in last
  await members.fill("Đại úy Ba");
  await expect(field.locator(".error-text")).toHaveCount(0);
  await page.locator("#door .door-bar button").click();
  await expect(page.locator("#door-missing")).not.toContainText(sentence);
  await context.setOffline(false);

  // The sheet item by item says the same in the same words, before it is saved; saving it keeps what was typed.
  await page.goto(doors[1] ?? "");
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Mở phiếu từng mục" }).click()]);
  await members.fill("Đại úy Ba");
  await side.fill("Đại úy Ba");
  await side.blur();
  await expect(field.locator(".error-text")).toHaveText(sentence);
  await look(page, { script: true, heading: "Kiểm tra" });
  await side.fill("Bà Lan");
  await expect(field.locator(".error-text")).toHaveCount(0);
});

test("what was typed just before the button comes back with a page that was refused", async ({ page, as }) => {
  test.slow();
  await as("Cảnh sát khu vực");
  await page.goto("/inspections");
  const doors = await page.locator("a.doorrow").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  await page.goto(doors[2] ?? "");
  const item = page.locator(".door-item").first();
  await item.locator("label", { hasText: "Chưa đạt" }).click();
  await item.locator(".chip").first().click();
  await item.locator('[name^="note."]').fill("Gọi 0912345678"); // a number in a note is refused
  await page.evaluate(() => {
    for (const item of document.querySelectorAll(".door-item")) {
      if (!item.querySelector(".pick input:checked")) item.querySelector<HTMLInputElement>('.pick input[value="2"]')?.click();
    }
  });
  await page.locator("textarea[name=resident_side]").fill("Bà Lan");
  await page.locator("textarea[name=remarks]").fill("Nhà sạch");
  await page.waitForTimeout(1000); // this much is kept on the phone
  await page.locator("textarea[name=remarks]").fill("Ghi sau cùng");
  await page.locator("#door .door-bar button").click();
  await expect(page.locator(".notice.bad, .error-text").first()).toBeVisible();
  await expect(page.locator("textarea[name=remarks]")).toHaveValue("Ghi sau cùng");
  await page.waitForTimeout(500); // nothing kept before takes its place
  await expect(page.locator("textarea[name=remarks]")).toHaveValue("Ghi sau cùng");
});
