import type { Card } from "@scrip/domain";

/** Whether a card that is saved for the first time belongs into its batch's index. */
export const entersBatch = ({ batchId, standing }: Card): boolean =>
  batchId !== null && standing.status === "GENERATED";

/**
 * Whether a card that is restored belongs there, whatever has become of it since. A successor that nothing was moved to
 * cannot be told from the others, and the index may hold too much.
 */
export const stoodInBatch = ({ batchId, sums }: Card): boolean =>
  batchId !== null && sums.movedIn === 0n;
