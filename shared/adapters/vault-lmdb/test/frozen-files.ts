import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** The calls on files that keeping and wiping make; those on handles stand on the handles' prototype. */
const calls = ["open", "link", "unlink", "readFile"] as const;
const handleCalls = ["writeFile", "sync"] as const;

/**
 * Runs an act and freezes it right before its nth call on files, for ever: to the files, that is what kill -9 does.
 * @returns whether the act ended before it came to that call
 */
export async function freezeBeforeCall(nth: number, act: () => Promise<unknown>): Promise<boolean> {
  const probe = await fs.open(".", "r");
  const handles = Object.getPrototypeOf(probe) as Record<(typeof handleCalls)[number], unknown>;
  await probe.close();
  const restore: (() => void)[] = [];
  const open: Promise<unknown>[] = [];
  let left = nth;
  const frozen = new Promise<boolean>((resolve) => {
    const wrap = <Name extends string>(object: Record<Name, unknown>, name: Name): void => {
      const call = object[name];
      if (typeof call !== "function") throw new Error(`there is no ${name}`);
      restore.push(() => (object[name] = call));
      object[name] = function (this: unknown, ...args: unknown[]): unknown {
        left -= 1;
        if (left > 0) {
          const called: unknown = Reflect.apply(call, this, args);
          if (name === "open" && called instanceof Promise) open.push(called);
          return called;
        }
        resolve(false);
        return new Promise(() => undefined);
      };
    };
    for (const name of calls) wrap(fs, name);
    for (const name of handleCalls) wrap(handles, name);
  });
  syncBuiltinESMExports();
  try {
    return await Promise.race([frozen, act().then(() => true)]);
  } finally {
    for (const put of restore) put();
    syncBuiltinESMExports();
    for (const handle of open) await close(handle);
  }
}

/** What a killed process had open is closed for it; most of these handles are closed already. */
async function close(opened: Promise<unknown>): Promise<void> {
  await opened.then((handle) => (handle as fs.FileHandle).close()).catch(() => undefined);
}
