// Takes the pictures of docs/screens: `make screens`.
import { defineConfig } from "@playwright/test";
import { browser } from "./browser.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "screens.ts",
  outputDir: "test-results/screens",
  workers: 1,
  timeout: 120_000,
  reporter: "list",
  use: { ...browser },
});
