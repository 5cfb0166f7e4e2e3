import type { Reply } from "./reply.ts";

export type Command = readonly (string | Buffer)[];

/** A Redis server, or the nodes of a cluster that together are one. */
export interface Server {
  /** Whether one node has the keys of all shards, so that one step may touch them all. */
  readonly oneNode: boolean;
  /**
   * Sends a command to the node that has the key. Commands of one turn share a write to the socket.
   * @throws PortError UNAVAILABLE; `outcomeKnown` is false once it may have been done. NOT_OURS. CORRUPT.
   */
  ask(key: string, command: Command): Promise<Reply>;
  /** Sends a command to every node that may be written. */
  askAll(command: Command): Promise<Reply[]>;
  /** Waits for what was sent, then closes. */
  close(): Promise<void>;
}

/** One server, or some nodes of a cluster, from which the others are learnt. */
export type Place =
  | {
      readonly kind: "SERVER";
      readonly host: string;
      readonly port: number;
      /** 0 unless given. */
      readonly database?: number;
    }
  | {
      readonly kind: "CLUSTER";
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
    };

/** How a server is reached and who we are to it. */
export interface Access {
  readonly place: Place;
  readonly username?: string;
  readonly password?: string;
  /** With it connections are encrypted; `ca` and the rest in PEM. */
  readonly tls?: Tls;
}

export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name that the server's certificate is for, when it is reached under another. */
  readonly servername?: string;
}
