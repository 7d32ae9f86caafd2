// A periodic report: the figures are pulled, the writer adds a remark, and the signature makes it stay; a figure leads to its source and rows.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

test("a report of a half-year is pulled, arranged and signed", async ({ as, javaScriptEnabled }) => {
  const page = await as("Chỉ huy Công an phường");
  await page.goto("/reports/periodic");
  await expect(page.locator("tbody")).toContainText("Quý III/2026");
  await look(page, { script: javaScriptEnabled, heading: "Báo cáo định kỳ" });
  await page.goto("/reports/periodic/new");
  await page.locator('select[name="period"]').selectOption("2026-H1");
  await look(page, { script: javaScriptEnabled, heading: "Lập báo cáo" });
  await page.getByRole("button", { name: "Lấy số liệu và xem bản nháp" }).click();
  await expect(page.locator(".paper")).toContainText("6 tháng đầu năm 2026");

  await page.locator('textarea[name="plans"]').fill("Kiểm tra đèn lối chung trước mùa mưa");
  await page.locator('label:has(input[name="section"][value="awards"])').click();
  await page.getByRole("button", { name: "Lưu và xem lại bản in" }).click();
  await expect(page.locator(".paper")).toContainText("Kiểm tra đèn lối chung trước mùa mưa");
  await expect(page.locator(".paper")).not.toContainText("khen thưởng");
  await look(page, { script: javaScriptEnabled });

  await page.locator('.paper a[href="#so-1"]').first().click();
  await expect(page.locator("#so-1")).toContainText("Số nhà có hồ sơ");
  await page.getByRole("button", { name: "Ký báo cáo này" }).click();
  await expect(page.locator("main")).toContainText("Mã nội dung");
  await expect(page.getByRole("button", { name: "Ký báo cáo này" })).toHaveCount(0);
});
