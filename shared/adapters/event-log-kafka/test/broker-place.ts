import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { startBroker, type Broker } from "../../../../infra/kafka/broker.mjs";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import type { KafkaEventLogOptions } from "../src/index.ts";

export const chainId = "scrip.test/log";

/** A broker of one test file, and options of logs on it. */
export interface BrokerPlace {
  /** The one that runs now. */
  broker: Broker;
  /** Starts it again, where it was. */
  restart(): Promise<void>;
  /** Options of a new log. Given again, they open the same one. */
  newLog(more?: Partial<KafkaEventLogOptions>): KafkaEventLogOptions & { prefix: string };
}

type Programs = Parameters<typeof startBroker>[0]["kafka"];

/** Starts a broker that ends with the tests of this file. */
export async function placeFor(
  kafka: Programs,
  settings: Readonly<Record<string, string>> = {},
): Promise<BrokerPlace> {
  const directory = temporaryDirectory("kafka");
  const options = { kafka, dataDir: directory.path, settings };
  const place: BrokerPlace = {
    broker: await startBroker(options),
    restart: async () => {
      place.broker = await startBroker({ ...options, ports: place.broker.ports });
    },
    newLog: (more) => ({
      brokers: [place.broker.address],
      chainId,
      streams: 4,
      prefix: `t${randomBytes(6).toString("hex")}`,
      ...more,
      limits: { fetchWaitMs: 50, ...more?.limits },
    }),
  };
  afterAll(async () => {
    await place.broker.kill();
    directory.remove();
  }, 60_000);
  return place;
}
