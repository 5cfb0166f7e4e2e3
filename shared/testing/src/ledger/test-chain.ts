import { sha256, validatorQuorum } from "@scrip/merkle-log";
import { ed25519Signer, type Signer, sha256Ed25519 } from "@scrip/signing";
import { type GenesisEntry, toHex, utf8 } from "@scrip/wire";
import { LedgerHistory } from "./history.ts";
import { HistoryActs } from "./history-acts.ts";

/** A key that is the same in every run. Of no use outside tests. */
export const testSigner = (name: string): Signer =>
  ed25519Signer(name, sha256(utf8(`a test key, known to everybody: ${name}`)));

const namedKey = ({ name, publicKey }: Signer) => ({ name, publicKey: toHex(publicKey) });

/** One chain with fixed keys: what genesis says, who signs, and a history to feed it. */
export interface TestChain {
  readonly genesis: GenesisEntry;
  readonly validators: readonly Signer[];
  readonly acts: HistoryActs;
}

/** 2022-01-01T00:00:00Z. */
const startMs = 1_640_995_200_000;

export function testChain(shards = 4, validatorCount = 4): TestChain {
  const chainId = "scrip.example/test";
  const writer = testSigner("writer-1");
  const validators = Array.from({ length: validatorCount }, (_, at) =>
    testSigner(`${chainId}/v${at}`),
  );
  const genesis: GenesisEntry = {
    kind: "genesis",
    chainId,
    shards,
    cryptoSuite: sha256Ed25519.id,
    protocolVersion: 1,
    timeMs: startMs,
    validators: validators.map(namedKey),
    quorum: validatorQuorum(validatorCount),
    writers: [namedKey(writer)],
    operators: [namedKey(testSigner("operator-1"))],
    receipts: [namedKey(testSigner(`${chainId}/receipts`))],
    skewMaxMs: 5_000,
  };
  const { hash } = sha256Ed25519;
  const history = new LedgerHistory({ chainId, shards, hash, writer, startMs });
  return { genesis, validators, acts: new HistoryActs(history) };
}
