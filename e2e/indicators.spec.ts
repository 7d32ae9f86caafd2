// The twelve indicators: the list, the long course against 1997 with its break, and a count that the command enters.
import { listen, look } from "./look.ts";
import { expect, test } from "./sonha.ts";

test("the course since 1997 says its change, its break and its table", async ({ as, javaScriptEnabled }) => {
  const page = await as("Ủy ban nhân dân phường");
  listen(page);
  await page.goto("/indicators");
  await look(page, { script: javaScriptEnabled, heading: "Chỉ số" });
  await expect(page.locator("table.indicators tbody tr")).toHaveCount(12);
  await page.getByRole("link", { name: "Số vụ phạm pháp hình sự" }).click();
  await look(page, { script: javaScriptEnabled, heading: "Số vụ phạm pháp hình sự" });
  await expect(page.locator(".say")).toContainText(/giảm 58,5\s%\sso với năm 1997/);
  await expect(page.getByRole("img", { name: /1997 đến 2025/ })).toBeVisible();
  await expect(page.locator("tr.cut")).toContainText("không so");
  // One may reach the chart, which is wider than the phone, by the keyboard.
  await page.locator("figure[tabindex]").first().focus();
  await expect(page.locator("figure[tabindex]").first()).toBeFocused();
  await page.goto("/indicators/I4");
  await expect(page.locator("main")).toContainText("không nêu");
  await page.goto("/indicators/I1");
  await look(page, { script: javaScriptEnabled, heading: "Tỷ lệ số nhà đạt an toàn" });
});

test("the command enters a count; a second one for the same days asks first", async ({ as, javaScriptEnabled }, info) => {
  test.skip(!info.project.name.startsWith("phone"), "the form is the same on a desk");
  const page = await as("Chỉ huy Công an phường");
  listen(page);
  // Each project has a year of its own, so that they may share a ward.
  const year = javaScriptEnabled === false ? "1995" : "1996";
  const fill = async (value: string) => {
    await page.goto("/indicators/I3/counts");
    await page.locator('input[name="year"]').fill(year);
    await page.locator('input[name="value"]').fill(value);
    await page.getByRole("button", { name: "Lưu số vụ" }).click();
  };
  await fill("402");
  await expect(page.getByText("Đã lưu.")).toBeVisible();
  await look(page, { script: javaScriptEnabled, heading: "nhập số liệu" });
  await fill("403");
  await expect(page.getByRole("button", { name: "Thay số cũ" })).toBeVisible();
  await look(page, { script: javaScriptEnabled });
  await page.getByRole("button", { name: "Thay số cũ" }).click();
  await expect(page.locator("del").first()).toHaveText("402");
});

test("on a phone the city reads a ward's campaign first, and its figures in the order of the table", async ({ as, javaScriptEnabled }, info) => {
  test.skip(!info.project.name.startsWith("phone"), "on a desk it is a table");
  const page = await as("Thành phố");
  listen(page);
  await page.goto("/city");
  await look(page, { script: javaScriptEnabled, heading: "Các phường" });
  const heights: number[] = [];
  for (const label of ["Đợt", "Hồ sơ", "Đã kiểm tra", "Đạt an toàn"]) {
    heights.push((await page.locator(`tbody tr >> nth=0`).locator(`td[data-label="${label}"]`).boundingBox())?.y ?? 0);
  }
  expect(heights).toEqual([...heights].sort((a, b) => a - b));
});
