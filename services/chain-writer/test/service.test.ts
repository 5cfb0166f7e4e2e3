import { sha256 } from "@scrip/merkle-log";
import { createLogger } from "@scrip/service-kit";
import { ed25519Signer, sha256Ed25519 } from "@scrip/signing";
import { Registry } from "prom-client";
import { expect, it, vi } from "vitest";
import { republishAlarmAttempts } from "../src/limits.ts";
import { composeWriter, readWriterConfig } from "../src/index.ts";
import { WriterWatch } from "../src/writer-watch.ts";
import { JudgingLedger } from "./judging-ledger.ts";
import { RecordingOutbox } from "./recording-outbox.ts";
import { ScriptedEventLog } from "./scripted-event-log.ts";
import { chainId, messagesOf, texts } from "./stream-source.ts";

function watched() {
  const lines: string[] = [];
  const metrics = new Registry();
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "chain-writer", level: "info", destination });
  return { lines, metrics, logger };
}

const signer = ed25519Signer("writer", new Uint8Array(32).fill(7));

function composed() {
  const ledger = new JudgingLedger((message, signature) =>
    sha256Ed25519.verify(signer.publicKey, message, signature),
  );
  const eventLog = new ScriptedEventLog();
  const watch = watched();
  const service = composeWriter({
    config: readWriterConfig({ SCRIP_WRITER_LINGER_MS: "0" }),
    outbox: new RecordingOutbox(2),
    eventLog,
    ledger,
    signer,
    chainId,
    hash: sha256,
    ...watch,
  });
  return { service, ledger, eventLog, ...watch };
}

it("does not start where the ledger has what the store does not", async () => {
  const { service, ledger } = composed();
  ledger.setHead({ shard: 1, epoch: 1, nextSeq: 4, chain: "ab".repeat(32) });
  await expect(service.start()).rejects.toThrow(/shard 1: .*the store is an old copy/);
  expect(ledger.submissions).toBe(0);
});

it("writes as composed, counts, and is not ready once a shard stopped", async () => {
  const { service, ledger, eventLog, metrics, lines } = composed();
  await service.start();
  await eventLog.deliver(messagesOf(0, texts(3)));
  await vi.waitFor(() => expect(ledger.taken(0)).toHaveLength(3));
  expect(await service.readiness.check()).toBeUndefined();

  ledger.refusals.set(1, "WRITER_UNKNOWN");
  await eventLog.deliver(messagesOf(1, texts(1)));
  await vi.waitFor(async () =>
    expect(await service.readiness.check()).toBe("shard 1 stopped: REFUSED"),
  );
  await service.stop();
  const text = await metrics.metrics();
  expect(text).toContain("scrip_writer_committed_events_total 3");
  expect(text).toContain('scrip_writer_stopped_shards{shard="1",reason="REFUSED"} 1');
  expect(lines.some((line) => line.includes("WRITER_UNKNOWN"))).toBe(true);
});

it("is not ready while lost events do not come, and ready again when they did", async () => {
  const watch = new WriterWatch(watched());
  watch.missing(3, 7, republishAlarmAttempts - 1);
  expect(await watch.check()).toBeUndefined();
  watch.missing(3, 7, republishAlarmAttempts);
  expect(await watch.check()).toBe("shard 3 waits for lost events");
  watch.committed(3, 1);
  expect(await watch.check()).toBeUndefined();
});
