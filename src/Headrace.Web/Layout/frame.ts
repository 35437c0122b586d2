// What every page has: the theme button, "/" to search, arrow keys in lists.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const button = document.querySelector<HTMLButtonElement>("#theme");

function isDark(): boolean {
  const chosen = root.dataset["theme"];
  return chosen ? chosen === "dark" : dark.matches;
}

function show(): void {
  button?.setAttribute("aria-pressed", String(isDark()));
  root.dispatchEvent(new CustomEvent("themechange"));
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("headrace.theme", root.dataset["theme"]);
    } catch {
      // Storage is blocked: the choice holds for this page only.
    }
    show();
  });
  dark.addEventListener("change", show);
  show();
}

document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || at.closest("input, select, textarea")) return;
  const search = document.querySelector<HTMLInputElement>("#search, #site-search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
// Up and down move from row to row of a list.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = (event.target as HTMLElement).closest("table[data-rows] .row-link")?.closest("tr");
  const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  const link = next?.querySelector<HTMLElement>(".row-link");
  if (!link) return;
  event.preventDefault();
  link.focus();
});
export {};
