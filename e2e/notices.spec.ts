// Announcements, from the command's desk to the last door, and the page behind a door plate.
import { expectAccessible, expectFits } from "./axe.ts";
import { expect, signIn, test } from "./sonha.ts";

test("an announcement is sent, read, told at the doors and corrected", async ({ as, demo, page, javaScriptEnabled }, info) => {
  const title = `Diễn tập chữa cháy tối nay, ${info.project.name}`;
  await as("Chỉ huy Công an phường");
  await page.goto("/notices/new");
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  await page.getByLabel("Tiêu đề").fill(title);
  await page.getByLabel("Nội dung").fill("Từ 20 giờ đến 22 giờ, xe chữa cháy vào phố để diễn tập.\n\nĐề nghị không để xe ở đầu ngõ.");
  await page.locator('input[name="urgent"]').check();
  await page.getByRole("button", { name: "Lưu và xem trước" }).click();
  await expect(page.getByText("Ông/bà ghi lý do khẩn").first()).toBeVisible();
  await expect(page.getByLabel("Tiêu đề")).toHaveValue(title);
  await page.getByLabel("Lý do khẩn").fill("Đổi giờ diễn tập");
  await page.getByRole("button", { name: "Lưu và xem trước" }).click();
  await expect(page.getByText("Sẽ tới 60 số nhà")).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  await page.getByRole("button", { name: "Gửi thông báo" }).click();
  await expect(page.getByText("Đã gửi thông báo.")).toBeVisible();
  await expect(page.getByText("0 trên 60").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Còn ai chưa biết" })).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  const sent = page.url();

  await page.context().clearCookies();
  await signIn(page, demo.account("Trưởng số nhà"));
  await page.goto("/notices");
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByText("Khẩn: Đổi giờ diễn tập")).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  await page.getByRole("button", { name: "Đã đọc" }).click();
  await expect(page.getByText("Ông/bà báo đã đọc")).toBeVisible();
  await page.locator('label:has(input[name="household"])').first().click();
  await page.getByRole("button", { name: "Lưu các hộ đã biết" }).click();
  await expect(page.getByText(/^1\/\d+ hộ đã biết$/)).toBeVisible();

  await page.context().clearCookies();
  await signIn(page, demo.account("Chỉ huy Công an phường"));
  await page.goto(sent);
  await expect(page.getByText("1 trên 60").first()).toBeVisible();
  await page.getByRole("link", { name: "Gửi đính chính" }).click();
  await page.getByLabel("Nội dung").fill("Diễn tập từ 19 giờ đến 21 giờ, không phải từ 20 giờ.");
  await page.getByRole("button", { name: "Lưu và xem trước" }).click();
  await expect(page.getByText("Sẽ tới 60 số nhà")).toBeVisible();
  await page.getByRole("button", { name: "Gửi thông báo" }).click();
  await page.goto(sent);
  await expect(page.getByText("Thông báo này có chỗ sai và đã được đính chính")).toBeVisible();
});

test("a door plate opens a page for everybody", async ({ as, page, javaScriptEnabled }) => {
  await as("Chỉ huy Công an phường");
  await page.goto("/houses");
  const house = await page.locator('main a[href^="/houses/0"]').first().getAttribute("href");
  await page.goto(`${house}/door`);
  await expectFits(page);
  const plate = await page.getByRole("link", { name: "Mở trang sau mã QR" }).getAttribute("href");
  await page.context().clearCookies();
  const answer = await page.goto(plate ?? "");
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()["cache-control"]).toBe("public, max-age=60");
  await expect(page.getByRole("link", { name: "113", exact: true })).toHaveAttribute("href", "tel:113");
  await expect(page.getByText("Trực ban Công an phường")).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
});
