import {
  Kafka,
  logLevel,
  type Admin,
  type Consumer,
  type KafkaConfig,
  type Producer,
  type RetryOptions,
  type SASLOptions,
} from "kafkajs";
import type { KafkaLimits } from "../limits.ts";
import type { KafkaEventLogOptions, KafkaSasl } from "../options.ts";

// The partition is chosen here, so what the driver has to say of its partitioners concerns nobody.
process.env["KAFKAJS_NO_PARTITIONER_WARNING"] ??= "1";

const driverRetryFirstMs = 100;
/** A producer that failed is thrown away, so that its retries may well be limited. */
const ofNoConcern = "Limiting retries for the idempotent producer";

/** Makes the driver's objects, connected, all with the same manners. */
export class Connections {
  readonly #kafka: Kafka;
  readonly #limits: KafkaLimits;
  readonly #retry: RetryOptions;

  constructor(options: KafkaEventLogOptions, limits: KafkaLimits) {
    this.#limits = limits;
    this.#retry = {
      retries: limits.driverRetriesMax,
      initialRetryTime: driverRetryFirstMs,
      maxRetryTime: limits.driverRetryMaxMs,
    };
    this.#kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId ?? "scrip",
      connectionTimeout: limits.connectWithinMs,
      authenticationTimeout: limits.requestWithinMs,
      requestTimeout: limits.requestWithinMs,
      retry: this.#retry,
      ...wires(options),
      logLevel: logLevel.WARN,
      logCreator:
        () =>
        ({ level, log }) => {
          if (log.message.startsWith(ofNoConcern)) return;
          options.observer?.driver?.(level === logLevel.ERROR ? "error" : "warn", told(log));
        },
    });
  }

  /** Numbers its records, so that what it sends twice is kept once; one send at a time. */
  async producer(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => partitionOf,
      retry: this.#retry,
    });
    return connected(producer);
  }

  async admin(): Promise<Admin> {
    return connected(this.#kafka.admin({ retry: this.#retry }));
  }

  /** It does not start again by itself after a crash. */
  async consumer(groupId: string): Promise<Consumer> {
    const { sessionMs, fetchPartitionBytesMax, fetchWaitMs } = this.#limits;
    const consumer = this.#kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: sessionMs,
      rebalanceTimeout: 2 * sessionMs,
      heartbeatInterval: Math.ceil(sessionMs / 10),
      maxBytesPerPartition: fetchPartitionBytesMax,
      maxWaitTimeInMs: fetchWaitMs,
      retry: { ...this.#retry, restartOnFailure: async () => false },
    });
    return connected(consumer);
  }
}

function partitionOf({ message }: { readonly message: { readonly partition?: number } }): number {
  if (message.partition === undefined) throw new TypeError("a message without a partition");
  return message.partition;
}

async function connected<T extends Admin | Consumer | Producer>(made: T): Promise<T> {
  try {
    await made.connect();
    return made;
  } catch (error) {
    void made.disconnect().catch(() => undefined);
    throw error;
  }
}

function wires({ tls, sasl }: KafkaEventLogOptions): Pick<KafkaConfig, "ssl" | "sasl"> {
  return {
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: mechanism(sasl) }),
  };
}

/** The same in the driver's words, where each mechanism is a type of its own. */
function mechanism({ mechanism: name, username, password }: KafkaSasl): SASLOptions {
  switch (name) {
    case "plain":
      return { mechanism: name, username, password };
    case "scram-sha-256":
      return { mechanism: name, username, password };
    case "scram-sha-512":
      return { mechanism: name, username, password };
  }
}

const told = (log: { readonly message: string; readonly [key: string]: unknown }): string =>
  typeof log["error"] === "string" ? `${log.message}: ${log["error"]}` : log.message;
