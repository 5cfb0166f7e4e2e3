import type { BatchId, OpId } from "@scrip/domain";
import { opId } from "@scrip/domain";

/*
 * Keys of what the store keeps for a batch itself, known from its id alone: 16 bytes of the batch, 12 zero bytes, then
 * which record it is. All are decided in the control stream's shard. No caller's operation has such an id: it is a hash.
 */

const numberHexChars = 8;
const record = (batchId: BatchId, number: number): OpId =>
  opId(batchId.padEnd(2 * batchId.length - numberHexChars, "0") + hexOf(number));
const hexOf = (number: number): string => number.toString(16).padStart(numberHexChars, "0");

/** The job that generates a batch: known from the batch alone, so that any process can take it up again. */
export const generationOf = (batchId: BatchId): OpId => record(batchId, 0);

/** What the issuer confirmed to have received. */
export const confirmationOf = (batchId: BatchId): OpId => record(batchId, 1);

/** The place where the batch's step number `number`, from 1, is written down. */
export const stepPlaceOf = (batchId: BatchId, number: number): OpId => record(batchId, 1 + number);
