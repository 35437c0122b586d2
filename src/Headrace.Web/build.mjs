// Checks the scripts' types, then bundles scripts and style sheets into wwwroot/assets, where the project embeds them.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "wwwroot", "assets");

try {
  execFileSync(process.execPath, [join(here, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", here], { stdio: "inherit" });
} catch {
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: {
    site: "Design/site.css",
    theme: "Layout/theme.ts",
    frame: "Layout/frame.ts",
    today: "Pages/Today/today.ts",
    meter: "Pages/Meter/meter.ts",
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});
