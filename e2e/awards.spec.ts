// A commendation: proposed by the group lead and voted on, published by the command, read and checked by everybody.
import { look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

test("from the proposal to publication, and a certificate that anybody checks", async ({ as, demo, javaScriptEnabled }) => {
  const page = await as("Tổ trưởng tổ dân phố");
  await page.goto("/commendations/new");
  await look(page, { script: javaScriptEnabled, heading: "Đề nghị khen" });
  await page.locator('fieldset:has(input[name="subject"])').getByText("Tổ dân phố", { exact: true }).click();
  await page.locator('select[name="group"]').selectOption({ index: 1 });
  await page.locator('select[name="achievement"]').selectOption("NK");
  await page.locator('textarea[name="reason"]').fill("Chị Hoa nhắc lưu trú rất chăm");
  await page.getByRole("button", { name: "Lưu đề nghị" }).click();
  await expect(page.locator("#f-reason-error")).toBeVisible();
  await page.locator('textarea[name="reason"]').fill("Các hộ cho thuê đều thông báo lưu trú");
  await page.getByRole("button", { name: "Lưu đề nghị" }).click();
  await page.locator('input[name="yes"]').fill("9");
  await page.getByRole("button", { name: "Lưu kết quả biểu quyết" }).click();
  await expect(page.locator("main")).toContainText("Biểu quyết đạt");
  await look(page, { script: javaScriptEnabled });
  const award = page.url();

  await page.context().clearCookies();
  await signIn(page, demo.account("Chỉ huy Công an phường"));
  await page.goto(award);
  await page.getByRole("button", { name: "Công khai 10 ngày" }).click();
  await expect(page.locator("main")).toContainText("Công khai đến hết ngày");

  await page.context().clearCookies();
  await page.goto("/awards");
  await look(page, { script: javaScriptEnabled, heading: "Khen thưởng của phường" });
  await page.locator('main a[href^="/awards/"]').first().click();
  await expect(page.locator("main")).toContainText("Thật");
  await look(page, { script: javaScriptEnabled, heading: "Kiểm tra giấy chứng nhận" });
});
