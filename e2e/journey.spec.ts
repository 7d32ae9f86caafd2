// The main job, end to end, on an empty ward with a real roster: roster → campaign → self-assessment → inspection → approval → report.
import type { Browser, Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { crc32, deflateSync, inflateRawSync } from "node:zlib";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen, look } from "./look.ts";
import { expect, Sonha, test } from "./sonha.ts";

const data = join(dirname(dirname(fileURLToPath(import.meta.url))), "testdata");
const roster = join(data, "roster-hoan-kiem.xlsx");
const counts = JSON.parse(readFileSync(join(data, "roster-hoan-kiem.expected.json"), "utf8")) as { houses: number; refused: unknown[]; duplicates: number };
const house = "62 Hàng Bạc"; // twelve households, Khu vực 1
const password = "ngõ nhỏ phố nhỏ 1997";
const pin = "836492";

const vi = (n: number): string => n.toLocaleString("vi-VN").replace(/\u00a0/g, ".");

/** Somebody with a browser of their own. */
class Person {
  private constructor(
    readonly page: Page,
    private readonly site: string,
    private readonly script: boolean | undefined,
    /** The kinds of page that were checked for accessibility: once for each is enough. */
    private readonly checked: Set<string>,
  ) {}

  static async meet(browser: Browser, sonha: Sonha, script: boolean | undefined, checked: Set<string>): Promise<Person> {
    const page = await (await browser.newContext()).newPage();
    listen(page);
    return new Person(page, sonha.url, script, checked);
  }

  async goes(path: string): Promise<void> {
    const answer = await this.page.goto(new URL(path, this.site).href);
    expect(answer?.status(), path).toBeLessThan(400);
  }

  /** Looks at the page as it is now. */
  async sees(heading: string | RegExp): Promise<void> {
    const { pathname, search } = new URL(this.page.url());
    const kind = `${pathname.replace(/[0-9a-z]{26}/g, "{id}")}${search} ${heading}`;
    const again = pathname !== "/today" && this.checked.has(kind); // each role has its own first page
    this.checked.add(kind);
    await look(this.page, { script: this.script && !again, heading });
  }

  /** Presses a button and waits for the page behind it. */
  async presses(name: string | RegExp): Promise<void> {
    const button = this.page.locator("main").getByRole("button", { name }).or(this.page.locator("body.phone").getByRole("button", { name }));
    await Promise.all([this.page.waitForNavigation(), button.first().click()]);
  }

  /** Follows a link of the page. */
  async follows(name: string | RegExp): Promise<void> {
    await Promise.all([this.page.waitForNavigation(), this.page.locator("main").getByRole("link", { name }).first().click()]);
  }

  async fills(fields: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`main [name="${name}"]`).fill(value);
  }

  /** Presses one of the choices of a field: the field itself lies under its label. */
  async chooses(name: string, value: string): Promise<void> {
    const field = this.page.locator(`input[name="${name}"][value="${value}"]`);
    await this.page.locator("label:visible", { has: field }).click();
    await expect(field).toBeChecked();
  }

  /** Uses a one-time link: a phone number when it asks for one, a PIN or a password. */
  async accepts(link: string, secret: string, phone?: string): Promise<void> {
    await this.goes(new URL(link, this.site).pathname);
    await this.sees("Chào ông/bà");
    if (phone) await this.fills({ phone });
    await this.fills({ secret, again: secret });
    await this.presses("Lưu và vào Sonha");
    await expect(this.page).toHaveURL(/\/(today|account\/factor\?next=%2Ftoday)$/);
    // Who sees or runs the whole ward is asked to set up a second step, and may put it off.
    if (this.page.url().includes("/account/factor")) await this.follows("Để sau");
    await expect(this.page).toHaveURL(/\/today$/);
    await this.sees(/Hôm nay/);
  }

  async signsOut(): Promise<void> {
    await this.goes("/account");
    await this.sees("Tài khoản của tôi");
    await this.presses("Đăng xuất");
    await expect(this.page.locator("main")).toContainText("đã đăng xuất");
    await this.page.goto(new URL("/today", this.site).href);
    await expect(this.page).toHaveURL(/\/sign-in\?next=/);
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
  }
}

/** Makes an account and gives its one-time link. */
async function invites(administrator: Person, role: RegExp, fields: Record<string, string>, choose?: Record<string, string>): Promise<string> {
  await administrator.goes("/accounts/new");
  await administrator.sees("Thêm tài khoản");
  await administrator.follows(role);
  await administrator.fills(fields);
  for (const [name, label] of Object.entries(choose ?? {})) await administrator.page.locator(`main select[name="${name}"]`).selectOption({ label });
  await administrator.sees("Thêm tài khoản");
  await administrator.presses("Lưu và in phiếu");
  await administrator.sees("Phiếu nhận tài khoản");
  const link = /https?:\/\/\S+\/welcome\/\S+/.exec(await administrator.page.locator("main").innerText());
  expect(link, "the slip shows the one-time link").not.toBeNull();
  return link?.[0] ?? "";
}

test("from an empty ward to its report", async ({ browser, database, javaScriptEnabled, viewport }) => {
  test.setTimeout(900_000); // seven minutes where two of them share a slow machine
  const script = javaScriptEnabled;
  const onPhone = (viewport?.width ?? 0) < 600;
  const sonha = await Sonha.empty(database, "--city", "Hà Nội", "--ward", "Hoàn Kiếm");
  try {
    const checked = new Set<string>();
    const someone = () => Person.meet(browser, sonha, script, checked);

    const administrator = await someone();
    const first = await test.step("the administrator opens the one-time link and makes the command's account", async () => {
      const link = /\/welcome\/\S+/.exec(sonha.printed())?.[0] ?? "";
      await administrator.accepts(link, password, "0912 000 001");
      return invites(administrator, /Chỉ huy/, { name: "Trần Quốc Bảo", phone: "0912 000 002" });
    });

    const command = await someone();
    await test.step("the command imports the roster", async () => {
      await command.accepts(first, password);
      await command.goes("/imports");
      await command.sees("Nhập dữ liệu");
      await command.page.locator('main input[type="file"]').setInputFiles(roster);
      await command.presses("Đọc tệp");
      await expect(command.page.getByRole("button", { name: `Nhập ${vi(counts.houses)} số nhà` }).or(command.page.getByRole("button", { name: `Nhập ${counts.houses} số nhà` }))).toBeVisible({ timeout: 20_000 });
      await command.sees("roster-hoan-kiem.xlsx");
      const tallies = command.page.locator("main");
      await expect(tallies).toContainText(vi(counts.houses));
      await expect(tallies).toContainText("Trả lại");
      await command.presses(/^Nhập [\d.]+ số nhà/);
      await expect(command.page.locator("main")).toContainText("Đã nhập xong", { timeout: 20_000 });
      await command.goes("/houses?q=" + encodeURIComponent("62 hang bac"));
      await command.sees("Số nhà");
      await expect(command.page.locator("main")).toContainText(house);
    });

    await test.step("the command opens a campaign and moves it to self-assessment", async () => {
      await command.goes("/campaigns");
      await command.follows("Mở đợt mới");
      await command.sees("Mở đợt mới");
      await command.fills({ year: "2026" });
      await command.presses("Điền lịch thường lệ của năm này");
      await expect(command.page.locator('main [name="assess_from"]')).toHaveValue(/^2026-/);
      await command.presses("Mở đợt mới");
      await command.sees("2026");
      await command.follows(/Chuyển sang bước tự đánh giá/);
      await command.sees(/Chuyển .* sang bước tự đánh giá/);
      await command.presses(/Chuyển sang bước tự đánh giá/);
      await expect(command.page.locator("main")).toContainText("Đã chuyển bước");
    });

    const [officerLink, headLink] = await test.step("the administrator makes the accounts of the officer and the head", async () => [
      await invites(administrator, /Cảnh sát khu vực/, { name: "Lê Minh Quân", phone: "0912 000 003" }, { beat: "Khu vực 1" }),
      await invites(administrator, /Trưởng số nhà/, { name: "Hoàng Thanh Ngân", phone: "0912 000 004", house }),
    ]);

    const head = await someone();
    await test.step("the head answers all questions, pledges and sends", async () => {
      await head.accepts(headLink, pin);
      await head.follows(/Tự (chấm|đánh giá)/);
      await head.sees(`Tự đánh giá ${house}`);
      if (onPhone) await answersOneByOne(head);
      else await answersOnTheGrid(head);
      await head.sees(`Gửi tự đánh giá ${house}`);
      await expect(head.page.locator(".verdict")).toContainText("Đạt an toàn");
      const sheet = new URL(head.page.url()).pathname.replace("/send", "");
      await head.goes(sheet.replace("/assessment", "/pledges"));
      await head.sees("Cam kết của các hộ");
      for (const label of ["H01", "H02", "H03"]) await head.chooses("household", label);
      await head.presses("Ghi đã ký");
      await expect(head.page.locator("main")).toContainText("3/12 hộ");
      await head.goes(sheet + "/send");
      await head.presses("Gửi tự đánh giá");
      await expect(head.page.locator("main")).toContainText("Đã gửi lúc");
    });

    await test.step("the command moves the campaign to inspection", async () => {
      await command.goes("/campaigns");
      await command.follows(/2026/);
      await command.follows(/Chuyển sang bước kiểm tra/);
      await command.presses(/Chuyển sang bước kiểm tra/);
      await expect(command.page.locator("main")).toContainText("Đã chuyển bước");
    });

    const officer = await someone();
    await test.step("the officer inspects the house and proposes a class", async () => {
      await officer.accepts(officerLink, password);
      await officer.goes("/inspections?q=" + encodeURIComponent("62 hang bac"));
      await officer.sees("Kiểm tra số nhà");
      await officer.follows(new RegExp(`${house}.*Đã gửi tự đánh giá`));
      await officer.sees(`Kiểm tra ${house}`);
      await officer.presses("Mở phiếu từng mục");
      await officer.sees(`Kiểm tra ${house}`);
      const sheet = new URL(officer.page.url()).pathname;
      await findsAShortcoming(officer, sheet);
      await officer.goes(sheet);
      await officer.fills({ resident_side: "Tổ dân phố: Nguyễn Văn Tâm", remarks: "Số nhà sạch, cửa chắc." });
      const agree = officer.page.getByRole("button", { name: /Đoàn thấy như nhà tự chấm/ });
      for (let left = await agree.count(); left > 0; left--) {
        await officer.presses(/Đoàn thấy như nhà tự chấm/);
        await expect(agree).toHaveCount(left - 1);
      }
      await officer.sees(`Kiểm tra ${house}`);
      await officer.presses("Lưu và xem kết luận");
      await officer.sees(`Kết luận kiểm tra ${house}`);
      await expect(officer.page.locator(".verdict")).toContainText("Đạt an toàn");
      await officer.presses("Kết thúc và gửi đề nghị");
      await officer.sees(house);
      await expect(officer.page.locator("main")).toContainText("Đề nghị chờ chỉ huy");
    });

    await test.step("the command approves in bulk", async () => {
      await command.goes("/approvals");
      await command.sees("1 đề nghị chờ duyệt");
      await command.presses("Duyệt 1 đề nghị theo quy tắc");
      await expect(command.page.locator("main")).toContainText("Đã duyệt 1 đề nghị");
      await command.goes("/board");
      await command.sees("2026");
      await expect(command.page.locator("main")).toContainText(vi(counts.houses));
    });

    await test.step("the report says what was done, in every form", async () => {
      await command.goes("/reports?list=none"); // the list of all houses would only make the checks slow
      await command.sees("Báo cáo năm 2026");
      const said = (await command.page.locator("main").innerText()).replace(/\s+/g, " ");
      expect(said).toContain(`kiểm tra 1/${vi(counts.houses)} hồ sơ`);
      expect(said).toMatch(/(^|\D)1 số nhà đạt an toàn/);
      await readsTheFiles(command);
    });

    await test.step("the house tells its story, and everybody signs out", async () => {
      await head.goes("/houses");
      await head.sees(house);
      await expect(head.page.locator("main")).toContainText("Đạt");
      for (const person of [administrator, command, officer, head]) {
        await person.signsOut();
        await person.leaves();
      }
    });
  } finally {
    await sonha.stop();
  }
});

/** On the phone: one question a screen, one press each. */
async function answersOneByOne(head: Person): Promise<void> {
  await head.follows("Bắt đầu trả lời");
  await head.sees(/\?$/);
  for (let answered = 0; answered < 42; answered++) {
    await expect(head.page.locator(".progress")).toContainText(`Câu ${answered + 1} trên 42`);
    await Promise.all([head.page.waitForNavigation(), head.page.locator('button.answer[value="2"]').click()]);
  }
  await expect(head.page).toHaveURL(/\/assessment\/send$/);
}

/** On the desk: the whole sheet, one button. */
async function answersOnTheGrid(head: Person): Promise<void> {
  const items = await head.page.locator(".wide-only fieldset").all();
  expect(items).toHaveLength(42);
  await items[0]?.locator("label", { has: head.page.locator('input[value="2"]') }).click();
  await head.page.locator('.wide-only fieldset input[value="2"]').evaluateAll((list) => list.forEach((input) => (input as HTMLInputElement).click()));
  await head.presses("Lưu các câu trả lời");
  await expect(head.page.locator("main")).toContainText("Đã trả lời 42 trên 42 câu");
  await head.follows("Xem lại và gửi");
}

/** One item falls short: what is seen, a photo, the measure that the sheet proposes. */
async function findsAShortcoming(officer: Person, sheet: string): Promise<void> {
  await officer.goes(sheet + "/items/TC2");
  await officer.sees(/\S/);
  await officer.chooses("finding", "0");
  await officer.chooses("what", "0");
  await officer.page.locator('input[name="photos"]').setInputFiles({ name: "khoa-cua.png", mimeType: "image/png", buffer: picture() });
  await expect(officer.page.locator("form").first()).not.toHaveAttribute("aria-busy", "true");
  await officer.sees(/\S/);
  await officer.presses(/^Lưu, sang mục/);
  await officer.goes(sheet + "/items/TC2");
  await expect(officer.page.locator('input[name="finding"][value="0"]')).toBeChecked();
  await expect(officer.page.locator(".photos img")).toHaveCount(1);
}

/** A small PNG: a grey square. */
function picture(): Buffer {
  const side = 64;
  const chunk = (type: string, body: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 8; // bits, one grey channel
  const rows = Buffer.alloc((side + 1) * side, 128);
  for (let row = 0; row < side; row++) rows[row * (side + 1)] = 0; // no filter
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** The four files answer with their type and tell the same figures as the page. */
async function readsTheFiles(command: Person): Promise<void> {
  const links = command.page.locator('main a[href*="/reports/campaign."]');
  const files: Record<string, Buffer> = {};
  for (const href of await links.evaluateAll((list) => list.map((a) => (a as HTMLAnchorElement).href))) {
    const answer = await command.page.request.get(href);
    expect(answer.status(), href).toBe(200);
    const format = /campaign\.(\w+)/.exec(href)?.[1] ?? "";
    expect(answer.headers()["content-type"], href).toContain(types[format]);
    expect(answer.headers()["content-disposition"], href).toContain("attachment");
    files[format] = await answer.body();
  }
  expect(Object.keys(files).sort()).toEqual(["docx", "json", "pdf", "xlsx"]);
  const told = JSON.parse(files["json"]?.toString("utf8") ?? "{}") as Record<string, unknown>;
  expect(find(told, "dossiers")).toBe(counts.houses);
  expect(find(told, "inspected")).toBe(1);
  expect(find(told, "safe")).toBe(1);
  expect(find(told, "pledged_households")).toBe(3);
  expect(files["pdf"]?.subarray(0, 5).toString()).toBe("%PDF-");
  const words = unzip(files["docx"] ?? Buffer.alloc(0), "word/document.xml").replace(/<[^>]+>/g, "");
  expect(words).toContain(`1/${vi(counts.houses)}`);
  const annex = unzip(files["xlsx"] ?? Buffer.alloc(0), "xl/workbook.xml");
  expect(annex).toContain("<sheet ");
}

const types: Record<string, string> = {
  json: "application/json",
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** The first value under a key, wherever it stands. */
function find(tree: unknown, key: string): unknown {
  if (typeof tree !== "object" || tree === null) return undefined;
  if (key in tree) return (tree as Record<string, unknown>)[key];
  for (const value of Object.values(tree)) {
    const found = Array.isArray(value) ? undefined : find(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One part of a ZIP file, by the directory at its end. */
function unzip(file: Buffer, part: string): string {
  const end = file.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    if (file.toString("utf8", at + 46, at + 46 + name) === part) {
      const local = file.readUInt32LE(at + 42);
      const begin = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
      const body = file.subarray(begin, begin + file.readUInt32LE(at + 20));
      return (file.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString("utf8");
    }
    at += 46 + name + extra + comment;
  }
  throw new Error(`the file has no ${part}`);
}
