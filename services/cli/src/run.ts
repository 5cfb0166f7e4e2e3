import { ProblemError, UnreachableError } from "@scrip/client";
import { ProofError } from "@scrip/merkle-log";
import { Command, CommanderError } from "commander";
import { batchCommand } from "./commands/batch.ts";
import { keysCommand } from "./commands/keys.ts";
import { logCommand } from "./commands/log.ts";
import { rebuildStoreCommand } from "./commands/rebuild-store.ts";
import { replayCommand } from "./commands/replay.ts";
import { statusCommand } from "./commands/status.ts";
import { verifyCommand } from "./commands/verify.ts";
import { walkCommand } from "./commands/walk.ts";
import type { Surroundings } from "./surroundings.ts";
import { CommandError, exitCodes } from "./surroundings.ts";

/** Runs one command line, without the program's name. @returns the exit code */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const program = programOf(surroundings);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    const { line, exitCode } = failureOf(error);
    surroundings.err(line);
    return exitCode;
  }
}

function programOf(surroundings: Surroundings): Command {
  const lines = (write: (line: string) => void) => (text: string) => write(text.replace(/\n$/, ""));
  const program = new Command("scrip")
    .description("Gift cards and points that anybody can check.")
    .exitOverride()
    .configureOutput({ writeOut: lines(surroundings.out), writeErr: lines(surroundings.err) })
    .showHelpAfterError("(scrip --help, or scrip COMMAND --help, tells more)");
  const commands = [
    verifyCommand,
    walkCommand,
    replayCommand,
    batchCommand,
    statusCommand,
    keysCommand,
    logCommand,
    rebuildStoreCommand,
  ];
  for (const add of commands) add(program, surroundings);
  return program;
}

/** What went wrong, in one line; a stack only for what is our own fault. */
function failureOf(error: unknown): { readonly line: string; readonly exitCode: number } {
  if (error instanceof CommandError) {
    return { line: `scrip: ${error.message}`, exitCode: error.exitCode };
  }
  if (error instanceof ProofError) return failed(error.message);
  if (error instanceof ProblemError) return failed(`scrip: the server says ${error.message}`);
  if (error instanceof UnreachableError) {
    return failed(`scrip: ${error.message}; is it running? («npm start», or another --url)`);
  }
  return failed(
    `scrip: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

const failed = (line: string) => ({ line, exitCode: exitCodes.failed });
