// The people's side: a contact given and taken back, the evening check, and a house handed over on one telephone.
import { listen, look } from "./look.ts";
import { expect, Sonha, test } from "./sonha.ts";

const head = "Trưởng số nhà";

test("a contact is given and taken back, the evening is noted, the house passes to the next head", async ({ page, database, javaScriptEnabled, viewport }) => {
  test.skip((viewport?.width ?? 0) > 400, "a courtyard has telephones");
  test.setTimeout(300_000);
  const sonha = await Sonha.demo(database, 30); // of its own: its head leaves
  try {
    listen(page);
    const script = javaScriptEnabled;
    const go = (path: string) => page.goto(sonha.url + path);
    const press = async (name: string | RegExp) => {
      const target = page.locator("main").getByRole("button", { name }).or(page.locator("main").getByRole("link", { name })).locator("visible=true").first();
      await Promise.all([page.waitForNavigation(), target.click()]);
    };
    const enter = async (role: string) => {
      await page.context().clearCookies();
      const who = sonha.account(role);
      await go("/sign-in?with=pin");
      await page.locator('input[name="phone"]').fill(who.phone);
      await page.locator('input[name="secret"]').fill(who.secret);
      await Promise.all([page.waitForNavigation(), page.locator('form:has(input[name="secret"]) button[type="submit"]').click()]);
    };

    await enter("Đại diện hộ");
    await go("/home/contact");
    await look(page, { script, heading: "Cách liên hệ với hộ" });
    await expect(page.locator('input[name="agreed"]')).not.toBeChecked();
    await page.locator('input[name="contact"]').fill("0900 000 101");
    await page.locator('input[name="agreed"]').check({ force: true });
    await press("Đồng ý và lưu");
    await expect(page.locator("main")).toContainText("0900 000 101");
    await go("/home/contact");
    await look(page, { script, heading: "Cách liên hệ với hộ" });
    await press("Rút đồng ý và xóa ngay");
    await expect(page.locator("main")).not.toContainText("0900 000 101");
    await go("/home/answers/needs");
    await look(page, { script, heading: "Hộ cần hỗ trợ gì?" });
    await go("/my-data");
    await look(page, { script, heading: "Dữ liệu của tôi" });
    await expect(page.locator("main")).toContainText("5 năm sau khi rút");

    await enter(head);
    await go("/houses");
    const house = /\/houses\/[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";
    await go(house + "/households");
    await look(page, { script, heading: "Các hộ" });
    await go(house + "/evening");
    await look(page, { script, heading: "Kiểm tra buổi tối" });
    if (await page.getByRole("button", { name: "Bật kiểm tra buổi tối" }).isVisible()) await press("Bật kiểm tra buổi tối");
    await press(/^(Tối nay yên ổn|Ghi lại)$/);
    await expect(page.locator("main")).toContainText("Cổng, đèn, lửa đều ổn");
    await look(page, { script, heading: "Kiểm tra buổi tối" });

    await go(house + "/handover");
    await look(page, { script, heading: "Bàn giao" });
    await page.locator('input[name="duty"][value="head"]').check({ force: true });
    await press("Tôi bàn giao các việc trên");
    await look(page, { script, heading: "Bàn giao" });
    await press("Người nhận dùng ngay máy này");
    await look(page, { script, heading: "Nhận" });
    await page.locator('input[name="name"]').fill("Trưởng số nhà mới");
    await page.locator('input[name="phone"]').fill("0900 000 111");
    await page.locator('input[name="secret"]').fill("739153");
    await page.locator('input[name="again"]').fill("739153");
    await page.locator('input[name="seen"]').check({ force: true });
    await press(/^Nhận /);
    await expect(page).toHaveURL(/\/today$/);
    await expect(page.locator("body")).toContainText("Từ bây giờ ông/bà phụ trách số nhà");
    await look(page, { script });

    // Whoever left is told so, and comes in no more.
    await page.context().clearCookies();
    const left = sonha.account(head);
    await go("/sign-in?with=pin");
    await page.locator('input[name="phone"]').fill(left.phone);
    await page.locator('input[name="secret"]').fill(left.secret);
    await page.locator('form:has(input[name="secret"]) button[type="submit"]').click();
    await expect(page.locator("main")).toContainText("đã bàn giao");
  } finally {
    await sonha.stop();
  }
});
