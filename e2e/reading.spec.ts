// For eyes and ears of seventy, and a slow network: text read aloud, large letters that follow the account, photos made small before they are sent.
import type { Page } from "@playwright/test";
import { expectFits } from "./axe.ts";
import { desk } from "./browser.ts";
import { look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const household = "Đại diện hộ";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "a phone with scripts");

/** A phone whose voice notes what it is given instead of speaking; with no language at all it has no voice. */
async function voice(page: Page, lang: string): Promise<void> {
  await page.addInitScript((lang) => {
    const said: string[] = [];
    Object.assign(window, { said });
    const synthesis = Object.assign(new EventTarget(), {
      paused: false,
      getVoices: () => (lang ? [{ lang, name: lang }] : []),
      speak: (part: { text: string }) => void said.push(part.text),
      cancel: () => undefined,
      pause() { this.paused = true; },
      resume() { this.paused = false; },
    });
    Object.defineProperty(window, "speechSynthesis", { value: synthesis });
    Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(readonly text: string) {} } });
  }, lang);
}

test("a page is read aloud by a Vietnamese voice, pauses and stops", async ({ page, demo }) => {
  await voice(page, "vi-VN");
  await signIn(page, demo.account(household));
  await page.goto("/home/pledge");
  const read = page.locator("[data-speak]");
  await read.click();
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said[0]).toMatch(/^Cam kết của hộ/);
  expect(said.length, "block by block").toBeGreaterThan(5);
  await expect(read).toContainText("Tạm dừng");
  await read.click();
  await expect(read).toContainText("Đọc tiếp");
  await page.locator("[data-speak-stop]").click();
  await expect(read).toContainText("Đọc to");
});

for (const [name, lang] of [["no voice", ""], ["only an English voice", "en-US"]] as const) {
  test(`a phone with ${name} says so and what to do`, async ({ page, demo }) => {
    await voice(page, lang);
    await signIn(page, demo.account(household));
    await page.goto("/home/pledge");
    await page.locator("[data-speak]").click();
    await expect(page.locator("[data-speak-note]")).toContainText(/chưa có giọng đọc tiếng Việt.*Cài đặt/);
    expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([]);
    await look(page, { script: true });
  });
}

test("large letters follow the account to another phone", async ({ page, demo, browser, viewport }) => {
  await signIn(page, demo.account(household));
  await page.goto("/home");
  const usual = await page.locator("main p").first().evaluate((p) => parseFloat(getComputedStyle(p).fontSize));
  await page.locator("footer.reading").getByRole("link", { name: "Chữ to" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-text", "large");
  const other = await browser.newContext({ viewport, baseURL: demo.url, locale: "vi-VN" });
  const second = await other.newPage();
  await signIn(second, demo.account(household));
  await second.goto("/home");
  await expect(second.locator("html")).toHaveAttribute("data-text", "large");
  expect(await second.locator("main p").first().evaluate((p) => parseFloat(getComputedStyle(p).fontSize))).toBeGreaterThan(usual);
  await look(second, { script: true });
  await other.close();
});

test("on a phone large letters break the place in the top bar between words, and cut no figure off", async ({ page, demo }) => {
  await signIn(page, demo.account("Tổ trưởng tổ dân phố"));
  await page.locator("footer.reading").getByRole("link", { name: "Chữ to" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-text", "large");
  for (const path of ["/board", "/houses"]) {
    await page.goto(path);
    await expectFits(page);
    const lines = await page.locator(".topbar .place").first().evaluate((e) => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight));
    expect(lines, `${path}: lines of the place`).toBeLessThan(4);
  }
  await page.goto("/board");
  const cut = await page.locator("table.groups tbody tr:visible, table.groups tfoot tr:visible").evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length);
  expect(cut, "groups with figures cut off").toBe(0);
  await page.locator("footer.reading").getByRole("link", { name: "Chữ thường" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-text", "large");
});

test("at a desk large letters take columns below each other, not over each other", async ({ page, demo }) => {
  await page.setViewportSize(desk.viewport);
  await signIn(page, demo.account("Chỉ huy Công an phường"));
  await page.locator("footer.reading").getByRole("link", { name: "Chữ to" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-text", "large");
  for (const path of ["/today", "/board", "/houses", "/streets", "/proposals", "/measures", "/processing", "/indicators/I3"]) {
    await page.goto(path);
    await expectFits(page);
    const over = await page.locator("main table:visible, main ul:visible, main dl:visible").evaluateAll((all) =>
      all.filter((e) => !e.closest(".scroll") && e.parentElement && e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 1).map((e) => e.className));
    expect(over, `${path}: reaches over what stands beside it`).toEqual([]);
  }
  await page.locator("footer.reading").getByRole("link", { name: "Chữ thường" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-text", "large");
});

test("a large photo is made small on the phone before it is sent", async ({ page, demo }) => {
  await signIn(page, demo.account("Trưởng số nhà"));
  await page.goto("/proposals/new");
  const large = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [4000, 3000];
    const draw = canvas.getContext("2d");
    for (let i = 0; draw && i < 4000; i++) {
      draw.fillStyle = `hsl(${(i * 37) % 360} 80% 50%)`;
      draw.fillRect((i * 97) % 4000, (i * 61) % 3000, 90, 70);
    }
    return canvas.toDataURL("image/jpeg", 0.95).split(",")[1] ?? "";
  });
  const buffer = Buffer.from(large, "base64");
  await page.locator("input[name=photos]").setInputFiles({ name: "den.jpg", mimeType: "image/jpeg", buffer });
  await expect(page.locator("[data-preview] img")).toBeVisible();
  const kept = await page.locator("input[name=photos]").evaluate(async (input) => {
    const file = (input as HTMLInputElement).files?.[0];
    if (!file) return null;
    const bitmap = await createImageBitmap(file);
    return { side: Math.max(bitmap.width, bitmap.height), bytes: file.size };
  });
  expect(kept?.side).toBe(1600);
  expect(kept?.bytes).toBeLessThan(buffer.length / 2);
});
