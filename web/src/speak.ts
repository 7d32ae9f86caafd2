/** [data-speak]: reads the page's main text aloud with the browser's own voice; pressed again, it pauses and goes on. */
export function listenForReading(): void {
  if (!("speechSynthesis" in window)) return silent();
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => void press(button));
    stopOf(button)?.addEventListener("click", () => stop(button));
  }
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

/** Where there is no speech at all the button says so instead of doing nothing. */
function silent(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => tell(button, "none"));
  }
}

let reading = false;

const stopOf = (button: HTMLElement): HTMLElement | null => button.parentElement?.querySelector<HTMLElement>("[data-speak-stop]") ?? null;

function tell(button: HTMLElement, key: string): void {
  const note = button.closest("footer")?.querySelector<HTMLElement>("[data-speak-note]");
  if (!note) return;
  note.textContent = button.dataset[key] ?? "";
  note.hidden = note.textContent === "";
}

function label(button: HTMLElement, key: string): void {
  const text = button.querySelector("span");
  if (text) text.textContent = button.dataset[key] ?? "";
}

async function press(button: HTMLElement): Promise<void> {
  if (reading && speechSynthesis.paused) {
    speechSynthesis.resume();
    return label(button, "pause");
  }
  if (reading) {
    speechSynthesis.pause();
    return label(button, "resume");
  }
  const language = document.documentElement.lang;
  const voice = (await voices()).find((v) => v.lang.toLowerCase().replace("_", "-").startsWith(language));
  if (!voice) return tell(button, "none");
  tell(button, "");
  reading = true;
  label(button, "pause");
  const stopping = stopOf(button);
  if (stopping) stopping.hidden = false;
  const parts = sentences();
  parts.forEach((text, i) => {
    const part = new SpeechSynthesisUtterance(text);
    part.voice = voice;
    part.lang = voice.lang;
    part.rate = 0.9; // for ears of seventy
    if (i === parts.length - 1) part.onend = () => stop(button);
    part.onerror = () => stop(button);
    speechSynthesis.speak(part);
  });
  if (parts.length === 0) stop(button);
}

function stop(button: HTMLElement): void {
  reading = false;
  speechSynthesis.cancel();
  label(button, "read");
  const stopping = stopOf(button);
  if (stopping) stopping.hidden = true;
}

/** The voices of the phone; some browsers tell them only after a moment. */
async function voices(): Promise<SpeechSynthesisVoice[]> {
  const now = speechSynthesis.getVoices();
  if (now.length) return now;
  await Promise.race([
    new Promise((go) => speechSynthesis.addEventListener("voiceschanged", go, { once: true })),
    new Promise((go) => window.setTimeout(go, 800)),
  ]);
  return speechSynthesis.getVoices();
}

/** What is to be read, block by block: long texts stop in the middle on some phones. */
function sentences(): string[] {
  const out: string[] = [];
  const seen = new Set<Element>();
  const blocks = "h1, h2, h3, p, li, dt, dd, td, th, legend, label, summary, button, figcaption";
  for (const block of document.querySelectorAll<HTMLElement>(`main :is(${blocks})`)) {
    if (block.closest("[hidden], [aria-hidden='true'], .no-read, .crumbs") || block.offsetParent === null) continue;
    if ([...seen].some((s) => s.contains(block))) continue;
    seen.add(block);
    const text = block.innerText.replace(/\s+/g, " ").trim();
    if (text) out.push(/[.!?:]$/.test(text) ? text : text + ".");
  }
  return out;
}
