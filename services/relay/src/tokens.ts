import type { Relay, Sweeper } from "@scrip/application";
import type { Hash } from "@scrip/merkle-log";
import type { EventLog, Outbox } from "@scrip/ports";
import { token } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import type { Registry } from "prom-client";
import type { RelayWatch } from "./relay-watch.ts";

/** What the relay is made of, by name. */
export const tokens = {
  outbox: token<Outbox>("outbox"),
  eventLog: token<EventLog>("event-log"),
  hash: token<Hash>("hash"),
  logger: token<FastifyBaseLogger>("logger"),
  metrics: token<Registry>("metrics"),
  watch: token<RelayWatch>("relay-watch"),
  relay: token<Relay>("relay"),
  sweeper: token<Sweeper>("sweeper"),
};
