// Loaded first (`--import`) into every process that the bench starts, ours and the product's alike: answers questions
// about the process itself, so that nothing has to be built into what is measured.
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

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
// The thread of the event loop alone; Linux keeps its times in ticks (proc(5), fields 14 and 15, the third being first here).
answer("loopCpuSeconds", () => {
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
});

/** @type {Session | undefined} */
let profiling;
answer("profileStart", async () => {
  profiling = new Session();
  profiling.connect();
  await profiling.post("Profiler.enable");
  await profiling.post("Profiler.setSamplingInterval", { interval: samplingMicros });
  await profiling.post("Profiler.start");
});
answer("profileStop", async (file) => {
  if (profiling === undefined) throw new Error("no profile was started");
  const { profile } = await profiling.post("Profiler.stop");
  profiling.disconnect();
  writeFileSync(file, JSON.stringify(profile));
});

process.on("message", (question) => void reply(question));
// Listening for questions keeps nobody alive, and without the bench nobody stays.
process.channel?.unref();
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));

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
