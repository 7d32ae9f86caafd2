// Passkeys: one is added on the account's page, opens the door in the place of phone and PIN, and is removed, with Chromium's own
// authenticator at the other end.
import { createServer } from "node:net";

import { expectAccessible, expectFits } from "./axe.ts";
import { expect, Sonha, test } from "./sonha.ts";

/** A port that was free a moment ago: the address is said before the program starts. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

test("a passkey is added, signs in and is removed", async ({ browser, database, javaScriptEnabled, viewport }, info) => {
  test.skip(!/phone js sqlite/.test(info.project.name), "the same everywhere else");
  const sonha = await Sonha.demoAt(database, await freePort());
  const context = await browser.newContext({ baseURL: sonha.url, viewport, javaScriptEnabled, locale: "vi-VN" });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    const broken: string[] = []; // what the policy of the pages refuses
    page.on("console", (message) => message.type() === "error" && /Content Security Policy/.test(message.text()) && broken.push(message.text()));

    const who = sonha.account("Trưởng số nhà");
    await page.goto("/sign-in?with=pin");
    await page.locator('input[name="phone"]').fill(who.phone);
    await page.locator('input[name="secret"]').fill(who.secret);
    await page.locator('form:has(input[name="secret"]) button[type="submit"]').click();
    await expect(page).not.toHaveURL(/sign-in/);
    await page.goto("/account");
    await page.getByRole("link", { name: "Xem khóa truy cập" }).click();
    await expect(page.getByText("chưa có khóa truy cập nào")).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Thêm khóa truy cập" }).click();
    await page.getByLabel("Tên khóa").fill("Điện thoại");
    await expectFits(page);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Tạo khóa" }).click();
    await expect(page.getByText("Đã thêm khóa truy cập.")).toBeVisible();
    await expect(page.getByText("chưa dùng lần nào")).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath("passkeys.png"), fullPage: true });

    await context.clearCookies();
    await page.goto("/sign-in?next=/account/passkeys");
    await expectFits(page);
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath("sign-in.png"), fullPage: true });
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }); // a strange finger
    await page.getByRole("button", { name: "Vào bằng khóa truy cập" }).click();
    await expect(page.getByText("Máy chưa xác nhận")).toBeVisible();
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await page.getByRole("button", { name: "Vào bằng khóa truy cập" }).click();
    await expect(page).toHaveURL(/account\/passkeys/);
    await expect(page.getByText("Dùng gần nhất")).toBeVisible();

    await page.getByLabel("Tên khóa").fill("Máy tính bảng");
    await page.getByRole("button", { name: "Lưu tên" }).click();
    await expect(page.getByRole("heading", { name: "Máy tính bảng" })).toBeVisible();
    await page.getByRole("button", { name: "Xóa khóa" }).click();
    await expect(page.getByText("Đã xóa khóa ở Sonha")).toBeVisible();
    await context.clearCookies();
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Vào bằng khóa truy cập" }).click(); // the device still has it
    await expect(page.getByText("Khóa này không mở được tài khoản nào")).toBeVisible();
    expect(broken).toEqual([]);
  } finally {
    await context.close();
    await sonha.stop();
  }
});
