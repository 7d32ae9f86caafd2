// Two residential groups become one in the middle of a year: what the administrator sees before, what the command sees after. The ward
// is the test's own, because the groups of the shared one must stay.
import { listen, look } from "./look.ts";
import { expect, signIn, Sonha, test } from "./sonha.ts";

test("a group is merged after a preview, and old links lead on", async ({ browser, contextOptions, viewport, isMobile, hasTouch }, info) => {
  test.skip(info.project.name !== "phone js sqlite", "one ward is enough");
  const own = await Sonha.demo("sqlite", 120);
  try {
    const options = { ...contextOptions, viewport, isMobile, hasTouch, baseURL: own.url };
    const desk = await browser.newContext(options);
    const page = await desk.newPage();
    await signIn(page, own.account("Quản trị viên"));
    listen(page);
    await page.goto("/areas");
    const groups = page.locator('.tree a:not([href="/areas/ward"])');
    const group = groups.last();
    const name = (await group.textContent()) ?? "";
    const old = ((await group.getAttribute("href")) ?? "").split("/").pop();
    const into = (await groups.first().textContent()) ?? "";
    await group.click();
    await look(page, { script: true, heading: name });
    await page.getByRole("link", { name: "Nhập vào tổ khác" }).click();
    await page.getByLabel("Nhập vào tổ").selectOption({ label: into });
    await page.getByLabel("Lý do").fill("Quyết định sắp xếp lại tổ dân phố");
    await page.getByRole("button", { name: "Xem trước" }).click();
    await look(page, { script: true, heading: `Nhập ${name}` });
    await expect(page.locator("main table").first()).toContainText("→ 0");
    await page.getByRole("button", { name: `Nhập ${name} vào ${into}` }).click();
    await look(page, { script: true, heading: into });
    await expect(page.locator("main")).toContainText(name);
    await page.goto("/areas/move");
    await look(page, { script: true });
    await desk.close();

    const other = await browser.newContext(options);
    const command = await other.newPage();
    await signIn(command, own.account("Chỉ huy Công an phường"));
    await command.goto(`/houses?group=${old}`);
    await expect(command.locator(".notice").first()).toContainText(`${name} đã nhập vào ${into}`);
    await command.getByRole("link", { name: `Mở ${into}` }).click();
    await expect(command.getByRole("heading", { level: 1 })).toContainText(into);
    await other.close();
  } finally {
    await own.stop();
  }
});
