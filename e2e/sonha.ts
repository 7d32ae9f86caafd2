// Starts the real program for a test and stops it again.
import { expect, test as base, type Page } from "@playwright/test";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, "bin", "sonha");
const startTimeout = 60_000;
const stopTimeout = 10_000;

export type Database = "sqlite" | "postgres";

export type Options = { database: Database };

/** How one role of the demo ward signs in, as `sonha demo` prints it. */
export type Account = { role: string; phone: string; secret: string };

/** A running program with a folder and a database of its own. */
export class Sonha {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Where its data are: --data, and --db on PostgreSQL. */
    private readonly place: string[],
    /** What it has printed so far: the demo accounts, the one-time link of a first start. */
    readonly printed: () => string,
    private readonly forget: () => void,
  ) {}

  /** A demo ward with a number of houses, the same every time. */
  static demo(database: Database, houses = 60): Promise<Sonha> {
    return Sonha.start(database, ["demo", "--houses", String(houses)]);
  }

  /** A demo ward that is opened at http://localhost and says so: passkeys are for a name. */
  static async demoAt(database: Database, port: number, houses = 60, more: string[] = []): Promise<Sonha> {
    const base = `http://localhost:${port}`;
    const sonha = await Sonha.start(database, ["demo", "--houses", String(houses), "--base-url", base, ...more], undefined, `127.0.0.1:${port}`);
    return new Sonha(sonha.child, base, sonha.place, sonha.printed, sonha.forget);
  }

  /** The empty real thing, made by `sonha init` with these arguments, which prints a one-time link for its administrator. */
  static empty(database: Database, ...init: string[]): Promise<Sonha> {
    return Sonha.start(database, ["serve"], ["init", ...init]);
  }

  private static async start(database: Database, command: string[], before?: string[], addr = "127.0.0.1:0"): Promise<Sonha> {
    const folder = mkdtempSync(join(tmpdir(), "sonha-e2e-"));
    const fresh = database === "postgres" ? freshDatabase() : undefined;
    const place = ["--data", folder, ...(fresh ? ["--db", fresh.url] : [])];
    const args = [...command, "--addr", addr, ...place];
    let printed = before ? execFileSync(program, [...before, ...place], { cwd: folder, encoding: "utf8" }) : "";
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const forget = () => {
      rmSync(folder, { recursive: true, force: true });
      fresh?.drop();
    };
    try {
      const url = await new Promise<string>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`sonha ${args.join(" ")} did not start:\n${printed}`)), startTimeout);
        const hear = (chunk: Buffer) => {
          printed += chunk.toString();
          const line = /Sonha đang chạy tại (http:\/\/[^\s/]+)/.exec(printed);
          if (line) {
            clearTimeout(late);
            resolve(line[1]);
          }
        };
        child.stdout?.on("data", hear);
        child.stderr?.on("data", hear);
        child.on("error", (error) => {
          clearTimeout(late);
          reject(error);
        });
        child.on("exit", (code) => {
          clearTimeout(late);
          reject(new Error(`sonha ${args.join(" ")} ended with ${code}:\n${printed}`));
        });
      });
      return new Sonha(child, url, place, () => printed, forget);
    } catch (error) {
      child.kill("SIGKILL");
      forget();
      throw error;
    }
  }

  /** Runs another command of the program on the same data and returns what it printed. */
  run(...args: string[]): string {
    return execFileSync(program, [...args, ...this.place], { cwd: root, encoding: "utf8" });
  }

  /** The account of a role, by its Vietnamese name: one line "role  phone  PIN or password" in what the demo printed. */
  account(role: string): Account {
    for (const line of this.printed().split("\n")) {
      const found = /^\s*(.+?)\s{2,}(0[\d ]{9,12}?)\s{2,}(?:PIN |mật khẩu )?(\S+)/.exec(line);
      if (found && found[1].toLowerCase() === role.toLowerCase()) {
        return { role, phone: found[2].replaceAll(" ", ""), secret: found[3] };
      }
    }
    throw new Error(`the demo printed no account for "${role}":\n${this.printed()}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGTERM");
      const late = setTimeout(() => this.child.kill("SIGKILL"), stopTimeout);
      await ended;
      clearTimeout(late);
    }
    this.forget();
  }
}

/** Makes an empty database on the test server. */
function freshDatabase(): { url: string; drop: () => void } {
  const server = process.env.SONHA_TEST_POSTGRES;
  if (!server) throw new Error("SONHA_TEST_POSTGRES is not set");
  const name = `e2e_${process.pid}_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e6).toString(36)}`;
  const sql = (statement: string) => execFileSync(psql(), ["--no-psqlrc", "--quiet", "--dbname", server, "--command", statement]);
  sql(`create database ${name}`);
  return {
    url: server.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`),
    drop: () => sql(`drop database if exists ${name} with (force)`),
  };
}

/** The newest psql under Debian's folder, or the one in PATH. */
function psql(): string {
  const folder = "/usr/lib/postgresql";
  try {
    const newest = readdirSync(folder).sort((a, b) => Number(b) - Number(a))[0];
    return newest ? join(folder, newest, "bin", "psql") : "psql";
  } catch {
    return "psql";
  }
}

/** Signs in as a person would: the phone number, the PIN or password, the button. */
export async function signIn(page: Page, who: Account): Promise<void> {
  await page.goto(`/sign-in?with=${/^\d{6}$/.test(who.secret) ? "pin" : "password"}`);
  await page.locator('input[name="phone"]').fill(who.phone);
  await page.locator('input[name="secret"]').fill(who.secret);
  await page.locator('form:has(input[name="secret"]) button[type="submit"]').click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

type Fixtures = { empty: Sonha; as: (role: string) => Promise<Page> };
type WorkerFixtures = Options & { demo: Sonha };

/**
 * `demo` is a demo ward of 60 houses shared by the tests of one worker; `empty` is a program of the test's own;
 * `as("Cảnh sát khu vực")` signs the page in to the demo ward.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  database: ["sqlite", { option: true, scope: "worker" }],
  demo: [
    async ({ database }, use) => {
      const sonha = await Sonha.demo(database);
      await use(sonha);
      await sonha.stop();
    },
    { scope: "worker", timeout: 2 * startTimeout },
  ],
  empty: async ({ database }, use) => {
    const sonha = await Sonha.empty(database);
    await use(sonha);
    await sonha.stop();
  },
  baseURL: async ({ demo }, use) => use(demo.url),
  as: async ({ page, demo }, use) =>
    use(async (role) => {
      await signIn(page, demo.account(role));
      return page;
    }),
});

export { expect };
