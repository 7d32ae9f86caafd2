// Lighthouse, mobile and throttled, over the pages that carry the product: make lighthouse.
// Starts the demo ward, signs in as a page's reader would be, and prints the four scores; below 95 it ends with an error.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const least = 95;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// Lighthouse slows the processor down four times, which makes a phone of the middle class out of a fast desk machine (BenchmarkIndex
// 1,750, docs/throttling.md of Lighthouse). A machine that is itself no faster than a phone must not be slowed down as much again.
const fastDesk = 1750;
const slowdownOfFastDesk = 4;
const categories = ["performance", "accessibility", "best-practices", "seo"];
const pages = [
  { name: "đăng nhập", path: "/sign-in" },
  { name: "trang của hộ", role: "Đại diện hộ", path: "/home" },
  { name: "một câu hỏi", role: "Đại diện hộ", path: "/home/answers/TC1" },
  { name: "Hôm nay, trưởng số nhà", role: "Trưởng số nhà", path: "/today" },
  { name: "gửi đề xuất", role: "Trưởng số nhà", path: "/proposals/new" },
];

const folder = mkdtempSync(join(tmpdir(), "sonha-lighthouse-"));
const server = spawn(join(root, "bin", "sonha"), ["demo", "--houses", "60", "--addr", "127.0.0.1:0", "--data", folder], { stdio: ["ignore", "pipe", "inherit"] });
let chrome;
try {
  let printed = "";
  const url = await new Promise((resolve, reject) => {
    server.stdout.on("data", (chunk) => {
      printed += chunk;
      const at = /tại (http:\/\/[^\s/]+)/.exec(printed);
      if (at && /Đại diện hộ\s.*\n/.test(printed)) resolve(at[1]);
    });
    server.on("exit", () => reject(new Error(printed)));
  });
  chrome = await launch({
    chromePath: process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path)),
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
  });
  const first = await lighthouse(url + "/sign-in", { port: chrome.port, output: "json", logLevel: "error", onlyCategories: ["performance"] });
  const speed = first?.lhr.environment.benchmarkIndex ?? fastDesk;
  const throttling = { ...first?.lhr.configSettings.throttling, cpuSlowdownMultiplier: Math.min(slowdownOfFastDesk, Math.max(1, (speed * slowdownOfFastDesk) / fastDesk)) };
  console.log(`BenchmarkIndex ${Math.round(speed)}, processor slowed down ${throttling.cpuSlowdownMultiplier.toFixed(1)} times`);
  let low = 0;
  for (const page of pages) {
    const extraHeaders = page.role ? { Cookie: await signIn(url, printed, page.role) } : undefined;
    const result = await lighthouse(url + page.path, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: categories, extraHeaders, throttling });
    const scores = categories.map((c) => Math.round(100 * (result?.lhr.categories[c]?.score ?? 0)));
    console.log(page.name.padEnd(24), categories.map((c, i) => `${c} ${scores[i]}`).join("  "));
    for (const [i, c] of categories.entries()) {
      if (scores[i] < least) low++;
      if (scores[i] === 100) continue;
      for (const { id, weight } of result.lhr.categories[c].auditRefs) {
        const audit = result.lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9) console.log(`    ${c}: ${audit.title} ${audit.displayValue ?? (audit.details?.items ?? []).map((x) => x.node?.snippet ?? "").join(" ")}`);
      }
    }
  }
  if (low > 0) process.exitCode = 1;
} finally {
  await chrome?.kill();
  server.kill("SIGTERM");
  await new Promise((done) => server.once("exit", done));
  rmSync(folder, { recursive: true, force: true });
}

/** Signs in with what the demo printed, as the form does, and gives the cookies. */
async function signIn(url, printed, role) {
  const line = printed.split("\n").find((l) => l.trim().startsWith(role + "  "));
  const [, phone, secret] = /(0\d{9})\s+(?:PIN |mật khẩu )?(\S+)/.exec(line) ?? [];
  const answer = await fetch(url + "/sign-in", { method: "POST", redirect: "manual", body: new URLSearchParams({ phone, secret }) });
  if (answer.status !== 303) throw new Error(`${role} could not sign in: ${answer.status}`);
  return answer.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
}
