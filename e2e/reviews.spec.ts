// A review: the earlier shortcoming is judged, a new one has its cause and its measure, and the signature makes it stay.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

test("a review is written, waits for what is missing, and is signed once", async ({ as, javaScriptEnabled }) => {
  const page = await as("Tổ trưởng tổ dân phố");
  await page.goto("/reviews/new");
  await page.getByText("6 tháng cuối năm", { exact: false }).click();
  await page.getByRole("button", { name: "Bắt đầu" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("6 tháng cuối năm 2026");

  await page.getByRole("link", { name: /^Đánh giá SK-/ }).first().click();
  await page.getByText("Đã hết", { exact: true }).click();
  await page.getByRole("button", { name: "Lưu đánh giá" }).click();
  await expect(page.locator("#f-effect-error, .errors")).toContainText("Chưa có biện pháp nào được xác nhận xong");
  await look(page, { script: javaScriptEnabled, heading: "Đánh giá tồn tại kỳ trước" });
  await page.getByText("Đã giảm", { exact: true }).click();
  await page.getByRole("button", { name: "Lưu đánh giá" }).click();

  await page.getByRole("link", { name: "Ghi tồn tại", exact: true }).click();
  await page.locator('select[name="about"]').selectOption("TC4");
  await page.locator('textarea[name="body"]').fill("Xe để ở lối chung buổi tối");
  await page.getByText("Khách quan", { exact: true }).click();
  await page.locator('textarea[name="cause"]').fill("Nơi để xe chung nhỏ");
  await page.getByRole("button", { name: "Lưu, ghi biện pháp" }).click();
  await page.locator('textarea[name="content"]').fill("Kẻ thêm vạch nơi để xe");
  await page.getByRole("button", { name: "Ghi và giao việc" }).click();
  await expect(page.locator("main")).toContainText("Lặp lại: đã nêu ở");
  await page.getByRole("button", { name: "Ký bản này" }).click();
  await expect(page.locator("main")).toContainText("Đã ký ngày");
  await look(page, { script: javaScriptEnabled });
});
