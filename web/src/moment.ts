/** A moment as the pages write it (civil.Moment): the hour, then the day in the page's language, both as the clock in Hà Nội shows them. */
export function moment(ms: number): string {
  const lang = document.documentElement.lang;
  const at = new Date(ms);
  const timeZone = "Asia/Ho_Chi_Minh";
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const day = at.toLocaleDateString("en-GB", { day: lang === "en" ? "numeric" : "2-digit", month: lang === "en" ? "long" : "2-digit", year: "numeric", timeZone });
  return `${clock}, ${day}`;
}
