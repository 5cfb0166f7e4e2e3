import { parseArgs } from "node:util";

const usage = `usage: npm run bench -- [options]
  --only NAME     one scenario; may be given more than once
  --rounds N      interleaved rounds (default 5)
  --quick         small counts, two rounds: shows that it runs, measures nothing
  --cards N       cards of million-cards and write-off-at-size (default 1,000,000); above that also of map-update
  --kills N       how often million-cards is killed with kill -9 on its way (default 0)
  --write         keeps the figures in loadtest/RESULTS.md
  --profile DIR   also writes CPU profiles of the servers there (slows them a little)`;

/**
 * @typedef {{ only: readonly string[], rounds: number, quick: boolean, write: boolean, profile: string | null,
 *   cards: number, kills: number }} Options
 */

/**
 * Reads the command line; ends the process, with the reason, when it cannot.
 * @param {readonly string[]} names of all scenarios
 * @returns {Options}
 */
export function readOptions(names) {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true, default: [] },
        rounds: { type: "string" },
        cards: { type: "string" },
        kills: { type: "string", default: "0" },
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        profile: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const unknown = values.only.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(`no scenario is called ${unknown}; there are ${names.join(", ")}`);
    const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number");
    const cards = wholeNumber("--cards", values.cards ?? (values.quick ? "20000" : "1000000"));
    const kills = wholeNumber("--kills", values.kills);
    if (values.quick && values.write) throw new Error("--quick measures nothing worth keeping");
    const { quick, write, profile = null } = values;
    return { only: values.only, rounds, quick, write, profile, cards, kills };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

/** @param {string} name @param {string} text */
function wholeNumber(name, text) {
  if (!/^[0-9]{1,8}$/.test(text)) throw new Error(`${name} takes a whole number`);
  return Number(text);
}
