// A household on a phone: from the printed card to the pledge and the answers, and back out of both.
import { listen, look } from "./look.ts";
import { expect, test } from "./sonha.ts";

const head = "Trưởng số nhà";

test("from the printed card to a signed pledge, answers, and the pledge withdrawn", async ({ demo, as, browser, viewport, javaScriptEnabled }) => {
  test.skip((viewport?.width ?? 0) > 400, "a household has a phone");
  test.setTimeout(240_000);

  // The head gives out the card of one household and prints the sheet.
  const desk = await as(head);
  await desk.goto("/houses");
  const house = new URL(desk.url()).pathname;
  await desk.goto(house + "/cards");
  for (const box of await desk.locator('input[name="household"]').all()) {
    const value = await box.getAttribute("value");
    if ((await box.isChecked()) !== (value === "H02")) await box.setChecked(value === "H02", { force: true });
  }
  await Promise.all([desk.waitForNavigation(), desk.getByRole("button", { name: "Cấp thẻ cho các hộ đã chọn" }).click()]);
  await expect(desk.locator("main")).toContainText("Đã cấp 1 thẻ");
  const token = await desk.locator('input[name="card"]').first().getAttribute("value");
  const sheet = await desk.context().request.post(demo.url + house + "/cards/sheet", { form: { card: token ?? "" } });
  expect(sheet.headers()["content-type"]).toBe("application/pdf");

  // The household scans it: first a PIN, then the pledge, then twelve questions.
  const context = await browser.newContext({ viewport, locale: "vi-VN", javaScriptEnabled, baseURL: demo.url });
  const page = await context.newPage();
  listen(page);
  const press = async (name: string | RegExp, exact = false) => {
    const target = page.getByRole("button", { name, exact }).or(page.getByRole("link", { name, exact })).locator("visible=true").first();
    await Promise.all([page.waitForNavigation(), target.click()]);
  };
  await page.goto("/c/" + token);
  await look(page, { script: javaScriptEnabled, heading: /hộ H02/ });
  await page.locator('input[name="secret"]').fill("804163");
  await page.locator('input[name="again"]').fill("804163");
  await press("Lưu và vào Sonha");
  await expect(page).toHaveURL(/\/home$/);
  await look(page, { script: javaScriptEnabled, heading: "Hộ mình còn việc sau" });

  await page.goto("/home/pledge");
  await look(page, { script: javaScriptEnabled, heading: "Cam kết của hộ" });
  if (await page.getByRole("button", { name: "Rút cam kết" }).isVisible()) {
    await press("Rút cam kết"); // the demo's households have mostly signed on paper
    await page.goto("/home/pledge");
  }
  await press("Ký cam kết");
  await expect(page.locator("main")).toContainText("Đã ký ngày");

  await press(/^Trả lời 12 câu$/);
  await look(page, { script: javaScriptEnabled, heading: /\?$/ });
  await press("Có", true);
  await expect(page.locator(".progress")).toContainText("Câu 2 trên 12");
  await press("Câu trước");
  await expect(page.locator("button.answer.given")).toContainText("Có"); // back, and nothing lost
  await press("Có", true);
  for (let n = 2; n <= 12; n++) {
    await expect(page.locator(".progress")).toContainText(`Câu ${n} trên 12`);
    await press(n % 3 ? "Có" : "Một phần", true);
  }
  await look(page, { script: javaScriptEnabled, heading: "Trả lời câu hỏi" });
  await press("Gửi câu trả lời");
  await expect(page.locator("main")).toContainText("Đã gửi ngày");

  await page.goto("/my-data");
  await look(page, { script: javaScriptEnabled, heading: "Dữ liệu của tôi" });
  await expect(page.locator("main")).toContainText("Đã trả lời 12 trên 12");

  // One tap takes the pledge back; the neighbour and the head see no answer of it.
  await page.goto("/home/pledge");
  await press("Rút cam kết");
  await expect(page.locator("main")).toContainText("Đã rút ngày");
  await desk.goto(house + "/answers");
  await expect(desk.locator("main")).toContainText(/trên \d+ hộ đã trả lời/);

  // Later the PIN alone is asked for.
  await context.clearCookies();
  await page.goto("/c/" + token);
  await page.locator('input[name="secret"]').fill("804163");
  await press("Vào Sonha");
  await expect(page).toHaveURL(/\/home$/);
  await context.close();
});
