import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tooling/install.mjs";

/*
 * Apache Kafka as the jars that Maven has of it, in the folder `.scrip/tools/kafka-<version>`. Which jars is said by
 * kafka/pom.xml, what is in them by kafka/jars.sha256: a jar that is another one, too many or missing is refused.
 */

export const name = "kafka";
export const version = "4.1.1";
export const describe = `Apache Kafka ${version} (Maven artifacts, Java 17 or newer)`;

const run = promisify(execFile);
const recipe = join(import.meta.dirname, "kafka");
const home = join(root, ".scrip/tools", `kafka-${version}`);
/** Written last: the jars beside it were compared with the list of this hash. */
const stamp = join(home, "verified");
const oldestJava = 17;
const progressEveryMs = 2_000;
const errorLinesMax = 12;

/**
 * @typedef {{ readonly java: string, readonly classPath: string, readonly version: string }} Kafka
 *   `java` and `classPath` are what the JVM is started with.
 */

/**
 * What is there already, or in words what is missing and how to get it.
 * @returns {Promise<Kafka | { readonly missing: string }>}
 */
export async function find() {
  const java = await findJava();
  if (typeof java !== "string") return java;
  const verified = existsSync(stamp) && readFileSync(stamp, "utf8") === listHash();
  if (!verified)
    return { missing: `Apache Kafka ${version} is not provisioned: npm run provision` };
  return { java, classPath: join(home, "lib", "*"), version };
}

/**
 * Brings it. @param {(line: string) => void} progress
 * @throws Error that says what is missing, or which jar is not the pinned one; nothing is left half done then
 */
export async function install(progress) {
  const java = await findJava();
  if (typeof java !== "string") throw new Error(java.missing);
  await requireMaven();
  const draft = `${home}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(join(draft, "lib"), { recursive: true });
    await copyJars(draft, progress);
    progress(`comparing ${pinned().size} jars with their checksums`);
    await verify(join(draft, "lib"));
    await writeFile(join(draft, "verified"), listHash());
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** @returns {Promise<string | { missing: string }>} a Java that is new enough */
async function findJava() {
  const own = process.env.JAVA_HOME;
  const java = own ? join(own, "bin/java") : "java";
  const get = `Kafka needs Java ${oldestJava} or newer as «java» or in JAVA_HOME (Debian: apt-get install openjdk-17-jre-headless)`;
  try {
    // It answers on its standard error: openjdk version "17.0.15" 2025-04-15
    const { stderr } = await run(java, ["-version"]);
    const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
    return major >= oldestJava ? java : { missing: `${get}; «${java}» is ${major || "unknown"}` };
  } catch {
    return { missing: get };
  }
}

async function requireMaven() {
  await run("mvn", ["-v"]).catch(() => {
    throw new Error("Kafka's jars are brought by Maven as «mvn» (Debian: apt-get install maven)");
  });
}

/** @param {string} draft @param {(line: string) => void} progress */
async function copyJars(draft, progress) {
  const args = ["-B", "-C", "-f", join(recipe, "pom.xml"), "dependency:copy-dependencies"];
  const target = ["-DincludeScope=runtime", `-DoutputDirectory=${join(draft, "lib")}`];
  const child = spawn("mvn", [...args, ...target], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  }
  const startedMs = Date.now();
  const timer = setInterval(() => {
    const fetched = said.split("Downloaded from").length - 1;
    progress(`${Math.round((Date.now() - startedMs) / 1000)} s, ${fetched} files fetched`);
  }, progressEveryMs);
  const code = await new Promise((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", resolve);
  });
  clearInterval(timer);
  if (code === 0) return;
  const errors = said.split("\n").filter((line) => line.includes("ERROR"));
  throw new Error(
    `mvn failed with exit code ${code}\n${errors.slice(0, errorLinesMax).join("\n")}`,
  );
}

/** @param {string} lib a folder that must hold the pinned jars and nothing else */
async function verify(lib) {
  const wanted = pinned();
  const there = await readdir(lib);
  const wrong = there.filter((jar) => !wanted.has(jar)).map((jar) => `${jar} is not on the list`);
  for (const [jar, sha256] of wanted) {
    if (!there.includes(jar)) wrong.push(`${jar} is missing`);
    else if (sha256Of(await readFile(join(lib, jar))) !== sha256)
      wrong.push(`${jar} is another one`);
  }
  if (wrong.length > 0) throw new Error(`refused, what Maven brought: ${wrong.join("; ")}`);
}

/** @returns {Map<string, string>} sha256 by jar, as `sha256sum` prints them */
function pinned() {
  const lines = list().trim().split("\n");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

const list = () => readFileSync(join(recipe, "jars.sha256"), "utf8");
const listHash = () => sha256Of(list());

/** @param {string | Uint8Array} data */
const sha256Of = (data) => createHash("sha256").update(data).digest("hex");
