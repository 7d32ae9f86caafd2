// Small things that people rely on every day.
import type { Page } from "@playwright/test";
import { listen, look } from "./look.ts";
import { expect, test } from "./sonha.ts";

const lead = "Tổ trưởng tổ dân phố";
const officer = "Cảnh sát khu vực";
const command = "Chỉ huy Công an phường";
const administrator = "Quản trị viên";

/** The pages of houses nobody has inspected, in the order of the list: each test takes one of its own. */
async function uninspected(page: Page): Promise<string[]> {
  await page.goto("/houses?state=not_inspected");
  const all = await page.locator('main a[href^="/houses/"]').evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
  return [...new Set(all.filter((href) => /^\/houses\/[0-9a-z]{26}$/.test(href)))];
}

/** Presses a button and waits for the page behind it. */
async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
}

test("a wrong PIN keeps the phone number and says what to do", async ({ page, javaScriptEnabled }) => {
  listen(page);
  await page.goto("/sign-in?with=pin");
  await page.locator('input[name="phone"]').fill("0900 000 001");
  await page.locator('input[name="secret"]').fill("135790");
  await press(page, 'form:has(input[name="secret"]) button[type="submit"]');
  await expect(page.locator('input[name="phone"]')).toHaveValue("0900 000 001");
  await expect(page.locator('input[name="secret"]')).toHaveValue("");
  await expect(page.locator("main")).toContainText(/chưa đúng.*nhập lại/);
  await look(page, { script: javaScriptEnabled, heading: "Đăng nhập" });
});

test("filters live in the address and survive a reload", async ({ as }) => {
  const page = await as(command);
  await page.goto("/houses");
  const filters = page.locator("main .chips");
  await Promise.all([page.waitForURL(/[?&]state=safe/), filters.getByRole("link", { name: /^Đạt\b(?! có)/ }).first().click()]);
  const seen = async () => page.locator("main tbody th a").allTextContents();
  const before = await seen();
  expect(before.length).toBeGreaterThan(3);
  await expect(page.locator("main tbody")).not.toContainText("Chưa kiểm tra");
  await page.reload();
  await expect(page).toHaveURL(/[?&]state=safe/);
  expect(await seen()).toEqual(before);
  await expect(filters.locator('[aria-current="true"]')).toContainText("Đạt");
});

test("search understands names without marks, as one types or on Enter", async ({ as, javaScriptEnabled }) => {
  const page = await as(officer);
  await page.goto("/houses");
  const rows = page.locator("main tbody th a");
  const all = await rows.allTextContents();
  const street = "Đinh Tiên Hoàng";
  expect(all.some((address) => !address.includes(street)), "the list has other streets too").toBe(true);
  const field = page.locator('main form[role="search"] input[name="q"], main input[data-live]').first();
  if (javaScriptEnabled) await field.pressSequentially("dinh tien hoang", { delay: 20 });
  else {
    await field.fill("dinh tien hoang");
    await Promise.all([page.waitForNavigation(), field.press("Enter")]);
  }
  await expect.poll(async () => (await rows.allTextContents()).every((address) => address.includes(street))).toBe(true);
  expect(await rows.count()).toBeGreaterThan(0);
  await expect(page).toHaveURL(/[?&]q=dinh(\+|%20)tien(\+|%20)hoang/);
});

test("pressing a button twice sends its form once", async ({ as, javaScriptEnabled }) => {
  const page = await as(lead);
  const [house] = await uninspected(page);
  await page.goto(house + "/assessment/VH1");
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.url());
  });
  await page.locator('button.answer[value="1"]').dblclick();
  await expect(page.locator(".progress")).toContainText("Câu 2 trên 42");
  if (javaScriptEnabled) expect(sent).toHaveLength(1);
  await page.goto(house + "/history");
  const told = await page.locator("main").innerText();
  expect(told.match(/VH1: một phần/g)).toHaveLength(1);
});

test("back on the questions loses nothing", async ({ as }) => {
  const page = await as(lead);
  const house = (await uninspected(page))[1];
  const answer = (value: string) => press(page, `button.answer[value="${value}"]`);
  await page.goto(house + "/assessment/TC1");
  await answer("0");
  const second = page.url();
  await answer("1");
  const third = page.url();
  expect(new Set([second, third]).size).toBe(2);
  await page.goBack();
  await expect(page).toHaveURL(second);
  await page.reload();
  await expect(page.locator("button.answer.given")).toHaveAttribute("value", "1");
  await page.goto(house + "/assessment/TC1");
  await expect(page.locator("button.answer.given")).toHaveAttribute("value", "0");
  await answer("2");
  await page.goto(house + "/assessment/TC1");
  await expect(page.locator("button.answer.given")).toHaveAttribute("value", "2");
});

test("a refused form keeps what was typed and leads to the mistake", async ({ as, javaScriptEnabled }) => {
  const page = await as(administrator);
  listen(page);
  await page.goto("/accounts/new?role=command");
  await page.locator('main input[name="name"]').fill("Nguyễn Thị Ủy");
  await page.locator('main input[name="phone"]').fill("0912 34");
  await Promise.all([page.waitForNavigation(), page.locator("main").getByRole("button", { name: "Lưu và in phiếu" }).click()]);
  await expect(page.locator('main input[name="name"]')).toHaveValue("Nguyễn Thị Ủy");
  await expect(page.locator('main input[name="phone"]')).toHaveValue("0912 34");
  await expect(page.locator('main input[name="phone"]')).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("main .error-text")).toContainText("10 chữ số");
  await look(page, { script: javaScriptEnabled, heading: "Thêm tài khoản" });
});

test("an import can be taken back", async ({ as, javaScriptEnabled }) => {
  const page = await as(command);
  listen(page);
  await page.goto("/imports");
  const number = 2000 + Math.floor(Math.random() * 6000);
  const text = `Số nhà,Phố,Số hộ\n${number},Hàng Gai,4\n${number},Phố,\n`;
  await page.locator('main input[type="file"]').setInputFiles({ name: "them.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const button = (name: string | RegExp) => page.locator("main").getByRole("button", { name });
  await Promise.all([page.waitForNavigation(), button("Đọc tệp").click()]);
  await expect(button("Nhập 1 số nhà")).toBeVisible();
  await expect(page.locator("main")).toContainText("trả lại");
  await look(page, { script: javaScriptEnabled, heading: "them.csv" });
  await Promise.all([page.waitForNavigation(), button("Nhập 1 số nhà").click()]);
  await expect(page.locator("main")).toContainText("Đã nhập xong");
  const found = async () => {
    const at = page.url();
    await page.goto("/houses?q=" + number);
    const rows = await page.locator("main tbody th a").count();
    await page.goto(at);
    return rows;
  };
  expect(await found()).toBe(1);
  await Promise.all([page.waitForNavigation(), page.locator("main").getByRole("link", { name: "Hoàn tác" }).click()]);
  await look(page, { script: javaScriptEnabled, heading: "Hoàn tác" });
  await Promise.all([page.waitForNavigation(), button("Hoàn tác").click()]);
  await expect(page.locator("main")).toContainText("Đã hoàn tác");
  expect(await found()).toBe(0);
});
