// A household asks about its data, the data protection officer answers, and the household reads the answer.
import type { Page } from "@playwright/test";
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const household = "Đại diện hộ";
const officer = "Người phụ trách bảo vệ dữ liệu cá nhân";

/** Presses a button and waits for the page behind it. */
async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).first().click()]);
}

test("from the request of a household to the answer that it reads", async ({ as, browser, demo, javaScriptEnabled, viewport }) => {
  test.setTimeout(240_000); // two people, and ten pages
  const script = javaScriptEnabled;
  const home = await as(household);
  listen(home);
  await home.goto("/my-data");
  await Promise.all([home.waitForNavigation(), home.getByRole("link", { name: "Yêu cầu về dữ liệu" }).first().click()]);
  await look(home, { script, heading: "Yêu cầu về dữ liệu" });
  await Promise.all([home.waitForNavigation(), home.getByRole("link", { name: "Gửi yêu cầu" }).click()]);
  await look(home, { script, heading: "Gửi yêu cầu" });
  await home.locator('input[name=kind][value="restrict"]').check({ force: true });
  await home.locator("textarea[name=body]").fill("Tạm không dùng cam kết của hộ vào báo cáo.");
  await press(home, "Gửi yêu cầu");
  await expect(home.locator("main")).toContainText("Phường báo đã nhận chậm nhất ngày");
  await look(home, { script, heading: "Hạn chế dùng dữ liệu" });
  const mine = new URL(home.url()).pathname;
  const id = mine.slice(mine.lastIndexOf("/") + 1);

  const desk = await (await browser.newContext({ baseURL: demo.url, viewport, javaScriptEnabled: script, locale: "vi-VN" })).newPage();
  await signIn(desk, demo.account(officer));
  listen(desk);
  await desk.goto("/data-requests");
  await look(desk, { script, heading: "Yêu cầu về dữ liệu" });
  await expect(desk.locator("tbody tr").first()).toContainText("Quá hạn"); // what is overdue leads
  await desk.goto("/data-requests/" + id);
  await look(desk, { script, heading: "Hạn chế dùng dữ liệu" });
  await press(desk, "Báo hộ đã nhận");
  await expect(desk.locator("main")).toContainText("Phường trả lời chậm nhất ngày");
  await desk.locator('input[name=outcome][value="done"]').check({ force: true });
  await desk.locator("textarea[name=answer]").fill("Cam kết của hộ không còn nằm trong số liệu báo cáo.");
  await press(desk, "Gửi trả lời");
  await expect(desk.locator("main")).toContainText("đúng hạn");
  await look(desk, { script, heading: "Hạn chế dùng dữ liệu" });

  await home.goto("/inbox");
  await expect(home.locator("main")).toContainText("Phường đã trả lời yêu cầu của hộ");
  await home.goto(mine);
  await expect(home.locator("main")).toContainText("Cam kết của hộ không còn nằm trong số liệu báo cáo.");
  await look(home, { script, heading: "Hạn chế dùng dữ liệu" });
});
