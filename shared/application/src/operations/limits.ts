/** Named limits of operations on cards. */

/** Codes drawn until one falls into the shard of its predecessor: one in as many as there are shards does. */
export const drawsMax = 65_536;
