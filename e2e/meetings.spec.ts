// A meeting of a house from its plan to the minutes, on the head's phone.
import { expectAccessible, expectFits } from "./axe.ts";
import { expect, test } from "./sonha.ts";

test("a meeting is planned, invited to, held, voted in and minuted", async ({ as, page, javaScriptEnabled }, info) => {
  const title = `Họp bàn khóa cổng, ${info.project.name}`;
  const look = async () => {
    await expectFits(page);
    if (javaScriptEnabled) await expectAccessible(page);
  };
  await as("Trưởng số nhà");
  await page.goto("/meetings");
  await look();
  await page.getByRole("link", { name: "Lên lịch một cuộc họp" }).click();
  await page.getByLabel("Họp về việc gì").fill(title);
  await page.getByLabel("Ngày", { exact: true }).fill("2026-10-20"); // the demo's today
  await page.getByLabel("Giờ bắt đầu").fill("00:00");
  await page.getByLabel("Địa điểm").fill("Sân chung tầng 1");
  await page.getByLabel("Nội dung họp").fill("Nhắc anh Hùng khóa cổng");
  await look();
  await page.getByRole("button", { name: "Lưu lịch họp" }).click();
  await expect(page.getByText("Chỗ này có tên người").first()).toBeVisible();
  await page.getByLabel("Nội dung họp").fill("Giờ khóa cổng chung\nĐèn cầu thang");
  await page.getByRole("button", { name: "Lưu lịch họp" }).click();
  await expect(page.getByText("Chưa gửi giấy mời").or(page.getByText("Đã lưu lịch họp")).first()).toBeVisible();
  await look();

  // It is written down after the hour that was planned.
  await page.getByRole("button", { name: "Khai mạc cuộc họp" }).click();
  await expect(page.getByText(/^0\/\d+ hộ có mặt$/)).toBeVisible();
  await look();
  for (const box of await page.locator('label:has(input[name="household"])').all()) await box.click();
  await page.getByRole("button", { name: "Lưu điểm danh" }).click();
  await expect(page.getByText("Đủ điều kiện họp")).toBeVisible();

  await page.getByRole("link", { name: "Ghi biên bản" }).click();
  await expect(page.getByRole("heading", { name: "Kết luận, phân công" })).toBeVisible();
  await look();
  await page.getByText("Ghi một biểu quyết").click();
  await page.getByLabel("Biểu quyết về việc gì").fill("Khóa cổng chung lúc 23 giờ");
  const present = await page.getByLabel("Số hộ có mặt lúc biểu quyết").inputValue();
  await page.getByLabel("Tán thành", { exact: true }).fill(present);
  await page.getByRole("button", { name: "Lưu biểu quyết" }).click();
  await expect(page.getByText("Thông qua.", { exact: true })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Tải biên bản (PDF)" }).click();
  expect((await download).suggestedFilename()).toBe("bien-ban-hop.pdf");
});
