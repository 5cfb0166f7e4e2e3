import { RESP_TYPES } from "redis";
import {
  connectTimeoutMs,
  pingEveryMs,
  reconnectFirstMs,
  reconnectLastMs,
  silenceMaxMs,
  waitingCommandsMax,
} from "../limits.ts";
import type { Access } from "./server.ts";

/** Texts are taken as bytes. */
export const asBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

/** How every connection behaves. While it is lost, commands are refused: what is queued would be done too late. */
export function clientOptions({ username, password, tls }: Access) {
  return {
    RESP: 2 as const,
    disableOfflineQueue: true,
    commandsQueueMaxLength: waitingCommandsMax,
    pingInterval: pingEveryMs,
    maintNotifications: "disabled" as const,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    socket: {
      connectTimeout: connectTimeoutMs,
      socketTimeout: silenceMaxMs,
      reconnectStrategy: nextAttemptMs,
      ...(tls === undefined ? {} : { tls: true as const, ...tls }),
    },
  };
}

const nextAttemptMs = (attempts: number): number =>
  Math.min(reconnectFirstMs * 2 ** Math.min(attempts, 10), reconnectLastMs);
