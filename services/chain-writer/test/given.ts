import { sha256 } from "@scrip/merkle-log";
import { ed25519Signer, sha256Ed25519 } from "@scrip/signing";
import { afterEach, vi } from "vitest";
import { ChainWriter } from "../src/chain-writer.ts";
import { JudgingLedger } from "./judging-ledger.ts";
import { RecordingOutbox } from "./recording-outbox.ts";
import { ScriptedEventLog } from "./scripted-event-log.ts";
import { chainId } from "./stream-source.ts";

const running: ChainWriter[] = [];
afterEach(async () => {
  for (const writer of running.splice(0)) await writer.stop();
});

const signer = ed25519Signer("writer", new Uint8Array(32).fill(7));

/** A running writer between a scripted log and a ledger that judges. */
export async function given(options: { ledger?: JudgingLedger; outbox?: RecordingOutbox } = {}) {
  const verify = (message: Uint8Array, signature: Uint8Array) =>
    sha256Ed25519.verify(signer.publicKey, message, signature);
  const ledger = options.ledger ?? new JudgingLedger(verify);
  const outbox = options.outbox ?? new RecordingOutbox(3);
  const eventLog = new ScriptedEventLog();
  const observer = {
    committed: vi.fn(),
    rebased: vi.fn(),
    failed: vi.fn(),
    missing: vi.fn(),
    stopped: vi.fn(),
  };
  const pauses: number[] = [];
  const pause = (ms: number) => {
    pauses.push(ms);
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
  const writer = new ChainWriter({
    eventLog,
    ledger,
    outbox,
    writer: { chainId, hash: sha256, signer },
    observer,
    pause,
  });
  running.push(writer);
  await writer.start();
  return { eventLog, ledger, outbox, observer, pauses, writer };
}
