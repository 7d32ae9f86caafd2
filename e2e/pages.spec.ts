// Every kind of page that the links of the demo ward lead to, as each role: what look asks of a page holds everywhere.
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

const roles = [
  "Trưởng số nhà", "Tổ trưởng tổ dân phố", "Cảnh sát khu vực", "Chỉ huy Công an phường", "Ủy ban nhân dân phường", "Thành phố", "Quản trị viên",
];

/** What kind of page an address is: without its ids, and without what is asked of a list. */
function kindOf(href: string): string {
  return new URL(href).pathname.replace(/[0-9a-z]{26}/g, "{id}").replace(/\/[A-Z]{2}\d$/, "/{item}");
}

for (const role of roles) {
  test(`the pages of: ${role}`, async ({ page, demo, database, javaScriptEnabled }) => {
    test.setTimeout(300_000);
    listen(page);
    await signIn(page, demo.account(role));
    const queue = [new URL("/today", demo.url).href];
    const seen = new Set<string>();
    while (queue.length > 0) {
      const href = queue.shift() ?? "";
      const kind = kindOf(href);
      if (seen.has(kind)) continue;
      seen.add(kind);
      await test.step(kind, async () => {
        const answer = await page.goto(href);
        expect(answer?.status(), href).toBeLessThan(400);
        await look(page, { script: javaScriptEnabled && database === "sqlite" }); // the same pages on both: once is enough
        const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href.replace(/#.*/, "")));
        queue.push(...links.filter((to) => to.startsWith(demo.url + "/") && !/\/language\/|\/static\/|\/photos\/|\.(xlsx|csv|docx|pdf|json)(\?|$)/.test(to)));
      });
    }
    expect(seen.size, `${role} came to ${[...seen].join(" ")}`).toBeGreaterThan(3);
  });
}
