import { settingsCheck } from "@scrip/service-kit";
import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

/** Commands that open a data directory themselves, where there is none that they could open. */
const commands: readonly { readonly command: readonly string[] }[] = [
  { command: ["status", "--deep"] },
  { command: ["log", "resume", "--from", "checkpoint.txt"] },
];

const settings = { format: 1, chainId: "scrip.local/1", shards: 16 };
const check = settingsCheck(settings);

describe.each(commands)("scrip $command without a data directory", ({ command }) => {
  const said = async (text: string | undefined) => {
    const { scrip, file, dir, out, err } = stage();
    const checkpoint = file("checkpoint.txt", "scrip.local/1\n2\n\n");
    file("policy.txt", "quorum none\n");
    if (text !== undefined) file("scrip.json", text);
    const args = command.map((part) => (part === "checkpoint.txt" ? checkpoint : part));
    const code = await scrip(...args, "--data", dir);
    return { code, out, err: err.join("\n").replaceAll(dir, "DIR") };
  };

  it.each([
    [undefined, "scrip: cannot read DIR/scrip.json: there is no such file"],
    ["{", "scrip: DIR/scrip.json does not say which chain the data directory is of"],
    ['{"chainId":7}', "scrip: DIR/scrip.json does not say which chain the data directory is of"],
    [
      JSON.stringify({ ...settings, chainId: "scrip.local/0", check }),
      "scrip: DIR/scrip.json is not what was written; put back a copy of it",
    ],
    [JSON.stringify({ ...settings, check }), "scrip: DIR/ledger/store holds no"],
  ])("says what is wrong with scrip.json being %s", async (text, reason) => {
    const { code, out, err } = await said(text);
    expect(err).toContain(reason);
    expect([code, out]).toEqual([1, []]);
  });
});

it("scrip log resume asks for the checkpoint", async () => {
  const { scrip, err } = stage();
  expect(await scrip("log", "resume")).toBe(2);
  expect(err.join("\n")).toContain("required option '--from <file>' not specified");
});
