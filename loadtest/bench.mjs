import { readOptions } from "./harness/options.mjs";
import { conditions } from "./harness/conditions.mjs";
import { keepResult, sectionText } from "./harness/report.mjs";
import * as acceptedToCommitted from "./scenarios/accepted-to-committed.mjs";
import * as followerRebuild from "./scenarios/follower-rebuild.mjs";
import * as ledgerFromOutbox from "./scenarios/ledger-from-outbox.mjs";
import * as mapUpdate from "./scenarios/map-update.mjs";
import * as millionCards from "./scenarios/million-cards.mjs";
import * as proofSizes from "./scenarios/proof-sizes.mjs";
import * as writeOffAccept from "./scenarios/write-off-accept.mjs";
import * as writeOffAtSize from "./scenarios/write-off-at-size.mjs";

/**
 * @typedef {{ name: string, run: (options: import("./harness/options.mjs").Options) => Promise<import("./harness/report.mjs").Section> }} Scenario
 */

/** @type {Scenario[]} */
const scenarios = [
  writeOffAccept,
  ledgerFromOutbox,
  followerRebuild,
  mapUpdate,
  acceptedToCommitted,
  millionCards,
  writeOffAtSize,
  proofSizes,
];

const options = readOptions(scenarios.map(({ name }) => name));
const chosen = scenarios.filter(
  ({ name }) => options.only.length === 0 || options.only.includes(name),
);
const command = [
  "npm run bench",
  ...(process.argv.length > 2 ? ["--"] : []),
  ...process.argv.slice(2),
].join(" ");
// A profile's own costs are in the figures: they are for looking, not for keeping.
if (options.write && options.profile !== null)
  throw new Error("--write and --profile do not go together");

// Children end with the bench; `exit` removes the directories.
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

for (const { name, run } of chosen) {
  console.log(`\n── ${name}`);
  const circumstances = conditions(command);
  const text = sectionText(await run(options), circumstances);
  console.log(`\n${text}`);
  // At once: what was measured is kept even when a later scenario fails.
  if (options.write) await keepResult(text);
}
