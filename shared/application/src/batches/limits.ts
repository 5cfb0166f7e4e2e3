/** Chunks of one job that are being saved at the same time. */
export const chunksInFlightMax = 8;

/** Bytes of one piece of a code download. */
export const codesPieceBytes = 65_536;
