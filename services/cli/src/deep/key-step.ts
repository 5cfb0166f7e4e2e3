import { existsSync } from "node:fs";
import type { Policy } from "@scrip/merkle-log";
import { KeyFileError, readKeyFile } from "@scrip/signing";
import { equalBytes, toHex } from "@scrip/wire";
import { auditSigning, type StoppedData, suite } from "../container.ts";
import { readKeys } from "../data-directory.ts";
import { CommandError, type Surroundings } from "../surroundings.ts";
import type { SoundLedger } from "./ledger-step.ts";
import type { Report } from "./report.ts";

interface KeyCheck {
  readonly data: StoppedData;
  readonly ledger: SoundLedger;
  readonly policy: Policy;
  readonly report: Report;
  readonly surroundings: Surroundings;
}

/** Key files whose key the ledger has registered, by the role it has there. */
const registered = [
  ["writer", "WRITER"],
  ["operator", "OPERATOR"],
  ["receipts", "RECEIPT"],
] as const;

/** Every key file holds the key that ledger and policy know, and every validator's signing state fits the log. */
export async function keyStep(check: KeyCheck): Promise<void> {
  const { data, ledger, report } = check;
  for (const [name, role] of registered) {
    const own = ledger.keys.filter((key) => key.role === role);
    await compareKey(check, `${name}.key`, (publicKey) =>
      own.some((key) => key.publicKey === toHex(publicKey)),
    );
  }
  await compareKey(check, "log.key", (publicKey) =>
    check.policy.logs.some(
      ({ key }) => key.name === data.chainId && equalBytes(key.publicKey, publicKey),
    ),
  );
  const faults = await auditSigning({ directory: data.path("ledger"), store: ledger.store, suite });
  for (const { file, what } of faults) {
    report.damage({ where: "ledger", part: "FILE", at: file, what });
  }
  requireGenesisPolicy(check);
  await apiKeys(check);
  const own = registered.length + 1;
  report.say("keys", `${own} key files, ${ledger.validators.length} validators, keys.json`);
}

async function compareKey(
  { data, report }: KeyCheck,
  file: string,
  known: (publicKey: Uint8Array) => boolean,
): Promise<void> {
  const at = data.path("keys", file);
  const wrong = (what: string): void => report.damage({ where: "keys", part: "FILE", at, what });
  try {
    const { publicKey } = await readKeyFile(at);
    if (!known(publicKey)) wrong("its key is not the one that ledger and policy name");
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    wrong(error.message);
  }
}

/** A policy that trusts others than the chain's own validators would have its proofs refused. */
function requireGenesisPolicy({ data, policy, report, ledger }: KeyCheck): void {
  const known = new Set(ledger.validators.map(({ publicKey }) => publicKey));
  for (const { key } of policy.witnesses) {
    if (known.has(toHex(key.publicKey))) continue;
    const what = `it trusts ${key.name}, whose key is not one of the chain's validators`;
    report.damage({ where: "policy", part: "FILE", at: data.path("policy.txt"), what });
  }
}

async function apiKeys({ data, report, surroundings }: KeyCheck): Promise<void> {
  const at = data.path("keys.json");
  if (!existsSync(at)) return;
  try {
    await readKeys({ ...surroundings, env: { SCRIP_DATA_DIR: data.path() } });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    report.damage({ where: "keys", part: "FILE", at, what: error.message });
  }
}
