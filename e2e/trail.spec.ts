// Where the audit trail stood: the page, the sheet to sign, the file to keep, and that what was kept finds a line that was touched.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { desk, phone } from "./browser.ts";
import { listen, look } from "./look.ts";
import { expect, test } from "./sonha.ts";

type Head = { seq: number; hash: string };

test("the heads of the trail: read on a phone and a desk, printed, taken along, and compared", async ({ demo, as, javaScriptEnabled }, info) => {
  test.setTimeout(240_000);
  const page = await as("Người phụ trách bảo vệ dữ liệu cá nhân");
  listen(page);
  for (const { viewport } of [phone, desk]) {
    await page.setViewportSize(viewport);
    await page.goto("/trail");
    await look(page, { script: javaScriptEnabled, heading: "Mã chốt nhật ký thao tác" });
    await page.screenshot({ path: info.outputPath(`trail-${viewport.width}.png`), fullPage: true });
  }
  const rows = page.locator("main tbody tr");
  expect(await rows.count()).toBeGreaterThan(0);
  const code = (await rows.first().locator("code").innerText()).replace(/\s/g, "");
  expect(code).toMatch(/^[0-9a-f]{16,}$/);
  await expect(page.locator("main")).not.toContainText("0900"); // where the trail stood, and no line of it

  // Another month shows its own days.
  const months = page.locator("main").getByRole("link", { name: /^\d{2}\/\d{4}$/ });
  if ((await months.count()) > 1) {
    const earlier = await months.last().innerText();
    await Promise.all([page.waitForNavigation(), months.last().click()]);
    await expect(rows.first().locator("th")).toContainText(earlier);
    await page.goto("/trail");
  }

  // The sheet to sign.
  const print = await page.getByRole("link", { name: "In tờ mã chốt" }).getAttribute("href");
  const paper = await page.request.get(demo.url + print);
  expect(paper.status()).toBe(200);
  expect(paper.headers()["content-type"]).toBe("application/pdf");
  expect((await paper.body()).subarray(0, 5).toString()).toBe("%PDF-");

  // The file to keep: the latest head is the one on the page, the chain still agrees with all of them, and a head that was touched is found.
  const take = await page.getByRole("link", { name: "Tải tệp để đối chiếu" }).getAttribute("href");
  const kept = await page.request.get(demo.url + take);
  expect(kept.status()).toBe(200);
  const heads = (await kept.json()) as Head[];
  const folder = mkdtempSync(join(tmpdir(), "sonha-heads-"));
  try {
    const file = join(folder, "heads.json");
    writeFileSync(file, await kept.body());
    expect(JSON.stringify(JSON.parse(readFileSync(file, "utf8")))).toContain(code);
    expect(demo.run("audit", "verify", "--heads", file)).toContain("nguyên vẹn");
    const last = heads.at(-1)!;
    const touched = heads.map((h) => (h === last ? { ...h, hash: [...h.hash].reverse().join("") } : h));
    writeFileSync(file, JSON.stringify(touched));
    expect(() => demo.run("audit", "verify", "--heads", file), "a head that does not agree fails the command").toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  // Whoever works with houses has no way to it.
  await page.context().clearCookies();
  const officer = await as("Cảnh sát khu vực");
  expect((await officer.request.get(demo.url + "/trail")).status()).toBe(404);
  expect((await officer.request.get(demo.url + "/trail/heads.json")).status()).toBe(404);
});
