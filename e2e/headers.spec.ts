// What every answer tells the browser about itself, and that no page asks anything of another host.
import { expect, test } from "./sonha.ts";

const expected: Record<string, RegExp> = {
  "content-security-policy": /^default-src 'none'(?!.*unsafe)/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "referrer-policy": /^same-origin$/,
  "x-content-type-options": /^nosniff$/,
  "permissions-policy": /geolocation=/,
};

test("every answer carries the policy, and a page asks nothing of another host", async ({ demo, as }) => {
  test.setTimeout(120_000);
  const page = await as("Chỉ huy Công an phường");
  const foreign: string[] = [];
  const broken: string[] = [];
  page.on("request", (request) => new URL(request.url()).origin !== demo.url && !/^(data|blob):/.test(request.url()) && foreign.push(request.url()));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && broken.push(message.text()));
  for (const path of ["/", "/today", "/houses", "/houses/map", "/board", "/reads", "/khong-co-trang-nay"]) {
    const answer = await page.goto(path);
    const headers = answer?.headers() ?? {};
    for (const [name, value] of Object.entries(expected)) expect(headers[name] ?? "", `${path}: ${name}`).toMatch(value);
    expect(headers.server, path).toBeUndefined();
  }
  expect(foreign, "asked of another host").toEqual([]);
  expect(broken, "refused by the policy").toEqual([]);
  for (const cookie of await page.context().cookies()) {
    expect(cookie.httpOnly, cookie.name).toBe(true);
    expect(cookie.sameSite, cookie.name).toBe("Lax");
  }
});
