// A house head's month on the phone: an entry refused with a name and kept without, the report sent with one press.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

const head = "Trưởng số nhà";

test("a head's month: an entry refused with a name, the month reported with one press", async ({ as, javaScriptEnabled }, info) => {
  test.skip(info.project.name.startsWith("desk"), "the head works on the phone");
  const page = await as(head);
  await page.goto("/houses");
  const link = await page.locator('main a[href^="/houses/"]').first().getAttribute("href");
  const house = /^\/houses\/[0-9a-z]{26}/.exec(link ?? "")?.[0];
  await page.goto(`${house}/log`);
  await look(page, { script: javaScriptEnabled, heading: "Nhật ký" });
  await page.getByRole("link", { name: "Ghi một việc" }).click();
  await look(page, { script: javaScriptEnabled, heading: "Ghi một việc" });

  const text = page.locator('textarea[name="text"]');
  const save = page.getByRole("button", { name: "Lưu vào nhật ký" });
  await page.getByText("Hỏng hóc ở nhà chung", { exact: true }).click();
  await text.fill("anh Hùng P203 làm vỡ đèn cầu thang");
  await save.click();
  await expect(page.locator("main")).toContainText("chưa lưu gì");
  await expect(page.getByRole("link", { name: "Gọi 113", exact: true })).toBeVisible();
  await expect(text).toHaveValue("anh Hùng P203 làm vỡ đèn cầu thang");
  await look(page, { script: javaScriptEnabled, heading: "Ghi một việc" });
  await text.fill("Đèn cầu thang tầng 2 vỡ, chờ thay");
  await save.click();
  await expect(page.locator("main ul.props > li").first()).toContainText("Đèn cầu thang tầng 2 vỡ, chờ thay");
  await expect(page.locator("main")).not.toContainText("Hùng");

  await page.goto("/today");
  await page.getByRole("button", { name: /^Tháng 10\/2026 bình thường$/ }).click();
  await expect(page.locator("main")).toContainText("chờ cảnh sát khu vực xem");
  await look(page, { script: javaScriptEnabled, heading: "Báo cáo tháng 10/2026" });
  await page.getByRole("button", { name: "Lấy lại để sửa" }).click();
  await expect(page.getByRole("button", { name: "Lưu nháp" })).toBeVisible();
});
