export type {
  CardClaim,
  CheckpointClaim,
  Claim,
  CosignedLog,
  EventClaim,
  FrameClaim,
  HashClaim,
  LogClaim,
  ReceiptClaim,
  RejectionClaim,
} from "./verify/claim.ts";
export { describeClaim } from "./verify/describe-claim.ts";
export { readEntryFile } from "./verify/entry-file.ts";
export { verifyFile, type Verification } from "./verify/verify-file.ts";

export { ScripClient, type Keyed, type Page } from "./http/client.ts";
export type { Answered, ConnectionOptions } from "./http/connection.ts";
export type { Fetch, HttpAnswer, HttpRequest } from "./http/fetch.ts";
export { ProblemError, UnreachableError, type FieldFault } from "./http/problems.ts";

export type { Walked } from "./walk/querying.ts";
export type { RoleKeys } from "./walk/setting.ts";
export { walk, type WalkOptions } from "./walk/walk.ts";
