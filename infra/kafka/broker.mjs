import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../tooling/free-ports.mjs";
import { startServer } from "../tooling/server-process.mjs";

/*
 * Starts and stops one real Kafka broker on 127.0.0.1, with the settings of server.properties.
 */

/** @typedef {{ readonly java: string, readonly classPath: string }} KafkaPrograms */

/**
 * @typedef {object} BrokerPorts On 127.0.0.1.
 * @property {number} broker
 * @property {number} controller
 * @property {number} secured Used only when `settings` configure the listener SECURED (TLS with SASL).
 */

/**
 * @typedef {object} BrokerOptions
 * @property {KafkaPrograms} kafka As the provisioned tool is found.
 * @property {string} dataDir Made and formatted when it is new; what an earlier broker left there is its own again.
 * @property {BrokerPorts} [ports] Without them: free ones. An earlier start's, for clients that know them.
 * @property {Readonly<Record<string, string>>} [settings] Beside those of server.properties, or instead of them.
 */

/**
 * @typedef {object} BrokerPlace
 * @property {BrokerPorts} ports
 * @property {string} address host:port for clients.
 * @property {string} securedAddress host:port of the listener with TLS and SASL.
 * @property {string} dataDir
 */

/** @typedef {import("../tooling/server-process.mjs").ServerProcess & BrokerPlace} Broker */

const run = promisify(execFile);
const heap = ["-Xms192m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const jvm = [...heap, "-Djava.net.preferIPv4Stack=true", "-Dlog4j2.level=warn"];
const readyWithinMs = 60_000;
const readyPollMs = 100;
const probeWithinMs = 1_000;
/**
 * Resolves when the broker answers requests. It ends with this process.
 * @param {BrokerOptions} options
 * @returns {Promise<Broker>}
 * @throws {Error} with its last lines of log
 */
export async function startBroker({ kafka, dataDir, ports, settings = {} }) {
  const [free = 0, controller = 0, secured = 0] = ports === undefined ? await freePorts(3) : [];
  const own = ports ?? { broker: free, controller, secured };
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, "server.properties");
  await writeFile(file, await properties(dataDir, own, settings));
  if (!existsSync(join(dataDir, "log/meta.properties"))) await format(kafka, file);
  const server = await startServer({
    name: "Kafka broker",
    command: kafka.java,
    // Without a shell: `lib/*` is for Java to expand.
    args: [...jvm, "-cp", kafka.classPath, "kafka.Kafka", file],
    logFile: join(dataDir, "broker.log"),
    answers: () => answers(own.broker),
    readyWithinMs,
    readyPollMs,
  });
  return {
    ...server,
    ports: own,
    address: `127.0.0.1:${own.broker}`,
    securedAddress: `127.0.0.1:${own.secured}`,
    dataDir,
  };
}

/** @param {KafkaPrograms} kafka @param {string} file */
async function format(kafka, file) {
  // Any 16 bytes are a cluster's name; written in base 64 it must not look like an option.
  const id = `s${randomBytes(16).toString("base64url").slice(1)}`;
  const args = ["format", "--standalone", "-t", id, "-c", file];
  await run(kafka.java, [...jvm, "-cp", kafka.classPath, "kafka.tools.StorageTool", ...args]);
}

/**
 * @param {string} dataDir
 * @param {BrokerPorts} ports
 * @param {Readonly<Record<string, string>>} settings
 */
async function properties(dataDir, ports, settings) {
  const listeners = [`CONTROLLER://127.0.0.1:${ports.controller}`];
  const advertised = [`PLAINTEXT://127.0.0.1:${ports.broker}`];
  const secured = Object.keys(settings).some((key) => key.startsWith("listener.name.secured."));
  if (secured) advertised.push(`SECURED://127.0.0.1:${ports.secured}`);
  const all = {
    listeners: [...listeners, ...advertised].join(","),
    "advertised.listeners": advertised.join(","),
    "controller.quorum.bootstrap.servers": `127.0.0.1:${ports.controller}`,
    "log.dirs": join(dataDir, "log"),
    ...settings,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}`);
  const fixed = await readFile(join(import.meta.dirname, "server.properties"), "utf8");
  return `${fixed}\n${lines.join("\n")}\n`;
}

/** Whether a broker there answers ApiVersions, version 0, without a client id. @param {number} port */
function answers(port) {
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  return new Promise((/** @type {(yes: boolean) => void} */ resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    const settle = (/** @type {boolean} */ yes) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(probeWithinMs, () => settle(false));
    socket.once("data", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
  });
}
