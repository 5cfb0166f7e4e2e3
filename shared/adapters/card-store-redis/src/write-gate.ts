import { groupsOf, type Reached, streamsOf } from "./identity.ts";
import { packer } from "./records/packer.ts";
import { textOf } from "./server/reply.ts";

/** Which run of a server serves each stream, the control stream last. */
export type Serving = readonly string[];

/**
 * A server that was started again may have come back with an older file, under services that go on. So nothing is written
 * to it until the heads of its streams were compared with the ledger's: the functions refuse, whoever calls them.
 */
export class WriteGate {
  readonly #reached: Reached;
  readonly #streams: readonly number[];

  constructor(reached: Reached, shards: number) {
    this.#reached = reached;
    this.#streams = streamsOf({ shards });
  }

  /** Asked before the heads are compared. */
  async serving(): Promise<Serving> {
    const groups = groupsOf(this.#reached, this.#streams);
    const runs = await Promise.all(
      groups.map(async (group) => {
        const run = textOf(await this.#reached.functions.call("runIdHere", group[0] ?? 0));
        return group.map(() => run);
      }),
    );
    return runs.flat();
  }

  /**
   * Lets all streams be written, durably, by whoever calls, until the server ends.
   * @param compared what served before the heads were compared
   * @throws PortError UNAVAILABLE when a server was started again meanwhile: compare again
   */
  async openForWrites(compared: Serving): Promise<void> {
    for (const group of groupsOf(this.#reached, this.#streams)) {
      packer
        .start()
        .list(2)
        .text(compared[group[0] ?? 0] ?? "");
      packer.list(group.length);
      for (const shard of group) packer.whole(shard);
      await this.#reached.functions.call("open", group[0] ?? 0, packer.finish());
    }
  }
}
