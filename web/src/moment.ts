/** A moment as the pages write it (civil.Moment): the hour, then the day in the page's language, both as the clock in Hà Nội shows them. */
export function moment(ms: number): string {
  const write = (style: Intl.DateTimeFormatOptions): string => new Date(ms).toLocaleString("en-GB", { ...style, timeZone: "Asia/Ho_Chi_Minh" });
  return write({ timeStyle: "short" }) + ", " + write({ dateStyle: document.documentElement.lang === "en" ? "long" : "short" });
}
