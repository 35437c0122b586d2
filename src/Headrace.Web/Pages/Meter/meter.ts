// Puts charts that can be pointed at and zoomed by dragging in the place of the server's drawings.
import uPlot from "uplot";

interface Series { name: string; counter: boolean; values: (number | null)[] }
interface Panel { unit: string; series: Series[] }
interface Profile { zone: string; period: number; from: number; to: number; times: number[]; gaps: [number, number][]; panels: Panel[] }

const day = 86400;
const charts: uPlot[] = [];

function colour(name: string): string {
  // light-dark() is resolved by the browser only in a used colour, so a throw-away element is asked.
  const probe = document.createElement("i");
  probe.className = "visually-hidden";
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f").replace("-", "\u2212");
}

function clock(zone: string, daily: boolean): (seconds: number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", daily
    ? { timeZone: zone, dateStyle: "short" }
    : { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  return (seconds) => format.format(new Date(seconds * 1000));
}

function hatch(gaps: [number, number][]): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => {
        const { ctx } = plot;
        const { left, top, width, height } = plot.bbox;
        const line = colour("bad-fill");
        const ground = colour("bad-soft");
        for (const [from, to] of gaps) {
          const start = Math.max(left, plot.valToPos(from, "x", true));
          const end = Math.min(left + width, Math.max(plot.valToPos(to, "x", true), start + 2 * devicePixelRatio));
          if (end <= left || start >= left + width) continue;
          ctx.save();
          ctx.beginPath();
          ctx.rect(start, top, end - start, height);
          ctx.clip();
          ctx.fillStyle = ground;
          ctx.fillRect(start, top, end - start, height);
          ctx.strokeStyle = line;
          ctx.globalAlpha = 0.75;
          ctx.lineWidth = 1.25 * devicePixelRatio;
          ctx.beginPath();
          const step = 8 * devicePixelRatio;
          for (let x = start - height; x < end; x += step) {
            ctx.moveTo(x, top + height);
            ctx.lineTo(x + height, top);
          }
          ctx.stroke();
          ctx.restore();
        }
      },
    },
  };
}

function paths(series: Series, index: number, daily: boolean): uPlot.Series.PathBuilder {
  if (series.counter && index === 0) return uPlot.paths.bars!({ size: [daily ? 0.7 : 0.86, Infinity], align: -1 });
  if (series.counter) return uPlot.paths.stepped!({ align: -1 });
  return uPlot.paths.linear!();
}

function describe(profile: Profile, panel: Panel, index: number, at: (seconds: number) => string): string {
  const end = profile.times[index];
  if (end === undefined) return "";
  const missing = profile.gaps.some(([from, to]) => end > from && end <= to);
  const daily = profile.period >= day;
  const span = daily ? at(end - profile.period) : `${at(end - profile.period)}\u2009–\u2009${at(end).slice(11)}`;
  if (missing) return `${span}: missing`;
  const values = panel.series
    .map((series) => ({ series, value: series.values[index] }))
    .filter((one) => one.value !== null && one.value !== undefined)
    .map(({ series, value }) => `${panel.series.length > 1 ? series.name + " " : ""}${number(value!)}\u00a0${panel.unit}`);
  return values.length === 0 ? `${span}: nothing yet` : `${span}: ${values.join(", ")}`;
}

function draw(figure: HTMLElement, profile: Profile, panel: Panel): void {
  const host = figure.querySelector<HTMLElement>(".canvas")!;
  const readout = figure.querySelector<HTMLOutputElement>(".readout")!;
  const label = host.querySelector("svg")?.getAttribute("aria-label") ?? "";
  const daily = profile.period >= day;
  const at = clock(profile.zone, daily);
  const strokes = [colour("series-1"), colour("series-2"), colour("ink-faint")];
  const axis: uPlot.Axis = {
    stroke: colour("ink-soft"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1, size: 5 },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: Math.max(220, Math.min(300, Math.round(host.clientWidth * 0.3))),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), profile.zone),
    padding: [12, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: true }, points: { show: false }, sync: { key: "profile", setSeries: false } },
    scales: {
      x: {
        time: true,
        range: (_plot, min, max) => (min === profile.times[0] || max === profile.times.at(-1) ? [profile.from, profile.to] : [min, max]),
      },
      y: {
        range: (_plot, min, max) =>
          panel.series[0]?.counter === true || min === null
            ? [0, Math.max(max ?? 1, 1e-6) * 1.08]
            : uPlot.rangeNum(min, max, 0.15, true),
      },
    },
    axes: [
      {
        ...axis,
        space: 64,
        values: [
          [day * 28, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
          [day, "{DD} {MMM}", null, null, null, null, null, null, 1],
          [60, "{HH}:{mm}", "\n{DD} {MMM}", null, "\n{DD} {MMM}", null, null, null, 1],
        ],
      },
      { ...axis, size: 56, values: (_plot, splits) => splits.map(number) },
    ],
    series: [
      {},
      ...panel.series.map((series, index): uPlot.Series => ({
        label: series.name,
        stroke: strokes[Math.min(index, 2)]!,
        ...(series.counter && index === 0 ? { fill: strokes[0]!, width: 0 } : { width: 1.6 }),
        paths: paths(series, index, daily),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    plugins: [hatch(profile.gaps)],
    hooks: {
      setCursor: [(plot) => {
        const index = plot.cursor.idx;
        readout.value = index === null || index === undefined ? "" : describe(profile, panel, index, at);
      }],
    },
  };
  host.replaceChildren();
  figure.classList.add("drawn");
  const plot = new uPlot(options, [profile.times, ...panel.series.map((series) => series.values)] as uPlot.AlignedData, host);
  plot.root.setAttribute("role", "img");
  plot.root.setAttribute("aria-label", label);
  charts.push(plot);
}

function start(): void {
  const data = document.querySelector("#profile-data")?.textContent;
  if (!data) return;
  const profile = JSON.parse(data) as Profile;
  try {
    clock(profile.zone, false);
  } catch {
    // The browser does not know the utility's zone: the server's drawing, which does, stays.
    return;
  }

  const figures = [...document.querySelectorAll<HTMLElement>("figure[data-panel]")];
  const labels = figures.map((figure) => figure.querySelector("svg.drawing")?.getAttribute("aria-label") ?? "");
  const drawAll = (): void => {
    for (const chart of charts.splice(0)) chart.destroy();
    figures.forEach((figure, index) => {
      const panel = profile.panels[Number(figure.dataset["panel"])];
      if (!panel) return;
      draw(figure, profile, panel);
      charts.at(-1)?.root.setAttribute("aria-label", labels[index] ?? "");
    });
  };
  drawAll();

  document.documentElement.addEventListener("themechange", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = figures[0]?.clientWidth ?? 0;
  new ResizeObserver(() => {
    const now = figures[0]?.clientWidth ?? 0;
    if (now === width) return;
    width = now;
    for (const chart of charts) {
      const host = chart.root.parentElement!;
      chart.setSize({ width: host.clientWidth, height: chart.height });
    }
  }).observe(figures[0] ?? document.body);
}
start();
