interface Job {
  done: number;
  total: number;
  state: string;
  next?: string;
}

const firstPause = 400; // ms
const longestPause = 4000; // ms: a long job is not asked for more often

/** [data-progress-url]: shows how far a job is and goes on to its result. */
export function watchJobs(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-progress-url]")) void watch(element);
}

async function watch(element: HTMLElement): Promise<void> {
  const url = element.dataset["progressUrl"];
  if (!url) return;
  for (let pause = firstPause; element.isConnected; pause = Math.min(pause * 1.4, longestPause)) {
    await new Promise((go) => window.setTimeout(go, pause));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const job = (await answer.json()) as Job;
      draw(element, job);
      if (job.next) {
        location.assign(job.next);
        return;
      }
    } catch (fault) {
      console.warn(fault); // the network may come back: ask again, less often
      pause = longestPause;
    }
  }
}

function draw(element: HTMLElement, job: Job): void {
  const bar = element.querySelector("progress");
  if (bar && job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
  }
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const count = element.querySelector("[data-progress-count]");
  if (count && job.total > 0) count.textContent = `${format.format(job.done)}/${format.format(job.total)}`;
  const state = element.querySelector("[data-progress-state]");
  // A live region is read out when it changes: only then is it written.
  if (state && state.textContent !== job.state) state.textContent = job.state;
}
