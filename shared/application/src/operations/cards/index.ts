export { adjustCard, cancelCard, loadCard, resumeCard, suspendCard } from "./administer.ts";
export { bindCard, type BindRequest } from "./bind.ts";
export type { CardRequest } from "./order.ts";
export { replaceCard, type ReplaceRequest, type Replacing } from "./replace.ts";
export {
  confirmSuccessorCode,
  findReplacement,
  successorCode,
  successorIn,
  type Replacement,
  type SuccessorCode,
} from "./successor-code.ts";
export { transferCard, unbindCard, type TransferRequest, type UnbindRequest } from "./unbind.ts";
