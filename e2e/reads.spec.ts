// Who read what: an officer opens a house, its head and a household see it; what was unusual reaches the data protection officer.
import { desk } from "./browser.ts";
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const head = "Trưởng số nhà";

test("the officer opens a house: its head sees it at Ai đã xem, the household sees its group lead under Dữ liệu của tôi", async ({ demo, as, browser, viewport, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const page = await as(head);
  await page.goto("/houses");
  const house = new URL(page.url()).pathname;

  const context = await browser.newContext({ viewport, locale: "vi-VN", javaScriptEnabled, baseURL: demo.url });
  const officer = await context.newPage();
  listen(officer);
  await signIn(officer, demo.account("Cảnh sát khu vực"));
  await officer.goto(house);
  expect((await context.request.get(demo.url + house + "/reads")).status(), "who looked is for the house and the command").toBe(404);

  await page.goto(house);
  await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: "Ai đã xem hồ sơ này" }).locator("visible=true").first().click()]);
  await look(page, { script: javaScriptEnabled, heading: /Ai đã xem hồ sơ số nhà/ });
  const opened = page.locator("tbody tr").filter({ hasText: /cảnh sát khu vực/i }).filter({ hasText: "Mở trang số nhà" }).first();
  await expect(opened).toContainText("20/10/2026"); // today, as the demo has it
  await expect(opened).toContainText("Phụ trách khu vực");
  await expect(page.locator("main")).not.toContainText("0900"); // role and area, never a number
  if (viewport) {
    await page.setViewportSize(desk.viewport); // the same at a desk
    await look(page, { script: javaScriptEnabled, heading: /Ai đã xem hồ sơ số nhà/ });
    await expect(opened).toBeVisible();
    await page.setViewportSize(viewport);
  }

  await officer.goto("about:blank"); // an open page that asks once more, signed out, would be a complaint
  await context.clearCookies();
  await signIn(officer, demo.account("Tổ trưởng tổ dân phố"));
  await officer.goto(house + "/answers");
  await officer.goto("about:blank");
  await context.clearCookies();
  await signIn(officer, demo.account("Đại diện hộ"));
  await officer.goto("/my-data");
  await Promise.all([officer.waitForNavigation(), officer.getByRole("link", { name: "Xem ai đã xem thông tin của hộ" }).click()]);
  await look(officer, { script: javaScriptEnabled, heading: "Ai đã xem thông tin của hộ" });
  await expect(officer.locator("tbody tr").filter({ hasText: "Phụ trách tổ dân phố" }).filter({ hasText: "Mở tỷ lệ trả lời của các hộ" }).first()).toContainText("20/10/2026");
  await expect(officer.locator("main")).not.toContainText("Mở trang số nhà"); // that is the house's, not the household's
  await context.close();
});

test("an unusual reading reaches the data protection officer, who opens it and closes it with a reason", async ({ as, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const page = await as("Người phụ trách bảo vệ dữ liệu cá nhân");
  await page.goto("/inbox");
  await expect(page.locator("main")).toContainText("việc xem hồ sơ ngày");
  await page.goto("/reads");
  await look(page, { script: javaScriptEnabled, heading: "Việc xem cần để ý" });
  const open = page.locator("tbody tr");
  const before = await open.count();
  // The demo has two: with scripts one is closed, without them the other.
  const which = javaScriptEnabled ? /Tải, in 1 lần trong đêm/ : /Mở đi mở lại/;
  await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: which }).click()]);
  await look(page, { script: javaScriptEnabled, heading: /Việc xem cần để ý ngày/ });
  await expect(page.locator("#lines, section").filter({ hasText: "Các dòng đã ghi" }).first()).toBeVisible();
  await page.locator('input[name="state"][value="fine"]').check({ force: true });
  await page.locator('textarea[name="note"]').fill("Chuẩn bị họp giao ban đầu tuần.");
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Lưu", exact: true }).click()]);
  await expect(page.locator("main, .flash, [role=status]").filter({ hasText: "Đã ghi là có lý do" }).first()).toBeVisible();
  await page.goto("/reads");
  await expect(open).toHaveCount(before - 1);
  await page.goto("/reads?done=1");
  await expect(page.locator("main")).toContainText(which);
});
