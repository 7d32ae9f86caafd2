// Two-step sign-in: turned on with an authenticator, asked for at the next sign-in, and turned off again.
import { createHmac } from "node:crypto";

import { type Page } from "@playwright/test";

import { expectAccessible, expectFits } from "./axe.ts";
import { type Account, expect, test } from "./sonha.ts";

/** The six figures that an authenticator shows for a secret, so many times thirty seconds from now (RFC 6238). */
function code(secret: string, later = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const sum = createHmac("sha1", key).update(counter).digest();
  return String((sum.readUInt32BE(sum[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The first of the two steps. */
async function password(page: Page, who: Account) {
  await page.goto("/sign-in?with=password");
  await page.locator('input[name="phone"]').fill(who.phone);
  await page.locator('input[name="secret"]').fill(who.secret);
  await page.locator('form:has(input[name="secret"]) button[type="submit"]').click();
  await expect(page).toHaveURL(/sign-in\/code/);
}

test("a second factor is turned on, asked for and turned off", async ({ as, demo, page, javaScriptEnabled }, info) => {
  test.skip(!/phone js sqlite/.test(info.project.name), "the same pages everywhere else");
  const who = "Thành phố"; // nobody else's journey signs in as the city meanwhile
  await as(who);
  await page.goto("/account");
  await page.getByRole("link", { name: "Bật xác nhận hai bước" }).click();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  const secret = await page.locator('input[name="key"]').inputValue();
  await page.getByLabel("Mã xác nhận").fill(code(secret));
  await page.getByRole("button", { name: "Bật xác nhận hai bước" }).click();
  await expect(page.getByText("chỉ hiện một lần này")).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  const recovery = await page.locator(".codes b").first().innerText();

  await page.context().clearCookies();
  await password(page, demo.account(who));
  await expect(page.getByRole("heading", { name: "Nhập mã xác nhận" })).toBeVisible();
  await expectFits(page);
  if (javaScriptEnabled) await expectAccessible(page);
  await page.goto("/account");
  await expect(page).toHaveURL(/sign-in/); // the password alone opens nothing
  await page.goto("/sign-in/code");
  await page.getByLabel("Mã xác nhận").fill(code(secret, 1));
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await page.goto("/account");
  await expect(page.getByText("Còn 10 mã dự phòng")).toBeVisible();

  await page.context().clearCookies();
  await password(page, demo.account(who));
  await page.getByRole("link", { name: /Dùng mã dự phòng/ }).click();
  await page.getByLabel("Mã dự phòng").fill(recovery);
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await page.goto("/account/factor");
  await expect(page.getByText("Còn 9 mã dự phòng")).toBeVisible();
  await page.getByRole("button", { name: "Tắt xác nhận hai bước" }).click();
  await expect(page.getByText("Đã tắt xác nhận hai bước.")).toBeVisible();
});
