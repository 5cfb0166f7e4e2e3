import type { Hash } from "@scrip/merkle-log";
import type { EventLog, Ledger, Outbox, Signer } from "@scrip/ports";
import { token } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import type { Registry } from "prom-client";
import type { ChainWriter } from "./chain-writer.ts";
import type { WriterConfig } from "./config.ts";
import type { WriterWatch } from "./writer-watch.ts";

/** What the chain-writer is made of, by name. */
export const tokens = {
  config: token<WriterConfig>("config"),
  outbox: token<Outbox>("outbox"),
  eventLog: token<EventLog>("event-log"),
  ledger: token<Ledger>("ledger"),
  signer: token<Signer>("signer"),
  chainId: token<string>("chain-id"),
  hash: token<Hash>("hash"),
  logger: token<FastifyBaseLogger>("logger"),
  metrics: token<Registry>("metrics"),
  watch: token<WriterWatch>("writer-watch"),
  writer: token<ChainWriter>("chain-writer"),
};
