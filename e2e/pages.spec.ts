// Every kind of page that the links of the demo ward lead to, and every page of the table of routes, as each role: on a phone
// and at a desk, in light and in dark, nothing is wider than the screen and axe finds nothing.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { desk, phone } from "./browser.ts";
import { listen, look } from "./look.ts";
import { expect, signIn, test } from "./sonha.ts";

test.skip(({ javaScriptEnabled, isMobile }) => !javaScriptEnabled || !isMobile, "it changes the screen itself");

const roles = [
  "Đại diện hộ", "Trưởng số nhà", "Tổ trưởng tổ dân phố", "Hòa giải viên", "Cảnh sát khu vực", "Chỉ huy Công an phường", "Ủy ban nhân dân phường", "Thành phố", "Quản trị viên",
  "Người phụ trách bảo vệ dữ liệu cá nhân",
];

const files = /\/language\/|\/text\/|\/static\/|\/photos?(\/|$)|proposal-photos|\/poster|\/file$|\/offline\/pages|\/board\/live|\/worker\.js|\.(xlsx|csv|docx|pdf|json|geojson|png|svg|webmanifest)(\?|$)/;

/** The pages of the table of routes whose address names no thing of the ward. */
const routes = readFileSync(join(dirname(dirname(fileURLToPath(import.meta.url))), "app", "routes.golden"), "utf8")
  .split("\n")
  .map((line) => /^GET (\/[^\s{]*)\s/.exec(line)?.[1] ?? "")
  .filter((path) => path && !files.test(path));

/** What kind of page an address is: without its ids, and without what is asked of a list. */
function kindOf(href: string): string {
  return new URL(href).pathname.replace(/[0-9a-z]{26}/g, "{id}").replace(/\/[A-Z]{2}\d$/, "/{item}").replace(/\/\d{4}-\d\d$/, "/{month}").replace(/\/(d|n)\/[^/]+$/, "/$1/{token}");
}

/** How often a kind of page was looked at, over all roles: the first time on the role's own screen, the second on the other one, in the other colours. */
const looked = new Map<string, number>();
const atDesk = new Set(["Cảnh sát khu vực", "Chỉ huy Công an phường", "Ủy ban nhân dân phường", "Thành phố", "Quản trị viên", "Người phụ trách bảo vệ dữ liệu cá nhân"]);

for (const role of roles) {
  test(`the pages of: ${role}`, async ({ page, demo }) => {
    test.setTimeout(1_800_000); // an idle machine needs a thirtieth of it
    listen(page);
    await signIn(page, demo.account(role));
    const queue = [new URL("/today", demo.url).href];
    const linked = new Set(queue);
    for (const path of routes) {
      // What is another role's is not found: that is asked quietly.
      if ((await page.request.get(path, { maxRedirects: 0 })).status() < 400) queue.push(new URL(path, demo.url).href);
    }
    const seen = new Set<string>();
    const wrong: string[] = [];
    while (queue.length > 0) {
      const href = queue.shift() ?? "";
      const kind = kindOf(href);
      if (seen.has(kind)) continue;
      seen.add(kind);
      const times = looked.get(kind) ?? 0;
      if (times > 1 && kind !== "/today") continue; // both screens were looked at, by two others: it costs two minutes as it is
      looked.set(kind, times + 1);
      const wide = atDesk.has(role) === (times % 2 === 0);
      await page.setViewportSize(wide ? desk.viewport : phone.viewport);
      await page.emulateMedia({ colorScheme: (seen.size + times) % 2 ? "light" : "dark" });
      let status: number;
      try {
        status = (await page.goto(href))?.status() ?? 0;
      } catch (fault) {
        // A file where a page was expected ends the look at that link, not at all the others.
        wrong.push(`${kind}: ${(fault as Error).message.split("\n")[0]}`);
        continue;
      }
      if (status >= 400) {
        wrong.push(`${kind}: ${status}${linked.has(href) ? "" : ", from the table of routes"}`);
        continue;
      }
      try {
        await look(page, { script: true });
      } catch (fault) {
        wrong.push(`${kind} at ${wide ? 1280 : 360} px: ${(fault as Error).message}`);
      }
      for (const to of await page.locator("a[href]").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href.replace(/#.*/, "")))) {
        if (!to.startsWith(demo.url + "/") || files.test(to)) continue;
        linked.add(to);
        queue.push(to);
      }
    }
    expect(wrong, `${seen.size} kinds of page`).toEqual([]);
    expect(seen.size, [...seen].join(" ")).toBeGreaterThan(3);
  });
}
