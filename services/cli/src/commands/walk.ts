import { randomBytes } from "node:crypto";
import { ScripClient, walk } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import type { Command } from "commander";
import { dataFile, localUrl, readInput, readKeys } from "../data-directory.ts";
import type { Surroundings } from "../surroundings.ts";

const runIdBytes = 4;

const examples = `
Examples:
  $ scrip walk
  $ scrip walk --url http://127.0.0.1:8081

Uses keys.json and policy.txt of the data directory: SCRIP_DATA_DIR, or .scrip.`;

/** `scrip walk`: one card through the seven steps. */
export function walkCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("walk")
    .description("take one card through all seven steps of a running system, and verify its proof")
    .option("--url <url>", "where the services listen", localUrl(surroundings))
    .addHelpText("after", examples)
    .action(async ({ url }: { readonly url: string }) => {
      const policy = await readInput(dataFile(surroundings, "policy.txt"), "the policy");
      await walk({
        client: new ScripClient({ baseUrl: url, fetch: surroundings.fetch }),
        keys: await readKeys(surroundings),
        policy: Buffer.from(policy).toString("utf8"),
        suite: sha256Ed25519,
        nowMs: surroundings.nowMs,
        runId: randomBytes(runIdBytes).toString("hex"),
        print: surroundings.out,
      });
    });
}
