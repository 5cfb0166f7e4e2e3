import { type CardStoreRebuild, checkRestored, type RestoredRecords } from "@scrip/ports";
import { GroupCommit } from "./commit/group-commit.ts";
import { restoreStep } from "./commit/restore-step.ts";
import { type Environment, openEnvironment } from "./environment.ts";
import { storable } from "./faults.ts";
import { beginRebuild, finishRebuild } from "./identity.ts";
import type { CardStoreOptions } from "./open-card-store.ts";

/**
 * Begins to rebuild a card store in a directory that holds nothing yet; its streams begin at `streamStart`.
 * @throws PortError NOT_OURS, in one line: in use, not writable, or it holds something, be it an unfinished rebuild.
 */
export async function rebuildCardStore(options: CardStoreOptions): Promise<CardStoreRebuild> {
  const environment = openEnvironment(options.directory);
  try {
    const streams = beginRebuild(options.directory, environment, options);
    const commits = new GroupCommit(environment, streams, () => undefined);
    return new LmdbRebuild(environment, commits, options.shards);
  } catch (error) {
    await environment.release();
    throw error;
  }
}

class LmdbRebuild implements CardStoreRebuild {
  readonly shards: number;
  readonly #environment: Environment;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | null = null;

  constructor(environment: Environment, commits: GroupCommit, shards: number) {
    this.#environment = environment;
    this.#commits = commits;
    this.shards = shards;
  }

  async restore(records: RestoredRecords): Promise<void> {
    checkRestored(records, this.shards);
    await this.#commits.run(storable(() => restoreStep(this.#environment, records)));
  }

  async finish(): Promise<void> {
    await this.#commits.run((view) => finishRebuild(this.#environment, view));
    await this.close();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#commits.close().then(() => this.#environment.release());
    await this.#closing;
  }
}
