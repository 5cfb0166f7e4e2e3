/** Chunks of one job that are being saved at the same time. */
export const chunksInFlightMax = 8;

/** Bytes of one piece of a code download: some hundred codes, so that making them keeps nobody waiting. */
export const codesPieceBytes = 16_384;

/** Cards whose ids are computed in one go before others get their turn. */
export const cardsPerTurnMax = 250;
