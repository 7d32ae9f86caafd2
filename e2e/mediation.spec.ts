// A mediator's work on the phone: the exclusion check first, a case to its agreement card, a referral; a head hands over.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";
import type { Page } from "@playwright/test";

/** Answers the five questions, all with no but the one that is named. */
async function check(page: Page, yes = ""): Promise<void> {
  for (const group of await page.locator("fieldset.choice").all()) {
    const answer = yes !== "" && (await group.locator("legend").textContent())?.includes(yes) ? "Có" : "Không";
    await group.getByText(answer, { exact: true }).click();
  }
  await page.getByRole("button", { name: "Tiếp tục" }).click();
}

test("a case from the check to the agreement card, and one that is passed on", async ({ as, javaScriptEnabled }) => {
  const page = await as("Hòa giải viên");
  await page.goto("/mediations");
  await page.getByRole("link", { name: "Nhận một vụ" }).click();
  await look(page, { script: javaScriptEnabled, heading: "Việc này có hòa giải được không?" });
  await check(page, "bạo lực");
  await expect(page.locator("main")).toContainText("Không hòa giải việc này");
  await expect(page.locator('main a[href="tel:113"]')).toBeVisible();

  await page.goto("/mediations/new");
  await check(page);
  await page.getByText("Một bên hoặc các bên yêu cầu", { exact: true }).click();
  await page.locator('select[name="scope"]').selectOption("noise");
  await page.locator('input[name="parties"]').fill("2");
  await page.getByRole("button", { name: "Lưu thông tin" }).click();
  await expect(page.locator("h1")).toContainText(/Vụ \d+\/2026/);
  await page.getByRole("button", { name: "Lưu buổi hòa giải" }).click();
  await page.getByText("Ghi kết quả", { exact: true }).click();
  await page.getByText("Hòa giải thành", { exact: true }).click();
  await page.getByText("Giữ yên tĩnh từ 22 giờ", { exact: false }).click();
  await page.locator('input[name="line1"]').fill("Chị Lan không hát sau 21 giờ");
  await page.getByRole("button", { name: "Lưu kết quả" }).click();
  await expect(page.locator("#f-line1-error")).toBeVisible();
  await page.locator('input[name="line1"]').fill("Tắt loa ở sân sau 21 giờ");
  await page.getByRole("button", { name: "Lưu kết quả" }).click();
  await expect(page.locator("ol.agreed li")).toHaveCount(2);
  await look(page, { script: javaScriptEnabled });
  const card = await page.request.get((await page.getByRole("link", { name: "In thẻ thỏa thuận (A5)" }).getAttribute("href")) ?? "");
  expect((await card.body()).subarray(0, 4).toString()).toBe("%PDF");
});

test("a head hands over, and the log says no more than that", async ({ as, javaScriptEnabled }) => {
  const page = await as("Trưởng số nhà");
  await page.goto("/houses");
  const house = /^\/houses\/[0-9a-z]{26}/.exec((await page.locator('main a[href^="/houses/"]').first().getAttribute("href")) ?? "")?.[0];
  await page.goto(`${house}/settling`);
  await look(page, { script: javaScriptEnabled, heading: "Dàn xếp giữa các hộ" });
  await page.getByRole("link", { name: "Ghi một việc dàn xếp" }).click();
  await check(page);
  await page.locator('select[name="scope"]').selectOption("parking");
  await page.getByText("Chưa ổn, chuyển tổ hòa giải", { exact: true }).click();
  await look(page, { script: javaScriptEnabled });
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.locator("main")).toContainText("Đã chuyển tổ hòa giải");
  await page.goto(`${house}/log`);
  await expect(page.locator("main")).toContainText("đã chuyển tổ hòa giải");
  await expect(page.locator("main")).not.toContainText("Để xe, lối đi");
});
