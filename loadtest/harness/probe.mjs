// Loaded first (`--import`) into every process that the bench starts, ours and the product's alike: answers questions
// about the process itself, so that nothing has to be built into what is measured.
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";

/** Often enough to see short functions, seldom enough to cost less than a few per cent. */
const samplingMicros = 500;
const ticksPerSecond = 100;

/** @type {Map<string, (given: any) => unknown>} */
const answers = new Map();

/**
 * Lets the bench ask this process something.
 * @param {string} question
 * @param {(given: any) => unknown} give
 */
export const answer = (question, give) => void answers.set(question, give);

// All threads of the process: the event loop, LMDB's writer, the thread pool, the garbage collector.
answer("cpuSeconds", () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
// The thread of the event loop alone.
answer("loopCpuSeconds", threadCpuSeconds);
// All worker threads together: each answers for itself.
answer("workersCpuSeconds", async () => {
  const each = await askWorkers("loopCpuSeconds");
  return each.reduce((sum, seconds) => sum + seconds, 0);
});

// Linux keeps a thread's times in ticks (proc(5), fields 14 and 15, the third being first here). Read by the thread itself.
function threadCpuSeconds() {
  const stat = readFileSync("/proc/thread-self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** @type {Session | undefined} */
let profiling;
answer("profileStart", startProfile);
answer("profileStop", stopProfile);
answer("workersProfileStart", () => askWorkers("profileStart"));
/** Gives the files, one for each worker thread. */
answer("workersProfileStop", (file) => askWorkers("profileStop", file));

async function startProfile() {
  profiling = new Session();
  profiling.connect();
  await profiling.post("Profiler.enable");
  await profiling.post("Profiler.setSamplingInterval", { interval: samplingMicros });
  await profiling.post("Profiler.start");
}

/** @param {string} file */
async function stopProfile(file) {
  if (profiling === undefined) throw new Error("no profile was started");
  const { profile } = await profiling.post("Profiler.stop");
  profiling.disconnect();
  const path = isMainThread ? file : `${file}.${threadId}`;
  writeFileSync(path, JSON.stringify(profile));
  return path;
}

// A worker thread loads this file too. It says that it is there, and answers what the main thread asks of all of them.
const threads = new BroadcastChannel("bench");
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, windows do
const say = (/** @type {unknown} */ message) => threads.postMessage(message);
/** Worker threads of this process. @type {Set<number>} */
const workers = new Set();
/** What waits for the workers' answers, by question. @type {Map<number, (message: any) => void>} */
const waiting = new Map();
threads.addEventListener("message", (event) => {
  const { data } = /** @type {any} */ (event);
  if (!isMainThread) void replyToMain(data);
  else if (data.there !== undefined) workers.add(data.there);
  else waiting.get(data.id)?.(data);
});
/** @type {any} */ (threads).unref();
if (!isMainThread) say({ there: threadId });

/** @param {any} message */
async function replyToMain({ id, question, given }) {
  if (question === undefined) return;
  say({ id, from: threadId, value: await answers.get(question)?.(given) });
}

let askedOfWorkers = 0;
/** @param {string} question @param {unknown} [given] @returns {Promise<any[]>} */
function askWorkers(question, given) {
  const id = (askedOfWorkers += 1);
  /** @type {any[]} */
  const values = [];
  if (workers.size === 0) return Promise.resolve(values);
  return new Promise((resolve) => {
    waiting.set(id, ({ value }) => {
      values.push(value);
      if (values.length < workers.size) return;
      waiting.delete(id);
      resolve(values);
    });
    say({ id, question, given });
  });
}

if (isMainThread) {
  process.on("message", (question) => void reply(question));
  // Listening for questions keeps nobody alive, and without the bench nobody stays.
  process.channel?.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

/** @param {any} message */
async function reply({ id, question, given }) {
  try {
    const give = answers.get(question);
    if (give === undefined) throw new Error(`nobody here answers "${question}"`);
    process.send?.({ id, value: await give(given) });
  } catch (error) {
    process.send?.({ id, fault: error instanceof Error ? error.stack : String(error) });
  }
}

/**
 * Says that this process takes work, and how it ends.
 * @param {string} url where it listens; empty when it does not
 * @param {() => Promise<void>} close
 */
export function serveBench(url, close) {
  process.once("SIGTERM", () => {
    close().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  // Until the bench hangs up.
  process.channel?.ref();
  console.log(`ready ${url}`.trimEnd());
}
