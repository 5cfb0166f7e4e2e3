import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as kafka from "../../../../infra/provision/tools/kafka.mjs";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { KafkaEventLog, type KafkaEventLogOptions, type KafkaSasl } from "../src/index.ts";
import { RetryingRelay, TestLedger, Writer } from "./both-ends.ts";
import { placeFor } from "./broker-place.ts";

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const [user, password] = ["scrip", "not-so-secret"];
const login = "org.apache.kafka.common.security";

await withTool(kafka, async (found) => {
  const directory = temporaryDirectory("kafka-keys");
  afterAll(() => directory.remove());
  const keystore = join(directory.path, "broker.p12");
  const keytool = found.java.replace(/java$/, "keytool");
  const store = ["-alias", "broker", "-keystore", keystore, "-storepass", password];
  const names = ["-dname", "CN=broker", "-ext", "san=ip:127.0.0.1"];
  const keys = ["-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"];
  await run(keytool, ["-genkeypair", ...store, ...names, ...keys]);
  const { stdout: ca } = await run(keytool, ["-exportcert", "-rfc", ...store]);

  const own = "listener.name.secured";
  const place = await placeFor(found, {
    [`${own}.ssl.keystore.type`]: "PKCS12",
    [`${own}.ssl.keystore.location`]: keystore,
    [`${own}.ssl.keystore.password`]: password,
    [`${own}.sasl.enabled.mechanisms`]: "PLAIN,SCRAM-SHA-512",
    [`${own}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required user_${user}="${password}";`,
    [`${own}.scram-sha-512.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
  });
  const scram = ["--alter", "--add-config", `SCRAM-SHA-512=[password=${password}]`];
  const to = ["--entity-type", "users", "--entity-name", user];
  const at = ["--bootstrap-server", place.broker.address];
  const java = ["-cp", found.classPath, "kafka.admin.ConfigCommand"];
  await run(found.java, [...java, ...at, ...scram, ...to]);

  const secured = (sasl: KafkaSasl): KafkaEventLogOptions =>
    place.newLog({
      brokers: [place.broker.securedAddress],
      tls: { ca },
      sasl,
    });

  describe("over TLS", () => {
    it.each(["plain", "scram-sha-512"] as const)(
      "events and wishes go both ways, signed in by %s",
      async (mechanism) => {
        const options = secured({ mechanism, username: user, password });
        const [relayLog, writerLog] = [
          await KafkaEventLog.open(options),
          await KafkaEventLog.open(options),
        ];
        const ledger = new TestLedger(options.streams);
        const relay = new RetryingRelay(relayLog, options.streams);
        relay.addToEach(5);
        await relay.idle();
        const writer = await Writer.start(writerLog, ledger);
        await ledger.hasOfEach(5);
        const given = writer.given.get(2) ?? 0;
        await writerLog.republishFrom(2, 1);
        while ((writer.given.get(2) ?? 0) < given + 4) await sleep(10);
        expect(ledger.written[2]).toEqual([0, 1, 2, 3, 4]);
        await Promise.all([relay.stop(), relayLog.close(), writerLog.close()]);
      },
    );

    it("nobody comes in with another password", async () => {
      const options = secured({ mechanism: "plain", username: user, password: "guessed" });
      await expect(KafkaEventLog.open(options)).rejects.toMatchObject({
        code: "NOT_OURS",
        retryable: false,
      });
    });

    it("a broker that nobody vouches for is not talked to", async () => {
      const options = secured({ mechanism: "plain", username: user, password });
      const atOnce = { ...options, tls: {}, limits: { driverRetriesMax: 1 } };
      await expect(KafkaEventLog.open(atOnce)).rejects.toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringContaining("certificate"),
      });
    });
  });
});
