import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../RESULTS.md", import.meta.url));
const opening = `# Results

Written by \`npm run bench -- --write\`, one section per scenario, each with its own date and conditions; \`a (b–c)\` is the
median of the rounds, then the smallest and the largest. Where the load average before the run is not near zero, other
work shared the machine: such figures are provisional, their ratios and CPU times say more than their rates.
`;

/**
 * @typedef {object} Section
 * @property {string} title
 * @property {string[]} about sentences: what was measured, under which settings
 * @property {{ head: string[], rows: string[][], caption?: string }[]} tables
 */

/**
 * @param {Section} section
 * @param {string} conditions
 */
export function sectionText({ title, about, tables }, conditions) {
  const blocks = [`## ${title}`, conditions, about.join(" ")];
  for (const { head, rows, caption } of tables) {
    if (caption !== undefined) blocks.push(caption);
    blocks.push(
      [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n"),
    );
  }
  return `${blocks.join("\n\n")}\n`;
}

/**
 * Replaces the section of that title; others stay as they are.
 * @param {string} section as `sectionText` makes it
 */
export async function keepResult(section) {
  const old = existsSync(file) ? readFileSync(file, "utf8") : opening;
  const [, ...kept] = old.split(/^(?=## )/m);
  const titled = new Map(kept.map((text) => [titleOf(text), text]));
  titled.set(titleOf(section), section);
  await writeFormatted([opening, ...titled.values()].join("\n"));
}

/** @param {string} text */
const titleOf = (text) => text.slice(0, text.indexOf("\n"));

/** @param {string} text */
async function writeFormatted(text) {
  const { format, resolveConfig } = await import("prettier");
  const config = await resolveConfig(file);
  writeFileSync(file, await format(text, { ...config, parser: "markdown" }));
}
