// Training of the house heads of a group: planned, attended by house number, closed, and counted as a class.
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

test("a session is planned, attended and closed, and the record of a house says so", async ({ as, javaScriptEnabled }) => {
  const seen = (page: Parameters<typeof look>[0], heading?: string) => look(page, { script: javaScriptEnabled, heading });
  const page = await as("Tổ trưởng tổ dân phố");
  await page.goto("/trainings");
  await page.getByRole("link", { name: "Lên lịch một buổi tập huấn" }).click();
  await page.getByLabel("Khóa tập huấn").selectOption({ label: "Phương pháp công tác trưởng số nhà (trưởng số nhà)" });
  await page.getByLabel("Ngày", { exact: true }).fill("2026-10-20"); // the demo's today
  await page.getByLabel("Giờ bắt đầu").fill("00:00");
  await page.getByLabel("Địa điểm").fill("Nhà anh Hùng");
  await page.getByLabel("Đơn vị hướng dẫn").selectOption("officer");
  await seen(page);
  await page.getByRole("button", { name: "Lưu lịch tập huấn" }).click();
  await expect(page.getByText("Chỗ này có tên người").first()).toBeVisible();
  await page.getByLabel("Địa điểm").fill("Nhà sinh hoạt cộng đồng");
  await page.getByRole("button", { name: "Lưu lịch tập huấn" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Phương pháp công tác trưởng số nhà");

  await page.getByRole("link", { name: "Điểm danh", exact: true }).click();
  await seen(page, "Điểm danh");
  const boxes = await page.locator('label:has(input[name="came"])').all();
  for (const box of boxes.slice(0, 6)) await box.click();
  await page.getByRole("button", { name: "Lưu điểm danh" }).click();
  await expect(page.getByText(/^6\/\d+ trưởng số nhà$/)).toBeVisible();
  await page.getByRole("link", { name: "Về trang buổi tập huấn" }).click();
  await page.getByRole("button", { name: /^Chốt điểm danh: 6\// }).click();
  await expect(page.getByText("Đã chốt điểm danh").first()).toBeVisible();

  await page.getByRole("link", { name: "Ghi kết quả của lớp" }).click();
  await seen(page, "Ghi kết quả");
  await page.getByLabel("Số phiếu thu trước buổi").fill("4");
  await page.getByRole("button", { name: "Lưu kết quả" }).click();
  await expect(page.getByText("Dưới 5 phiếu thì để trống").first()).toBeVisible();
  for (const [label, value] of [["Số phiếu thu trước buổi", "6"], ["Số phiếu thu sau buổi", "6"], ["Câu 1: số phiếu đúng trước", "2"], ["Câu 1: số phiếu đúng sau", "6"]] as const) {
    await page.getByLabel(label).fill(value);
  }
  await page.getByRole("button", { name: "Lưu kết quả" }).click();
  await expect(page.getByText(/^Trả lời đúng trước buổi/)).toBeVisible();
  await seen(page);

  await page.goto("/trainings/due");
  await page.locator('main a[href$="/trainings"][href^="/houses/"]').first().click();
  await seen(page, "Hồ sơ tập huấn");
  await page.goto("/trainings/figures");
  await seen(page, "Số liệu tập huấn");
});
