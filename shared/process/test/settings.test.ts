import { ConfigError, readConfig, type Environment } from "@scrip/service-kit";
import { describe, expect, it } from "vitest";
import { address, eventLogSettings, operationsSettings, urlOf } from "../src/index.ts";

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};
const addressIn = (value: string, schemes = ["redis", "rediss-cluster"]) =>
  readConfig({ PLACE: value }, { place: address("PLACE", schemes) }).place;

describe("an address", () => {
  it.each([
    ["redis://127.0.0.1:6379", { scheme: "redis", database: null }],
    ["redis://cards.example:6379/3", { scheme: "redis", database: 3 }],
    ["rediss-cluster://a:1,b:2,[::1]:65535", { scheme: "rediss-cluster", database: null }],
  ])("is taken apart: %s", (value, expected) => {
    expect(addressIn(value)).toMatchObject(expected);
    expect(value.startsWith(urlOf(addressIn(value)))).toBe(true);
  });

  it.each([
    "http://127.0.0.1:6379",
    "redis://127.0.0.1",
    "redis://127.0.0.1:0",
    "redis://127.0.0.1:65536",
    "redis://user:secret@127.0.0.1:6379",
    "redis://127.0.0.1:6379/x",
    "redis://a:1,",
    "127.0.0.1:6379",
  ])("is refused, without what it said: %s", (value) => {
    const [fault = ""] = faultsOf(() => addressIn(value));
    expect(fault).toBe("PLACE must be redis://HOST:PORT or rediss-cluster://HOST:PORT");
  });
});

describe("the settings of a service that takes operations", () => {
  const read = (env: Environment) => readConfig(env, operationsSettings(8081));
  const needed = {
    SCRIP_CARD_STORE: "redis://127.0.0.1:6379",
    SCRIP_HOLDER_VAULT: "redis://127.0.0.1:6379/1",
    SCRIP_COMMITTED: "http://127.0.0.1:8094",
  };

  it("need to know where the others are, and nothing else", () => {
    expect(read(needed)).toMatchObject({
      dataDir: ".scrip",
      port: 8081,
      registersOnFirstUse: false,
      redisPassword: null,
      holderVault: { database: 1 },
    });
  });

  it("tell all that is wrong at once", () => {
    const faults = faultsOf(() => read({ SCRIP_PORT: "x", SCRIP_HOLDER_VAULT: "kafka://a:1" }));
    expect(faults.map((fault) => fault.split(" ", 1).join(""))).toEqual([
      "SCRIP_PORT",
      "SCRIP_CARD_STORE",
      "SCRIP_HOLDER_VAULT",
      "SCRIP_COMMITTED",
    ]);
  });

  it("name brokers, how they are encrypted and who we are to them", () => {
    const env = {
      SCRIP_EVENT_LOG: "kafkas://a:1,b:2",
      SCRIP_KAFKA_SASL: "scram-sha-256",
      SCRIP_KAFKA_USERNAME: "scrip",
    };
    expect(readConfig(env, eventLogSettings)).toMatchObject({
      eventLog: { scheme: "kafkas", hosts: [{ host: "a" }, { host: "b", port: 2 }] },
      kafkaSasl: "scram-sha-256",
      kafkaUsername: "scrip",
      kafkaReplicas: 1,
    });
  });
});
