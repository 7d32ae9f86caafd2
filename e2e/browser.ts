// The browser and the two screens that every page is judged on.
import { existsSync } from "node:fs";

const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export const browser = {
  browserName: "chromium" as const,
  locale: "vi-VN",
  timezoneId: "Asia/Ho_Chi_Minh",
  launchOptions: {
    executablePath: process.env.CHROMIUM || found || "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  },
};

/** A 360 px Android phone, touched with a finger. */
export const phone = { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true };

/** A commander's monitor. */
export const desk = { viewport: { width: 1280, height: 800 } };
