import { isFunctionMissing, notOurs } from "../faults.ts";
import { type FunctionName, libraryCode, libraryName, serverName } from "../functions/library.ts";
import { headKey } from "../records/keys.ts";
import { listOf, type Reply, textOf } from "./reply.ts";
import type { Server } from "./server.ts";

/** The functions of a server: loaded when they are not there, and compared with ours. */
export class Functions {
  readonly #server: Server;
  #loading: Promise<void> | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Calls a function on the node of a shard.
   * @throws PortError as `Server.ask`. Functions that are gone are loaded again meanwhile, for who comes next.
   */
  async call(name: FunctionName, shard: number, packed: Buffer | null = null): Promise<Reply> {
    const key = headKey(shard);
    const args = packed === null ? [] : [packed];
    try {
      return await this.#server.ask(key, ["FCALL", serverName(name), "1", key, ...args]);
    } catch (error) {
      if (error instanceof Error && isFunctionMissing(error.cause)) void this.#loadAgain();
      throw error;
    }
  }

  /**
   * Loads them where they are missing.
   * @throws PortError NOT_OURS when other code bears our library's name.
   */
  async load(): Promise<void> {
    const list = ["FUNCTION", "LIST", "LIBRARYNAME", libraryName, "WITHCODE"];
    const replies = await this.#server.askAll(list);
    if (!replies.every(hasOurs))
      await this.#server.askAll(["FUNCTION", "LOAD", "REPLACE", libraryCode]);
  }

  async #loadAgain(): Promise<void> {
    this.#loading ??= this.load();
    await this.#loading.catch(() => undefined);
    this.#loading = null;
  }
}

/** Whether a node's list of libraries of our name has our code. */
function hasOurs(list: Reply): boolean {
  const [library] = listOf(list);
  if (library === undefined) return false;
  const fields = listOf(library);
  if (fields.some((field) => Buffer.isBuffer(field) && textOf(field) === libraryCode)) return true;
  throw notOurs(`the server's library ${libraryName} has other code than ours`);
}
