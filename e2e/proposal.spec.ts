// A proposal from the photo to the day on which its sender closes it, on the phone and at the officer's desk.
import type { Page } from "@playwright/test";
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const head = "Trưởng số nhà";
const officer = "Cảnh sát khu vực";

/** A small grey picture, as a phone would send one. */
const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGOogAIGyhgAOIQeATUqdRkAAAAASUVORK5CYII=", "base64");

/** Presses a button and waits for the page behind it. */
async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
}

async function fill(page: Page, form: { category: string; place: string; title: string; body?: string }): Promise<void> {
  await page.goto("/proposals/new");
  await page.locator("select[name=category]").selectOption(form.category);
  await page.locator("select[name=place]").selectOption(form.place);
  await page.locator("input[name=title]").fill(form.title);
  if (form.body) await page.locator("textarea[name=body]").fill(form.body);
}

test("from a photo to answered, opened again and closed", async ({ as, browser, demo, javaScriptEnabled }) => {
  test.setTimeout(240_000); // two people, and ten pages
  const script = javaScriptEnabled;
  const sender = await as(head);
  listen(sender);
  await sender.goto("/proposals");
  await look(sender, { script, heading: "Đề xuất" });
  await fill(sender, { category: "residence", place: "gate", title: "Biển hướng dẫn ở cổng bị mờ", body: "Người mới đến không đọc được." });
  await look(sender, { script, heading: "Gửi đề xuất" });
  await sender.locator("input[name=photos]").setInputFiles({ name: "bien.png", mimeType: "image/png", buffer: picture });
  await press(sender, "form.stack button[type=submit]");
  await expect(sender.locator("main")).toContainText("còn 5 ngày làm việc");
  await expect(sender.locator("ul.photos img")).toHaveCount(1);
  await look(sender, { script, heading: "Biển hướng dẫn" });
  const address = new URL(sender.url()).pathname;

  const desk = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await signIn(desk, demo.account(officer));
  listen(desk);
  await desk.goto("/proposals?state=new");
  await look(desk, { script, heading: "Đề xuất" });
  await desk.locator("tr", { hasText: "Biển hướng dẫn" }).locator("input[type=checkbox]").check();
  await press(desk, 'button[form="bulk"]');
  await desk.goto(address);
  await look(desk, { script, heading: "Biển hướng dẫn" });
  const answer = desk.locator("details", { has: desk.locator('input[value="answer"]') });
  await answer.locator("summary").click();
  await answer.locator("textarea").fill("Đã thay biển mới ở cổng.");
  await Promise.all([desk.waitForNavigation(), answer.locator("button[type=submit]").click()]);
  await expect(desk.locator("main")).toContainText("Đã trả lời");

  await sender.goto(address);
  await look(sender, { script, heading: "Biển hướng dẫn" });
  await sender.locator("summary", { hasText: "Chưa ổn" }).click();
  await sender.locator("textarea[name=reason]").fill("Biển treo cao quá.");
  await press(sender, "details[open] button[type=submit]");
  await expect(sender.locator("main")).toContainText("Mở lại");

  await desk.goto(address);
  const again = desk.locator("details", { has: desk.locator('input[value="answer"]') });
  await again.locator("summary").click();
  await again.locator("textarea").fill("Đã hạ biển xuống ngang mắt.");
  await Promise.all([desk.waitForNavigation(), again.locator("button[type=submit]").click()]);
  await sender.goto(address);
  await press(sender, "button.primary");
  await expect(sender.locator("main")).toContainText("người gửi thấy ổn");
  await expect(sender.locator(".timeline > li")).toHaveCount(6);
});

test("urgent: the numbers first; an accusation: its channel, and the text stays", async ({ as, javaScriptEnabled }) => {
  const page = await as(head);
  listen(page);
  await fill(page, { category: "else", place: "stairs", title: "Mùi khét ở cầu thang", body: "Hàng xóm đánh bạc cả đêm." });
  await press(page, "form.stack button[type=submit]");
  await expect(page.locator("#channel")).toContainText("113");
  await expect(page.locator("textarea[name=body]")).toHaveValue("Hàng xóm đánh bạc cả đêm.");
  await look(page, { script: javaScriptEnabled, heading: "Gửi đề xuất" });
  await page.locator("textarea[name=body]").fill("Từ hộp điện tầng 1.");
  await page.locator('input[name=urgent][value="1"]').check();
  await press(page, "form.stack button[type=submit]");
  await look(page, { script: javaScriptEnabled, heading: "Việc khẩn" });
  await expect(page.locator('.emergency a[href="tel:114"]')).toBeVisible();
  await press(page, ".thumb button");
  await expect(page.locator("main")).toContainText("Khẩn");
  await fill(page, { category: "else", place: "stairs", title: "Vẫn còn mùi khét" });
  await press(page, "form.stack button[type=submit]");
  await look(page, { script: javaScriptEnabled, heading: "Có phải việc này?" });
  await press(page, ".thumb button");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Vẫn còn mùi khét");
});
