// Runs before the first paint: a theme that was chosen here before wins over the system's.
try {
  const stored = localStorage.getItem("headrace.theme");
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
} catch {
  // Storage is blocked: the system's theme it is.
}
export {};
