// A version of the criteria: drafted, refused where it asks what may not be asked, looked at, tried on last year, published by a second
// person, and chosen by the next campaign.
import { look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

test("two people make a version, and the next campaign chooses it", async ({ page, demo, as, browser, baseURL, javaScriptEnabled }) => {
  test.slow();
  await as("Chỉ huy Công an phường");
  await page.goto("/criteria");
  await expect(page.locator("main")).toContainText("Bản 2 (bản nháp)");
  await look(page, { script: javaScriptEnabled });
  await page.goto("/criteria/2/items/TC3");

  const question = page.locator('textarea[name="question_vi"]');
  await question.fill("Danh bạ khẩn cấp có ghi hộ theo đạo nào không?");
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.locator(".field.has-error")).toContainText("“theo đạo”");
  await expect(question).toHaveValue("Danh bạ khẩn cấp có ghi hộ theo đạo nào không?");
  await look(page, { script: javaScriptEnabled });
  await question.fill("Danh bạ khẩn cấp đã treo ở chỗ dễ thấy, đủ 6 số và còn đúng không?");
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.locator("main ins")).toContainText("dễ thấy");

  await page.getByRole("link", { name: "Xem như trên điện thoại" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("ở chỗ dễ thấy");
  await look(page, { script: javaScriptEnabled });
  await page.goto("/criteria/2");
  await expect(page.locator("main")).toContainText("TC3, Danh bạ");
  await expect(page.locator("main")).toContainText("Ông/bà đã sửa bản nháp này");
  await look(page, { script: javaScriptEnabled });

  // One item comes, with its English left for later, and another one goes, with a reason.
  await page.getByRole("link", { name: "Thêm mục HG8" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Mục mới HG8");
  await look(page, { script: javaScriptEnabled });
  for (const [name, said] of Object.entries({
    text: "Có bảng ghi giờ yên tĩnh ở lối chung",
    label: "Bảng giờ yên tĩnh",
    question: "Lối chung có treo bảng ghi giờ yên tĩnh không?",
    explain: "Bảng ghi rõ giờ trưa và giờ đêm.",
    pass: "Có bảng, đọc rõ",
    partly: "Có bảng, đã mờ",
    fail: "Chưa có bảng",
    evidence: "Xem tại chỗ",
    rule: "Có bảng, đọc rõ",
    action: "Treo bảng giờ yên tĩnh",
    how: "Một buổi",
  })) {
    await page.locator(`[name="${name}_vi"]`).fill(said);
  }
  await page.locator('[name="chips_vi"]').fill("Chưa có bảng\nBảng đã mờ");
  await page.getByText("Kiểm tra tại chỗ").click();
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("HG8, Bảng giờ yên tĩnh");
  await page.goto("/criteria/2/items/VH7");
  await page.getByText("Bỏ mục này").click();
  await look(page, { script: javaScriptEnabled });
  await page.locator('textarea[name="reason"]').fill("Đã có ở nhật ký, hỏi lại là trùng.");
  await page.getByRole("button", { name: "Bỏ mục VH7" }).click();
  await expect(page.locator("main")).toContainText("Đã có ở nhật ký, hỏi lại là trùng.");
  await page.goto("/criteria/2/items/VH7");
  await expect(page.getByRole("button", { name: "Giữ lại VH7" })).toBeVisible();
  await look(page, { script: javaScriptEnabled });
  await page.goto("/criteria/2");
  await page.getByRole("link", { name: "Thử trên kết quả đợt trước" }).click();
  await expect(page.locator("main")).toContainText("số nhà sẽ có mức khác");
  await expect(page.locator("main")).toContainText("Tiêu chí VH7 bản này bỏ");
  await look(page, { script: javaScriptEnabled });

  const context = await browser.newContext({ baseURL, javaScriptEnabled, locale: "vi-VN" });
  const second = await context.newPage();
  const committee = demo.account("Ủy ban nhân dân phường");
  await signIn(second, committee);
  await second.goto("/criteria/2");
  await second.locator('textarea[name="reason"]').fill("Đã bàn tại giao ban tháng 10.");
  await second.getByRole("button", { name: "Công bố bản 2" }).click();
  await second.waitForLoadState();
  if (await second.locator('input[name="secret"], input[name="code"]').count()) {
    await second.locator('input[name="secret"], input[name="code"]').first().fill(committee.secret);
    await second.locator('main form button[type="submit"]').first().click();
  }
  await expect(second.locator("main")).toContainText("Bản này đã công bố");
  await context.close();

  await page.goto("/campaigns/new?year=2027");
  await expect(page.locator('select[name="criteria"]')).toHaveValue("2");
});
