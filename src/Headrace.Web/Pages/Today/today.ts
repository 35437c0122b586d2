// Replaces the parts of the page that changed. The server renders them; this only puts them in place.
interface Update { at: string; clock: string; parts: Record<string, string> }

const state = document.querySelector<HTMLElement>("#live-state");
const pause = document.querySelector<HTMLButtonElement>("#live-pause");
let source: EventSource | undefined;

function label(mode: "on" | "off" | "lost", text: string): void {
  if (!state) return;
  state.dataset["liveState"] = mode;
  state.firstChild!.textContent = text;
}

function apply(update: Update): void {
  const at = document.querySelector<HTMLTimeElement>("#live-at");
  if (at) {
    at.dateTime = update.at;
    at.textContent = update.clock;
  }
  for (const [id, html] of Object.entries(update.parts)) {
    const part = document.getElementById(id);
    // What the reader's focus or selection is in stays as it is until they move on.
    if (!part || part.contains(document.activeElement) || selects(part)) continue;
    part.innerHTML = html;
  }
}

function selects(part: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
}

function start(): void {
  source = new EventSource("/live");
  source.addEventListener("open", () => label("on", "Live, as of "));
  source.addEventListener("today", (event) => {
    label("on", "Live, as of ");
    apply(JSON.parse((event as MessageEvent<string>).data) as Update);
  });
  source.addEventListener("error", () => {
    label("lost", "Connection lost, as of ");
    // The browser tries again by itself, but for answers it takes for final.
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => { if (source?.readyState === EventSource.CLOSED) start(); }, 5000);
  });
}

function stop(): void {
  source?.close();
  source = undefined;
  label("off", "Paused, as of ");
}

if (pause) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    const paused = source !== undefined;
    if (paused) stop(); else start();
    pause.setAttribute("aria-pressed", String(paused));
  });
}
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted && pause?.getAttribute("aria-pressed") === "false") start(); });
start();
export {};
