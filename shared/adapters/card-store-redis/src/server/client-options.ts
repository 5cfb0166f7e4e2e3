import { RESP_TYPES } from "redis";
import { isStranger } from "../faults.ts";
import {
  connectTimeoutMs,
  reconnectFirstMs,
  reconnectLastMs,
  waitingCommandsMax,
} from "../limits.ts";
import type { Access } from "./server.ts";

/** Texts are taken as bytes. The driver's own time limit covers commands alone that were not sent; ours covers all. */
export const asBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }, timeout: 0 };

/**
 * How every connection behaves. While it is lost, commands are refused: what is queued would be done too late.
 * @param opened whether it was ever used: before, whom the server does not know need not try again
 */
export function clientOptions({ username, password, tls }: Access, opened: () => boolean) {
  return {
    RESP: 2 as const,
    disableOfflineQueue: true,
    commandsQueueMaxLength: waitingCommandsMax,
    maintNotifications: "disabled" as const,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (attempts: number, cause: Error) =>
        !opened() && isStranger(cause) ? cause : nextAttemptMs(attempts),
      ...(tls === undefined ? {} : { tls: true as const, ...tls }),
    },
  };
}

const nextAttemptMs = (attempts: number): number =>
  Math.min(reconnectFirstMs * 2 ** Math.min(attempts, 10), reconnectLastMs);
