import { setTimeout as sleep } from "node:timers/promises";
import { ProblemError, type ScripClient } from "@scrip/client";
import { codeLineBytes } from "@scrip/wire";
import type { Surroundings } from "../surroundings.ts";
import { CommandError, exitCodes } from "../surroundings.ts";
import { CodeFile } from "./code-file.ts";
import { brokenDownloadsMax, brokenPauseMs } from "./limits.ts";
import { progressOf, type Progress } from "./progress.ts";

export interface Download {
  readonly batchId: string;
  /** How many codes there are. */
  readonly codes: number;
  /** Where they go. */
  readonly path: string;
}

/** What has arrived: the number of codes, and SHA-256 (hex) of the whole. */
export interface Received {
  readonly count: number;
  readonly sha256: string;
}

/**
 * Brings all codes of a batch to a file, going on by offset where an earlier run, or a connection, broke off. They are on
 * the disk when it returns.
 * @throws CommandError when the file cannot be written, or the user ended it; ProblemError
 */
export async function download(
  client: ScripClient,
  { batchId, codes, path }: Download,
  surroundings: Surroundings,
): Promise<Received> {
  if (await CodeFile.isWhole(path, codes)) return await CodeFile.read(path);
  const file = await CodeFile.open(path);
  if (file.lines > 0)
    surroundings.err(`goes on after ${file.lines.toLocaleString("en")} codes that are there`);
  const interrupted = surroundings.interruption();
  const progress = progressOf("downloaded", codes, surroundings);
  try {
    for (let broken = 0; file.lines < codes;) {
      const before = file.lines;
      const fault = await take(client.codeBytes(batchId, before), { file, progress, interrupted });
      if (interrupted.aborted) throw ended();
      broken = file.lines > before ? 0 : broken + 1;
      if (broken > brokenDownloadsMax)
        throw new CommandError(`the download breaks off again and again`, undefined, fault);
      if (fault !== undefined) await sleep(brokenPauseMs);
    }
  } catch (error) {
    await file.leave();
    throw error;
  } finally {
    progress.stop();
  }
  const { received } = file;
  if (received.count !== codes)
    throw new CommandError(`${received.count} codes arrived, and the batch has ${codes}`);
  await file.finish();
  return received;
}

interface Taking {
  readonly file: CodeFile;
  readonly progress: Progress;
  readonly interrupted: AbortSignal;
}

/** Appends whole lines as they arrive. @returns what broke the download off, if anything did */
async function take(
  pieces: AsyncIterable<Uint8Array>,
  { file, progress, interrupted }: Taking,
): Promise<{ readonly cause: unknown } | undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for await (const piece of pieces) {
      const all = Buffer.concat([rest, piece]);
      const whole = all.length - (all.length % codeLineBytes);
      await file.append(all.subarray(0, whole));
      rest = all.subarray(whole);
      progress.to(file.lines);
      if (interrupted.aborted) return undefined;
    }
    return undefined;
  } catch (cause) {
    if (cause instanceof ProblemError || cause instanceof CommandError) throw cause;
    return { cause };
  }
}

const ended = (): CommandError =>
  new CommandError("ended; running it again goes on from there", exitCodes.interrupted);
