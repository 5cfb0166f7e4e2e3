export type {
  CardClaim,
  CheckpointClaim,
  Claim,
  CosignedLog,
  EventClaim,
  FrameClaim,
  HashClaim,
  RejectionClaim,
} from "./verify/claim.ts";
export { describeClaim } from "./verify/describe-claim.ts";
export { readEntryFile } from "./verify/entry-file.ts";
export { verifyFile, type Verification } from "./verify/verify-file.ts";
