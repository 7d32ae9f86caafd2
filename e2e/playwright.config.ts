// Journeys through the real program in a real browser: a phone and a desk, with and without JavaScript, on both databases.
//
//   make bin/sonha && npx playwright test --config e2e/playwright.config.ts
//
// PostgreSQL comes from SONHA_TEST_POSTGRES, which `make test` sets; without it those projects are left out,
// except under SONHA_ALL, where leaving anything out is an error.
import { defineConfig } from "@playwright/test";
import { browser, desk, phone } from "./browser.ts";
import type { Options } from "./sonha.ts";

const postgres = process.env.SONHA_TEST_POSTGRES ?? "";
if (process.env.SONHA_ALL && !postgres) {
  throw new Error("SONHA_TEST_POSTGRES is not set: run through engine/db/dbtest/cluster/withpg");
}

const screens = { phone, desk };
const scripts = { js: true, nojs: false };
/** Journeys of one feature run where they say something new: on the phone with scripts; the main job and the everyday runs everywhere. */
const everywhere = ["everyday.spec.ts", "journey.spec.ts", "public.spec.ts"];
/** What is taken once although it comes twice is asked of both databases, on the phone. */
const onBoth = ["alley.spec.ts"];
/** What households and house heads do must also work on a phone without scripts. */
const withoutScripts = ["household.spec.ts", "head-month.spec.ts", "proposal.spec.ts", "notices.spec.ts", "reads.spec.ts", "criteria.spec.ts", "data-rights.spec.ts"];
/** Every kind of page as each role takes as long as all journeys together: `make pages` asks for it. */
const slow = process.env.SONHA_PAGES ? [] : ["pages.spec.ts"];
const databases = postgres ? (["sqlite", "postgres"] as const) : (["sqlite"] as const);

/** The journeys of a project. */
function journeys(screen: string, database: string, js: boolean): string | string[] {
  if (screen !== "phone") return everywhere;
  if (database !== "sqlite") return js ? [...everywhere, ...onBoth] : everywhere;
  return js ? "*.spec.ts" : [...everywhere, ...withoutScripts];
}

export default defineConfig<object, Options>({
  testDir: ".",
  testMatch: "*.spec.ts",
  testIgnore: slow,
  outputDir: "test-results",
  workers: 2,
  retries: process.env.CI ? 1 : 0, // docs/decisions/0042
  forbidOnly: Boolean(process.env.CI),
  // A machine of two cores may be busy: what waits longer than this is broken, what waits less is only slow.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: { ...browser, actionTimeout: 20_000, navigationTimeout: 40_000, trace: "retain-on-failure", screenshot: "only-on-failure" },
  projects: databases.flatMap((database) =>
    Object.entries(scripts).flatMap(([script, javaScriptEnabled]) =>
      Object.entries(screens).map(([screen, size]) => ({
        name: `${screen} ${script} ${database}`,
        testMatch: journeys(screen, database, javaScriptEnabled),
        use: { ...size, javaScriptEnabled, database },
      })),
    ),
  ),
});
