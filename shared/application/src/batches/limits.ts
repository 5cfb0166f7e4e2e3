/** Chunks of one job that are being saved at the same time. */
export const chunksInFlightMax = 8;

/** Bytes of one piece of a code download: some hundred codes, so that making them keeps nobody waiting. */
export const codesPieceBytes = 16_384;

/** Cards whose ids are computed in one go before others get their turn. */
export const cardsPerTurnMax = 250;

/** Card ids of one batch that are held at once while it is generated: some 70 MB. */
export const idsAtOnceMax = 1_000_000;

/** Steps that all cards of one batch may be asked to take, in the whole of its life. */
export const stepsPerBatchMax = 250;

/** Chunks that are looked through for one page of cards left out. */
export const leftOutChunksPerPageMax = 1_000;

/** Hashes of whole code downloads that are remembered, one for each batch. */
export const digestsKeptMax = 16;
