import { createClient, RESP_TYPES } from "redis";
import { isStranger, translated, unavailable } from "./faults.ts";
import {
  commandDeadlineMs,
  connectMaxMs,
  openDeadlineMs,
  pingEveryMs,
  reconnectFirstMs,
  reconnectLastMs,
  silenceMaxMs,
  waitingCommandsMax,
} from "./limits.ts";

/** Where the server is, and who we are to it. */
export interface RedisAccess {
  readonly host: string;
  readonly port: number;
  /** Number of the database, which nobody else has anything in. */
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
  /** With it the connection is encrypted; all in PEM. `servername`: whose certificate the server has, if not the host's. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
  };
}

/** What a server answers; texts are bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

/** The driver's own time limit covers commands alone that were not sent; ours covers all. */
const asBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }, timeout: 0 };

/** One connection that comes back by itself. While it is lost, commands are refused: nothing waits in a queue. */
export class Connection {
  readonly #client;
  #opened = false;
  #lastError: unknown = "no reason known";

  constructor({ host, port, database, username, password, tls }: RedisAccess) {
    this.#client = createClient({
      RESP: 2,
      database,
      disableOfflineQueue: true,
      commandsQueueMaxLength: waitingCommandsMax,
      pingInterval: pingEveryMs,
      maintNotifications: "disabled",
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      socket: {
        host,
        port,
        connectTimeout: connectMaxMs,
        socketTimeout: silenceMaxMs,
        // Whom the server does not know at the first attempt need not try again.
        reconnectStrategy: (attempts: number, cause: Error) =>
          !this.#opened && isStranger(cause)
            ? cause
            : Math.min(reconnectFirstMs * 2 ** Math.min(attempts, 10), reconnectLastMs),
        ...(tls === undefined ? {} : { tls: true as const, ...tls }),
      },
    });
    // Whoever waits is told by the command; without a listener the driver would end the process.
    this.#client.on("error", (error: unknown) => void (this.#lastError = error));
  }

  /** @throws PortError UNAVAILABLE, NOT_OURS */
  async open(): Promise<void> {
    const late = () => unavailable(`no server: ${translated(this.#lastError).message}`, true);
    await within(this.#client.connect(), openDeadlineMs, late);
    this.#opened = true;
  }

  /** @throws PortError UNAVAILABLE; `outcomeKnown` is false once it may have been done. NOT_OURS. CORRUPT. */
  ask(...command: readonly (string | Buffer)[]): Promise<Reply> {
    const late = () => unavailable(`no answer within ${commandDeadlineMs} ms`);
    return within(this.#client.sendCommand<Reply>([...command], asBytes), commandDeadlineMs, late);
  }

  async close(): Promise<void> {
    const closing = this.#client.isOpen ? this.#client.close() : Promise.resolve();
    await within(closing, commandDeadlineMs, () => unavailable("it does not close")).catch(
      () => undefined,
    );
    this.#client.destroy();
  }
}

async function within<T>(answer: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (error) {
    throw translated(error);
  } finally {
    clearTimeout(timer);
  }
}
