// A sheet of paper on its way: printed, its code typed, entered with the keyboard alone, saved. The test counts the keys:
// entering from paper through the grid must cost fewer than the ordinary form does.
import type { Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { look } from "./look.ts";
import { expect, test } from "./sonha.ts";

const head = "Trưởng số nhà";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "one project is enough: the keys are those of a keyboard anywhere");

/** A keyboard that counts. */
class Keys {
  pressed = 0;
  private readonly since = Date.now();
  constructor(private readonly page: Page) {}
  async press(key: string): Promise<void> {
    this.pressed++;
    await this.page.keyboard.press(key);
  }
  async type(text: string): Promise<void> {
    for (const key of text) await this.press(key);
  }
  get seconds(): string {
    return ((Date.now() - this.since) / 1000).toFixed(1);
  }
}

/** The house of the head, as "/houses/…". */
async function own(page: Page): Promise<string> {
  await page.goto("/houses");
  if (/\/houses\/[0-9a-z]{26}/.test(page.url())) return new URL(page.url()).pathname;
  return page.evaluate(() => document.querySelector<HTMLAnchorElement>('main a[href^="/houses/0"]')?.getAttribute("href")?.slice(0, 34) ?? "");
}

/** Prints a sheet and reads the short code from its text. */
async function printed(page: Page, address: string): Promise<string> {
  const answer = await page.request.get(address);
  expect(answer.headers()["content-type"]).toBe("application/pdf");
  const text = execFileSync("pdftotext", ["-", "-"], { input: await answer.body(), encoding: "utf8" });
  const code = /\b([0-9A-Z]{3})-([0-9A-Z]{3})-([0-9A-Z]{3})\b/.exec(text);
  expect(code, text).not.toBeNull();
  return code ? code[1] + code[2] + code[3] : "";
}

const focused = (page: Page, selector: string): Promise<boolean> => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);

test("a household's sheet: printed, typed, entered with fewer keys than from scratch", async ({ as }) => {
  test.setTimeout(240_000);
  const page = await as(head);
  const house = await own(page);
  const code = await printed(page, `${house}/forms.pdf?form=household&household=H07`);

  await page.goto("/t");
  const grid = new Keys(page);
  await grid.type(code);
  await grid.press("Enter");
  await expect(page).toHaveURL(/\/paper\/household\?household=H07/);
  await look(page, { script: true, heading: "Nhập phiếu của hộ" });
  const rows = await page.locator("[data-grid-row]").count();
  for (let i = 0; i < rows; i++) await grid.press("1");
  await expect(page.locator(".paper-count")).toContainText(`đã nhập ${rows}`);
  expect(await focused(page, ".sheet-save button"), "after the last answer the keyboard is at the button").toBe(true);
  await grid.press("Enter");
  await expect(page).toHaveURL(/\/t\?form=household/);
  await expect(page.locator(".notice")).toContainText("Đã lưu phiếu của hộ");

  // The same answers through the ordinary form, whose address is taken as given; it is not sent.
  await page.goto(`${house}/answers/new`);
  await page.locator("select[name=household]").focus();
  const scratch = new Keys(page);
  await scratch.type("H01");
  for (let i = 0; i < rows; i++) {
    do await scratch.press("Tab");
    while (!(await focused(page, 'input[type="radio"]')));
    await scratch.press("Space");
  }
  do await scratch.press("Tab");
  while (!(await focused(page, "main form button")));
  scratch.pressed++; // Enter
  page.once("dialog", (dialog) => void dialog.accept()); // it is left with what was typed
  await page.goto("/today");

  console.log(`a household's ${rows} answers: ${grid.pressed} keys and ${grid.seconds} s from paper, ${scratch.pressed} keys from scratch`);
  expect(grid.pressed).toBeLessThan(scratch.pressed);
});

test("a page of the log: printed, typed, entered line by line", async ({ as }) => {
  const page = await as(head);
  const code = await printed(page, `${await own(page)}/forms.pdf?form=log`);
  await page.goto(`/t/${code}`); // as the camera of a phone opens it
  await look(page, { script: true, heading: "Nhập trang nhật ký" });
  const today = await page.locator('input[name="0.on"]').getAttribute("max");
  await page.locator('input[name="0.on"]').fill(today ?? "");
  await page.locator('select[name="0.kind"]').selectOption("routine");
  await page.locator('input[name="0.text"]').fill("Xem cổng và đèn cầu thang, đều tốt");
  await page.locator('select[name="1.kind"]').selectOption("infrastructure");
  await page.locator('input[name="1.text"]').fill("Bóng đèn tầng 2 cháy");
  await page.locator(".sheet-save button").click();
  await expect(page.locator(".notice")).toContainText("Đã ghi các dòng");
});

// The other four sheets open by the same code: ten keys from a sheet in the hand to its form, with the house, the year or the month in it.
test("pledge, self-assessment, inspection and monthly report: the code of the sheet opens the form of its house", async ({ as }) => {
  test.setTimeout(240_000);
  for (const [role, form, at] of [
    [head, "pledge", /\/paper\/pledge/],
    [head, "assessment", /\/paper\/assessment/],
    [head, "month", /\/monthly/],
    ["Cảnh sát khu vực", "inspection", /\/paper\/inspection/],
  ] as const) {
    const page = await as(role);
    const house = await own(page);
    const code = await printed(page, `${house}/forms.pdf?form=${form}`);
    await page.goto("/t");
    const paper = new Keys(page);
    await paper.type(code);
    await paper.press("Enter");
    await expect(page).toHaveURL(at);
    expect(page.url(), "the form of the sheet's own house").toContain(house);
    await look(page, { script: true });
    expect(paper.pressed).toBe(10);
    await page.context().clearCookies();
  }
});
