// Sign-in by an identity provider: a real one (the npm package oidc-provider) runs beside Sonha, with its own pages for signing in.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Provider from "oidc-provider";

import { expectAccessible, expectFits } from "./axe.ts";
import { expect, signIn, Sonha, test } from "./sonha.ts";

/** A port that was free a moment ago: both addresses are said before the programs start. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The provider: whoever signs in there under any name with any password is somebody; who is known has a number and groups. */
async function startProvider(port: number, back: string, people: Record<string, object>): Promise<{ issuer: string; server: Server }> {
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "sonha", client_secret: "bi-mat-cua-phep-thu", redirect_uris: [back], response_types: ["code"], grant_types: ["authorization_code"] }],
    claims: { openid: ["sub"], phone: ["phone_number", "phone_number_verified"], profile: ["groups"] },
    pkce: { required: () => true },
    cookies: { keys: ["phep-thu"] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const server: Server = await new Promise((resolve) => {
    const s = provider.listen(port, "127.0.0.1", () => resolve(s));
  });
  return { issuer, server };
}

test("a real provider opens the door, gives a role by a group and takes it again; an account is bound and unbound", async ({ browser, database, javaScriptEnabled, viewport }, info) => {
  test.skip(!/phone js sqlite/.test(info.project.name), "the same everywhere else");
  const folder = mkdtempSync(join(tmpdir(), "sonha-oidc-"));
  const secret = join(folder, "secret");
  writeFileSync(secret, "bi-mat-cua-phep-thu\n");
  const [port, providerPort] = [await freePort(), await freePort()];
  const people: Record<string, { phone_number: string; phone_number_verified: boolean; groups: string[] }> = {
    ubnd: { phone_number: "+84900000005", phone_number_verified: true, groups: ["chi-huy"] },
  };
  const { issuer, server } = await startProvider(providerPort, `http://localhost:${port}/sign-in/provider/back`, people);
  const sonha = await Sonha.demoAt(database, port, 60, [
    "--oidc-issuer", issuer, "--oidc-client", "sonha", "--oidc-secret-file", secret, "--oidc-phone", "--oidc-role", "chi-huy=command",
  ]);
  const context = await browser.newContext({ baseURL: sonha.url, viewport, javaScriptEnabled, locale: "vi-VN" });
  try {
    const page = await context.newPage();
    const broken: string[] = []; // what the policy of our pages refuses
    page.on("console", (message) => message.type() === "error" && message.location().url.startsWith(sonha.url) && broken.push(message.text()));
    const enter = async (name: string) => {
      await context.clearCookies();
      await page.goto("/sign-in?next=/account");
      await page.getByRole("link", { name: "Vào bằng tài khoản cơ quan" }).click();
      await there(name);
    };
    const there = async (name: string) => {
      await expect(page).toHaveURL(/localhost:\d+\/interaction\//);
      await page.locator('input[name="login"]').fill(name);
      await page.locator('input[name="password"]').fill("gì cũng được");
      await page.locator('button[type="submit"]').click();
      await page.getByRole("button", { name: "Continue" }).click(); // consent
    };

    await page.goto("/sign-in");
    await expectFits(page);
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath("sign-in.png"), fullPage: true });

    await enter("ubnd");
    await expect(page).toHaveURL(/account\/role/); // two roles by now: which one?
    await expect(page.locator("main").getByText(/chỉ huy công an phường/i).first()).toBeVisible();
    people.ubnd.groups = [];
    await enter("ubnd");
    await expect(page).toHaveURL(/\/account$/);
    await expect(page.locator("main").getByText(/ủy ban nhân dân phường|UBND phường/i).first()).toBeVisible();

    // Who has an account binds it there and takes it off again; the administrator sees it meanwhile.
    await context.clearCookies();
    await signIn(page, sonha.account("Cảnh sát khu vực"));
    await page.goto("/account");
    await page.getByRole("link", { name: "Gắn với tài khoản cơ quan" }).click();
    await there("canbo");
    await expect(page).toHaveURL(/\/account$/);
    await expect(page.getByText("Đã gắn với tài khoản cơ quan")).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath("bound.png"), fullPage: true });
    await enter("canbo");
    await expect(page).toHaveURL(/\/account$/);
    await expect(page.locator("main").getByText(/cảnh sát khu vực/i).first()).toBeVisible();

    await context.clearCookies();
    await signIn(page, sonha.account("Quản trị viên"));
    await page.goto("/accounts?role=officer");
    await expect(page.getByText("Gắn với tài khoản cơ quan")).toBeVisible();
    await page.getByRole("link", { name: "Cảnh sát khu vực" }).click();
    await expect(page.getByText("Tài khoản này đã gắn với tài khoản cơ quan")).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);

    await context.clearCookies();
    await signIn(page, sonha.account("Cảnh sát khu vực"));
    await page.goto("/account");
    await page.getByRole("button", { name: "Gỡ khỏi nơi xác thực" }).click();
    await expect(page.getByRole("link", { name: "Gắn với tài khoản cơ quan" })).toBeVisible();
    await enter("canbo");
    await expect(page.getByText("chưa gắn với tài khoản Sonha nào")).toBeVisible();

    await enter("la"); // somebody whom nobody bound
    await expect(page.getByText("chưa gắn với tài khoản Sonha nào")).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath("refused.png"), fullPage: true });
    expect(broken.filter((text) => !/422/.test(text))).toEqual([]);
  } finally {
    await context.close();
    await sonha.stop();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
