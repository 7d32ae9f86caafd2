// A shortcoming becomes a measure, is reported as done, and is closed by the second key; and the plan of inspections from the
// command's draw to the officer's week.
import { type Page } from "@playwright/test";
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const head = "Trưởng số nhà";
const officer = "Cảnh sát khu vực";
const command = "Chỉ huy Công an phường";

/** Presses a button and waits for the page behind it. */
async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
}

test("a measure from its noting to “Đúng rồi”", async ({ as, browser, demo, javaScriptEnabled }) => {
  test.setTimeout(240_000); // two people, and eight pages
  const script = javaScriptEnabled;
  const home = await as(head);
  listen(home);
  await home.goto("/houses"); // a head with one house goes straight to it
  await home.locator('[aria-labelledby="measures"] a', { hasText: "Ghi biện pháp" }).click();
  await look(home, { script, heading: "Ghi biện pháp" });
  await home.locator("textarea[name=content]").fill("Thay bóng đèn cầu thang tầng hai");
  await press(home, "form.stack button[type=submit]");
  await expect(home.locator("main")).toContainText("Chưa làm");
  await look(home, { script, heading: "Thay bóng đèn" });
  const address = new URL(home.url()).pathname;

  const desk = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await signIn(desk, demo.account(officer));
  listen(desk);
  await desk.goto("/measures");
  await look(desk, { script, heading: "Biện pháp" });
  await desk.goto(address);
  await press(desk, 'form:has(input[value="report"]) button[type=submit]');
  await expect(desk.locator("main")).toContainText("chờ trưởng số nhà xác nhận");
  await expect(desk.locator("button", { hasText: "Đúng rồi" })).toHaveCount(0);

  await home.goto("/today");
  await home.locator(".today-list a", { hasText: "Thay bóng đèn" }).first().click();
  await look(home, { script, heading: "Thay bóng đèn" });
  await press(home, 'form:has(input[value="verify"]) button[type=submit]');
  await expect(home.locator("main")).toContainText("Đã xác nhận xong");
});

test("the plan is drawn by the command and walked by the officer", async ({ as, browser, demo, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const script = javaScriptEnabled;
  const desk = await as(command);
  listen(desk);
  await desk.goto("/plan/new");
  await look(desk, { script, heading: "Lập kế hoạch kiểm tra" });
  await desk.locator("input[name=seed]").fill("4071158260");
  const reason = desk.locator("textarea[name=reason]");
  if ((await reason.count()) > 0) await reason.fill("Đổi tỉ lệ rút.");
  await press(desk, 'form[action="/plan"] button[type=submit]');
  await expect(desk.locator("main")).toContainText("4071158260");
  await look(desk, { script, heading: "Kế hoạch kiểm tra" });

  const walk = await (await browser.newContext({ baseURL: demo.url, viewport: { width: 360, height: 740 } })).newPage();
  await signIn(walk, demo.account(officer));
  listen(walk);
  await walk.goto("/plan/week");
  await look(walk, { script, heading: "Tuần 1" });
  await Promise.all([walk.waitForNavigation(), walk.locator("ul.walk a.doorrow[data-waits]").first().click()]);
  expect(new URL(walk.url()).pathname).toMatch(/^\/houses\/[0-9a-z]{26}\/visit$/);
});
