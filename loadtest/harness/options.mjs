import { parseArgs } from "node:util";

const usage = `usage: npm run bench -- [options]
  --only NAME     one scenario; may be given more than once
  --rounds N      interleaved rounds (default 5)
  --quick         small counts, two rounds: shows that it runs, measures nothing
  --write         keeps the figures in loadtest/RESULTS.md
  --profile DIR   also writes CPU profiles of the servers there (slows them a little)`;

/**
 * @typedef {{ only: readonly string[], rounds: number, quick: boolean, write: boolean, profile: string | null }} Options
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
    if (values.quick && values.write) throw new Error("--quick measures nothing worth keeping");
    const { quick, write, profile = null } = values;
    return { only: values.only, rounds, quick, write, profile };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}
